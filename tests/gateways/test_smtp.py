"""Delivery to a real server, which accepts messages or says no."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from hypothesis import given
from hypothesis import strategies as st

from opendeur.gateways.mime import compose
from opendeur.gateways.smtp import SmtpTransport
from opendeur.gateways.transport import DeliveryError, DeliveryFailed, DeliveryRefused
from tests.gateways.delivering import RECIPIENT, SENDER, deliver, free_port, never
from tests.gateways.facts import make_mail
from tests.gateways.hostile import unhurried


@dataclass
class Mailbox:
    """Answers as it is told, and keeps what it accepted."""

    rcpt_reply: str = "250 OK"
    data_reply: str = "250 OK"
    received: list[Envelope] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt_reply

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Envelope
    ) -> str:
        self.connections.add(session.peer)
        if self.data_reply.startswith("250"):
            self.received.append(envelope)
        return self.data_reply


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[str]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield f"127.0.0.1:{controller.port}?helo=test.example"
    finally:
        controller.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def address(mailbox: Mailbox) -> Iterator[str]:
    with serving(mailbox) as where:
        yield where


def test_what_arrives_is_what_was_composed(mailbox: Mailbox, address: str) -> None:
    deliver(SmtpTransport.from_url(f"smtp://{address}"))

    [envelope] = mailbox.received
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [RECIPIENT])
    assert envelope.content == compose(make_mail())


@unhurried
@given(st.lists(st.sampled_from([b".", b"..", b"", b".x", b"x", b"QUIT", b"\xc3\xa9"])))
def test_dots_at_the_start_of_lines_arrive_as_they_were(
    dotted_server: tuple[Mailbox, SmtpTransport], lines: list[bytes]
) -> None:
    mailbox, transport = dotted_server
    mailbox.received.clear()
    raw = b"".join(line + b"\r\n" for line in [b"Subject: x", b"", *lines])

    deliver(transport, raw)

    assert [envelope.content for envelope in mailbox.received] == [raw]


@pytest.fixture(scope="module")
def dotted_server() -> Iterator[tuple[Mailbox, SmtpTransport]]:
    mailbox = Mailbox()
    with serving(mailbox) as address, SmtpTransport.from_url(f"smtp://{address}") as transport:
        yield mailbox, transport


@pytest.mark.parametrize("raw", [b"a: b\n\r\nx\r\n", b"a: b\r\n\r\nx\r.\r\n", b"x\n.\nQUIT\n"])
def test_a_bare_line_end_is_refused_because_servers_read_it_in_two_ways(raw: bytes) -> None:
    with pytest.raises(ValueError, match="CRLF"):
        deliver(SmtpTransport.from_url("smtp://127.0.0.1:1"), raw, never)


def test_the_message_is_not_accepted_before_the_hand_over(
    mailbox: Mailbox, address: str
) -> None:
    accepted = []

    deliver(
        SmtpTransport.from_url(f"smtp://{address}"),
        hand_over=lambda: accepted.append(len(mailbox.received)),
    )

    assert (accepted, len(mailbox.received)) == ([0], 1)


def test_one_connection_serves_many_messages(mailbox: Mailbox, address: str) -> None:
    with SmtpTransport.from_url(f"smtp://{address}") as transport:
        for number in range(3):
            deliver(transport, compose(make_mail(message_id=f"<{number}@x.example>")))

    assert (len(mailbox.received), len(mailbox.connections)) == (3, 1)


def test_without_a_block_each_message_has_its_own_connection(
    mailbox: Mailbox, address: str
) -> None:
    transport = SmtpTransport.from_url(f"smtp://{address}")
    deliver(transport)
    deliver(transport)

    assert (len(mailbox.received), len(mailbox.connections)) == (2, 2)


def test_nothing_arrives_when_the_hand_over_fails_and_the_next_message_does(
    mailbox: Mailbox, address: str
) -> None:
    def fail() -> None:
        raise RuntimeError("the database is gone")

    with SmtpTransport.from_url(f"smtp://{address}") as transport:
        with pytest.raises(RuntimeError, match="the database is gone"):
            deliver(transport, hand_over=fail)
        deliver(transport)

    assert len(mailbox.received) == 1


@pytest.mark.parametrize(
    ("reply", "error"), [("450 later", DeliveryFailed), ("550 unknown", DeliveryRefused)]
)
def test_a_recipient_that_is_not_wanted_is_told_before_the_hand_over(
    mailbox: Mailbox, address: str, reply: str, error: type[DeliveryError]
) -> None:
    mailbox.rcpt_reply = reply

    with pytest.raises(error) as caught:
        deliver(SmtpTransport.from_url(f"smtp://{address}"), hand_over=never)

    assert caught.value.reason == reply


@pytest.mark.parametrize(
    ("reply", "error"), [("451 later", DeliveryFailed), ("554 spam", DeliveryRefused)]
)
def test_a_message_that_is_not_wanted_was_not_delivered(
    mailbox: Mailbox, address: str, reply: str, error: type[DeliveryError]
) -> None:
    mailbox.data_reply = reply

    with pytest.raises(error) as caught:
        deliver(SmtpTransport.from_url(f"smtp://{address}"))

    assert caught.value.reason == reply


def test_the_next_message_arrives_after_one_that_was_refused(
    mailbox: Mailbox, address: str
) -> None:
    with SmtpTransport.from_url(f"smtp://{address}") as transport:
        mailbox.rcpt_reply = "550 unknown"
        with pytest.raises(DeliveryRefused):
            deliver(transport)
        mailbox.rcpt_reply = "250 OK"
        deliver(transport)

    assert len(mailbox.received) == 1


@pytest.mark.parametrize("password", ["right/?#@:", "wrong"])
def test_a_password_is_percent_encoded_in_the_url_and_a_wrong_one_is_no_refusal(
    password: str,
) -> None:
    def check(
        server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        given = (data.login, data.password) if isinstance(data, LoginPassword) else None
        is_right = given == (b"us er", b"right/?#@:")
        return AuthResult(success=is_right, handled=is_right)

    mailbox = Mailbox()
    options = {"authenticator": check, "auth_require_tls": False}
    encoded = password.translate({ord(c): f"%{ord(c):02x}" for c in "/?#@:"})
    with serving(mailbox, **options) as address:
        transport = SmtpTransport.from_url(f"smtp://us%20er:{encoded}@{address}")
        if password == "wrong":
            with pytest.raises(DeliveryFailed, match="535"):
                deliver(transport, hand_over=never)
        else:
            deliver(transport)

    assert len(mailbox.received) == (password != "wrong")


def test_no_message_goes_in_the_clear_to_a_server_without_starttls(
    mailbox: Mailbox, address: str
) -> None:
    with pytest.raises(DeliveryFailed, match="STARTTLS"):
        deliver(SmtpTransport.from_url(f"smtp+starttls://{address}"), hand_over=never)

    assert mailbox.received == []


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(DeliveryFailed):
        deliver(SmtpTransport.from_url(f"smtp://127.0.0.1:{free_port()}"), hand_over=never)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": "a@b.example>\r\nRCPT TO:<evil@evil.example"},
        {"recipient": "a@b.example\nDATA"},
        {"recipient": ""},
    ],
    ids=str,
)
def test_an_envelope_cannot_hold_a_command(wrong: dict[str, Any]) -> None:
    envelope = {"sender": SENDER, "recipient": RECIPIENT} | wrong

    with pytest.raises(ValueError):  # noqa: PT011 - the words are the validator's
        SmtpTransport.from_url("smtp://127.0.0.1:1").deliver(
            raw=compose(make_mail()), hand_over=never, **envelope
        )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("smtp", "mail.example", 25, None, 30.0)),
        ("smtps://u:p@mail.example", ("smtps", "mail.example", 465, None, 30.0)),
        ("smtp+starttls://m.example", ("smtp+starttls", "m.example", 587, None, 30.0)),
        ("smtp://m.example:2525?timeout=5&helo=x.y", ("smtp", "m.example", 2525, "x.y", 5.0)),
    ],
)
def test_a_url_says_it_all(url: str, expected: tuple[object, ...]) -> None:
    transport = SmtpTransport.from_url(url)

    assert (
        transport.security,
        transport.host,
        transport.port,
        transport.helo,
        transport.timeout_seconds,
    ) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example/path",
        "smtp://mail.example?tls=yes",
        "smtp://mail.example?timeout=soon",
        "smtp://user:s3cr/et@mail.example",
        "smtp://user:s3cr#et@mail.example",
    ],
)
def test_a_url_of_another_shape_is_refused_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="An SMTP URL is") as caught:
        SmtpTransport.from_url(url)

    assert "s3cr" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
