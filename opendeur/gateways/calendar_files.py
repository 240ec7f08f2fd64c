"""Calendar files: an invitation (iMIP) of one person, one entry to take over, a feed of many.

One function writes the entry in all of them, so that they agree on every property of it. A
file is a function of its input: nothing random, no clock. So a message that is sent again
has the same bytes, and a feed in which nothing changed too.

This is the only module that imports icalendar, beside a migration.

References
----------
RFC 5545 (iCalendar), RFC 5546 (iTIP: which property belongs to which method), MS-OXCICAL
2.1.3.1.1.19.2.2 (Outlook reads only yearly rules in a time zone), RFC 7986 (names of feeds, and
how often to read them).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress
from icalendar.prop import vDuration, vUnknown

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
#: How often a feed asks to be read. Some calendars do as they like.
READ_EVERY = timedelta(hours=1)


class Method(StrEnum):
    """What the message asks of the calendar that receives it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    #: Nothing: the person takes the entry over by hand, and nobody expects an answer.
    PUBLISH = "PUBLISH"
    #: That it forgets the other time that it proposed.
    DECLINECOUNTER = "DECLINECOUNTER"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """What every calendar is told of one moment, whichever way it hears of it.

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
        That of the description; empty where it is in several, None where it is `language`.
    organizer_address
        A mailbox of the site; empty for an entry to which nobody was invited.
    """

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
    organizer_name: str = ""
    organizer_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarInvitation(CalendarEntry):
    """One revision of the invitation of one person to one visit.

    Parameters
    ----------
    method
        *Request* or *cancel*.
    participation
        What the attendee answered, as far as it is known (PARTSTAT, in any case). Who
        answered is not asked again.
    """

    method: Method
    attendee_name: str
    attendee_address: str
    participation: str = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEntry(CalendarEntry):
    """An entry to read or to take over, without whom it asks.

    Parameters
    ----------
    is_theirs
        Whether the reader is there themselves; otherwise it makes nobody busy.
    """

    is_cancelled: bool = False
    is_theirs: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedProposal:
    """A no to another time that a calendar proposed for an invitation.

    Parameters
    ----------
    uid, sequence
        Those of the proposal.
    stamp
        When it was refused, UTC.
    """

    uid: str
    sequence: int
    stamp: datetime
    organizer_name: str
    organizer_address: str
    attendee_address: str


def published(invitation: CalendarInvitation) -> PublishedEntry:
    """Return the entry of an invitation, without whom it asks."""
    shared = {field.name: getattr(invitation, field.name) for field in fields(CalendarEntry)}
    return PublishedEntry(**shared, is_cancelled=invitation.method is Method.CANCEL)


def invitation_file(invitation: CalendarInvitation) -> bytes:
    """Write the invitation as an iCalendar object with one event and one attendee.

    Raises
    ------
    ValueError
        When a value cannot be written so that every calendar reads it the same: the end is
        not after the start, a moment is in the hour that occurs twice, the attendee is the
        organizer, an address, URL or UID is malformed, the sequence or the participation is
        not one that exists.
    """
    _check_invitation(invitation)
    event = _event(invitation, is_cancelled=invitation.method is Method.CANCEL)
    event.add("attendee", _attendee(invitation))
    # A moment is for many: what one of them proposes all the same, the desk can only refuse.
    event.add("x-microsoft-disallow-counter", "TRUE")
    return _written(_calendar(invitation.time_zone, invitation.method), [event])


def refused_proposal_file(refused: RefusedProposal) -> bytes:
    """Write a no to a proposal: RFC 5546 3.2.8, with no time, as none changes.

    Raises
    ------
    ValueError
        When an address or the UID is malformed, or the sequence is not one that exists.
    """
    _check_revision(refused)
    event = Event()
    event.add("uid", refused.uid)
    event.add("sequence", refused.sequence)
    event.add("dtstamp", refused.stamp.astimezone(UTC))
    event.add("organizer", _organizer(refused))
    event.add("attendee", vCalAddress.new(ascii_address(refused.attendee_address)))
    return _written(_calendar(None, Method.DECLINECOUNTER), [event])


def entry_file(entry: PublishedEntry) -> bytes:
    """Write one entry for somebody to take over by hand (RFC 5546 3.2.1: no attendee).

    Raises
    ------
    ValueError
        As for an invitation.
    """
    return _written(_calendar(entry.time_zone, Method.PUBLISH), [_published(entry)])


def feed_file(entries: Iterable[PublishedEntry], *, name: str, time_zone: str) -> bytes:
    """Write a calendar that is read again and again, under a name.

    It has no method: nobody sends it. Without entries it still has its time zone, as
    RFC 5545 3.6 wants a component.

    Raises
    ------
    ValueError
        As for an invitation.
    """
    calendar = _calendar(time_zone)
    calendar.add("name", one_line(name))
    calendar.add("x-wr-calname", one_line(name))
    # Not the property of icalendar 7.3, which leaves out the type that RFC 7986 5.7 wants.
    calendar.add("refresh-interval", READ_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(READ_EVERY))
    return _written(calendar, map(_published, entries))


def _calendar(time_zone: str | None, method: Method | None = None) -> Calendar:
    if time_zone is not None and time_zone not in _TIME_ZONES:
        raise ValueError(f"No rules are written for time zone {time_zone!r}.")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    if method is not None:
        calendar.add("method", method.value)
    if time_zone is not None:
        calendar.add_component(Timezone.from_ical(_TIME_ZONES[time_zone]))
    return calendar


def _written(calendar: Calendar, events: Iterable[Event]) -> bytes:
    for event in events:
        calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def _published(entry: PublishedEntry) -> Event:
    return _event(entry, is_cancelled=entry.is_cancelled, is_theirs=entry.is_theirs)


def _event(entry: CalendarEntry, *, is_cancelled: bool, is_theirs: bool = True) -> Event:
    _check(entry, is_cancelled=is_cancelled)
    language = {"LANGUAGE": entry.language}
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("dtstart", _wall_time(entry.starts_at, entry.time_zone))
    event.add("dtend", _wall_time(entry.ends_at, entry.time_zone))
    event.add("summary", one_line(entry.summary), parameters=language)
    described = entry.description_language
    event.add(
        "description",
        many_lines(entry.description),
        parameters=language
        if described is None
        else {"LANGUAGE": described}
        if described
        else {},
    )
    event.add("location", one_line(entry.location))
    event.add("url", entry.url)
    if entry.latitude is not None and entry.longitude is not None:
        # Not vGeo: that writes the floats of Python, and 1e-05 is not a float of RFC 5545.
        event.add("geo", vUnknown(f"{entry.latitude:.6f};{entry.longitude:.6f}"))
    if categories := [one_line(name) for name in entry.categories if one_line(name)]:
        event.add("categories", categories)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if is_theirs and not is_cancelled else "TRANSPARENT")
    if entry.organizer_address:
        event.add("organizer", _organizer(entry))
    return event


def _organizer(entry: CalendarEntry | RefusedProposal) -> vCalAddress:
    return vCalAddress.new(
        ascii_address(entry.organizer_address), cn=_common_name(entry.organizer_name)
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


def _check_invitation(invitation: CalendarInvitation) -> None:
    if invitation.participation.upper() not in _PARTICIPATIONS:
        raise ValueError(f"Participation {invitation.participation!r} does not exist.")
    organizer, attendee = invitation.organizer_address, invitation.attendee_address
    if ascii_address(organizer).lower() == ascii_address(attendee).lower():
        raise ValueError("The organizer is a mailbox of the site, never a person invited.")


def _check_revision(entry: CalendarEntry | RefusedProposal) -> None:
    if entry.stamp.utcoffset() is None:
        raise ValueError("Every moment must be aware.")
    if entry.stamp.utcoffset() != timedelta(0):
        raise ValueError("The stamp must be in UTC.")
    if not _UID.fullmatch(entry.uid):
        raise ValueError(f"UID {entry.uid!r} is not letters, digits and hyphens.")
    if entry.sequence not in _SEQUENCES:
        raise ValueError(f"Sequence {entry.sequence} is out of range.")


def _check(entry: CalendarEntry, *, is_cancelled: bool) -> None:
    _check_revision(entry)
    if any(moment.utcoffset() is None for moment in (entry.starts_at, entry.ends_at)):
        raise ValueError("Every moment must be aware.")
    if not _RULES_SINCE <= entry.starts_at < entry.ends_at:
        raise ValueError("The end must be after the start, and both after 1997.")
    if not _URL.fullmatch(entry.url):
        raise ValueError(f"{entry.url!r} is not an http or https address in ASCII.")
    if is_cancelled and entry.sequence == 0:
        raise ValueError("A cancellation follows a request, so its sequence is at least 1.")
    if (entry.latitude is None) != (entry.longitude is None):
        raise ValueError("Latitude and longitude come together.")
    if entry.latitude is not None and entry.longitude is not None:
        on_earth = abs(entry.latitude) <= 90 and abs(entry.longitude) <= 180
        if not on_earth:
            raise ValueError("The position is not on earth.")
