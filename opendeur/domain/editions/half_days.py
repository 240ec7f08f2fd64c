"""Half days: the words in which visitors say when they cannot come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from opendeur.domain import intervals
from opendeur.domain.intervals import Span
from opendeur.models import BusyPeriod, Edition


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A morning or an afternoon of the week; closed when no visit can take place in it."""

    day: date
    is_morning: bool
    starts_at: datetime
    ends_at: datetime
    is_closed: bool = False

    @property
    def key(self) -> str:
        """Name of the half day in forms, such as ``2027-11-15-morning``."""
        return f"{self.day}-{'morning' if self.is_morning else 'afternoon'}"


def half_days_of(edition: Edition) -> list[HalfDay]:
    """Return the half days of the week in order of time, closed ones included."""
    midday = min(max(intervals.MIDDAY, edition.day_starts_at), edition.day_ends_at)
    bounds = ((True, edition.day_starts_at, midday), (False, midday, edition.day_ends_at))
    return [
        _make(edition, day, is_morning, start, end)
        for day in edition.days
        for is_morning, start, end in bounds
        if start < end
    ]


def _make(edition: Edition, day: date, is_morning: bool, start: time, end: time) -> HalfDay:
    span = Span(edition.at(day, start), edition.at(day, end))
    is_closed = intervals.cover_together(edition.closed_periods, span)
    return HalfDay(day, is_morning, *span, is_closed)


def ticked_half_days(
    half_days: Iterable[HalfDay], periods: Iterable[BusyPeriod]
) -> set[HalfDay]:
    """Return the half days that busy periods made of whole half days consist of."""
    half_days = list(half_days)
    return {half for period in periods for half in _made_of(half_days, period)}


def other_periods(
    half_days: Iterable[HalfDay], periods: Iterable[BusyPeriod]
) -> list[BusyPeriod]:
    """Return the busy periods that are not made of whole half days: they were imported."""
    half_days = list(half_days)
    return [period for period in periods if not _made_of(half_days, period)]


def _made_of(half_days: list[HalfDay], period: BusyPeriod) -> list[HalfDay]:
    """Return the half days that fill a period from its start to its end, or none."""
    inside = [half for half in half_days if intervals.covers(period, half)]
    if not inside:
        return []
    is_exact = inside[0].starts_at == period.starts_at and inside[-1].ends_at == period.ends_at
    return inside if is_exact else []
