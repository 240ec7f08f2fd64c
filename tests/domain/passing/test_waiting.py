"""Waiting lists: joining, one's place in the row, leaving."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import passing, placements
from opendeur.enums import Door, PlacementOrigin, SlotState, WaitingEnd
from opendeur.errors import Conflict, TooLate
from opendeur.models import WaitingListEntry
from tests.domain.passing.week import Week
from tests.factories import NOW, make_slot


@pytest.fixture
def week(session: Session) -> Week:
    return Week(session)


def test_place_in_the_row_is_by_who_joined_first(session: Session, week: Week) -> None:
    people = [week.person(name) for name in ("first", "second", "third")]
    for person in people:
        placements.join(session, person, week.visit, now=NOW)

    placements.leave(session, people[0], week.visit.id, now=NOW)

    places = [
        [wait.place for wait in passing.standing_of(session, person, now=NOW).waits.values()]
        for person in people
    ]
    assert places == [[], [1], [2]]
    assert [e.visitor for e in placements.who_waits(session, week.slot)] == people[1:]
    ended = session.query(WaitingListEntry).order_by(WaitingListEntry.id).first()
    assert ended is not None
    assert ended.ended is WaitingEnd.LEFT


def test_joining_twice_is_once_and_keeps_the_place(session: Session, week: Week) -> None:
    first, second = week.person("first"), week.person("second")
    for person in (first, second, first):
        placements.join(session, person, week.visit, slot=week.slot, now=NOW)

    assert passing.standing_of(session, first, now=NOW).waits[week.visit.id].place == 1
    assert session.query(WaitingListEntry).count() == 2


def have_a_place(week: Week) -> None:
    week.slot.capacity = 3


def take_place_no_more(week: Week) -> None:
    week.slot.state = SlotState.CLOSED
    make_slot(week.session, week.visit, day=1)


def suit_nobody(week: Week) -> None:
    week.slot.languages = frozenset({"fr"})


def be_withdrawn(week: Week) -> None:
    week.visit.withdrawn_at = NOW


@pytest.mark.parametrize("what", [have_a_place, take_place_no_more, suit_nobody, be_withdrawn])
def test_nobody_waits_for_what_will_not_come(
    session: Session, week: Week, what: Callable[[Week], None]
) -> None:
    what(week)
    session.flush()

    with pytest.raises(Conflict, match="There is nothing to wait for"):
        placements.join(session, week.person("somebody"), week.visit, now=NOW)


def test_whoever_has_a_place_does_not_wait(session: Session, week: Week) -> None:
    with pytest.raises(Conflict, match="You have a place"):
        placements.join(session, week.seats[0].visitor, week.visit, now=NOW)


def test_nobody_waits_for_what_is_over(session: Session, week: Week) -> None:
    with pytest.raises(TooLate):
        placements.join(
            session,
            week.person("somebody"),
            week.visit,
            now=week.slot.starts_at + timedelta(minutes=1),
        )


def test_whoever_gets_a_seat_by_another_way_waits_no_more(session: Session, week: Week) -> None:
    waiting = week.person("waiting")
    entry = placements.join(session, waiting, week.visit, now=NOW)

    placements.place(
        session,
        [(waiting.id, week.slot.id)],
        origin=PlacementOrigin.RUN,
        door=Door.RUN,
        now=NOW,
    )
    session.refresh(entry)

    assert (entry.ended, entry.left_at) == (WaitingEnd.SEATED, NOW)


def close_it(week: Week) -> None:
    week.slot.state = SlotState.CLOSED


def be_over(week: Week) -> None:
    week.slot.starts_at = NOW


@pytest.mark.parametrize("what", [be_withdrawn, close_it, be_over])
def test_nobody_stands_in_a_row_that_leads_nowhere(
    session: Session, week: Week, what: Callable[[Week], None]
) -> None:
    waiting = week.person("waiting")
    placements.join(session, waiting, week.visit, now=NOW)
    before = passing.standing_of(session, waiting, now=NOW).waits
    what(week)
    session.flush()

    assert list(before) == [week.visit.id]
    assert passing.standing_of(session, waiting, now=NOW).waits == {}
