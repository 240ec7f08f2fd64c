"""Integer linear models, independent of any solver. All coefficients are whole numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Expression = dict[int, int]
"""Coefficient by variable."""


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


@dataclass(slots=True)
class LinearModel:
    """Whole-numbered variables between bounds, and rows that limit sums of them.

    A row is (coefficients, least, most), where None is no limit.
    """

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    rows: list[tuple[Expression, int | None, int | None]] = field(default_factory=list)

    def add_variable(self, *, lower: int = 0, upper: int = 1) -> int:
        """Add a variable, a Boolean unless told otherwise, and return its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def add_row(
        self, expression: Expression, *, least: int | None = None, most: int | None = None
    ) -> None:
        """Demand that an expression stays between two numbers."""
        self.rows.append((expression, least, most))

    def require_at_most(self, smaller: Mapping[int, int], larger: Mapping[int, int]) -> None:
        """Demand that one expression is no more than another."""
        self.add_row(total((smaller, times(-1, larger))), most=0)

    def value(self, expression: Mapping[int, int], values: list[int]) -> int:
        """Return what an expression amounts to for some values of the variables."""
        return sum(coefficient * values[v] for v, coefficient in expression.items())
