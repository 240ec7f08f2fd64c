"""Moments obey the week; people who have a seat are never moved by accident."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from opendeur import limits
from opendeur.domain import offers
from opendeur.domain.offers import Pattern, SlotData, open_days
from opendeur.domain.offers.slot_rules import require_moment
from opendeur.enums import EditionPhase, PlacementState, SlotState
from opendeur.errors import Conflict, InvalidInput, NotAllowed, TooLate
from opendeur.models import ClosedPeriod, Edition, Postcode, Slot, Visit
from tests.factories import (
    BRUSSELS,
    MONDAY,
    NOW,
    local,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)

DATA = SlotData(
    day=MONDAY + timedelta(days=1),
    starts=time(9, 30),
    ends=time(11),
    minimum=4,
    capacity=10,
    languages=frozenset({"nl", "fr"}),
)


def make_draft(session: Session, **values: Any) -> Visit:
    host = make_host(session, make_edition(session, **values))
    return make_visit(session, host, published_at=None)


def closed(day: int, start: str, end: str) -> ClosedPeriod:
    return ClosedPeriod(
        starts_at=local(day, start),
        ends_at=local(day, end),
        reason_nl="Soep voor iedereen",
        reason_fr="Soupe pour tous",
        reason_en="Soup for everybody",
    )


def add(session: Session, visit: Visit, data: SlotData) -> Slot:
    values = asdict(data)
    days = [values.pop("day")]
    [slot] = offers.add_slots(session, visit, days, Pattern(**values), language="en", now=NOW)
    return slot


def test_a_moment_is_kept_as_an_instant(session: Session) -> None:
    visit = make_draft(session)

    slot = add(session, visit, DATA)

    assert (slot.starts_at, slot.ends_at) == (local(1, "9:30"), local(1, "11:00"))
    assert (slot.minimum, slot.capacity, slot.languages) == (4, 10, frozenset({"nl", "fr"}))
    assert (slot.state, slot.has_own_place) == (SlotState.OPEN, False)
    assert slot.reference == f"{DATA.day:%Y-%m-%d}-0930"


def test_a_reference_stays_with_its_moment(session: Session) -> None:
    visit = make_draft(session)
    first = add(session, visit, DATA)
    early = replace(DATA, starts=time(8), ends=time(9))
    offers.change_slot(session, first, early, language="en", now=NOW)

    second = add(session, visit, DATA)

    assert (first.reference, second.reference) == (
        f"{DATA.day:%Y-%m-%d}-0930",
        f"{DATA.day:%Y-%m-%d}-0930-2",
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": MONDAY - timedelta(days=1)}, "day"),
        ({"day": MONDAY + timedelta(days=5)}, "day"),
        ({"day": date.max}, "day"),
        ({"ends": time(9, 30)}, "ends"),
        ({"ends": time(9)}, "ends"),
        ({"starts": time(7, 59)}, "starts"),
        ({"ends": time(18, 1)}, "ends"),
        ({"minimum": 0}, "minimum"),
        ({"minimum": 11}, "capacity"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": limits.MOST_SEATS + 1}, "capacity"),
        ({"languages": frozenset()}, "languages"),
        ({"languages": frozenset({"xx"})}, "languages"),
        ({"postcode": "1040"}, "street"),
        ({"street": "Elders 1"}, "postcode"),
        ({"street": "Elders 1", "postcode": "9000"}, "postcode"),
    ],
)
def test_a_moment_that_breaks_a_rule_is_refused_on_its_field(
    session: Session, values: dict[str, Any], field: str
) -> None:
    visit = make_draft(session)

    with pytest.raises(InvalidInput) as refusal:
        add(session, visit, replace(DATA, **values))

    assert refusal.value.field == field
    assert visit.slots == []


def test_a_moment_in_a_closed_period_is_refused_with_the_reason(session: Session) -> None:
    visit = make_draft(session)
    visit.host.edition.closed_periods.append(closed(1, "10:30", "12:00"))

    with pytest.raises(InvalidInput) as refusal:
        add(session, visit, DATA)

    assert (refusal.value.field, refusal.value.values["reason"]) == (
        "day",
        "Soup for everybody",
    )


@pytest.mark.parametrize(("start", "end"), [("8:00", "9:30"), ("11:00", "18:00")])
def test_a_moment_may_touch_a_closed_period(session: Session, start: str, end: str) -> None:
    visit = make_draft(session)
    visit.host.edition.closed_periods.append(closed(1, start, end))

    slot = add(session, visit, DATA)

    assert slot.starts_at == local(1, "9:30")


def test_a_visit_has_a_moment_once(session: Session) -> None:
    visit = make_draft(session)
    add(session, visit, DATA)

    with pytest.raises(Conflict) as refusal:
        add(session, visit, replace(DATA, ends=time(12)))

    assert refusal.value.field == "days"
    assert len(visit.slots) == 1


def test_a_moment_elsewhere_lies_at_the_centre_of_its_postcode(session: Session) -> None:
    visit = make_draft(session)

    slot = add(session, visit, replace(DATA, street="Elders 1", postcode="1040"))

    centre = session.get_one(Postcode, "1040")
    assert slot.address == ("Elders 1", centre)
    assert slot.coordinates == (centre.latitude, centre.longitude)


def test_a_moment_elsewhere_can_come_home(session: Session) -> None:
    visit = make_draft(session)
    slot = add(session, visit, replace(DATA, street="Elders 1", postcode="1040"))

    offers.change_slot(session, slot, DATA, language="en", now=NOW)

    assert (slot.has_own_place, slot.postcode_code) == (False, None)


def test_a_moment_changes_without_standing_in_its_own_way(session: Session) -> None:
    visit = make_draft(session)
    slot = add(session, visit, DATA)

    offers.change_slot(session, slot, replace(DATA, capacity=12), language="en", now=NOW)

    assert slot.capacity == 12


@pytest.mark.parametrize(
    "values", [{"phase": EditionPhase.ASSIGNMENT}, {"hosting_ends_at": NOW}]
)
def test_no_moment_changes_after_the_deadline(session: Session, values: dict[str, Any]) -> None:
    visit = make_draft(session, **values)
    slot = make_slot(session, visit)

    for change in (offers.close_slot, offers.reopen_slot, offers.remove_slot):
        with pytest.raises(TooLate):
            change(session, slot, now=NOW)
    with pytest.raises(TooLate):
        add(session, visit, DATA)
    with pytest.raises(TooLate):
        offers.change_slot(session, slot, DATA, language="en", now=NOW)


def test_a_moment_is_closed_and_opened_again(session: Session) -> None:
    visit = make_offer(session, make_edition(session), days=(0, 1))
    slot = visit.slots[0]

    offers.close_slot(session, slot, now=NOW)
    after_closing = slot.state
    offers.reopen_slot(session, slot, now=NOW)

    assert (after_closing, slot.state) == (SlotState.CLOSED, SlotState.OPEN)


def test_a_moment_is_removed(session: Session) -> None:
    visit = make_offer(session, make_edition(session), days=(0, 1))
    number = visit.slots[0].id

    offers.remove_slot(session, visit.slots[0], now=NOW)

    assert session.get(Slot, number) is None
    assert len(visit.slots) == 1


@pytest.mark.parametrize("leave", [offers.close_slot, offers.remove_slot])
def test_a_visit_in_the_programme_keeps_an_open_moment(
    session: Session, leave: Callable[..., None]
) -> None:
    visit = make_offer(session, make_edition(session), days=(0,))
    make_slot(session, visit, day=1, state=SlotState.CLOSED)

    with pytest.raises(Conflict):
        leave(session, visit.slots[0], now=NOW)

    assert len(visit.open_slots) == 1


@pytest.mark.parametrize("leave", [offers.close_slot, offers.remove_slot])
def test_a_draft_can_lose_its_last_moment(session: Session, leave: Callable[..., None]) -> None:
    visit = make_draft(session)
    slot = add(session, visit, DATA)

    leave(session, slot, now=NOW)

    assert visit.open_slots == []


@pytest.mark.parametrize("leave", [offers.close_slot, offers.remove_slot])
def test_what_the_team_decided_stays(session: Session, leave: Callable[..., None]) -> None:
    visit = make_offer(session, make_edition(session), days=(0, 1))
    visit.slots[0].state = SlotState.FORCED
    session.flush()

    with pytest.raises(NotAllowed):
        leave(session, visit.slots[0], now=NOW)


@pytest.mark.parametrize("leave", [offers.close_slot, offers.remove_slot])
def test_a_moment_with_people_in_it_stays(session: Session, leave: Callable[..., None]) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    make_placement(session, make_visitor(session, edition), visit.slots[0])

    with pytest.raises(Conflict):
        leave(session, visit.slots[0], now=NOW)

    assert len(visit.open_slots) == 2


def test_a_moment_that_people_once_had_is_closed_not_removed(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    slot = visit.slots[0]
    make_placement(session, make_visitor(session, edition), slot, state=PlacementState.REPLACED)

    with pytest.raises(Conflict):
        offers.remove_slot(session, slot, now=NOW)
    offers.close_slot(session, slot, now=NOW)

    assert slot.state is SlotState.CLOSED


@pytest.mark.parametrize(
    "values",
    [
        {"day": MONDAY + timedelta(days=2)},
        {"ends": time(11, 30)},
        {"street": "Elders 1", "postcode": "1040"},
        {"capacity": 4},
    ],
)
def test_people_with_a_seat_are_not_moved(session: Session, values: dict[str, Any]) -> None:
    visit = make_draft(session)
    slot = add(session, visit, DATA)
    make_placement(session, make_visitor(session, visit.host.edition, seats=5), slot)

    with pytest.raises(Conflict):
        offers.change_slot(session, slot, replace(DATA, **values), language="en", now=NOW)

    assert (slot.starts_at, slot.ends_at) == (local(1, "9:30"), local(1, "11:00"))
    assert (slot.street, slot.capacity) == ("", 10)


def test_room_for_more_can_be_made_beside_people_with_a_seat(session: Session) -> None:
    visit = make_draft(session)
    slot = add(session, visit, DATA)
    make_placement(session, make_visitor(session, visit.host.edition, seats=5), slot)

    offers.change_slot(session, slot, replace(DATA, capacity=12), language="en", now=NOW)

    assert slot.capacity == 12


def test_only_a_contact_finds_a_moment_and_only_in_its_edition(session: Session) -> None:
    account, stranger = make_account(session), make_account(session)
    edition, other = make_edition(session), make_edition(session)
    slot = make_offer(session, edition, contact=account).slots[0]

    assert offers.find_slot(session, edition, account, slot.id) is slot
    assert offers.find_slot(session, edition, stranger, slot.id) is None
    assert offers.find_slot(session, other, account, slot.id) is None


def test_a_day_closed_in_two_parts_is_no_day_for_visits() -> None:
    edition = week(closed(2, "8:00", "12:00"), closed(2, "11:00", "18:00"))

    assert list(open_days(edition)) == [MONDAY + timedelta(days=n) for n in (0, 1, 3, 4)]


def test_a_day_with_an_open_hour_is_a_day_for_visits() -> None:
    edition = week(closed(2, "8:00", "12:00"), closed(2, "13:00", "18:00"))

    assert len(list(open_days(edition))) == 5


def week(*periods: ClosedPeriod) -> Edition:
    return Edition(
        time_zone="Europe/Brussels",
        starts_on=MONDAY,
        ends_on=MONDAY + timedelta(days=4),
        day_starts_at=time(8),
        day_ends_at=time(18),
        closed_periods=list(periods),
    )


@given(
    day=st.dates(MONDAY - timedelta(days=2), MONDAY + timedelta(days=7)),
    starts=st.times(),
    ends=st.times(),
)
def test_whatever_is_let_through_lies_in_the_week(day: date, starts: time, ends: time) -> None:
    edition = week(closed(1, "12:00", "14:00"))
    data = replace(DATA, day=day, starts=starts, ends=ends)

    try:
        require_moment(edition, data, language="nl")
    except InvalidInput:
        return

    begin, end = edition.at(day, starts), edition.at(day, ends)
    assert local(0, "8:00") <= begin < end <= local(4, "18:00")
    assert time(8) <= begin.astimezone(BRUSSELS).time() < end.time() <= time(18)
    assert end <= local(1, "12:00") or begin >= local(1, "14:00")
