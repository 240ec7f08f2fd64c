"""Composing a message: text, HTML, and a calendar where there is one.

References
----------
RFC 2047 (words in headers), RFC 6047 2.4 (calendars in mail), RFC 3834 (mail that machines
send).
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote

from opendeur.safe_text import ascii_address

#: Longest header text that is written as it is; a longer one is encoded, hence folded.
_PLAIN_LENGTH = 50
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message to one person.

    Parameters
    ----------
    message_id, in_reply_to
        With their angle brackets.
    sent_at
        What the Date header says; aware.
    calendar, method
        An iCalendar object and its METHOD; both or neither.
    """

    sender_name: str
    sender_address: str
    reply_to: str | None = None
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str
    sent_at: datetime
    in_reply_to: str | None = None
    language: str
    calendar: bytes | None = None
    method: str | None = None


def compose(mail: Mail) -> bytes:
    """Write the message: seven-bit, every line ended by CRLF, the same bytes each time.

    The standard library's folding of headers is not used: it loses a space between encoded
    words in a name, and folds differently from one Python to the next.

    Raises
    ------
    ValueError
        When a header would hold a control character, an address or identifier is malformed,
        a body is empty, or the method is not that of the calendar.
    """
    _check(mail)
    body = _multipart(
        "alternative",
        mail.message_id,
        _part("text/plain; charset=utf-8", mail.text.encode()),
        _part("text/html; charset=utf-8", mail.html.encode()),
        *_invitation(mail),
    )
    if mail.calendar is not None:
        attachment = _part(
            'application/ics; name="invite.ics"',
            mail.calendar,
            'Content-Disposition: attachment; filename="invite.ics"',
        )
        body = _multipart("mixed", mail.message_id, body, attachment)
    return b"".join(f"{line}\r\n".encode("ascii") for line in _headers(mail)) + body


def _check(mail: Mail) -> None:
    for text in (mail.sender_name, mail.to_name, mail.subject, mail.language):
        if _CONTROL.search(text):
            raise ValueError("A header cannot hold a control character or the end of a line.")
    for identifier in (mail.message_id, mail.in_reply_to):
        if identifier is not None and not _MESSAGE_ID.fullmatch(identifier):
            raise ValueError(f"{identifier!r} is not a message identifier like <a@b>.")
    if mail.sent_at.utcoffset() is None:
        raise ValueError("The date of a message must be aware.")
    if not (mail.text.strip() and mail.html.strip()):
        raise ValueError("A message needs both its text and its HTML.")
    if mail.calendar is None:
        if mail.method is not None:
            raise ValueError("A method without a calendar.")
    elif f"\r\nMETHOD:{mail.method}\r\n".encode() not in mail.calendar:
        raise ValueError(f"The calendar's METHOD is not {mail.method}.")


def _headers(mail: Mail) -> list[str]:
    headers = [
        f"From: {_mailbox(mail.sender_name, mail.sender_address)}",
        f"To: {_mailbox(mail.to_name, mail.to_address)}",
        f"Subject: {_words(mail.subject)}",
        f"Date: {format_datetime(mail.sent_at)}",
        f"Message-ID: {mail.message_id}",
    ]
    if mail.reply_to is not None:
        headers.append(f"Reply-To: {ascii_address(mail.reply_to)}")
    if mail.in_reply_to is not None:
        headers.append(f"In-Reply-To: {mail.in_reply_to}")
        headers.append(f"References: {mail.in_reply_to}")
    return [
        *headers,
        f"Content-Language: {mail.language}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]


def _mailbox(name: str, address: str) -> str:
    bare = ascii_address(address)
    if not name:
        return bare
    if _is_plain(name):
        return f'"{quote(name)}" <{bare}>'
    return f"{_words(name)}\r\n <{bare}>"


def _words(text: str) -> str:
    if _is_plain(text):
        return text
    # No header of ours has a name longer than this one: the first line has room for all.
    return Header(text, "utf-8", header_name="Reply-To").encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    return text.isascii() and len(text) <= _PLAIN_LENGTH and "=?" not in text


def _invitation(mail: Mail) -> tuple[bytes, ...]:
    if mail.calendar is None:
        return ()
    return (_part(f"text/calendar; charset=UTF-8; method={mail.method}", mail.calendar),)


def _part(content_type: str, payload: bytes, *headers: str) -> bytes:
    lines = (f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", *headers, "")
    head = "".join(f"{line}\r\n" for line in lines).encode("ascii")
    return head + base64.encodebytes(payload).replace(b"\n", b"\r\n")


def _multipart(subtype: str, message_id: str, *parts: bytes) -> bytes:
    # "=_" cannot occur in base64, so no part can hold the boundary.
    boundary = f"=_{subtype}_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'
    opened = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return head.encode() + opened + f"--{boundary}--\r\n".encode()
