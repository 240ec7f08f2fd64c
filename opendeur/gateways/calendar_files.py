"""Calendar invitations (iMIP) for one visit and one person.

The file is a function of its input: nothing random, no clock. So a message that is sent again
has the same bytes.

This is the only module that imports icalendar.

References
----------
RFC 5545 (iCalendar), RFC 5546 (iTIP: which property belongs to which method), MS-OXCICAL
2.1.3.1.1.19.2.2 (Outlook reads only yearly rules in a time zone).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress
from icalendar.prop import vUnknown

from opendeur.safe_text import ascii_address, many_lines, one_line

PRODUCT = "-//Opendeur//Opendeur//EN"

#: Written by hand: the generator of icalendar 7.3 puts the onset in March an hour late, and
#: lists dates where Outlook wants a rule. An onset is in the wall time before the change.
_TIME_ZONES = {
    "Europe/Brussels": """\
BEGIN:VTIMEZONE
TZID:Europe/Brussels
BEGIN:DAYLIGHT
DTSTART:19970330T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19971026T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")
}
#: The rules above hold from here on.
_RULES_SINCE = datetime(1998, 1, 1, tzinfo=UTC)

_UID = re.compile(r"[A-Za-z0-9-]{1,255}")
_URL = re.compile(r"https?://[!-~]+")
_PARTICIPATIONS = frozenset({"NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE"})
_SEQUENCES = range(2**31)


class Method(StrEnum):
    """What the message asks of the calendar that receives it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    #: Nothing: the person takes the entry over by hand, and nobody expects an answer.
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarInvitation:
    """One revision of the invitation of one person to one visit.

    Parameters
    ----------
    uid
        Letters, digits and hyphens: a random UUID that never changes and names nobody.
    sequence
        0 for the first request; a cancellation is at least 1.
    stamp
        When this revision was made, UTC; later than that of every revision before.
    starts_at, ends_at
        Aware, in any zone; written as wall time of ``time_zone``.
    latitude, longitude
        Degrees, WGS 84; both or neither.
    description_language
        That of the description; empty where it is in several.
    participation
        What the attendee answered, as far as it is known (PARTSTAT, in any case). Who
        answered is not asked again.
    """

    method: Method
    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    time_zone: str = "Europe/Brussels"
    summary: str
    description: str
    location: str
    url: str
    latitude: float | None = None
    longitude: float | None = None
    categories: tuple[str, ...] = ()
    language: str
    description_language: str | None = None
    organizer_name: str
    organizer_address: str
    attendee_name: str
    attendee_address: str
    participation: str = "NEEDS-ACTION"


def invitation_file(invitation: CalendarInvitation) -> bytes:
    """Write the invitation as an iCalendar object with one event and one attendee.

    One that is published has no attendee (RFC 5546 3.2.1), and is else the same entry.

    Raises
    ------
    ValueError
        When a value cannot be written so that every calendar reads it the same: the end is
        not after the start, a moment is in the hour that occurs twice, the attendee is the
        organizer, an address, URL or UID is malformed, the sequence or the participation is
        not one that exists.
    """
    _check(invitation)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", invitation.method.value)
    calendar.add_component(Timezone.from_ical(_TIME_ZONES[invitation.time_zone]))
    calendar.add_component(_event(invitation))
    file: bytes = calendar.to_ical()
    return file


def _event(invitation: CalendarInvitation) -> Event:
    cancelled = invitation.method is Method.CANCEL
    language = {"LANGUAGE": invitation.language}
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamp.astimezone(UTC))
    event.add("dtstart", _wall_time(invitation.starts_at, invitation.time_zone))
    event.add("dtend", _wall_time(invitation.ends_at, invitation.time_zone))
    event.add("summary", one_line(invitation.summary), parameters=language)
    described = invitation.description_language
    event.add(
        "description",
        many_lines(invitation.description),
        parameters=language
        if described is None
        else {"LANGUAGE": described}
        if described
        else {},
    )
    event.add("location", one_line(invitation.location))
    event.add("url", invitation.url)
    if invitation.latitude is not None and invitation.longitude is not None:
        # Not vGeo: that writes the floats of Python, and 1e-05 is not a float of RFC 5545.
        event.add("geo", vUnknown(f"{invitation.latitude:.6f};{invitation.longitude:.6f}"))
    if categories := [one_line(name) for name in invitation.categories if one_line(name)]:
        event.add("categories", categories)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("organizer", _organizer(invitation))
    if invitation.method is Method.PUBLISH:
        return event
    event.add("attendee", _attendee(invitation))
    # A proposal for another time would go to a mailbox where nobody can act on it.
    event.add("x-microsoft-disallow-counter", "TRUE")
    return event


def _organizer(invitation: CalendarInvitation) -> vCalAddress:
    return vCalAddress.new(
        ascii_address(invitation.organizer_address), cn=_common_name(invitation.organizer_name)
    )


def _attendee(invitation: CalendarInvitation) -> vCalAddress:
    # PARTSTAT and RSVP are written although they are what a reader assumes: iOS makes no
    # inbox item without the one, Gmail shows no buttons without the other.
    is_open = invitation.participation.upper() == "NEEDS-ACTION"
    is_asked = is_open and invitation.method is Method.REQUEST
    return vCalAddress.new(
        ascii_address(invitation.attendee_address),
        cn=_common_name(invitation.attendee_name),
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat=invitation.participation.upper(),
        rsvp=True if is_asked else None,
        language=invitation.language,
    )


def _common_name(name: str) -> str | None:
    """Leave out what only RFC 6868 can escape, which Outlook and Gmail do not read."""
    return one_line(name.replace('"', "").replace("^", "")) or None


def _wall_time(moment: datetime, time_zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(time_zone)).replace(microsecond=0)
    if local.fold:
        raise ValueError(f"{local} occurs twice in {time_zone}: calendars read the first one.")
    return local


def _check(invitation: CalendarInvitation) -> None:
    moments = (invitation.stamp, invitation.starts_at, invitation.ends_at)
    if any(moment.utcoffset() is None for moment in moments):
        raise ValueError("Every moment must be aware.")
    if invitation.stamp.utcoffset() != timedelta(0):
        raise ValueError("The stamp must be in UTC.")
    if not _RULES_SINCE <= invitation.starts_at < invitation.ends_at:
        raise ValueError("The end must be after the start, and both after 1997.")
    if invitation.time_zone not in _TIME_ZONES:
        raise ValueError(f"No rules are written for time zone {invitation.time_zone!r}.")
    if not _UID.fullmatch(invitation.uid):
        raise ValueError(f"UID {invitation.uid!r} is not letters, digits and hyphens.")
    if not _URL.fullmatch(invitation.url):
        raise ValueError(f"{invitation.url!r} is not an http or https address in ASCII.")
    if invitation.sequence not in _SEQUENCES:
        raise ValueError(f"Sequence {invitation.sequence} is out of range.")
    if invitation.method is Method.CANCEL and invitation.sequence == 0:
        raise ValueError("A cancellation follows a request, so its sequence is at least 1.")
    if invitation.participation.upper() not in _PARTICIPATIONS:
        raise ValueError(f"Participation {invitation.participation!r} does not exist.")
    if (invitation.latitude is None) != (invitation.longitude is None):
        raise ValueError("Latitude and longitude come together.")
    if invitation.latitude is not None and invitation.longitude is not None:
        on_earth = abs(invitation.latitude) <= 90 and abs(invitation.longitude) <= 180
        if not on_earth:
            raise ValueError("The position is not on earth.")
    organizer, attendee = invitation.organizer_address, invitation.attendee_address
    if ascii_address(organizer).lower() == ascii_address(attendee).lower():
        raise ValueError("The organizer is a mailbox of the site, never a person invited.")
