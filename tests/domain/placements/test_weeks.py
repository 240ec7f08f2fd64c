import pytest

from opendeur.domain import placements
from opendeur.enums import EditionPhase, PlacementState
from tests.factories import (
    NOW,
    local,
    make_edition,
    make_offer,
    make_placement,
    make_visitor,
)
from tests.queries import counted


@pytest.fixture
def edition(session):
    return make_edition(session, phase=EditionPhase.PUBLISHED)


def test_a_week_holds_seats_in_order_of_time_with_their_rank(session, edition):
    visits = [make_offer(session, edition, days=(day,)) for day in (2, 0)]
    other = make_offer(session, edition, days=(1,))
    visitor = make_visitor(session, edition, preferences=visits)
    for visit in (*visits, other):
        make_placement(session, visitor, visit.slots[0])

    week = placements.week_of(session, visitor)

    assert [(seat.slot, seat.rank) for seat in week.granted] == [
        (visits[1].slots[0], 2),
        (other.slots[0], None),
        (visits[0].slots[0], 1),
    ]
    assert week.missed == ()


def test_a_seat_that_was_given_up_or_replaced_is_not_in_the_week(session, edition):
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, preferences=[visit])
    make_placement(session, visitor, visit.slots[0], state=PlacementState.REPLACED)
    make_placement(session, visitor, visit.slots[0], state=PlacementState.WITHDRAWN)

    assert placements.week_of(session, visitor).granted == ()


def test_what_was_not_granted_comes_with_the_people_and_the_seats(session, edition):
    visit = make_offer(session, edition, days=(0, 1))
    visitor = make_visitor(session, edition, preferences=[visit])
    winner = make_visitor(session, edition, preferences=[visit], seats=3)
    make_placement(session, winner, visit.slots[0])

    [missed] = placements.week_of(session, visitor).missed

    assert (missed.visit, missed.rank, missed.people, missed.seats) == (visit, 1, 4, 8)
    assert missed.takes_place


def test_what_was_not_granted_tells_whether_the_visitor_could_have_come(session, edition):
    suitable, abroad, same_time = (make_offer(session, edition, days=(d,)) for d in (1, 2, 0))
    had = make_offer(session, edition, days=(0,))
    abroad.slots[0].languages = {"fr"}
    visitor = make_visitor(session, edition, preferences=[had, suitable, abroad, same_time])
    make_placement(session, visitor, had.slots[0])
    for visit in (suitable, abroad, same_time):
        make_placement(session, make_visitor(session, edition), visit.slots[0])

    missed = placements.week_of(session, visitor).missed

    assert [(m.visit, m.could_come) for m in missed] == [
        (suitable, True),
        (abroad, False),
        (same_time, False),
    ]


def test_a_visit_of_which_no_slot_runs_does_not_take_place(session, edition):
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, preferences=[visit])

    [missed] = placements.week_of(session, visitor).missed

    assert (missed.people, missed.seats, missed.takes_place) == (1, 0, False)


def test_a_withdrawn_visit_is_among_what_was_not_granted(session, edition):
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, preferences=[visit])
    visit.withdrawn_at = NOW

    assert [missed.visit for missed in placements.week_of(session, visitor).missed] == [visit]


def test_the_week_at_a_glance_has_seats_and_busy_times_by_half_day(session, edition):
    visit = make_offer(session, edition)
    visitor = make_visitor(
        session,
        edition,
        preferences=[visit],
        busy=[
            (local(1, "12:30"), local(1, "18:00")),
            (local(2, "10:00"), local(2, "11:00")),
        ],
    )
    make_placement(session, visitor, visit.slots[0])

    week = placements.week_of(session, visitor)

    mornings, afternoons = week.row(is_morning=True), week.row(is_morning=False)
    assert [len(cell.granted) for cell in mornings] == [1, 0, 0, 0, 0]
    assert [len(cell.granted) for cell in afternoons] == [0, 0, 0, 0, 0]
    assert [cell.is_busy for cell in mornings] == [False, False, True, False, False]
    assert [cell.is_busy for cell in afternoons] == [False, True, False, False, False]


def test_a_week_is_read_with_as_many_statements_whatever_its_length(session, database, edition):
    found = []
    for length in (1, 3):
        visits = [make_offer(session, edition, days=(day,)) for day in range(length)]
        missed = [make_offer(session, edition) for _ in range(length)]
        visitor = make_visitor(session, edition, preferences=[*visits, *missed])
        for visit in visits:
            make_placement(session, visitor, visit.slots[0])
        session.commit()
        with database.session() as fresh:
            again = fresh.get_one(type(visitor), visitor.id)
            with counted(database.engine) as count:
                for seat in placements.week_of(fresh, again).granted:
                    assert seat.slot.address[1].code == "1150"
        found.append(count.statements)

    assert found[0] == found[1]
