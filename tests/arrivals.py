"""Mails as calendars, mail servers and people send them, in the shapes of each program."""

import base64
from datetime import datetime, timedelta

from opendeur.models import Invitation
from tests.factories import NOW

#: How each program packs its answer; see RFC 6047 2.4 for how they should.
SHAPES = ("outlook", "gmail", "thunderbird", "bare")


def calendar(
    *,
    uid: str,
    attendee: str,
    participation: str | None = "ACCEPTED",
    method: str | None = "REPLY",
    sequence: int = 0,
    stamp: datetime = NOW,
    organizer: str = "",
    comment: str = "",
    starts_at: datetime | None = None,
    events: int = 1,
) -> bytes:
    """Return an answer as a calendar; without `organizer` as Outlook writes it."""
    event = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{sequence}",
        f"ATTENDEE{f';PARTSTAT={participation}' if participation else ''}:{attendee}",
        *([f"ORGANIZER:mailto:{organizer}"] if organizer else []),
        *([f"COMMENT:{comment}"] if comment else []),
        *([f"DTSTART:{starts_at:%Y%m%dT%H%M%SZ}"] if starts_at else []),
        *([f"DTEND:{starts_at + timedelta(hours=1):%Y%m%dT%H%M%SZ}"] if starts_at else []),
        "END:VEVENT",
    ]
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Test//Test//EN",
        "VERSION:2.0",
        *([f"METHOD:{method}"] if method else []),
        *event * events,
        "END:VCALENDAR",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def reply(invitation: Invitation, *, shape: str = "gmail", **values: object) -> bytes:
    """Return a mail in which the invited person's calendar answers an invitation."""
    to = str(values.pop("to", f"visits+{invitation.token}@opendeur.example"))
    headers = str(values.pop("headers", ""))
    text = str(values.pop("text", ""))
    with_method = bool(values.pop("with_method", True))
    standard: dict[str, object] = {
        "uid": invitation.uid,
        "attendee": f"mailto:{invitation.account.email}",
        "organizer": "" if shape == "outlook" else to,
    }
    ics = calendar(**{**standard, **values})  # type: ignore[arg-type]
    method = str(values.get("method", "REPLY"))
    packed = packed_as(shape, ics, method if with_method else "", text)
    sender = invitation.account.email
    return letter(sender=sender, to=to, subject="Accepted", headers=headers) + packed


def packed_as(shape: str, ics: bytes, method: str, text: str = "") -> bytes:
    encoded = base64.encodebytes(ics).replace(b"\n", b"\r\n").decode()
    named = f"; method={method}" if method else ""
    plain = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    inline = (
        f"Content-Type: text/calendar; charset=utf-8{named}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
    )
    attached = (
        'Content-Type: application/ics; name="invite.ics"\r\n'
        'Content-Disposition: attachment; filename="invite.ics"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
    )
    if shape == "bare":
        return inline.encode()
    if shape == "outlook":
        return multipart("mixed", "outlook", plain, inline)
    inner = multipart("alternative", "inner", plain, inline).decode()
    return multipart("mixed", "outer", inner, attached)


def multipart(kind: str, boundary: str, *parts: str) -> bytes:
    inside = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
        f"{inside}--{boundary}--\r\n"
    ).encode()


def letter(*, sender: str, to: str, subject: str, headers: str = "") -> bytes:
    """Return the headers of a mail, without the empty line that ends them."""
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: <answer@kastanje.example>\r\n{headers}"
    ).encode()


def words(
    to: str, text: str, *, sender: str = "lotte@kastanje.example", headers: str = ""
) -> bytes:
    """Return a mail that a person wrote."""
    head = letter(sender=sender, to=to, subject="Vraag", headers=headers)
    return head + f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


def bounce(
    *,
    to: str,
    address: str,
    status: str = "5.1.1",
    returned: bytes = b"",
    action: str = "failed",
) -> bytes:
    """Return a report of a mail server that a mail did not arrive (RFC 3464)."""
    head = letter(
        sender="MAILER-DAEMON@kastanje.example",
        to=to,
        subject="Undelivered Mail",
        headers="Return-Path: <>\r\nAuto-Submitted: auto-replied\r\n",
    )
    report = (
        "Content-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.kastanje.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} No such user\r\n"
    )
    back = f"Content-Type: message/rfc822\r\n\r\n{returned.decode('latin-1')}"
    text = "Content-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
    packed = multipart("report; report-type=delivery-status", "report", text, report, back)
    return head + packed
