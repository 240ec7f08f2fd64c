"""A seat that was given up goes to one person after another, until somebody has it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

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
from opendeur.models import BusyPeriod, Visitor
from tests.domain.passing.week import Week
from tests.factories import NOW, local, make_offer, make_organiser, make_placement, make_slot


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


def be_busy(session: Session, week: Week, visitor: Visitor) -> None:
    starts_at = week.slot.starts_at
    visitor.busy_periods.append(BusyPeriod(starts_at=starts_at, ends_at=week.slot.ends_at))


def be_elsewhere(session: Session, week: Week, visitor: Visitor) -> None:
    make_placement(session, visitor, make_offer(session, week.edition).slots[0])


def be_too_far_away(session: Session, week: Week, visitor: Visitor) -> None:
    far = make_offer(session, week.edition, days=())
    far.host.organisation.latitude, far.host.organisation.longitude = 50.95, 4.60
    slot = make_slot(session, far, start="8:00")
    slot.ends_at = week.slot.starts_at - timedelta(minutes=5)
    make_placement(session, visitor, slot)


def speak_another_language(session: Session, week: Week, visitor: Visitor) -> None:
    week.slot.languages = frozenset({"fr"})


def be_of_another_audience(session: Session, week: Week, visitor: Visitor) -> None:
    week.visit.audience = list(week.visit.host.organisation.sectors)


def have_as_many_as_they_want(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.max_visits = 1
    make_placement(session, visitor, make_offer(session, week.edition, days=(3,)).slots[0])


def have_as_many_that_day(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.max_visits_per_day = 1
    other = make_offer(session, week.edition, days=())
    make_placement(session, visitor, make_slot(session, other, start="15:00"))


def work_there(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.organisation = week.visit.host.organisation


def be_too_many(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.seats = 2


def be_unreachable(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.account.bounced_at = NOW


def be_disabled(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.account.disabled_at = NOW


def have_given_it_up(session: Session, week: Week, visitor: Visitor) -> None:
    seat = make_placement(session, visitor, week.slot)
    placements.end(session, [seat], PlacementState.WITHDRAWN, door=Door.PAGE, now=NOW)


REASONS = [
    be_busy,
    be_elsewhere,
    be_too_far_away,
    speak_another_language,
    be_of_another_audience,
    have_as_many_as_they_want,
    have_as_many_that_day,
    work_there,
    be_too_many,
    be_unreachable,
    be_disabled,
]


@pytest.mark.parametrize("reason", [*REASONS, have_given_it_up])
def test_nobody_is_asked_whose_week_has_no_room_or_who_cannot_be_asked(
    session: Session, week: Week, reason: Callable[[Session, Week, Visitor], None]
) -> None:
    reason(session, week, week.person("somebody", week.visit))
    session.flush()
    week.give_up()

    assert week.step() == []
    assert week.open_seats() == 1


@pytest.mark.parametrize("reason", REASONS)
def test_who_waits_without_room_is_passed_over(
    session: Session, week: Week, reason: Callable[[Session, Week, Visitor], None]
) -> None:
    waiting = week.person("waiting")
    placements.join(session, waiting, week.visit, now=NOW)
    week.person("preferred", week.visit, languages={"nl", "fr"}, sectors=("ouderen",))
    reason(session, week, waiting)
    session.flush()
    week.give_up()

    assert week.step() == ["preferred"]


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


def empty_it(session: Session, week: Week) -> None:
    week.give_up(1)


@pytest.mark.parametrize("what", [close_it, withdraw_the_visit, empty_it])
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


@pytest.mark.parametrize(
    ("before", "hours", "expected"),
    [
        (timedelta(days=10), 24, timedelta(hours=24)),
        (timedelta(days=10), 3, timedelta(hours=3)),
        (timedelta(hours=12), 24, timedelta(hours=4)),
    ],
)
def test_deadline_is_what_was_set_and_at_most_a_third_of_the_time_left(
    session: Session, week: Week, before: timedelta, hours: int, expected: timedelta
) -> None:
    week.edition.seat_offer_hours = hours
    week.slot.starts_at = local(3, "22:00")
    week.slot.ends_at = local(3, "23:00")
    now = week.slot.starts_at - before if before < timedelta(days=1) else local(-7, "10:00")

    assert passing.deadline_of(week.edition, week.slot, now=now) - now == expected


@pytest.mark.parametrize(
    ("asked", "starts", "expected"),
    [
        ((-2, "16:00"), (3, "9:30"), (-1, "9:00")),  # 7 hours later it is 23:00
        ((-2, "19:00"), (3, "9:30"), (-1, "9:00")),  # 2:00
        ((-1, "20:00"), (0, "9:30"), (0, "0:30")),  # there is no time until the morning
    ],
)
def test_nobody_has_to_answer_at_night(
    session: Session,
    week: Week,
    asked: tuple[int, str],
    starts: tuple[int, str],
    expected: tuple[int, str],
) -> None:
    week.edition.seat_offer_hours = 7
    week.slot.starts_at = local(*starts)
    week.slot.ends_at = week.slot.starts_at + timedelta(hours=1)

    deadline = passing.deadline_of(week.edition, week.slot, now=local(*asked))

    assert deadline == local(*expected)
