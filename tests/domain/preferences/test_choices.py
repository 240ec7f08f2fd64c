"""What fits at each choice, and which choices cannot be had together."""

from itertools import product

import pytest

from opendeur.domain import preferences
from opendeur.domain.preferences import Clash, Obstacle
from opendeur.domain.preferences.attendance import wish_of
from opendeur.enums import SlotState
from opendeur.models import Sector
from tests.factories import (
    MONDAY,
    local,
    make_edition,
    make_host,
    make_slot,
    make_visit,
    make_visitor,
)

MONDAY_MORNING = (local(0, "8:00"), local(0, "12:30"))


@pytest.fixture
def edition(session):
    return make_edition(session)


def make_choice(session, edition, *moments, audience=(), **values):
    """Return a visit with a slot at each (day, start)."""
    visit = make_visit(session, make_host(session, edition))
    visit.audience = [session.get_one(Sector, code) for code in audience]
    for day, start in moments:
        make_slot(session, visit, day=day, start=start, **values)
    return visit


def choices_of(session, edition, *visits, **values):
    visitor = make_visitor(session, edition, preferences=visits, **values)
    ranking = preferences.ranking_of(session, visitor)
    return preferences.choices_of(session, visitor, ranking)


def test_each_moment_tells_what_keeps_the_visitor_from_it(session, edition):
    visit = make_choice(session, edition, (0, "9:30"), (2, "9:30"))
    make_slot(session, visit, day=1, languages={"fr"})
    make_slot(session, visit, day=3, capacity=1)
    make_slot(session, visit, day=4, state=SlotState.CLOSED)

    [choice] = choices_of(session, edition, visit, busy=[MONDAY_MORNING], seats=2)

    assert [(moment.starts_at, moment.obstacle) for moment in choice.moments] == [
        (local(0, "9:30"), Obstacle.BUSY),
        (local(1, "9:30"), Obstacle.LANGUAGE),
        (local(2, "9:30"), None),
        (local(3, "9:30"), Obstacle.SEATS),
    ]
    assert (choice.rank, choice.is_possible, choice.obstacle) == (1, True, None)


@pytest.mark.parametrize(
    ("values", "obstacle"),
    [
        ({"busy": [MONDAY_MORNING]}, Obstacle.BUSY),
        ({"languages": {"en"}}, Obstacle.LANGUAGE),
        ({"sectors": ["wonen"]}, Obstacle.AUDIENCE),
        ({"seats": 9}, Obstacle.SEATS),
    ],
)
def test_a_choice_that_is_not_possible_tells_the_one_reason(session, edition, values, obstacle):
    visit = make_choice(session, edition, (0, "9:00"), (0, "11:00"), audience=["thuiszorg"])

    [choice] = choices_of(session, edition, visit, **values)

    assert (choice.is_possible, choice.obstacle) == (False, obstacle)


def test_a_choice_without_moments_is_not_possible_and_has_no_reason(session, edition):
    [choice] = choices_of(session, edition, make_choice(session, edition))

    assert (choice.moments, choice.is_possible, choice.obstacle) == ((), False, None)


@pytest.mark.parametrize(
    ("better", "own", "clashes"),
    [
        ([(0, "10:00")], [(0, "9:30")], (Clash(1),)),
        ([(0, "10:00"), (1, "14:00")], [(0, "9:30")], (Clash(1, (MONDAY,)),)),
        ([(0, "10:00"), (0, "14:00")], [(0, "9:30")], ()),
        ([(0, "11:00")], [(0, "9:30")], ()),
        ([(0, "10:00")], [(1, "10:00")], ()),
    ],
)
def test_a_clash_is_told_only_where_two_choices_cannot_both_be_had(
    session, edition, better, own, clashes
):
    visits = [make_choice(session, edition, *moments) for moments in (better, own)]

    first, second = choices_of(session, edition, *visits)

    assert (first.clashes, second.clashes) == ((), clashes)


def test_moments_that_do_not_fit_clash_with_nothing(session, edition):
    visits = [make_choice(session, edition, (0, "10:00")) for _ in range(2)]

    _, second = choices_of(session, edition, *visits, busy=[MONDAY_MORNING])

    assert second.clashes == ()


def test_a_clash_is_told_with_every_better_choice(session, edition):
    visits = [make_choice(session, edition, (0, "10:00")) for _ in range(3)]

    choices = choices_of(session, edition, *visits)

    assert choices[2].clashes == (Clash(1), Clash(2))


def test_obstacle_is_found_exactly_where_somebody_could_not_attend(session, edition):
    for audience, sectors, languages, seats, busy in product(
        ([], ["thuiszorg"]),
        (["thuiszorg"], ["wonen"]),
        ({"nl"}, {"en"}),
        (1, 9),
        ([], [MONDAY_MORNING]),
    ):
        visit = make_choice(session, edition, (0, "9:30"), audience=audience)
        visitor = make_visitor(
            session, edition, sectors=sectors, languages=languages, seats=seats, busy=busy
        )
        [slot] = visit.slots

        obstacle = wish_of(visitor).obstacle(slot, set(audience))

        assert (obstacle is None) is preferences.could_attend(visitor, slot)
