"""Mail of strangers is taken apart, and no bytes make that fail."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendeur.enums import InboundKind, InboundReason
from opendeur.gateways.incoming import LARGEST_MAIL, read_mail
from tests.arrivals import SHAPES, bounce, calendar, letter, multipart, packed_as, words

UID = "7d0b3c0e-2f0b-4d11-9d6b-0d3a4f1c9a55"
TOKEN = "0123456789abcdef0123456789abcdef"
OURS = f"visits+{TOKEN}@opendeur.example"
NOON = datetime(2026, 9, 15, 12, tzinfo=UTC)


def answer(
    shape: str = "gmail", *, headers: str = "", method: str = "REPLY", **values
) -> bytes:
    standard = {"uid": UID, "attendee": "mailto:lotte@kastanje.example", "stamp": NOON}
    ics = calendar(**{**standard, "method": method, **values})
    head = letter(sender="lotte@kastanje.example", to=OURS, subject="Ja", headers=headers)
    return head + packed_as(shape, ics, method, text="Tot dan")


@pytest.mark.parametrize("shape", SHAPES)
def test_answer_is_read_in_the_shape_of_each_program(shape: str) -> None:
    mail = read_mail(answer(shape, sequence=2, comment="Tot dan\\, Lotte"))

    assert mail.calendar is not None
    assert (mail.kind, mail.tokens, mail.fault) == (InboundKind.REPLY, (TOKEN,), None)
    assert (mail.calendar.uid, mail.calendar.attendees) == (UID, ("lotte@kastanje.example",))
    assert (mail.calendar.participation, mail.calendar.sequence) == ("ACCEPTED", 2)
    assert (mail.calendar.stamp, mail.calendar.comment) == (NOON, "Tot dan, Lotte")


@pytest.mark.parametrize("shape", SHAPES)
def test_method_is_found_in_the_calendar_where_the_header_lacks_it(shape: str) -> None:
    ics = calendar(uid=UID, attendee="MAILTO:Lotte@Kastanje.example")
    mail = read_mail(
        letter(sender="x@y.example", to=OURS, subject="") + packed_as(shape, ics, "")
    )

    assert mail.kind is InboundKind.REPLY
    assert mail.calendar is not None
    assert mail.calendar.attendees == ("lotte@kastanje.example",)


@pytest.mark.parametrize(
    "header", ["Cc", "Delivered-To", "X-Original-To", "Envelope-To", "delivered-to"]
)
def test_address_is_found_in_every_header_of_recipients(header: str) -> None:
    raw = words("somebody@else.example", "Hallo", headers=f"{header}: <{OURS.upper()}>\r\n")

    assert read_mail(raw).tokens == (TOKEN,)


@pytest.mark.parametrize("header", ["From", "Subject", "X-Note", "In-Reply-To"])
def test_address_in_another_header_counts_for_nothing(header: str) -> None:
    raw = words("somebody@else.example", "Hallo", headers=f"{header}: {OURS}\r\n")

    assert read_mail(raw).tokens == ()


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (answer(events=2), InboundReason.SEVERAL_EVENTS),
        (answer(events=0), InboundReason.UNREADABLE),
        (answer() + b" " * LARGEST_MAIL, InboundReason.TOO_BIG),
        (answer(comment="x" * 2**20), InboundReason.TOO_BIG),
        (answer(comment="x\r\nX-A:b" * 5000), InboundReason.UNREADABLE),
        (answer(comment="x\r\nBEGIN:A" * 20), InboundReason.UNREADABLE),
    ],
    ids=["two events", "no event", "10 MB", "1 MB", "lines", "depth"],
)
def test_what_cannot_be_an_answer_says_why(raw: bytes, fault: InboundReason) -> None:
    mail = read_mail(raw)

    assert (mail.fault, mail.calendar, mail.tokens) == (fault, None, (TOKEN,))


def test_two_calendars_that_contradict_each_other_are_no_answer() -> None:
    head = letter(sender="x@y.example", to=OURS, subject="")
    parts = [
        f"Content-Type: text/calendar; method=REPLY\r\n\r\n{text.decode()}"
        for text in (
            calendar(uid=UID, attendee="a@b.example", participation="ACCEPTED"),
            calendar(uid=UID, attendee="a@b.example", participation="DECLINED"),
        )
    ]

    mail = read_mail(head + multipart("mixed", "b", *parts))

    assert (mail.fault, mail.calendar) == (InboundReason.SEVERAL_EVENTS, None)


def test_bounce_is_one_although_it_holds_our_invitation() -> None:
    returned = b"Message-ID: <one@opendeur.example>\r\n" + answer(method="REQUEST")

    mail = read_mail(bounce(to=OURS, address="Lotte@kastanje.example", returned=returned))

    [failure] = mail.failures
    assert (mail.kind, mail.calendar) == (InboundKind.BOUNCE, None)
    assert failure.addresses == ("lotte@kastanje.example",)
    assert (failure.is_permanent, failure.words) == (True, "550 5.1.1 No such user")
    assert "<one@opendeur.example>" in mail.message_ids


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\r\n",
        "Return-Path: <>\r\n",
        "Precedence: bulk\r\n",
        "List-Id: <news.example>\r\n",
    ],
)
def test_mail_of_machines_is_automatic_and_their_calendars_answer(headers: str) -> None:
    assert read_mail(words(OURS, "Ik ben weg", headers=headers)).kind is InboundKind.AUTOMATIC
    assert read_mail(answer(headers=headers)).kind is InboundKind.REPLY
    assert read_mail(answer(headers=headers, method="REQUEST")).kind is InboundKind.AUTOMATIC


def test_words_of_a_person_are_kept_as_text() -> None:
    html = (
        letter(sender='"A B" <a@b.example>', to=OURS, subject="=?utf-8?q?Ge=C3=AFnteresseerd?=")
        + b"Content-Type: text/html; charset=latin-1\r\n\r\n"
        + b"<style>p{}</style><p>Ge\xefnteresseerd &amp; blij</p><script>x()</script>"
    )

    plain, of_html = read_mail(words(OURS, "Mag ik een collega meebrengen?")), read_mail(html)

    assert (plain.kind, plain.words) == (InboundKind.WORDS, "Mag ik een collega meebrengen?")
    assert (of_html.kind, of_html.words) == (InboundKind.WORDS, "Geïnteresseerd & blij")
    assert (of_html.from_address, of_html.subject) == ("a@b.example", "Geïnteresseerd")


def test_verdict_of_a_mail_server_about_the_sender_is_seen() -> None:
    bad = "Authentication-Results: mx.example; spf=pass; dmarc=fail (p=NONE)\r\n"
    good = "Authentication-Results: mx.example; spf=pass; dmarc=pass\r\n"

    assert read_mail(answer(headers=bad)).failed_dmarc is True
    assert read_mail(answer(headers=good)).failed_dmarc is False


#: Real shapes, to be damaged.
SEEDS = (
    *(answer(shape) for shape in SHAPES),
    answer("bare", comment="x" * 300),
    words(OURS, "Hallo é 🚪"),
    bounce(to=OURS, address="a@b.example", returned=answer()),
)
SPLICES = (
    b"\r\n",
    b"\x00",
    b"\xff\xfe",
    b"BEGIN:VEVENT\r\n",
    b"END:VCALENDAR\r\n",
    b"=?utf-8?b?",
    b"--outer\r\n",
    b"Content-Type: multipart/mixed; boundary=outer\r\n\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"charset*0*=%",
    b"SEQUENCE:" + b"9" * 5000,
    b"DTSTAMP:99999999T999999Z\r\n",
    b"DTSTART;TZID=../../etc/passwd:20260101T000000\r\n",
    b"RRULE:FREQ=SECONDLY\r\n",
    b"ATTENDEE:\r\nATTENDEE:mailto:b@c.example\r\n",
)


def damaged(seed: bytes, chance: random.Random) -> bytes:
    raw = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at, end = sorted(chance.choices(range(len(raw) + 1), k=2))
        match chance.randint(0, 4):
            case 0:
                del raw[at : min(end, at + 60)]
            case 1:
                raw[at:at] = chance.choice(SPLICES)
            case 2:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                raw[at:at] = raw[at : min(end, at + 200)]
            case _:
                other = chance.choice(SEEDS)
                raw[at:] = other[min(at, len(other)) :]
    return bytes(raw)


@pytest.mark.by_thousands
def test_ten_thousand_damaged_mails_are_read_without_a_fault_of_ours() -> None:
    chance = random.Random(20261127)

    kinds = {read_mail(damaged(chance.choice(SEEDS), chance)).kind for _ in range(10_000)}

    assert kinds >= {InboundKind.REPLY, InboundKind.BOUNCE, InboundKind.WORDS}


@given(st.binary(max_size=400), st.sampled_from(SEEDS), st.integers(0, 400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read(noise: bytes, seed: bytes, at: int) -> None:
    for raw in (noise, seed[:at] + noise + seed[at:]):
        mail = read_mail(raw)
        assert replace(mail, kind=mail.kind) == mail
        assert len(mail.words) <= 4000
        assert "\x00" not in mail.words + mail.subject + mail.from_address


def test_mails_within_mails_without_end_are_refused_quickly() -> None:
    deep = b"Content-Type: message/rfc822\r\n\r\n" * 5000
    nested = b"".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n'.encode()
        for n in range(5000)
    )

    assert read_mail(deep).fault is InboundReason.UNREADABLE
    assert read_mail(nested).fault is InboundReason.UNREADABLE
