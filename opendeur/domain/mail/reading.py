"""Reading a message of the outbox back, as a mail program would: the words and the calendar.

References
----------
RFC 5545 3.1 (folded lines), 3.3.11 (escaped text).
"""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime

#: What is shown of a calendar entry, in this order.
_SHOWN = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "STATUS", "SEQUENCE", "UID")
_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What the calendar in a message says. `method` is what it asks of the reader's calendar.

    `starts_at` and `ends_at` are wall time of the place, without a zone.
    """

    method: str
    summary: str
    starts_at: datetime | None
    ends_at: datetime | None
    location: str
    status: str
    sequence: str
    uid: str


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """A message taken apart: headers, words, and the calendar where there is one."""

    headers: tuple[tuple[str, str], ...]
    text: str
    calendar: CalendarFacts | None


def open_mail(raw: bytes) -> OpenedMail:
    """Take a message apart that this site has written."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain",))
    calendar = next(
        (part for part in message.walk() if part.get_content_type() == "text/calendar"), None
    )
    return OpenedMail(
        headers=tuple((name, str(message[name])) for name in _HEADERS if message[name]),
        text=str(body.get_content()) if body is not None else "",
        calendar=None if calendar is None else _facts(str(calendar.get_content())),
    )


def _facts(calendar: str) -> CalendarFacts:
    lines = re.sub(r"\r?\n[ \t]", "", calendar).splitlines()
    event = lines[lines.index("BEGIN:VEVENT") :] if "BEGIN:VEVENT" in lines else []
    values = {name: _value(event, name) for name in _SHOWN}
    return CalendarFacts(
        method=_value(lines, "METHOD"),
        summary=_unescaped(values["SUMMARY"]),
        starts_at=_moment(values["DTSTART"]),
        ends_at=_moment(values["DTEND"]),
        location=_unescaped(values["LOCATION"]),
        status=values["STATUS"],
        sequence=values["SEQUENCE"],
        uid=values["UID"],
    )


def _value(lines: list[str], name: str) -> str:
    """Return the value of a property whose parameters hold no colon."""
    for line in lines:
        head, _, value = line.partition(":")
        if head.split(";", 1)[0] == name:
            return value
    return ""


def _moment(value: str) -> datetime | None:
    if re.fullmatch(r"\d{8}T\d{6}", value) is None:
        return None
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007  # wall time on purpose


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], text)
