"""Searching for the best values of a linear model: what the engines have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, isfinite
from typing import Protocol

from solver.linear import Expression, Values

POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What a search found: values, or None; a proven bound, or None; whether it is done.

    No values and ``is_proven`` means that none exist.
    """

    values: Values | None
    bound: int | None
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The best that real numbers in place of whole ones could reach.

    ``bound`` is None where there are no such numbers: then no plan has them either. A
    variable that leaves its lower (upper) bound costs ``-reduced_costs`` (``reduced_costs``)
    of the bound for every unit, at least. ``values`` are the numbers that reach the bound.
    """

    bound: float | None
    reduced_costs: Sequence[float] = ()
    values: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class News:
    """News of a search: better values, or a better bound, or both."""

    values: Values | None = None
    bound: int | None = None


Report = Callable[[News], None]


class Search(Protocol):
    """Searches of one model that may grow in between."""

    def maximise(
        self,
        objective: Expression,
        *,
        start: Values | None,
        deadline: float,
        should_stop: Callable[[], bool],
        report: Report,
        presolve: bool = False,
    ) -> SearchOutcome:
        """Find the values with the highest objective.

        Parameters
        ----------
        objective
            Whole coefficients by variable.
        start
            Known values of all variables, to start from; None where none are known.
        deadline
            Moment of :func:`time.monotonic` at which to stop.
        should_stop
            Asked often, from the caller's thread.
        report
            Told, from the caller's thread, of better values and bounds.
        presolve
            Whether the model should be simplified at length before the search.

        Raises
        ------
        SearchEnded
            When a process that searches was killed while no values were known.
        """
        ...

    def relax(
        self, objective: Expression, *, deadline: float, should_stop: Callable[[], bool]
    ) -> Relaxation | None:
        """Return the relaxation's best; None where it was not found in time."""
        ...


def whole_bound(bound: float) -> int | None:
    """Return the largest whole number that is not over a bound computed with rounding."""
    return floor(bound + max(1e-6, 1e-12 * abs(bound))) if isfinite(bound) else None
