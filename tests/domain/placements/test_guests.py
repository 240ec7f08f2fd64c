"""Hosts see names once they are published, and never an address."""

from dataclasses import asdict

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import placements
from opendeur.enums import EditionPhase, Participation, PlacementState
from tests.factories import (
    make_account,
    make_edition,
    make_offer,
    make_organisation,
    make_placement,
    make_visitor,
)


@pytest.mark.parametrize(
    "phase", [EditionPhase.PREFERENCES, EditionPhase.ASSIGNMENT, EditionPhase.HOSTING]
)
def test_nobody_is_named_before_publication(session: Session, phase: EditionPhase) -> None:
    edition = make_edition(session, phase=phase)
    visit = make_offer(session, edition)
    make_placement(session, make_visitor(session, edition), visit.slots[0])

    assert placements.coming(session, edition, [visit.host]) == {}


def test_guests_are_named_by_slot_without_an_address(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.PUBLISHED)
    visit = make_offer(session, edition, days=(0, 1))
    first, second = visit.slots
    thuis = make_organisation(session, name="Thuiszorg Kastanje")
    zoe = make_visitor(
        session,
        edition,
        account=make_account(session, given_name="Zoë", family_name="Claes"),
        organisation_id=thuis.id,
        seats=2,
    )
    nameless = make_visitor(
        session, edition, account=make_account(session, given_name="", family_name="")
    )
    for visitor in (zoe, nameless):
        make_placement(session, visitor, first)
    make_placement(session, zoe, second, state=PlacementState.WITHDRAWN)

    found = placements.coming(session, edition, [visit.host])

    assert {
        number: [(guest.name, guest.organisation, guest.seats) for guest in people]
        for number, people in found.items()
    } == {first.id: [("", "", 1), ("Zoë Claes", "Thuiszorg Kastanje", 2)]}
    told = str([asdict(guest) for people in found.values() for guest in people])
    assert [address for address in (zoe, nameless) if address.account.email in told] == []


def test_guests_of_another_host_are_not_told(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.PUBLISHED)
    one, other = make_offer(session, edition), make_offer(session, edition)
    make_placement(session, make_visitor(session, edition), one.slots[0])

    assert placements.coming(session, edition, [other.host]) == {}


def test_guest_who_did_not_answer_is_still_to_answer(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.PUBLISHED)
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, languages={"nl", "en"})
    make_placement(session, visitor, visit.slots[0])

    [[guest]] = placements.coming(session, edition, [visit.host]).values()

    assert guest.participation is Participation.NEEDS_ACTION
    assert guest.languages == {"nl", "en"}
