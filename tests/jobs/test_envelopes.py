"""From whom a message leaves, on its envelope: it comes back to there."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message as Parsed
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.config import Settings
from opendeur.domain import inbox, invitations, mail
from opendeur.enums import InboundState, MessageState
from opendeur.gateways.incoming import read_mail
from opendeur.jobs import sending
from opendeur.models import Message
from tests import arrivals
from tests.conftest import make_settings
from tests.domain.invited import make_case
from tests.factories import NOW, make_edition, make_offer, make_visitor
from tests.gateways.delivering import free_port


class Relay:
    """A mail server that lets nobody send as somebody else where it `is_strict`."""

    def __init__(self, *, is_strict: bool = False, refuses_all: bool = False) -> None:
        self.is_strict = is_strict
        self.refuses_all = refuses_all
        self.taken: list[tuple[str, str, Parsed]] = []

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuses_all or (self.is_strict and address != "opendeur@opendeur.example"):
            return f"553 5.7.1 <{address}>: Sender address rejected: not owned by user"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        letter = email.message_from_bytes(envelope.content)
        [recipient] = envelope.rcpt_tos
        self.taken.append((envelope.mail_from, recipient, letter))
        return "250 OK"


@contextmanager
def served(relay: Relay, app: Flask) -> Iterator[Settings]:
    """Yield settings with which mail goes to a relay."""
    controller = Controller(relay, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield make_settings(
            app.config["SETTINGS"].instance,
            smtp_url=f"smtp://127.0.0.1:{controller.port}?helo=test.example",
        )
    finally:
        controller.stop()


def queue_invitations(store: Session) -> None:
    case = make_case(store)
    invitations.draft(store, case.edition, now=NOW)
    invitations.queue_drafts(store, case.edition, expected=(2, 0, 0), now=NOW)
    store.commit()


def test_what_is_about_an_invitation_comes_back_to_it_and_is_from_whom_all_mail_is(
    app: Flask, store: Session
) -> None:
    """Items 24, 25 and 42: one recipient, From on our domain, bounces find their invitation."""
    queue_invitations(store)
    relay = Relay()

    with served(relay, app) as settings:
        sending.send_messages(app.extensions["database"], settings, urgent=False)

    rows = store.scalars(select(Message).order_by(Message.id)).all()
    for (sender, recipient, letter), row in zip(relay.taken, rows, strict=True):
        assert row.invitation is not None
        assert sender == f"visits+{row.invitation.token}@opendeur.example"
        assert letter["Reply-To"] == sender
        assert recipient == row.to_address
        assert "<opendeur@opendeur.example>" in letter["From"]
    assert len({sender for sender, _, _ in relay.taken}) == 2


def test_bounce_that_holds_nothing_of_ours_finds_the_invitation_by_its_envelope(
    app: Flask, store: Session
) -> None:
    """Item 42: a bounce marks the address."""
    queue_invitations(store)
    relay = Relay()
    with served(relay, app) as settings:
        sending.send_messages(app.extensions["database"], settings, urgent=False)
    store.expire_all()
    sender, recipient, _ = relay.taken[0]

    report = arrivals.bounce(to=sender, address=recipient)
    became = inbox.receive(store, report, settings=settings, now=NOW)

    row = store.scalars(select(Message).order_by(Message.id)).first()
    assert row is not None
    assert row.invitation is not None
    assert read_mail(report).message_ids == ()
    assert (became.state, became.invitation) == (InboundState.APPLIED, row.invitation)
    assert row.invitation.account.bounced_at == NOW
    assert row.state is MessageState.FAILED


def test_what_is_about_no_invitation_leaves_from_the_sender_of_all_mail(
    app: Flask, store: Session
) -> None:
    relay = Relay()
    edition = make_edition(store)
    visitor = make_visitor(store, edition, preferences=[make_offer(store, edition)])

    with served(relay, app) as settings:
        mail.queue_receipt(store, visitor, settings=settings, now=NOW)
        store.commit()
        sending.send_messages(app.extensions["database"], settings, urgent=False)

    assert [sender for sender, _, _ in relay.taken] == ["opendeur@opendeur.example"]


def test_relay_that_lets_users_send_only_as_themselves_takes_invitations_all_the_same(
    app: Flask, store: Session, caplog: pytest.LogCaptureFixture
) -> None:
    queue_invitations(store)
    relay = Relay(is_strict=True)

    with served(relay, app) as settings:
        sending.send_messages(app.extensions["database"], settings, urgent=False)

    states = store.scalars(select(Message.state)).all()
    assert states == [MessageState.SENT] * 2
    assert [sender for sender, _, _ in relay.taken] == ["opendeur@opendeur.example"] * 2
    assert "visits+" not in caplog.text
    assert all(letter["Reply-To"].startswith("visits+") for _, _, letter in relay.taken)


def test_relay_that_takes_no_sender_of_ours_refuses_for_good(
    app: Flask, store: Session
) -> None:
    queue_invitations(store)

    with served(Relay(refuses_all=True), app) as settings:
        sending.send_messages(app.extensions["database"], settings, urgent=False)

    rows = store.execute(select(Message.state, Message.error)).all()
    words = "553 5.7.1 <opendeur@opendeur.example>: Sender address rejected: not owned by user"
    assert [tuple(row) for row in rows] == [(MessageState.FAILED, words)] * 2
