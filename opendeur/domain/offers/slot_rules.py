"""What a moment of a visit must obey: the edition's week, its hours, and group sizes."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date, time

from opendeur import formatting, limits
from opendeur.domain import intervals
from opendeur.domain.intervals import Span
from opendeur.enums import Language
from opendeur.errors import InvalidInput
from opendeur.models import ClosedPeriod, Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What the moments of several days have in common, as a host types it.

    A value that could not be read is None, and somebody else's fault. Times are local; no
    postcode means at the host's.
    """

    starts: time | None
    ends: time | None
    minimum: int | None
    capacity: int | None
    languages: frozenset[str]
    street: str = ""
    postcode: str = ""

    def on(self, day: date) -> "SlotData":
        """Return the moment of one day.

        Raises
        ------
        ValueError
            When a value could not be read.
        """
        if None in (self.starts, self.ends, self.minimum, self.capacity):
            raise ValueError("only a pattern of which all could be read makes moments")
        return SlotData(day=day, **asdict(self))


@dataclass(frozen=True, slots=True)
class SlotData:
    """A moment as a host types it: local date and times; no postcode means at the host's."""

    day: date
    starts: time
    ends: time
    minimum: int
    capacity: int
    languages: frozenset[str]
    street: str = ""
    postcode: str = ""


def open_days(edition: Edition) -> Iterator[date]:
    """Return the dates of the edition that are not closed from morning to evening."""
    for day in edition.days:
        hours = Span(
            edition.at(day, edition.day_starts_at), edition.at(day, edition.day_ends_at)
        )
        if not intervals.cover_together(edition.closed_periods, hours):
            yield day


def require_moment(edition: Edition, data: SlotData, *, language: str) -> None:
    """Let through only a moment that breaks no rule.

    Raises
    ------
    InvalidInput
        With the first rule that is broken, in dates and reasons of `language`.
    """
    values = asdict(data)
    day = values.pop("day")
    for fault in faults_of(edition, [day], Pattern(**values), language=language):
        raise fault


def faults_of(
    edition: Edition, days: Collection[date], pattern: Pattern, *, language: str
) -> Iterator[InvalidInput]:
    """Return every rule that moments break, each on its field, in words of `language`.

    What is empty or could not be read breaks no rule here.
    """
    if not all(edition.starts_on <= day <= edition.ends_on for day in days):
        yield InvalidInput("Choose a day of the week itself.", field="day")
        days = [day for day in days if edition.starts_on <= day <= edition.ends_on]
    yield from _faults_of_hours(edition, days, pattern, language=language)
    yield from _faults_of_numbers(pattern)
    if pattern.postcode and not pattern.street:
        yield InvalidInput("Fill in the street and number of the other place.", field="street")
    if pattern.street and not pattern.postcode:
        yield InvalidInput("Choose a postcode from the list.", field="postcode")


def _faults_of_hours(
    edition: Edition, days: Collection[date], pattern: Pattern, *, language: str
) -> Iterator[InvalidInput]:
    first, last = edition.day_starts_at, edition.day_ends_at
    hours = {
        "first": formatting.clock(first, language),
        "last": formatting.clock(last, language),
    }
    text = "Visits take place between %(first)s and %(last)s."
    starts, ends = pattern.starts, pattern.ends
    if starts and not first <= starts < last:
        yield InvalidInput(text, field="starts", **hours)
    if ends and not first <= ends <= last:
        yield InvalidInput(text, field="ends", **hours)
    if not starts or not ends:
        return
    if ends <= starts:
        yield InvalidInput("The visit must end after it starts.", field="ends")
        return
    for day in days:
        span = Span(edition.at(day, starts), edition.at(day, ends))
        period = intervals.first_overlapping(edition.closed_periods, span)
        if period is not None:
            yield _closed(edition, period, language=language)


def _closed(edition: Edition, period: ClosedPeriod, *, language: str) -> InvalidInput:
    start, end = edition.local(period.starts_at), edition.local(period.ends_at)
    return InvalidInput(
        "Nothing takes place on %(day)s from %(start)s to %(end)s: %(reason)s.",
        field="day",
        day=formatting.day(start, language),
        start=formatting.clock(start, language),
        end=formatting.clock(end, language),
        reason=period.reason(language),
    )


def _faults_of_numbers(pattern: Pattern) -> Iterator[InvalidInput]:
    minimum, capacity = pattern.minimum, pattern.capacity
    if not pattern.languages or not pattern.languages <= {code.value for code in Language}:
        yield InvalidInput("Choose at least one language.", field="languages")
    if minimum is not None and minimum < 1:
        yield InvalidInput("A group is at least one person.", field="minimum")
    if minimum is not None and capacity is not None and capacity < minimum:
        yield InvalidInput(
            "There must be room for the smallest group that you want.", field="capacity"
        )
    if capacity is not None and capacity > limits.MOST_SEATS:
        yield InvalidInput(
            "A group is at most %(most)s people.", field="capacity", most=limits.MOST_SEATS
        )
