"""What a moment of a visit must obey: the edition's week, its hours, and group sizes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from opendeur import formatting, limits
from opendeur.domain import intervals
from opendeur.domain.intervals import Span
from opendeur.enums import Language
from opendeur.errors import InvalidInput
from opendeur.models import ClosedPeriod, Edition


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
    """Let through only a moment in the week, within its hours, when nothing is closed.

    Raises
    ------
    InvalidInput
        With the rule that is broken, in dates and reasons of `language`.
    """
    if not edition.starts_on <= data.day <= edition.ends_on:
        raise InvalidInput("Choose a day of the week itself.", field="day")
    if data.ends <= data.starts:
        raise InvalidInput("The visit must end after it starts.", field="ends")
    if data.starts < edition.day_starts_at or data.ends > edition.day_ends_at:
        raise InvalidInput(
            "Visits take place between %(first)s and %(last)s.",
            field="starts" if data.starts < edition.day_starts_at else "ends",
            first=formatting.clock(edition.day_starts_at, language),
            last=formatting.clock(edition.day_ends_at, language),
        )
    period = _closed_then(edition, data)
    if period is not None:
        start, end = edition.local(period.starts_at), edition.local(period.ends_at)
        raise InvalidInput(
            "Nothing takes place on %(day)s from %(start)s to %(end)s: %(reason)s.",
            field="day",
            day=formatting.day(start, language),
            start=formatting.clock(start, language),
            end=formatting.clock(end, language),
            reason=period.reason(language),
        )


def _closed_then(edition: Edition, data: SlotData) -> ClosedPeriod | None:
    moment = Span(edition.at(data.day, data.starts), edition.at(data.day, data.ends))
    return intervals.first_overlapping(edition.closed_periods, moment)


def require_numbers(data: SlotData) -> None:
    """Let through only a group that can be: one language, and room for the minimum.

    Raises
    ------
    InvalidInput
        With the number that does not fit.
    """
    if not data.languages or not data.languages <= {code.value for code in Language}:
        raise InvalidInput("Choose at least one language.", field="languages")
    if data.minimum < 1:
        raise InvalidInput("A group is at least one person.", field="minimum")
    if data.capacity < data.minimum:
        raise InvalidInput(
            "There must be room for the smallest group that you want.", field="capacity"
        )
    if data.capacity > limits.MOST_SEATS:
        raise InvalidInput(
            "A group is at most %(most)s people.", field="capacity", most=limits.MOST_SEATS
        )
