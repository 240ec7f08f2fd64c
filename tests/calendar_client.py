"""A calendar program of somebody's own: it takes mails, keeps entries, and answers.

It knows what RFC 5545 and RFC 5546 say and nothing of us, so that it can tell whether what we
send leaves people with the right calendar.

References
----------
RFC 5546 2.1.5: the later of two messages about one UID has the higher SEQUENCE, or the same
and the later DTSTAMP. 3.2.2.1: a rescheduled entry is to be answered again.
"""

import base64
import email
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message
from itertools import count

import vobject

_numbers = count(1)


@dataclass(frozen=True)
class Entry:
    """What a calendar shows of one UID; what was called off is kept, so as not to return."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    place: str
    organizer: str
    is_cancelled: bool
    participation: str = "NEEDS-ACTION"

    @property
    def order(self) -> tuple[int, datetime]:
        """Which of two messages is the later one."""
        return self.sequence, self.stamp


@dataclass
class CalendarClient:
    """The calendar of one e-mail address."""

    address: str
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def live(self) -> list[Entry]:
        """What the calendar shows as going on, whatever was answered."""
        return [entry for entry in self.entries.values() if not entry.is_cancelled]

    @property
    def attended(self) -> list[Entry]:
        """What its holder has not said no to."""
        return [entry for entry in self.live if entry.participation != "DECLINED"]

    def receive(self, raw: bytes) -> None:
        """Take a mail in; one without a calendar, or an older one, changes nothing."""
        read = read_invitation(raw)
        if read is None:
            return
        attendee, entry = read
        assert attendee == self.address, f"an invitation of {attendee} came to {self.address}"
        known = self.entries.get(entry.uid)
        if known is not None:
            if entry.order <= known.order:
                return
            is_asked_again = entry.sequence > known.sequence and not entry.is_cancelled
            if not is_asked_again:
                entry = replace(entry, participation=known.participation)
        self.entries[entry.uid] = entry

    def answer(self, uid: str, participation: str, *, shape: str, stamp: datetime) -> bytes:
        """Note an answer in the calendar and return the mail that tells it."""
        entry = replace(self.entries[uid], participation=participation)
        self.entries[uid] = entry
        lines = [
            "BEGIN:VCALENDAR",
            "PRODID:-//Somebody//Calendar//EN",
            "VERSION:2.0",
            "METHOD:REPLY",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"SEQUENCE:{entry.sequence}",
            f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART:{entry.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"ATTENDEE;PARTSTAT={participation}:mailto:{self.address}",
            *([] if shape == "outlook" else [f"ORGANIZER:mailto:{entry.organizer}"]),
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        head = (
            f"From: {self.address}\r\nTo: {entry.organizer}\r\nSubject: Re\r\n"
            f"Message-ID: <{next(_numbers)}@calendar.example>\r\nMIME-Version: 1.0\r\n"
        )
        return (head + _packed("\r\n".join(lines).encode(), shape)).encode()


def read_invitation(raw: bytes) -> tuple[str, Entry] | None:
    """Return whom a mail invites or uninvites, and to what; None for a mail of words.

    Raises
    ------
    AssertionError
        When the calendar is one that programs are known to refuse.
    """
    parts = [
        part
        for part in email.message_from_bytes(raw).walk()
        if part.get_content_type() == "text/calendar"
    ]
    if not parts:
        return None
    [part] = parts
    return _read(part)


def _read(part: Message) -> tuple[str, Entry]:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.count(b"\n") == payload.count(b"\r\n"), "a bare line feed"
    calendar = vobject.readOne(payload.decode())
    [event] = calendar.vevent_list
    method = calendar.method.value
    assert method in {"REQUEST", "CANCEL"}
    assert part.get_param("method") == method
    is_cancelled = method == "CANCEL"
    assert (event.status.value == "CANCELLED") == is_cancelled
    [attendee] = event.attendee_list
    return _bare(attendee.value), Entry(
        uid=event.uid.value,
        sequence=int(event.sequence.value) if hasattr(event, "sequence") else 0,
        stamp=event.dtstamp.value,
        starts_at=event.dtstart.value,
        ends_at=event.dtend.value,
        place=event.location.value if hasattr(event, "location") else "",
        organizer=_bare(event.organizer.value),
        is_cancelled=is_cancelled,
        participation=attendee.params.get("PARTSTAT", ["NEEDS-ACTION"])[0],
    )


def _bare(address: str) -> str:
    return address.partition(":")[2].lower()


def _packed(file: bytes, shape: str) -> str:
    """Return a calendar as a program packs it: Outlook flat, Gmail and Thunderbird nested."""
    body = base64.encodebytes(file).decode().replace("\n", "\r\n")
    tail = f"Content-Transfer-Encoding: base64\r\n\r\n{body}"
    inline = f"Content-Type: text/calendar; charset=utf-8; method=REPLY\r\n{tail}"
    if shape == "bare":
        return inline
    words = "Content-Type: text/plain; charset=utf-8\r\n\r\nOK\r\n"
    if shape == "outlook":
        return _together("alternative", words, inline)
    attached = (
        'Content-Type: application/ics; name="invite.ics"\r\n'
        f"Content-Disposition: attachment\r\n{tail}"
    )
    if shape == "gmail":
        return _together("mixed", _together("alternative", words, inline), attached)
    assert shape == "thunderbird"
    return _together("mixed", _together("alternative", words, inline), attached)


def _together(kind: str, *parts: str) -> str:
    boundary = f"part{next(_numbers)}"
    inside = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
        f"{inside}--{boundary}--\r\n"
    )
