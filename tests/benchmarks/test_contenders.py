"""The contenders play by the rules, and the rules of thumb do what they are called."""

from itertools import combinations

import pytest

from benchmarks.contenders import CONTENDERS, OURS, Contender
from benchmarks.contenders.queues import dictatorship, first_come
from benchmarks.contenders.textbook import MOST_LINES, Textbook, welfare_lines
from benchmarks.judging import Arena, why_skipped
from benchmarks.market import Guest, Market, Result, Slot, held, itineraries
from benchmarks.problems import Recipe, make

TINY = make(Recipe(hosts=6, visitors=20, seed=1))


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Arena:
    return Arena("tiny", TINY, tmp_path_factory.mktemp("arena"))


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda contender: contender.title)
def test_a_contender_breaks_no_rule(arena: Arena, contender: Contender) -> None:
    if why_skipped(contender, visitors=20):
        pytest.skip("its environment is only made by `make bench`")

    entry = arena.let(contender, limit=5)

    assert (entry.note, entry.faults) == ("", ())


def test_this_solver_is_at_least_as_good_as_everybody(arena: Arena) -> None:
    quick = [who for who in CONTENDERS if not who.is_guest]

    found = {who.title: arena.let(who, limit=60).metrics for who in quick}

    def value(title: str) -> tuple[int, int, int]:
        metrics = found[title]
        assert metrics is not None
        return metrics["placed"], metrics["hosts"], metrics["welfare"]

    assert value(OURS.title) == max(map(value, found))


def guest(number: int, *slots: int, **changes: object) -> Guest:
    values: dict[str, object] = {
        "id": f"p{number}",
        "organisation": None,
        "sectors": (),
        "seats": 1,
        "weight": 1.0,
        "max_visits": 1,
        "max_visits_per_day": 1,
        "best": 100,
        "slots": slots,
        "points": tuple(100 - 20 * rank for rank in range(len(slots))),
        "clashes": (),
    }
    return Guest(**(values | changes))  # type: ignore[arg-type]


def market(*guests: Guest, capacity: int = 1, least: int = 1) -> Market:
    slots = tuple(
        Slot(f"s{n}", host="o", visit=f"v{n}", day="d", capacity=capacity, least=least)
        for n in range(2)
    )
    return Market(slots, guests, max_same_organisation=None, objectives=("welfare",))


def test_who_comes_first_has_the_seat() -> None:
    found = market(guest(0, 0), guest(1, 0, 1), guest(2, 0, 1))

    choices = [(who.id, slot) for who, slot in first_come(found)]

    assert choices == [("p0", 0), ("p1", 1)]


def test_a_dictator_takes_the_best_that_is_free() -> None:
    found = market(guest(0, 0, 1), guest(1, 0, 1))

    choices = sorted((slot, who.id) for who, slot in dictatorship(found, seed=1))

    assert [slot for slot, _ in choices] == [0, 1]


def test_a_group_below_its_minimum_is_cancelled_and_counted() -> None:
    people = guest(0, 0), guest(1, 1), guest(2, 1)

    result = held(market(*people, least=2), [(people[0], 0), (people[1], 1), (people[2], 1)])

    assert result == Result(placements=(("p1", "s1"), ("p2", "s1")), cancelled=1)


def test_itineraries_have_no_clash_and_keep_the_maxima() -> None:
    who = guest(0, 0, 1, max_visits=2, max_visits_per_day=2, clashes=((0, 1),))

    assert list(itineraries(who, market(who).slots)) == [(), (0,), (1,)]


def test_the_lines_over_the_welfare_touch_it_where_points_can_be() -> None:
    who = guest(0, 0, 1, max_visits=2, max_visits_per_day=2, best=180)

    def highest(points: int) -> int:
        return min(
            (rise * points + height) // width for width, rise, height in welfare_lines(who)
        )

    assert [highest(p) for p in (0, 80, 100, 180)] == [
        who.welfare(p) for p in (0, 80, 100, 180)
    ]


def test_of_many_lines_over_the_welfare_those_left_are_still_over_it() -> None:
    points = tuple(range(55, 155, 10))
    who = guest(0, *range(10), points=points, best=900)
    reachable = {sum(some) for size in range(6) for some in combinations(points, size)}

    lines = welfare_lines(who)

    assert len(lines) == MOST_LINES
    assert all(
        width * who.welfare(total) <= rise * total + height
        for width, rise, height in lines
        for total in reachable
    )


def test_values_of_the_textbook_model_stand_for_placements() -> None:
    book = Textbook(market(guest(0, 0), guest(1, 0)))
    everything = [1] * len(book.model.uppers)

    assert book.placements(everything) == (("p0", "s0"), ("p1", "s0"))
