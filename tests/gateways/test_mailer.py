"""The message as a reader's mail program gets it, and what a folder keeps."""

import email
import email.message
import email.policy
import re
from dataclasses import replace
from datetime import datetime
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from opendeur.gateways.calendar_files import Method, invitation_file
from opendeur.gateways.mail_folder import FolderTransport
from opendeur.gateways.mime import compose
from opendeur.gateways.transport import DeliveryFailed
from opendeur.safe_text import one_line
from tests.gateways.facts import make_calendar_invitation, make_mail
from tests.gateways.hostile import hostile_text, unhurried


def parsed(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def unfolded(raw: bytes, header: str) -> str:
    value = email.message_from_bytes(raw, policy=email.policy.compat32)[header]
    return str(value).replace("\r\n", "")


def decoded(words: str) -> str:
    return str(make_header(decode_header(words)))


def structure(message: Any) -> object:
    parts = message.get_payload()
    if not isinstance(parts, list):
        return message.get_content_type()
    return message.get_content_type(), [structure(part) for part in parts]


def leaves(message: email.message.EmailMessage) -> dict[str, email.message.EmailMessage]:
    return {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}


def test_an_invitation_has_exactly_these_parts() -> None:
    message = parsed(compose(make_mail()))

    assert structure(message) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", "text/html", "text/calendar"]),
            "application/ics",
        ],
    )
    assert [part.defects for part in message.walk()] == [[]] * 6
    assert message.epilogue in (None, "")


def test_a_message_without_calendar_is_text_and_html() -> None:
    message = parsed(compose(make_mail(calendar=None, method=None)))

    assert structure(message) == ("multipart/alternative", ["text/plain", "text/html"])


def test_both_calendar_parts_are_the_bytes_that_were_given() -> None:
    mail = make_mail()

    parts = leaves(parsed(compose(mail)))

    assert parts["text/calendar"].get_payload(decode=True) == mail.calendar
    assert parts["application/ics"].get_payload(decode=True) == mail.calendar


@pytest.mark.parametrize("method", list(Method))
def test_the_calendar_part_is_an_invitation_and_no_attachment(method: Method) -> None:
    calendar = invitation_file(make_calendar_invitation(method=method, sequence=1))

    parts = leaves(parsed(compose(make_mail(calendar=calendar, method=method))))

    part, attachment = parts["text/calendar"], parts["application/ics"]
    parameters = {"charset": "UTF-8", "method": method.value}
    assert dict(part["Content-Type"].params) == parameters
    assert part["Content-Disposition"] is None
    assert attachment["Content-Disposition"] == 'attachment; filename="invite.ics"'
    encodings = {part["Content-Transfer-Encoding"] for part in parts.values()}
    assert encodings == {"base64"}


def test_the_headers_are_these_and_no_others() -> None:
    raw = compose(make_mail(in_reply_to="<7d5f1a52.0@opendeur.example>"))

    head = raw.partition(b"\r\n\r\n")[0].decode().replace("\r\n ", " ").split("\r\n")
    assert [line.partition(";")[0] for line in head] == [
        'From: "Opendeurweek Zuid-Oost" <opendeur@opendeur.example>',
        'To: "Lotte Peeters" <lotte@ocmw.example>',
        "Subject: Uitnodiging: De Jacht",
        "Date: Tue, 05 Oct 2027 12:00:00 +0000",
        "Message-ID: <7d5f1a52.1@opendeur.example>",
        "Reply-To: visits+3fq8@opendeur.example",
        "In-Reply-To: <7d5f1a52.0@opendeur.example>",
        "References: <7d5f1a52.0@opendeur.example>",
        "Content-Language: nl",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed",
    ]
    assert parsedate_to_datetime(unfolded(raw, "Date")) == make_mail().sent_at


def test_the_same_mail_gives_the_same_bytes() -> None:
    mail = make_mail()

    assert compose(mail) == compose(replace(mail))


@unhurried
@given(hostile_text, hostile_text, hostile_text)
def test_any_text_arrives_as_it_was_and_nothing_else_does(
    name: str, subject: str, body: str
) -> None:
    name, subject = one_line(name), one_line(subject)
    body = body.encode(errors="replace").decode()
    mail = make_mail(to_name=name, sender_name=name, subject=subject, text=f"-{body}")

    raw = compose(mail)

    assert raw.isascii()
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", raw) is None
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    for header, address in (("To", mail.to_address), ("From", mail.sender_address)):
        [(written, bare)] = getaddresses([unfolded(raw, header)])
        assert (decoded(written), bare) == (name, address)
    assert decoded(unfolded(raw, "Subject")) == subject
    message = parsed(raw)
    assert (message["Cc"], message["Bcc"], len(message.keys())) == (None, None, 10)
    assert leaves(message)["text/plain"].get_payload(decode=True) == mail.text.encode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "x\r\nBcc: evil@evil.example"},
        {"subject": "x\ny"},
        {"to_name": "x\rBcc: evil@evil.example"},
        {"sender_name": "x\u2028y"},
        {"sender_address": "a@b.example\r\nBcc: c@d.example"},
        {"to_address": "a@b.example, c@d.example"},
        {"to_address": "Lotte <a@b.example>"},
        {"reply_to": "a@b.example\nX: y"},
        {"message_id": "no brackets@x"},
        {"message_id": "<a@b>\r\nX: y"},
        {"in_reply_to": "<a b@c>"},
        {"language": "nl\r\nX: y"},
        {"sent_at": datetime(2027, 10, 5)},  # noqa: DTZ001 - naive on purpose
        {"text": " \n"},
        {"html": ""},
        {"method": "CANCEL"},
        {"method": None},
        {"calendar": None},
    ],
    ids=str,
)
def test_what_could_be_read_in_two_ways_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        compose(make_mail(**wrong))


def nothing() -> None:
    """Stand for a hand-over that goes well."""


def deliver_to(folder: Path, raw: bytes) -> None:
    FolderTransport(folder).deliver(
        raw=raw, sender="a@b.example", recipient="c@d.example", hand_over=nothing
    )


def test_a_folder_keeps_the_bytes_in_a_file_of_its_own(tmp_path: Path) -> None:
    folder, mail = tmp_path / "out" / "box", make_mail()

    deliver_to(folder, compose(mail))

    [file] = folder.iterdir()
    assert file == FolderTransport(folder).path(mail.message_id)
    assert file.read_bytes() == compose(mail)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_message_that_is_delivered_again_is_one_file(tmp_path: Path) -> None:
    deliver_to(tmp_path, compose(make_mail()))
    deliver_to(tmp_path, compose(make_mail()))
    deliver_to(tmp_path, compose(make_mail(message_id="<7d5f1a52.1@other.example>")))

    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_hands_over_before_the_file_is_there(tmp_path: Path) -> None:
    seen = []

    FolderTransport(tmp_path).deliver(
        raw=compose(make_mail()),
        sender="a@b.example",
        recipient="c@d.example",
        hand_over=lambda: seen.append(list(tmp_path.glob("*.eml"))),
    )

    assert seen == [[]]


def test_nothing_stays_in_the_folder_when_the_hand_over_fails(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="the database is gone"):
        FolderTransport(tmp_path).deliver(
            raw=compose(make_mail()),
            sender="a@b.example",
            recipient="c@d.example",
            hand_over=fail,
        )

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_fails_without_hand_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(DeliveryFailed, match=r"7d5f1a52-1-[0-9a-f]{12}"):
        FolderTransport(tmp_path / "file").deliver(
            raw=compose(make_mail()),
            sender="a@b.example",
            recipient="c@d.example",
            hand_over=lambda: pytest.fail("handed over"),
        )


@pytest.mark.parametrize("message_id", ["<../../x@y>", "<%2e%2e/é@y>", "<\u202e@y>"])
def test_a_message_identifier_cannot_lead_out_of_the_folder(
    tmp_path: Path, message_id: str
) -> None:
    path = FolderTransport(tmp_path).path(message_id)

    assert path.parent == tmp_path
    assert re.fullmatch(r"[A-Za-z0-9-]*-[0-9a-f]{12}\.eml", path.name)
