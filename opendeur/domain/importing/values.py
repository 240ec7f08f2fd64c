"""What a cell can hold, and how it is read. Each function refuses with a `BadValue`."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from opendeur import limits, safe_text
from opendeur.domain.importing.faults import BadValue
from opendeur.domain.people import clean_address

#: The time zone of all times in a folder.
TIME_ZONE = ZoneInfo("Europe/Brussels")

_REFERENCE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)")
_BELGIAN_DATE = re.compile(r"(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{4})")
_CLOCK = re.compile(r"(?P<hour>\d\d?):(?P<minute>\d\d)(:00)?")
_INTEGER = re.compile(r"-?\d{1,9}")
_DECIMAL = re.compile(r"-?\d{1,9}([.,]\d{1,15})?")

Member = TypeVar("Member", bound=StrEnum)


def visible(text: str) -> str:
    """Let a text through that holds no invisible character."""
    if found := safe_text.invisible_in(text):
        code = f"{ord(found):04X}"
        raise BadValue("Remove the invisible character U+%(code)s.", code=code)
    return text


def several_lines(limit: int) -> Callable[[str], str]:
    """Return a reader of texts of at most `limit` characters."""

    def read(text: str) -> str:
        if len(text) > limit:
            raise BadValue(
                "The text has %(length)s characters. Shorten it to %(limit)s.",
                length=len(text),
                limit=limit,
            )
        return text

    return read


def one_line(limit: int) -> Callable[[str], str]:
    """Return a reader of texts on one line, of at most `limit` characters."""
    read_any = several_lines(limit)

    def read(text: str) -> str:
        if "\n" in text:
            raise BadValue("Write this on one line.")
        return read_any(text)

    return read


def reference(text: str) -> str:
    """Read the stable name of a row, such as ``dagcentrum-zavelput``."""
    if not _REFERENCE.fullmatch(text) or len(text) > limits.LONGEST_REFERENCE:
        raise BadValue(
            "Write a name of small letters, digits and hyphens, such as dagcentrum-zavelput, "
            "with at most %(limit)s characters.",
            limit=limits.LONGEST_REFERENCE,
        )
    return text


def email(text: str) -> str:
    """Read an e-mail address, as it is stored and compared."""
    try:
        safe_text.ascii_address(text)
    except ValueError as error:
        raise BadValue("Write one e-mail address, such as greet@zavelput.example.") from error
    if len(text) > limits.LONGEST_EMAIL:
        raise BadValue(
            "Write an address of at most %(limit)s characters.", limit=limits.LONGEST_EMAIL
        )
    return clean_address(text)


def website(text: str) -> str:
    """Read the address of a site."""
    try:
        parts = urlsplit(one_line(limits.LONGEST_LINE)(text))
        is_site = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_site = False
    if not is_site or " " in text:
        raise BadValue("Write the whole address, such as https://zavelput.example.")
    return text


def integer(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        if not _INTEGER.fullmatch(text) or not least <= int(text) <= most:
            raise BadValue(
                "Write a whole number from %(least)s to %(most)s.", least=least, most=most
            )
        return int(text)

    return read


def decimal(least: float, most: float) -> Callable[[str], float]:
    """Return a reader of numbers from `least` to `most`, with a point or a comma."""

    def read(text: str) -> float:
        if not _DECIMAL.fullmatch(text):
            raise BadValue("Write a number, such as 4.43372.")
        number = float(text.replace(",", "."))
        if not least <= number <= most:
            raise BadValue("Write a number from %(least)s to %(most)s.", least=least, most=most)
        return number

    return read


def day(text: str) -> date:
    """Read a date: ``2027-11-15``, or ``15/11/2027`` as Belgian spreadsheets write it."""
    found = _DATE.fullmatch(text) or _BELGIAN_DATE.fullmatch(text)
    try:
        if found is not None:
            read = date(int(found["year"]), int(found["month"]), int(found["day"]))
            if is_likely(read):
                return read
    except ValueError:
        pass
    raise BadValue("Write a date of this century, such as 2027-11-15.")


def is_likely(on: date) -> bool:
    """Tell whether an edition can be about this date."""
    return 2000 <= on.year < 2100


def clock(text: str) -> time:
    """Read a local time of the day, to the minute."""
    found = _CLOCK.fullmatch(text)
    try:
        if found is not None:
            return time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        pass
    raise BadValue("Write a time from 00:00 to 23:59, such as 09:30.")


def instant(on: date, at: time) -> datetime:
    """Return the instant of a local date and time, in UTC."""
    return datetime.combine(on, at, TIME_ZONE).astimezone(UTC)


def periods(text: str) -> list[tuple[datetime, datetime]]:
    """Read local intervals, such as ``2027-11-15T08:00/2027-11-15T12:30``, in order of time."""
    found = set()
    for part in text.split():
        try:
            (first_day, first), (last_day, last) = (end.split("T") for end in part.split("/"))
            starts_at = instant(day(first_day), clock(first))
            ends_at = instant(day(last_day), clock(last))
        except (ValueError, BadValue) as error:
            raise BadValue(
                "Write each period as 2027-11-15T08:00/2027-11-15T12:30, with a space between "
                'two of them. "%(part)s" is not one.',
                part=part[:100],
            ) from error
        if starts_at >= ends_at:
            raise BadValue('"%(part)s" ends before it starts. Turn it around.', part=part)
        found.add((starts_at, ends_at))
    return sorted(found)


def yes_no(text: str) -> bool:
    """Read ``yes`` or ``no``."""
    if text.lower() not in ("yes", "no"):
        raise BadValue("Write yes or no.")
    return text.lower() == "yes"


def one_of(members: type[Member]) -> Callable[[str], Member]:
    """Return a reader of the values of an enum."""

    def read(text: str) -> Member:
        try:
            return members(text.lower())
        except ValueError as error:
            raise BadValue("Write one of: %(known)s.", known=", ".join(members)) from error

    return read


def code(known: Collection[str]) -> Callable[[str], str]:
    """Return a reader of one of the codes in `known`."""

    def read(text: str) -> str:
        if text not in known:
            raise BadValue(
                '"%(code)s" is not known. Write one of: %(known)s.',
                code=text[:40],
                known=", ".join(sorted(known)),
            )
        return text

    return read


def codes(known: Collection[str]) -> Callable[[str], frozenset[str]]:
    """Return a reader of codes with spaces between them."""
    read_one = code(known)

    def read(text: str) -> frozenset[str]:
        return frozenset(read_one(part) for part in text.split())

    return read
