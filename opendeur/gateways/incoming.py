"""Taking apart a mail that came in. Whoever wrote it may mean harm, so nothing in it is obeyed.

What is found is plain data: of what kind the mail is, which secret of ours it was sent to, and
what its calendar says. No bytes make this fail: what cannot be read is a mail with a fault.

References
----------
RFC 5546 3.2 (what an answer holds), RFC 6047 2.4 (calendars in mail), RFC 3464 (bounces),
RFC 3834 (mail that machines answer with).
"""

import re
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from html import unescape

from opendeur import limits
from opendeur.enums import InboundKind, InboundReason
from opendeur.gateways.calendar_answers import (
    BROKEN,
    LARGEST_CALENDAR,
    CalendarAnswer,
    read_calendar,
)
from opendeur.safe_text import many_lines, one_line

#: A mail that is larger is not taken apart; an answer has some kilobytes.
LARGEST_MAIL = 10 * 2**20
_LARGEST_HEAD = 2**16
_MOST_PARTS = 100
_DEEPEST = 12
#: What a person wrote is kept up to here.
LONGEST_WORDS = limits.LONGEST_TEXT

_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_TOKEN = re.compile(r"(?<![\w.+-])visits\+([0-9a-f]{16,64})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_NESTING = re.compile(rb"boundary\s*\*?[0-9*]*=|message/(?:rfc822|global)", re.IGNORECASE)
_DMARC = re.compile(r"(?<![\w.-])dmarc\s*=\s*fail", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
#: The older way of the library: the newer one takes headers apart, and stumbles over those
#: that are not well formed.
_POLICY = compat32
_CALENDARS = ("text/calendar", "application/ics")
_KINDS = {
    "REPLY": InboundKind.REPLY,
    "REFRESH": InboundKind.REFRESH,
    "COUNTER": InboundKind.COUNTER,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """That a mail did not reach somebody: what the mail server said about it.

    `addresses` are the one that failed, and the one it was written to where that is another.
    """

    addresses: tuple[str, ...]
    is_permanent: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A mail that came in, as far as it can be known.

    Attributes
    ----------
    tokens
        Secrets of invitations in the addresses that it was sent to.
    from_address
        What it says of its sender, which proves nothing.
    message_ids
        The messages that it answers, or that came back with it.
    fault
        Why its calendar, or all of it, cannot be read.
    failed_dmarc
        Whether a mail server on its way found that it does not come from its sender's domain.
    """

    kind: InboundKind = InboundKind.OTHER
    tokens: tuple[str, ...] = ()
    from_address: str = ""
    subject: str = ""
    words: str = ""
    message_ids: tuple[str, ...] = ()
    calendar: CalendarAnswer | None = None
    failures: tuple[Failure, ...] = ()
    fault: InboundReason | None = None
    failed_dmarc: bool = False


def read_mail(raw: bytes) -> Incoming:
    """Take a mail apart. Whatever it holds, this returns."""
    try:
        if len(raw) > LARGEST_MAIL:
            return replace(_head(raw), fault=InboundReason.TOO_BIG)
        if len(_NESTING.findall(raw)) > _MOST_PARTS:
            return replace(_head(raw), fault=InboundReason.UNREADABLE)
        return _read(message_from_bytes(raw, policy=_POLICY))
    except Exception:  # a parser of others met what its authors did not think of
        return Incoming(fault=InboundReason.UNREADABLE)


def _head(raw: bytes) -> Incoming:
    """Return what the headers say of a mail that is not read further."""
    return _common(BytesHeaderParser(policy=_POLICY).parsebytes(raw[:_LARGEST_HEAD]))


def _common(mail: Message) -> Incoming:
    senders = getaddresses([_text(mail, "from")[:1000]])
    address = senders[0][1] if senders else ""
    references = " ".join([*_all(mail, "in-reply-to"), *_all(mail, "references")])
    results = " ".join(_all(mail, "authentication-results"))
    return Incoming(
        tokens=_tokens(mail, *_RECIPIENTS),
        from_address=one_line(address, limit=limits.LONGEST_EMAIL),
        subject=one_line(_decoded(_text(mail, "subject")[:2000]), limit=400),
        message_ids=tuple(dict.fromkeys(_MESSAGE_ID.findall(references[:20_000]))),
        failed_dmarc=_DMARC.search(results) is not None,
    )


def _read(mail: Message) -> Incoming:
    found = _common(mail)
    parts = _parts(mail)
    if parts is None:
        return replace(found, fault=InboundReason.UNREADABLE)
    found = replace(found, words=_words(parts))
    if any(_type(part) == "message/delivery-status" for part in parts):
        return _bounce(found, parts)
    calendar, fault = _calendar(parts)
    kind = _KINDS.get(calendar.method) if calendar else None
    if kind is None and _is_automatic(mail):
        kind = InboundKind.AUTOMATIC
    if kind is None and calendar is None and fault is None and found.words:
        kind = InboundKind.WORDS
    return replace(found, kind=kind or InboundKind.OTHER, calendar=calendar, fault=fault)


def _parts(mail: Message) -> list[Message] | None:
    """Return the parts of a mail, without mails inside it; None where there are too many."""
    found: list[Message] = []
    waiting = [(mail, 0)]
    while waiting:
        part, depth = waiting.pop(0)
        found.append(part)
        inside = part.get_payload() if part.is_multipart() else []
        if _type(part).startswith("multipart/") and isinstance(inside, list):
            waiting[:0] = [(child, depth + 1) for child in inside if isinstance(child, Message)]
        if depth > _DEEPEST or len(found) + len(waiting) > _MOST_PARTS:
            return None
    return found


def _calendar(parts: list[Message]) -> tuple[CalendarAnswer | None, InboundReason | None]:
    """Return what the calendars of a mail say, or why not: they say the same, or nothing."""
    said: list[CalendarAnswer] = []
    for part in parts:
        if _type(part) not in _CALENDARS:
            continue
        payload = _payload(part)
        if len(payload) > LARGEST_CALENDAR:
            return None, InboundReason.TOO_BIG
        read = read_calendar(payload.decode(_charset(part), "replace"))
        if isinstance(read, InboundReason):
            return None, read
        method = str(part.get_param("method") or "").strip().upper()
        if method and read.method and method != read.method:
            return None, BROKEN
        said.append(replace(read, method=read.method or method))
    if not said:
        return None, None
    if len({one.identity for one in said}) > 1:
        return None, InboundReason.SEVERAL_EVENTS
    return said[0], None


def _bounce(found: Incoming, parts: list[Message]) -> Incoming:
    ids: list[str] = []
    tokens = list(found.tokens)
    failures: list[Failure] = []
    for part in parts:
        kind, inside = _type(part), part.get_payload()
        if kind == "message/delivery-status" and isinstance(inside, list):
            blocks = [block for block in inside if isinstance(block, Message)]
            failures += [failure for block in blocks if (failure := _failure(block))]
        elif kind in ("message/rfc822", "message/global") and isinstance(inside, list):
            for returned in inside[:1]:
                if isinstance(returned, Message):
                    ids += _MESSAGE_ID.findall(_text(returned, "message-id"))
                    tokens += _tokens(returned, "reply-to", "return-path")
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            headers = BytesHeaderParser(policy=_POLICY).parsebytes(_payload(part))
            ids += _MESSAGE_ID.findall(_text(headers, "message-id"))
            tokens += _tokens(headers, "reply-to", "return-path")
    return replace(
        found,
        kind=InboundKind.BOUNCE,
        tokens=tuple(dict.fromkeys(tokens)),
        message_ids=tuple(dict.fromkeys([*ids, *found.message_ids])),
        failures=tuple(failures),
    )


def _failure(block: Message) -> Failure | None:
    """Read what a mail server says of one recipient (RFC 3464 2.3)."""
    named = (_text(block, "final-recipient"), _text(block, "original-recipient"))
    addresses = [
        one_line(text.rpartition(";")[2], limit=limits.LONGEST_EMAIL).lower() for text in named
    ]
    if not any(addresses):
        return None
    if _text(block, "action").strip().lower() not in ("failed", ""):
        return None  # delayed, delivered, relayed
    status = _STATUS.search(_text(block, "status"))
    said = _text(block, "diagnostic-code").partition(";")[2] or _text(block, "status")
    return Failure(
        addresses=tuple(dict.fromkeys(filter(None, addresses))),
        is_permanent=status is not None and status[1] == "5",
        words=one_line(said, limit=500),
    )


def _is_automatic(mail: Message) -> bool:
    """Tell whether a machine or a list sent it, so that nobody waits (RFC 3834 2)."""
    submitted = _text(mail, "auto-submitted").strip().lower() or "no"
    return (
        not submitted.startswith("no")
        or any(path.strip() == "<>" for path in _all(mail, "return-path"))
        or _text(mail, "precedence").strip().lower() in ("bulk", "list", "junk", "auto_reply")
        or bool(_text(mail, "list-id") or _text(mail, "x-autoreply"))
        or _type(mail) == "multipart/report"
    )


def _words(parts: list[Message]) -> str:
    """Return what a person reads in a mail: its first text, of HTML what is not a tag."""
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            if _type(part) != wanted or part.get_filename():
                continue
            text = _payload(part)[: 8 * LONGEST_WORDS].decode(_charset(part), "replace")
            if wanted == "text/html":
                text = re.sub(r"(?is)<(style|script|head)\b.*?(</\1\s*>|\Z)", "", text)
                text = unescape(
                    re.sub(r"<[^<>]*>", " ", re.sub(r"(?i)<(br|/p)\b", "\n<", text))
                )
            if words := many_lines(text, limit=LONGEST_WORDS).strip():
                return words
    return ""


def _tokens(mail: Message, *headers: str) -> tuple[str, ...]:
    texts = [text for name in headers for text in _all(mail, name)]
    found = [token.lower() for text in texts for token in _TOKEN.findall(text[:20_000])]
    return tuple(dict.fromkeys(found))


def _all(mail: Message, name: str) -> list[str]:
    return [str(value) for value in mail.get_all(name, [])]


def _text(mail: Message, name: str) -> str:
    return str(mail.get(name, ""))


def _type(part: Message) -> str:
    return part.get_content_type()


def _charset(part: Message) -> str:
    """Return the name of a part's characters, where Python knows it; else UTF-8."""
    try:
        name = str(part.get_content_charset() or "utf-8")
        "".encode(name)
        b"".decode(name, "replace")
    except (LookupError, ValueError, UnicodeError):
        return "utf-8"
    return name


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, UnicodeError):
        return text
