"""Several moments at once, all faults at once, and a warning where two groups would meet."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import offers
from opendeur.domain.offers import Pattern, SlotData
from opendeur.enums import SlotState
from opendeur.errors import Conflict
from opendeur.models import ClosedPeriod, Contact, Slot, Visit
from tests.factories import (
    MONDAY,
    NOW,
    local,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
    make_slot,
    make_visit,
)

PATTERN = Pattern(
    starts=time(9, 30), ends=time(11), minimum=4, capacity=10, languages=frozenset({"nl"})
)
DAYS = [MONDAY + timedelta(days=number) for number in (1, 3, 4)]


def add(session: Session, visit: Visit, pattern: Pattern = PATTERN, **more: Any) -> list[Slot]:
    return offers.add_slots(session, visit, DAYS, pattern, language="en", now=NOW, **more)


def test_one_pattern_makes_a_moment_on_each_day(session: Session) -> None:
    visit = make_visit(session, make_host(session, make_edition(session)), published_at=None)

    slots = add(session, visit)

    assert [slot.starts_at for slot in slots] == [local(day, "9:30") for day in (1, 3, 4)]
    assert {(slot.ends_at - slot.starts_at, slot.minimum) for slot in slots} == {
        (timedelta(minutes=90), 4)
    }
    assert visit.slots == slots


def test_day_that_the_visit_has_already_is_named_and_nothing_is_added(
    session: Session,
) -> None:
    visit = make_offer(session, make_edition(session), days=(3,))

    with pytest.raises(Conflict) as refusal:
        add(session, visit)

    assert (refusal.value.field, refusal.value.values["days"]) == ("days", "Thu 12")
    assert len(visit.slots) == 1


def test_every_fault_is_told_at_once_also_beside_what_could_not_be_read(
    session: Session,
) -> None:
    edition = make_edition(session)
    edition.closed_periods.append(
        ClosedPeriod(
            starts_at=local(3, "8:00"), ends_at=local(3, "18:00"), reason_nl="x", reason_fr="x"
        )
    )
    typed = Pattern(
        starts=time(7),
        ends=time(19),
        minimum=8,
        capacity=5,
        languages=frozenset(),
        street="Elders 1",
    )

    def fields(pattern: Pattern, *days: Any) -> list[str | None]:
        faults = offers.faults_of(edition, days, pattern, language="en")
        return [fault.field for fault in faults]

    assert fields(typed, *DAYS, MONDAY - timedelta(days=1)) == [
        "day",
        "starts",
        "ends",
        "day",
        "languages",
        "capacity",
        "postcode",
    ]
    assert fields(replace(typed, starts=None, minimum=None), *DAYS) == [
        "ends",
        "languages",
        "postcode",
    ]


def test_pattern_that_could_not_be_read_makes_no_moment() -> None:
    with pytest.raises(ValueError, match="could be read"):
        replace(PATTERN, ends=None).on(MONDAY)


def test_two_visits_of_one_host_at_the_same_hour_are_warned_about(session: Session) -> None:
    other = make_offer(session, make_edition(session), days=(1,))
    other.title_fr = "Le café"
    visit = make_visit(session, other.host, published_at=None)

    with pytest.raises(Conflict) as warning:
        add(session, visit)

    assert (warning.value.field, warning.value.values["moments"]) == (
        "anyway",
        f"Tue 10, 9:30, “Le café” ({other.host.organisation.name})",
    )
    assert len(add(session, visit, anyway=True)) == 3


def test_two_organisations_of_one_contact_at_the_same_address_are_warned_about(
    session: Session,
) -> None:
    edition, greet = make_edition(session), make_account(session)
    make_offer(session, edition, contact=greet, days=(3,))
    neighbour = make_host(session, edition, contact=greet)
    visit = make_visit(session, neighbour, published_at=None)

    with pytest.raises(Conflict) as warning:
        add(session, visit)

    assert warning.value.field == "anyway"


@pytest.mark.parametrize(
    "values",
    [
        {"state": SlotState.CLOSED},
        {"start": "11:00"},
        {"start": "8:00"},
        {"day": 2},
    ],
    ids=["closed", "right after", "right before", "another day"],
)
def test_moments_that_do_not_meet_are_not_warned_about(
    session: Session, values: dict[str, Any]
) -> None:
    host = make_host(session, make_edition(session))
    other = make_visit(session, host)
    make_slot(session, other, **{"day": 1, **values})

    assert len(add(session, make_visit(session, host))) == 3


def test_withdrawn_visit_strangers_and_another_address_are_in_nobodys_way(
    session: Session,
) -> None:
    edition, greet = make_edition(session), make_account(session)
    host = make_host(session, edition, contact=greet)
    withdrawn = make_visit(session, host, withdrawn_at=NOW)
    make_slot(session, withdrawn, day=1)
    make_offer(session, edition, contact=make_account(session), days=(1,))
    far = make_organisation(session, contact=greet, street="Elders 1")
    make_slot(
        session, make_visit(session, make_host(session, edition, organisation=far)), day=1
    )
    make_offer(session, make_edition(session), contact=greet, days=(1,))

    assert len(add(session, make_visit(session, host))) == 3


def test_two_places_of_one_address_meet_wherever_it_is_written(session: Session) -> None:
    edition, greet = make_edition(session), make_account(session)
    make_offer(session, edition, contact=greet, days=(1,))
    far = make_organisation(session, contact=greet, street="Elders 1")
    visit = make_visit(session, make_host(session, edition, organisation=far))
    same = replace(PATTERN, street="Zavelstraat 3", postcode="1150")

    with pytest.raises(Conflict) as warning:
        add(session, visit, same)

    assert warning.value.field == "anyway"


def test_colleague_in_common_is_enough_for_the_warning(session: Session) -> None:
    edition, samir = make_edition(session), make_account(session)
    one = make_offer(session, edition, contact=make_account(session), days=(1,))
    one.host.organisation.contacts.append(Contact(account=samir))
    other = make_host(session, edition, contact=samir)

    with pytest.raises(Conflict):
        add(session, make_visit(session, other))


def test_draft_of_another_organisation_is_warned_about_without_its_title(
    session: Session,
) -> None:
    edition, samir = make_edition(session), make_account(session)
    draft = make_offer(session, edition, contact=samir, days=(1,))
    draft.published_at = None
    other = make_host(session, edition, contact=samir)

    with pytest.raises(Conflict) as warning:
        add(session, make_visit(session, other))

    assert warning.value.values["moments"] == (f"Tue 10, 9:30 ({draft.host.organisation.name})")


def test_moved_moment_is_warned_about_and_one_that_only_grows_is_not(session: Session) -> None:
    host = make_host(session, make_edition(session))
    make_slot(session, make_visit(session, host), day=1)
    slot = make_slot(session, make_visit(session, host), day=1, start="10:00")

    def change(**values: Any) -> None:
        data = SlotData(
            day=DAYS[0],
            starts=time(10),
            ends=time(11, 30),
            minimum=1,
            capacity=8,
            languages=frozenset({"nl"}),
        )
        offers.change_slot(session, slot, replace(data, **values), language="en", now=NOW)

    change(capacity=20)
    with pytest.raises(Conflict) as warning:
        change(starts=time(9, 45))

    assert (warning.value.field, slot.capacity) == ("anyway", 20)


def test_day_that_is_sent_twice_gets_one_moment(session: Session) -> None:
    visit = make_visit(session, make_host(session, make_edition(session)), published_at=None)

    slots = offers.add_slots(session, visit, [MONDAY, MONDAY], PATTERN, language="en", now=NOW)

    assert [slot.starts_at for slot in slots] == [local(0, "9:30")]
