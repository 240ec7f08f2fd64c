"""Sign-in mail goes first and alone; a lease lives as long as the mail server answers."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from opendeur.config import Settings
from opendeur.db import Database
from opendeur.domain import mail, people
from opendeur.enums import Language, MessageKind, MessageState
from opendeur.jobs import sending
from opendeur.jobs.heartbeat import beating
from opendeur.models import Account, Message
from tests.conftest import make_settings
from tests.factories import make_edition, make_offer, make_visitor
from tests.gateways.delivering import free_port

PATIENCE_SECONDS = 20.0


def queue_sign_in(session: Session, settings: Settings, *, now: datetime) -> Message:
    made = people.issue_sign_in(
        session,
        email="new@kastanje.example",
        language=Language.NL,
        pepper=settings.secret_key,
        now=now,
    )
    return mail.queue_sign_in(
        session,
        email="new@kastanje.example",
        made=made,
        link=f"{settings.base_url}/nl/sign-in/link/{made.link}",
        language=Language.NL,
        settings=settings,
        now=now,
    )


def queue_receipt(session: Session, settings: Settings, *, now: datetime) -> Message:
    edition = make_edition(session)
    visitor = make_visitor(session, edition, preferences=[make_offer(session, edition)])
    message = mail.queue_receipt(session, visitor, settings=settings, now=now)
    assert message is not None
    return message


@pytest.mark.parametrize(
    ("urgent", "kind"), [(True, MessageKind.SIGN_IN), (False, MessageKind.RECEIPT)]
)
def test_sign_in_mail_is_sent_apart_from_all_else(
    app: Flask, store: Session, urgent: bool, kind: MessageKind
) -> None:
    settings: Settings = app.config["SETTINGS"]
    now = datetime.now(UTC)
    queue_receipt(store, settings, now=now)
    queue_sign_in(store, settings, now=now)
    store.commit()

    tried = sending.send_messages(app.extensions["database"], settings, urgent=urgent)

    store.expire_all()
    sent = store.scalars(select(Message.kind).where(Message.state == MessageState.SENT)).all()
    assert (tried, sent) == (1, [kind])


def test_lease_is_prolonged_while_the_server_answers(app: Flask, store: Session) -> None:
    settings: Settings = app.config["SETTINGS"]
    database: Database = app.extensions["database"]
    queue_receipt(store, settings, now=datetime.now(UTC))
    store.commit()
    with database.session() as session:
        message = mail.claim_message(session, now=datetime.now(UTC))
        assert message is not None
        session.execute(
            update(Message).values(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        )
        session.commit()
    token = message.lease_token or ""

    def beat() -> None:
        with database.session() as session:
            mail.beat_message(session, message.id, token, now=datetime.now(UTC))
            session.commit()

    def lease_until() -> datetime:
        with database.reading() as session:
            found = session.get_one(Message, message.id).lease_until
            assert found is not None
            return found

    with beating(beat, every_seconds=0.02, name="test"):
        wait_until(lambda: lease_until() > datetime.now(UTC) + timedelta(seconds=30))

    with database.session() as session:
        assert mail.sweep_outbox(session, now=datetime.now(UTC)) == 0


class SlowDisk:
    """A mail server that takes a message while somebody else holds the database."""

    def __init__(self, file: Path, *, holds_seconds: float) -> None:
        self.file = file
        self.holds_seconds = holds_seconds
        self.taken = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken += 1
        holder = sqlite3.connect(self.file)
        holder.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(self.holds_seconds, holder.close)
        return "250 OK"


def test_message_that_was_taken_while_others_held_the_database_is_sent(
    app: Flask, store: Session
) -> None:
    instance = app.config["SETTINGS"].instance
    server = SlowDisk(instance / "opendeur.sqlite3", holds_seconds=0.6)
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    settings = make_settings(
        instance, smtp_url=f"smtp://127.0.0.1:{controller.port}?helo=test.example"
    )
    impatient = Database(settings.database, patience_seconds=0.1)
    message = queue_receipt(store, settings, now=datetime.now(UTC))
    store.commit()

    controller.start()
    try:
        sending.send_messages(impatient, settings, urgent=False)
    finally:
        controller.stop()
        impatient.engine.dispose()

    store.refresh(message)
    assert (server.taken, message.state) == (1, MessageState.SENT)


def test_nothing_goes_to_an_address_that_mail_came_back_from_but_a_sign_in(
    app: Flask, store: Session
) -> None:
    settings = make_settings(app.config["SETTINGS"].instance)
    now = datetime.now(UTC)
    message = queue_receipt(store, settings, now=now)
    account = store.scalars(select(Account).where(Account.email == message.to_address)).one()
    account.bounced_at = now
    store.commit()

    sending.send_messages(app.extensions["database"], settings, urgent=False)

    store.refresh(message)
    assert (message.state, message.error) == (MessageState.FAILED, mail.CAME_BACK)
    assert not (settings.instance / "outbox").exists()
    message.kind = MessageKind.SIGN_IN
    assert not mail.has_come_back(store, message)


def test_heart_beats_on_after_a_beat_that_failed() -> None:
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        raise RuntimeError("the database is busy")

    with beating(beat, every_seconds=0.01, name="test"):
        wait_until(lambda: len(beats) > 2)

    ended = len(beats)
    time.sleep(0.05)
    assert len(beats) == ended


def wait_until(check: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert time.monotonic() < deadline, "that took too long"
        time.sleep(0.01)
