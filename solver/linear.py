"""Integer linear models, independent of any solver. All coefficients are whole numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd
from operator import le

Expression = dict[int, int]
"""Coefficient by variable."""
Values = Sequence[int]
"""A value for each variable."""


def total(expressions: Iterable[Mapping[int, int]]) -> Expression:
    """Return the sum of some expressions."""
    added: Expression = {}
    for expression in expressions:
        for variable, coefficient in expression.items():
            added[variable] = added.get(variable, 0) + coefficient
    return added


def times(factor: int, expression: Mapping[int, int]) -> Expression:
    """Return an expression multiplied by a number."""
    return {variable: factor * coefficient for variable, coefficient in expression.items()}


def unit_of(expression: Mapping[int, int]) -> int:
    """Return the largest number that divides every value of an expression; at least 1."""
    return gcd(*expression.values()) or 1


def value_of(expression: Mapping[int, int], values: Values) -> int:
    """Return what an expression amounts to for some values of the variables."""
    return sum(coefficient * values[v] for v, coefficient in expression.items())


@dataclass(slots=True)
class LinearModel:
    """Whole-numbered variables between bounds, and rows that limit sums of them.

    A row is (coefficients, least, most), where None is no limit. Some variables decide;
    others follow from those before them, and ``follows`` tells how. The variables of one of
    the ``choices`` are Booleans of which a row lets at most one be 1. ``implied`` variables
    are whole wherever all others are, so a solver may treat them as real numbers.
    """

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    rows: list[tuple[Expression, int | None, int | None]] = field(default_factory=list)
    follows: dict[int, Callable[[Values], int]] = field(default_factory=dict)
    choices: list[list[int]] = field(default_factory=list)
    implied: list[int] = field(default_factory=list)

    def add_variable(
        self,
        *,
        lower: int = 0,
        upper: int = 1,
        follows: Callable[[Values], int] | None = None,
    ) -> int:
        """Add a variable, a Boolean unless told otherwise, and return its number.

        ``follows`` gives its best value once the variables before it are known.
        """
        if follows is not None:
            self.follows[len(self.lower)] = follows
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def add_indicator(self, expression: Mapping[int, int]) -> int:
        """Add a Boolean that is 1 where a sum of Booleans is at least 1, and else 0.

        The rows only keep it from being 1 where it must be 0: enough where 1 is better.
        """
        some = self.add_variable(follows=lambda values: int(value_of(expression, values) > 0))
        self.require_at_most({some: 1}, expression)
        return some

    def add_sum(self, expression: Expression) -> int:
        """Add a Boolean that is equal to an expression."""
        added = self.add_variable(follows=lambda values: value_of(expression, values))
        self.add_row({added: -1, **expression}, least=0, most=0)
        return added

    def add_row(
        self, expression: Expression, *, least: int | None = None, most: int | None = None
    ) -> None:
        """Demand that an expression stays between two numbers."""
        self.rows.append((expression, least, most))

    def require_at_most(self, smaller: Mapping[int, int], larger: Mapping[int, int]) -> None:
        """Demand that one expression is no more than another."""
        self.add_row(total((smaller, times(-1, larger))), most=0)

    def allows(self, values: Values) -> bool:
        """Tell whether values for all variables keep to all bounds and rows."""
        within = all(map(le, self.lower, values)) and all(map(le, values, self.upper))
        return within and all(
            (least is None or least <= value_of(row, values))
            and (most is None or value_of(row, values) <= most)
            for row, least, most in self.rows
        )

    def complete(self, values: Values) -> list[int]:
        """Return values for all variables, given those of the ones that decide."""
        completed = [*values, *self.lower[len(values) :]]
        for variable, follow in self.follows.items():
            completed[variable] = follow(completed)
        return completed

    def interval_of(self, expression: Mapping[int, int]) -> tuple[int, int]:
        """Return numbers that no values can make an expression less, or more, than.

        Only the bounds of the variables are looked at, and that choices exclude each other.
        """
        lowest = highest = 0
        left = dict(expression)
        for choice in self.choices:
            worth = [left.pop(v, 0) * self.upper[v] for v in choice]
            lowest += min(0, min(worth, default=0))
            highest += max(0, max(worth, default=0))
        for variable, coefficient in left.items():
            ends = coefficient * self.lower[variable], coefficient * self.upper[variable]
            lowest += min(ends)
            highest += max(ends)
        return lowest, highest
