"""Intervals of time: what overlaps, covers, and where a day is parted.

An interval has a start and an end that is not part of it: one that ends at ten and one that
starts at ten do not overlap.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import NamedTuple, Protocol, TypeVar

#: Where the morning ends and the afternoon begins, on the wall clock.
MIDDAY = time(12, 30)


class Interval(Protocol):
    """Anything with a start and an end: a slot, a busy period, a closed one, a half day."""

    @property
    def starts_at(self) -> datetime:
        """The first instant."""

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""


class Span(NamedTuple):
    """An interval that is nothing else."""

    starts_at: datetime
    ends_at: datetime


Some = TypeVar("Some", bound=Interval)


def overlap(one: Interval, other: Interval) -> bool:
    """Tell whether two intervals share an instant."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def contains(interval: Interval, instant: datetime) -> bool:
    """Tell whether an instant lies in an interval."""
    return interval.starts_at <= instant < interval.ends_at


def covers(outer: Interval, inner: Interval) -> bool:
    """Tell whether one interval covers all of another."""
    return outer.starts_at <= inner.starts_at and inner.ends_at <= outer.ends_at


def cover_together(parts: Iterable[Interval], whole: Interval) -> bool:
    """Tell whether intervals, which may overlap each other, leave nothing of another open."""
    reached = whole.starts_at
    for part in sorted(parts, key=lambda part: part.starts_at):
        if part.starts_at <= reached:
            reached = max(reached, part.ends_at)
    return reached >= whole.ends_at


def first_overlapping(intervals: Iterable[Some], other: Interval) -> Some | None:
    """Return the first of some intervals that overlaps another one."""
    return next((interval for interval in intervals if overlap(interval, other)), None)


def first_containing(intervals: Iterable[Some], instant: datetime) -> Some | None:
    """Return the first of some intervals that an instant lies in."""
    return next((interval for interval in intervals if contains(interval, instant)), None)
