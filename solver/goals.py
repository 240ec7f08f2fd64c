"""Several objectives as one: weights that keep the more important ones more important.

The objectives are optimised in groups. The weighted sum of a group is searched once; its
proven bound is then a bound on each of its members::

    sum_i w[i] f[i] <= Z    and    f[j] >= low[j]    imply
    f[i] <= (Z - sum_{j before i} w[j] f[j] - sum_{j after i} w[j] low[j]) / w[i]

With ``w[i] > sum_{j after i} w[j] (high[j] - low[j])`` that bound is the value itself: the
weights are *exact*. Where exact weights would be too large for a solver that computes with
rounding, as for numbers of people before their welfare, smaller ones are used. They nearly
always lead to the same plan, and what they do not prove is proven by a search of its own.

References
----------
M. Ehrgott (2005), Multicriteria Optimization, section 5.1, lexicographic optimality.
https://doi.org/10.1007/3-540-27659-9
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from solver.linear import Expression, LinearModel, Values, times, total, unit_of, value_of

LARGEST_SUM = 5 * 10**10
"""Of the weighted figures of a group. Above it, rounding would be felt."""
FINE = 10**5
"""A figure with a larger range is too fine for exact weights, so it ends a group."""
GUIDING_FACTOR = 8
"""With weights that are not exact, a step of one figure outweighs this many of the largest
steps that a single variable makes in the figures after it.
"""


@dataclass(frozen=True)
class Goal:
    """One objective, as an expression that is to be as high as possible.

    ``figure`` counts in steps: the objective's value is ``step`` times the figure, where
    ``step`` is negative for an objective that is minimised. ``lowest`` and ``highest`` bound
    the figure.
    """

    name: str
    number: int
    figure: Expression
    step: int
    lowest: int
    highest: int

    @classmethod
    def of(
        cls, expression: Expression, *, name: str, number: int, sign: int, linear: LinearModel
    ) -> "Goal":
        """Return the goal of an objective's expression; ``sign`` is -1 to minimise it."""
        step = sign * unit_of(expression)
        figure = {variable: c // step for variable, c in expression.items()}
        lowest, highest = linear.interval_of(figure)
        return cls(name, number, figure, step, lowest, highest)

    @property
    def span(self) -> int:
        """The range of the figure."""
        return self.highest - self.lowest

    @cached_property
    def largest_step(self) -> int:
        """The most that one variable changes the figure."""
        return max(map(abs, self.figure.values()), default=1)

    def of_values(self, values: Values) -> int:
        """Return the figure that some values of the variables have."""
        return value_of(self.figure, values)


@dataclass(frozen=True)
class Group:
    """Consecutive goals that are searched as one weighted sum."""

    goals: tuple[Goal, ...]
    weights: tuple[int, ...]

    @classmethod
    def of_one(cls, goal: Goal) -> "Group":
        """Return a goal as a group of its own."""
        return cls((goal,), (1,))

    @property
    def is_fine(self) -> bool:
        """Tell whether it ends with a figure too fine for exact weights."""
        return self.goals[-1].span > FINE

    @property
    def expression(self) -> Expression:
        """The weighted sum."""
        return total(
            times(weight, goal.figure)
            for weight, goal in zip(self.weights, self.goals, strict=True)
        )

    def bound(self, position: int, *, most: int | None, reached: Sequence[int]) -> int:
        """Return a proven bound on the figure of the goal at a position.

        ``most`` is a proven bound on the weighted sum, None for none; ``reached`` are the
        figures of the goals before, none of which may be given up.
        """
        goal = self.goals[position]
        if most is None:
            return goal.highest
        before = zip(self.weights[:position], reached, strict=True)
        after = zip(self.weights[position + 1 :], self.goals[position + 1 :], strict=True)
        rest = most - sum(weight * figure for weight, figure in before)
        rest -= sum(weight * later.lowest for weight, later in after)
        return min(goal.highest, rest // self.weights[position])


def weigh(goals: Sequence[Goal]) -> Group | None:
    """Return the goals as one group; None where they are not to be searched as one."""
    if any(goal.span > FINE for goal in goals[:-1]):
        return None
    is_fine = goals[-1].span > FINE
    weights = [1]
    span, step = goals[-1].span, goals[-1].largest_step
    for goal in reversed(goals[:-1]):
        weight = span + 1
        if is_fine or weight * goal.span > LARGEST_SUM:
            weight = min(weight, GUIDING_FACTOR * step)
        weights.insert(0, weight)
        span += weight * goal.span
        step += weight * goal.largest_step
    if len(goals) > 1 and span > LARGEST_SUM:
        return None
    return Group(tuple(goals), tuple(weights))
