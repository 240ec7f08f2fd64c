"""Visits are described in one language or two, published, and withdrawn without loss."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import offers
from opendeur.domain.offers import VisitData
from opendeur.enums import EditionPhase, PlacementState, SlotState
from opendeur.errors import Conflict, InvalidInput, TooLate
from opendeur.models import Visit
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)

DATA = VisitData(
    title_nl="Koffie, turnen en het verhaal van wie komt",
    description_nl="Een ochtend in huis.",
    audience=frozenset({"ouderen"}),
)
LATER = NOW + timedelta(hours=1)


def make_draft(session: Session, **values: Any) -> Visit:
    host = make_host(session, make_edition(session, **values))
    return make_visit(session, host, published_at=None)


def test_a_new_visit_is_a_draft_with_a_readable_reference(session: Session) -> None:
    host = make_host(session, make_edition(session))

    visit = offers.add_visit(session, host, DATA, now=NOW)

    assert visit.reference == "koffie-turnen-en-het-verhaal-van-wie-komt"
    assert [sector.code for sector in visit.audience] == ["ouderen"]
    assert not visit.is_offered


def test_a_second_visit_of_that_title_gets_a_number(session: Session) -> None:
    host = make_host(session, make_edition(session))
    offers.add_visit(session, host, DATA, now=NOW)

    second = offers.add_visit(session, host, DATA, now=NOW)

    assert second.reference == "koffie-turnen-en-het-verhaal-van-wie-komt-2"


def test_one_language_is_enough(session: Session) -> None:
    host = make_host(session, make_edition(session))

    visit = offers.add_visit(
        session, host, VisitData(title_fr="Une matinée chez nous"), now=NOW
    )

    assert visit.title("nl") == ("Une matinée chez nous", "fr")


def test_a_visit_without_a_title_is_refused(session: Session) -> None:
    host = make_host(session, make_edition(session))

    with pytest.raises(InvalidInput) as refusal:
        offers.add_visit(session, host, VisitData(description_nl="Van alles"), now=NOW)

    assert refusal.value.field == "title_nl"


def test_a_title_is_not_taken_away(session: Session) -> None:
    visit = make_draft(session)

    with pytest.raises(InvalidInput):
        offers.change_visit(session, visit, VisitData(), now=NOW)


def test_an_unknown_audience_is_refused(session: Session) -> None:
    visit = make_draft(session)

    with pytest.raises(InvalidInput):
        offers.change_visit(
            session, visit, replace(DATA, audience=frozenset({"mijnbouw"})), now=NOW
        )


def test_a_changed_visit_keeps_its_reference(session: Session) -> None:
    visit = make_draft(session)
    before = visit.reference

    offers.change_visit(session, visit, DATA, now=NOW)

    assert (visit.reference, visit.title_nl, visit.title_fr) == (before, DATA.title_nl, "")


@pytest.mark.parametrize(
    "values", [{"phase": EditionPhase.ASSIGNMENT}, {"hosting_ends_at": NOW}]
)
def test_nothing_changes_after_the_deadline(session: Session, values: dict[str, Any]) -> None:
    visit = make_draft(session, **values)
    make_slot(session, visit)
    session.expire(visit, ["slots"])

    with pytest.raises(TooLate):
        offers.add_visit(session, visit.host, DATA, now=NOW)
    with pytest.raises(TooLate):
        offers.change_visit(session, visit, DATA, now=NOW)
    with pytest.raises(TooLate):
        offers.publish_visit(session, visit, now=NOW)
    with pytest.raises(TooLate):
        offers.withdraw_visit(session, visit, now=NOW)


def test_a_visit_with_an_open_moment_is_published(session: Session) -> None:
    visit = make_draft(session)
    make_slot(session, visit)
    visit.host.confirmed_at = None

    offers.publish_visit(session, visit, now=NOW)

    assert visit.is_offered
    assert visit.host.confirmed_at == NOW


@pytest.mark.parametrize("closed", [0, 1])
def test_a_visit_without_an_open_moment_is_not_published(session: Session, closed: int) -> None:
    visit = make_draft(session)
    for _ in range(closed):
        make_slot(session, visit, state=SlotState.CLOSED)

    with pytest.raises(InvalidInput):
        offers.publish_visit(session, visit, now=NOW)


def test_publishing_twice_keeps_the_first_moment(session: Session) -> None:
    visit = make_draft(session)
    make_slot(session, visit)
    offers.publish_visit(session, visit, now=NOW)

    offers.publish_visit(session, visit, now=LATER)

    assert visit.published_at == NOW


def test_a_withdrawn_visit_keeps_its_moments_and_preferences(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, preferences=[visit])

    offers.withdraw_visit(session, visit, now=NOW)

    assert (visit.is_offered, visit.withdrawn_at) == (False, NOW)
    assert len(visit.slots) == 1
    assert [preference.visit for preference in visitor.preferences] == [visit]


def test_a_withdrawn_visit_can_come_back(session: Session) -> None:
    visit = make_offer(session, make_edition(session))
    offers.withdraw_visit(session, visit, now=NOW)

    offers.publish_visit(session, visit, now=LATER)

    assert (visit.is_offered, visit.published_at) == (True, LATER)


def test_what_is_not_in_the_programme_is_not_withdrawn(session: Session) -> None:
    visit = make_draft(session)

    with pytest.raises(Conflict):
        offers.withdraw_visit(session, visit, now=NOW)


def test_a_visit_in_which_people_have_a_seat_is_not_withdrawn(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    placement = make_placement(session, make_visitor(session, edition), visit.slots[0])

    with pytest.raises(Conflict):
        offers.withdraw_visit(session, visit, now=NOW)
    placement.state = PlacementState.REPLACED
    offers.withdraw_visit(session, visit, now=NOW)

    assert visit.withdrawn_at == NOW


def test_only_a_contact_finds_a_visit_and_only_in_its_edition(session: Session) -> None:
    account, stranger = make_account(session), make_account(session)
    edition, other = make_edition(session), make_edition(session)
    visit = make_offer(session, edition, contact=account)

    assert offers.find_visit(session, edition, account, visit.id) is visit
    assert offers.find_visit(session, edition, stranger, visit.id) is None
    assert offers.find_visit(session, other, account, visit.id) is None
    assert offers.find_visit(session, edition, account, visit.id + 1) is None
