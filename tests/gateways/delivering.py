"""Delivering one message, with or without a hand-over that may happen."""

import socket
from collections.abc import Callable

import pytest

from opendeur.gateways.mime import compose
from opendeur.gateways.smtp import SmtpTransport
from tests.gateways.facts import make_mail

SENDER, RECIPIENT = "opendeur@opendeur.example", "lotte@ocmw.example"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def nothing() -> None:
    """Stand for a hand-over that goes well."""


def never() -> None:
    pytest.fail("handed over")


def deliver(
    transport: SmtpTransport, raw: bytes = b"", hand_over: Callable[[], None] = nothing
) -> None:
    transport.deliver(
        raw=raw or compose(make_mail()),
        sender=SENDER,
        recipient=RECIPIENT,
        hand_over=hand_over,
    )
