"""A seat that was given up goes to one person after another, until somebody has it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import assignment, passing, placements
from opendeur.enums import (
    Door,
    EditionPhase,
    MessageState,
    OfferState,
    PlacementOrigin,
    PlacementState,
    SlotState,
)
from tests.domain.invited import send_all
from tests.domain.passing.week import Week
from tests.factories import NOW, make_offer, make_organiser, make_placement


@pytest.fixture
def week(session: Session) -> Week:
    return Week(session)


def test_who_waits_is_asked_first_and_in_turn(session: Session, week: Week) -> None:
    week.person("preferred", week.visit)
    for minutes, name in enumerate(("first", "second")):
        joined = NOW + timedelta(minutes=minutes)
        placements.join(session, week.person(name), week.visit, now=joined)
    week.give_up()

    asked = [week.step()]
    passing.decline(session, week.told(), now=NOW)
    asked.append(week.step())
    passing.decline(session, week.told(), now=NOW)
    asked.append(week.step())

    assert asked == [["first"], ["second"], ["preferred"]]


def test_who_preferred_the_visit_is_asked_by_what_they_have(
    session: Session, week: Week
) -> None:
    other, third = (make_offer(session, week.edition, days=(day,)) for day in (2, 3))
    for name, preferred, had in (
        ("has all", (week.visit, other), other),
        ("has nothing", (week.visit, other), None),
        ("has little", (week.visit, other, third), third),
    ):
        visitor = week.person(name, *preferred)
        if had:
            make_placement(session, visitor, had.slots[0])
    week.give_up()

    asked = []
    while found := week.step():
        asked += found
        passing.decline(session, week.told(), now=NOW)

    assert asked == ["has nothing", "has little", "has all"]
    assert week.open_seats() == 1


def test_of_two_with_the_same_a_draw_decides_that_comes_out_alike(
    session: Session, week: Week
) -> None:
    for number in range(4):
        week.person(f"person {number}", week.visit)
    week.give_up()

    [drawn] = week.step()
    offer = week.told()
    offer.state = OfferState.VOID  # taken back: the same people can be asked again

    assert week.step() == [drawn]


def test_the_seat_is_held_until_the_deadline_and_then_goes_on(
    session: Session, week: Week
) -> None:
    for name in ("first", "second"):
        placements.join(session, week.person(name), week.visit, now=NOW)
    week.give_up()
    week.step()
    offer = week.told()

    early = passing.pass_on(session, week.slot.id, now=offer.expires_at - timedelta(seconds=1))
    held = (placements.seats_held(session, week.slot), week.open_seats())
    late = passing.pass_on(session, week.slot.id, now=offer.expires_at)

    assert (early, held, late) == (0, (1, 0), 1)
    assert offer.state is OfferState.EXPIRED
    assert week.told().visitor.account.given_name == "second"


def test_time_runs_from_when_the_letter_is_written_and_whom_none_reaches_is_passed_over(
    session: Session, week: Week
) -> None:
    for name in ("first", "second"):
        placements.join(session, week.person(name), week.visit, now=NOW)
    week.give_up()
    week.step()
    offer = passing.offers_in(session, week.slot)[0]
    assert offer.message is not None

    silent = passing.pass_on(session, week.slot.id, now=offer.expires_at + timedelta(hours=1))
    offer.message.state = MessageState.FAILED
    session.flush()
    after = passing.pass_on(session, week.slot.id, now=NOW)

    assert (silent, after) == (0, 1)
    assert offer.state is OfferState.EXPIRED


def test_as_many_are_asked_as_seats_were_given_up(session: Session, week: Week) -> None:
    week.slot.capacity = 5  # three seats are open all the time
    for number in range(4):
        week.person(f"person {number}", week.visit)
    week.person("staying", week.visit)
    make_placement(session, week.person("staying too"), week.slot)
    week.give_up(0)
    week.give_up(1)

    assert len(week.step()) == 2
    assert week.step() == []
    assert week.open_seats() == 2


def test_somebody_is_asked_for_one_seat_at_a_time(session: Session, week: Week) -> None:
    other = make_offer(session, week.edition, days=(2,))
    other.slots[0].capacity = 2
    for name in ("carl", "dora"):
        seat = make_placement(session, week.person(name), other.slots[0])
    wanting = week.person("wanting", week.visit, other)
    week.give_up()
    placements.withdraw(session, seat, by=seat.visitor.account, now=NOW)

    first = week.step()
    second = passing.pass_on(session, other.slots[0].id, now=NOW)
    passing.decline(session, week.told(), now=NOW)
    third = passing.pass_on(session, other.slots[0].id, now=NOW)

    assert (first, second, third) == ([wanting.account.given_name], 0, 1)


def close_it(session: Session, week: Week) -> None:
    week.slot.state = SlotState.CLOSED


def withdraw_the_visit(session: Session, week: Week) -> None:
    week.visit.withdrawn_at = NOW


@pytest.mark.parametrize("what", [close_it, withdraw_the_visit])
def test_nobody_is_asked_for_what_does_not_take_place(
    session: Session, week: Week, what: Callable[[Session, Week], None]
) -> None:
    week.person("preferred", week.visit)
    week.give_up()
    what(session, week)
    session.flush()

    assert week.step() == []
    assert (week.slot.freed_seats, week.open_seats()) == (0, 0)
    assert passing.slots_to_pass_on(session) == []


def test_a_moment_that_everybody_left_is_passed_on_all_the_same(
    session: Session, week: Week
) -> None:
    waiting = week.person("waiting")
    placements.join(session, waiting, week.visit, now=NOW)
    week.person("preferred", week.visit)
    week.give_up(0)
    week.give_up(1)

    asked = week.step()
    open_to_all = week.open_seats()
    passing.accept(session, passing.offers_in(session, week.slot)[1], now=NOW)

    assert asked == ["waiting", "preferred"]
    assert open_to_all == 0
    assert week.who_comes() == ["waiting"]


def test_what_nobody_is_asked_for_of_such_a_moment_can_be_taken(
    session: Session, week: Week
) -> None:
    week.person("preferred", week.visit)
    week.give_up(0)
    week.give_up(1)
    week.step()
    late = week.person("late")

    free = assignment.free_moments(session, late, now=NOW)
    passing.take(session, late, week.slot, now=NOW)

    assert free == [week.slot]
    assert (week.who_comes(), week.open_seats()) == (["late"], 0)


def test_whose_seat_a_run_replaced_is_asked_for_it_again(session: Session, week: Week) -> None:
    replaced = make_placement(session, week.person("replaced", week.visit), week.slot)
    placements.end(session, [replaced], PlacementState.REPLACED, door=Door.RUN, now=NOW)
    week.give_up()

    assert week.step() == ["replaced"]


def test_seats_that_are_left_when_everything_is_sent_go_to_who_waits(
    session: Session, week: Week
) -> None:
    send_all(session, week.edition)
    placements.join(session, week.person("waiting"), week.visit, now=NOW)
    week.person("preferred", week.visit)
    placements.end(session, week.seats, PlacementState.REPLACED, door=Door.RUN, now=NOW)
    make_placement(session, week.person("placed"), week.slot)
    session.flush()
    before = week.step()

    send_all(session, week.edition)

    assert before == []
    assert week.step() == ["waiting"]


def test_two_workers_in_the_same_moment_ask_one_person(
    database: Database, session: Session
) -> None:
    week = Week(session)
    for number in range(6):
        week.person(f"person {number}", week.visit)
    week.give_up()
    slot_id = week.slot.id
    session.commit()

    def step(_number: int) -> int:
        with database.session() as own:
            asked = passing.pass_on(own, slot_id, now=NOW)
            own.commit()
        return asked

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(step, range(8))) == 1


def test_shortly_before_the_visit_nobody_is_asked_and_the_seat_is_open(
    session: Session, week: Week
) -> None:
    week.person("preferred", week.visit)
    week.give_up()
    asked = passing.pass_on(session, week.slot.id, now=week.slot.starts_at - timedelta(hours=1))

    assert asked == 0
    assert week.open_seats() == 1


def test_before_people_know_their_week_nothing_is_passed_on(
    session: Session, week: Week
) -> None:
    week.edition.phase = EditionPhase.ASSIGNMENT
    week.give_up()

    assert week.slot.freed_seats == 0


def test_a_seat_taken_back_is_passed_on_no_more(session: Session, week: Week) -> None:
    week.person("preferred", week.visit)
    week.give_up()
    placements.give_back(
        session, week.seats[0], door=Door.PAGE, by=week.seats[0].visitor.account, now=NOW
    )

    assert week.step() == []
    assert week.slot.freed_seats == 0


def test_a_dismissed_guest_frees_a_seat_too(session: Session, week: Week) -> None:
    week.person("preferred", week.visit)
    organiser = make_organiser(session)
    placements.dismiss(session, week.seats[0], door=Door.DESK, by=organiser, now=NOW)

    assert week.step() == ["preferred"]


def test_cancelling_the_moment_takes_back_what_is_held(session: Session, week: Week) -> None:
    week.person("preferred", week.visit)
    week.give_up()
    week.step()
    offer = week.told()

    placements.cancel(
        session,
        week.slot,
        door=Door.DESK,
        by=make_organiser(session),
        reason="",
        seen=1,
        now=NOW,
    )
    session.refresh(offer)

    assert (offer.state, week.slot.freed_seats) == (OfferState.VOID, 0)


def test_the_seat_that_was_taken_stays_in_a_later_run(session: Session, week: Week) -> None:
    week.person("first")
    taker = week.person("taker", submitted=False)
    placements.join(session, taker, week.visit, now=NOW)
    week.give_up()
    week.step()
    placed = passing.accept(session, week.told(), now=NOW)

    problem = assignment.build_problem(session, week.edition)
    [found] = [one for one in problem["visitors"] if one["id"] == f"p{taker.id}"]

    assert placed is not None
    assert placed.origin is PlacementOrigin.WAITING_LIST
    assert found["preferences"] == [f"v{week.visit.id}"]
    assert {"visitor": f"p{taker.id}", "slot": f"s{week.slot.id}"} in problem["previous"][
        "placements"
    ]
