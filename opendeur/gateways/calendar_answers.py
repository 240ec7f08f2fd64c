"""Reading the calendar in an answer: one event, and what is said about it.

icalendar reads it, and what it finds is held against what an answer may hold.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar
from icalendar.cal import Component

from opendeur import limits
from opendeur.enums import InboundReason
from opendeur.safe_text import many_lines, one_line

LARGEST_CALENDAR = 2**20
#: An answer has some dozens of lines, with a zone that lists its changes some hundreds.
_MOST_LINES = 5000
_DEEPEST = 10
BROKEN = InboundReason.UNREADABLE
_MAILTO = re.compile(r"(?i)^\s*mailto:")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAnswer:
    """What a calendar says about one event.

    Attributes
    ----------
    attendees
        Whom it speaks for, as bare addresses in lower case.
    participation
        PARTSTAT in capitals; empty where it says nothing.
    stamp
        When it was made; None where that cannot be known.
    starts_at, ends_at
        The time it names, which a counter-proposal is about.
    """

    method: str
    uid: str
    attendees: tuple[str, ...] = ()
    participation: str = ""
    sequence: int = 0
    stamp: datetime | None = None
    comment: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """What two calendars in one mail have in common when they say the same."""
        return self.method, self.uid, self.attendees, self.participation, self.sequence


def read_calendar(text: str) -> CalendarAnswer | InboundReason:
    """Read an iCalendar object with one event; return why not where that fails."""
    folded = text.replace("\r\n", "\n").replace("\r", "\n")
    if folded.count("\n") > _MOST_LINES or _depth(folded) > _DEEPEST:
        return BROKEN
    try:
        calendars = Calendar.from_ical(folded, multiple=True)
        events = [
            event
            for calendar in calendars
            for event in calendar.subcomponents
            if event.name == "VEVENT"
        ]
        if len(calendars) != 1 or len(events) > 1:
            return InboundReason.SEVERAL_EVENTS
        if not events:
            return BROKEN
        return _answer(calendars[0], events[0])
    except Exception:  # whatever a stranger's file makes icalendar raise
        return BROKEN


def _depth(text: str) -> int:
    depth = deepest = 0
    for line in text.split("\n"):
        start = line[:6].upper()
        depth += (start == "BEGIN:") - (start[:4] == "END:")
        deepest = max(deepest, depth)
    return deepest


def _answer(calendar: Component, event: Component) -> CalendarAnswer | InboundReason:
    uid, stamp, sequence = (event.get(name) for name in ("uid", "dtstamp", "sequence"))
    if isinstance(uid, list) or isinstance(stamp, list) or isinstance(sequence, list):
        return InboundReason.SEVERAL_EVENTS
    attendees = event.get("attendee", [])
    people = attendees if isinstance(attendees, list) else [attendees]
    said = {_parameter(person, "PARTSTAT") for person in people}
    comment = event.get("comment", "")
    return CalendarAnswer(
        method=one_line(str(calendar.get("method", "")), limit=40).upper(),
        uid=one_line(str(uid or ""), limit=255),
        attendees=tuple(sorted({_address(str(person)) for person in people})),
        participation=said.pop() if len(said) == 1 else "",
        sequence=min(max(0, int(sequence or 0)), limits.LARGEST_NUMBER),
        stamp=_moment(stamp),
        comment=many_lines(
            "\n".join(map(str, comment)) if isinstance(comment, list) else str(comment),
            limit=limits.LONGEST_TEXT,
        ),
        starts_at=_moment(event.get("dtstart")),
        ends_at=_moment(event.get("dtend")),
    )


def _address(text: str) -> str:
    return one_line(_MAILTO.sub("", text), limit=limits.LONGEST_EMAIL).lower()


def _parameter(value: Any, name: str) -> str:
    found = getattr(value, "params", {}).get(name, "")
    return one_line(str(found), limit=40).upper()


def _moment(value: Any) -> datetime | None:
    """Return an instant; a time without a zone is nobody's, and a day is no instant."""
    found = getattr(value, "dt", None)
    if not isinstance(found, date) or not isinstance(found, datetime) or found.tzinfo is None:
        return None
    try:
        return found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
