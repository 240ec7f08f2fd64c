"""What one visitor's week is worth: the figures that the objectives add up."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from math import log10

from solver.problem import Slot, Visitor

TOP_PREFERENCES = 3
SATISFACTION_UNIT = 10_000
"""Satisfaction and welfare are counted in ten-thousandths."""


@cache
def points_of_rank(rank: int) -> int:
    """Return what a granted preference is worth; rank 1 is the first."""
    return max(1, round(100 * 0.8 ** (rank - 1)))


def points_by_visit(visitor: Visitor) -> dict[str, int]:
    """Return the points of each visit that this visitor prefers."""
    return {
        visit: points_of_rank(rank) for rank, visit in enumerate(visitor.preferences, start=1)
    }


def satisfaction(points: int, *, best: int) -> float:
    """Return points over the most that the visitor could have alone, from 0 to 1."""
    return min(1.0, points / best) if best else 0.0


def satisfaction_units(points: int, *, best: int) -> int:
    """Return the satisfaction in whole ten-thousandths."""
    return round(SATISFACTION_UNIT * satisfaction(points, best=best))


def welfare(visitor: Visitor, points: int, *, best: int) -> int:
    """Return what these points are worth for the welfare of all.

    The first visit of one visitor counts for more than the last of another: the logarithm
    is 0 at nothing and 1 at the visitor's best week.
    """
    fair = log10(1 + 9 * satisfaction(points, best=best))
    return visitor.seats * round(SATISFACTION_UNIT * visitor.weight * fair)


def minutes_away(slots: Iterable[Slot]) -> int:
    """Return the minutes from the first start to the last end, summed over the days."""
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[slot.day].append(slot)
    return sum(
        minutes_between(min(day, key=lambda s: s.start), max(day, key=lambda s: s.end))
        for day in by_day.values()
    )


def minutes_between(first: Slot, last: Slot) -> int:
    """Return the minutes from the start of one slot to the end of another."""
    return round((last.end - first.start).total_seconds() / 60)
