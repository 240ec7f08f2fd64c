"""Weights: what they promise of the order of the objectives, for any figures."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from solver.goals import FINE, LARGEST_SUM, Goal, weigh
from solver.linear import LinearModel

Figures = tuple[int, ...]


def goals_of(*ranges: tuple[int, int]) -> list[Goal]:
    """Return a goal for each range, whose figure is a variable of its own."""
    linear = LinearModel()
    goals = []
    for number, (lowest, highest) in enumerate(ranges, start=1):
        variable = linear.add_variable(lower=lowest, upper=highest)
        goals.append(
            Goal.of({variable: 1}, name=f"g{number}", number=number, sign=1, linear=linear)
        )
    return goals


ranges = st.lists(
    st.tuples(st.integers(-4, 0), st.integers(0, 4)).filter(lambda ends: ends[0] < ends[1]),
    min_size=1,
    max_size=4,
)


@given(ranges=ranges, data=st.data())
def test_the_weighted_best_is_the_first_in_order_and_its_bound_proves_it(
    ranges: list[tuple[int, int]], data: st.DataObject
) -> None:
    every = list(product(*(range(low, high + 1) for low, high in ranges)))
    plans = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=8))
    group = weigh(goals_of(*ranges))
    assert group is not None

    def worth(plan: Figures) -> int:
        return sum(weight * figure for weight, figure in zip(group.weights, plan, strict=True))

    best = max(plans, key=worth)

    assert best == max(plans)
    for position in range(len(ranges)):
        bound = group.bound(position, most=worth(best), reached=best[:position])
        assert bound == best[position]


@given(plans=st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=1, max_size=8))
def test_a_bound_is_true_whatever_the_weights(plans: list[Figures]) -> None:
    fine = goals_of((0, 9), (0, 9), (0, 100 * FINE))
    group = weigh(fine)
    assert group is not None
    assert group.weights[1] < 100 * FINE
    figures = [(a, b, c * 10 * FINE) for a, b, c in plans]

    most = max(sum(w * f for w, f in zip(group.weights, plan, strict=True)) for plan in figures)

    for position in range(3):
        for reached in figures:
            rivals = [
                plan[position] for plan in figures if plan[:position] == reached[:position]
            ]
            bound = group.bound(position, most=most, reached=reached[:position])
            assert max(rivals) <= bound


def test_a_fine_figure_ends_a_group() -> None:
    assert weigh(goals_of((0, 2 * FINE), (0, 1))) is None
    assert weigh(goals_of((0, 1), (0, 2 * FINE))) is not None


def test_a_group_with_too_large_a_sum_is_none() -> None:
    assert weigh(goals_of((0, FINE), (0, FINE), (0, FINE), (0, 1))) is None


def test_a_goal_alone_is_a_group_however_large() -> None:
    group = weigh(goals_of((0, 10 * LARGEST_SUM)))

    assert group is not None
    assert group.weights == (1,)
    assert group.bound(0, most=None, reached=[]) == 10 * LARGEST_SUM


def test_a_figure_counts_in_the_largest_steps_there_are() -> None:
    linear = LinearModel()
    a, b = linear.add_variable(), linear.add_variable(upper=2)

    goal = Goal.of({a: 30, b: 90}, name="away", number=1, sign=-1, linear=linear)

    assert (goal.figure, goal.step, goal.lowest, goal.highest) == ({a: -1, b: -3}, -30, -7, 0)


def test_choices_that_exclude_each_other_are_counted_once() -> None:
    linear = LinearModel()
    a, b, c = (linear.add_variable() for _ in range(3))
    linear.choices.append([a, b])

    assert linear.interval_of({a: 5, b: 3, c: -2}) == (-2, 5)
