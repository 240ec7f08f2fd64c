"""Half days: the words in which visitors say when they cannot come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from opendeur.models import BusyPeriod, Edition

#: Where the morning ends and the afternoon begins, on the wall clock.
MIDDAY = time(12, 30)


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

    def is_within(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Tell whether a period covers all of it."""
        return starts_at <= self.starts_at and self.ends_at <= ends_at

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Tell whether a period covers some of it."""
        return starts_at < self.ends_at and self.starts_at < ends_at


def half_days_of(edition: Edition) -> list[HalfDay]:
    """Return the half days of the week in order of time, closed ones included."""
    midday = min(max(MIDDAY, edition.day_starts_at), edition.day_ends_at)
    bounds = ((True, edition.day_starts_at, midday), (False, midday, edition.day_ends_at))
    return [
        _make(edition, day, is_morning, start, end)
        for day in edition.days
        for is_morning, start, end in bounds
        if start < end
    ]


def _make(edition: Edition, day: date, is_morning: bool, start: time, end: time) -> HalfDay:
    starts_at, ends_at = edition.at(day, start), edition.at(day, end)
    return HalfDay(day, is_morning, starts_at, ends_at, _is_closed(edition, starts_at, ends_at))


def _is_closed(edition: Edition, start: datetime, end: datetime) -> bool:
    """Tell whether closed periods leave nothing open; they may overlap."""
    for period in sorted(edition.closed_periods, key=lambda period: period.starts_at):
        if period.starts_at <= start:
            start = max(start, period.ends_at)
    return start >= end


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
    inside = [half for half in half_days if half.is_within(period.starts_at, period.ends_at)]
    if not inside:
        return []
    is_exact = inside[0].starts_at == period.starts_at and inside[-1].ends_at == period.ends_at
    return inside if is_exact else []
