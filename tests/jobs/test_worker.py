"""A worker that is killed in the middle loses nothing and sends nothing twice.

Real processes, killed with SIGKILL; a real mail server on loopback; the site's database file.
Time that passes after a death is said by moving the leases of its rows into the past.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from opendeur.config import ROOT, Settings
from opendeur.db import Database
from opendeur.domain import assignment, invitations, mail
from opendeur.domain.importing import import_folder
from opendeur.domain.mail import UNFINISHED
from opendeur.enums import Language, MessageKind, MessageState, RunState
from opendeur.models import AssignmentRun, Edition, Message
from tests.conftest import SECRET_KEY
from tests.domain.invited import make_case
from tests.factories import NOW, make_account, make_edition, make_offer, make_visitor

PATIENCE_SECONDS = 90.0


class Mailbox:
    """What a mail server took, in the order in which it took it.

    While `gate` is shut the server keeps the message and says nothing; `is_waiting` tells
    that one is kept.
    """

    def __init__(self) -> None:
        self.recipients: list[str] = []
        self.gate = Event()
        self.gate.set()
        self.is_waiting = Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.recipients += envelope.rcpt_tos
        if not self.gate.is_set():
            self.is_waiting.set()
            await server.loop.run_in_executor(None, self.gate.wait)
        return "250 OK"


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """These tests share the folder of the application with other processes."""
    return own_app


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server on a free port of this machine, and that port."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    box.gate.set()
    controller.stop()


@contextmanager
def worker(folder: Path, *, smtp_port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker, with `more` in its environment; it is killed at the end at the latest."""
    environment = {
        **os.environ,
        "OPENDEUR_INSTANCE": str(folder),
        "OPENDEUR_SECRET_KEY": SECRET_KEY,
        "OPENDEUR_BASE_URL": "http://localhost",
        "OPENDEUR_TRUSTED_HOSTS": "localhost",
        "OPENDEUR_MAIL_FROM": "opendeur@opendeur.example",
        "OPENDEUR_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        **more,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "opendeur", "worker"], cwd=ROOT, env=environment
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()


def wait_until(check: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "that took too long"
        time.sleep(0.01)


def let_leases_run_out(database: Database) -> None:
    with database.session() as session:
        for table in (Message, AssignmentRun):
            session.execute(
                update(table)
                .where(table.lease_until.is_not(None))
                .values(lease_until=datetime.now(UTC) - timedelta(seconds=1))
            )
        session.commit()


def queue_receipts(session: Session, settings: Settings, *, people: int) -> list[str]:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    addresses = []
    for number in range(people):
        account = make_account(session, email=f"person{number}@kastanje.example")
        visitor = make_visitor(session, edition, account=account, preferences=[visit])
        mail.queue_receipt(session, visitor, settings=settings, now=NOW)
        addresses.append(account.email)
    session.commit()
    return addresses


def has_taken(box: Mailbox, number: int) -> bool:
    return len(box.recipients) >= number


def states(database: Database) -> Counter[MessageState]:
    with database.reading() as session:
        rows = session.execute(select(Message.state, func.count()).group_by(Message.state))
        return Counter(dict(iter(rows)))


def is_through(database: Database) -> bool:
    found = states(database)
    return not any(found[state] for state in UNFINISHED)


@pytest.mark.real_clock
def test_worker_killed_again_and_again_sends_each_message_once(
    app: Flask, store: Session, tmp_path: Path, mailbox: tuple[Mailbox, int]
) -> None:
    box, port = mailbox
    database: Database = app.extensions["database"]
    addresses = queue_receipts(store, app.config["SETTINGS"], people=120)
    chance = random.Random(7)
    kills = 0

    for round_number in range(4):
        enough = partial(has_taken, box, len(box.recipients) + 5 + round_number)
        with worker(tmp_path, smtp_port=port) as process:
            wait_until(enough, process)
            time.sleep(chance.random() / 10)
            kill(process)
        kills += 1
        let_leases_run_out(database)
    with worker(tmp_path, smtp_port=port) as process:
        wait_until(partial(is_through, database), process)

    found = states(database)
    assert found[MessageState.SENT] + found[MessageState.UNCERTAIN] == len(addresses)
    assert found[MessageState.UNCERTAIN] <= 2 * kills  # two threads of a worker send
    assert max(Counter(box.recipients).values()) == 1
    with database.reading() as session:
        sent = session.scalars(
            select(Message.to_address).where(Message.state == MessageState.SENT)
        ).all()
    assert set(sent) <= set(box.recipients)


@pytest.mark.real_clock
def test_message_that_the_server_took_is_not_sent_again_when_the_worker_dies_waiting(
    app: Flask, store: Session, tmp_path: Path, mailbox: tuple[Mailbox, int]
) -> None:
    box, port = mailbox
    database: Database = app.extensions["database"]
    queue_receipts(store, app.config["SETTINGS"], people=2)
    box.gate.clear()

    with worker(tmp_path, smtp_port=port) as process:
        wait_until(box.is_waiting.is_set, process)
        kill(process)
    box.gate.set()
    let_leases_run_out(database)
    with worker(tmp_path, smtp_port=port) as process:
        wait_until(partial(is_through, database), process)

    # The sweep of a full minute may have sent the other one at the same time.
    assert states(database) in (
        {MessageState.SENT: 1, MessageState.UNCERTAIN: 1},
        {MessageState.UNCERTAIN: 2},
    )
    assert Counter(box.recipients) == {
        "person0@kastanje.example": 1,
        "person1@kastanje.example": 1,
    }


@pytest.mark.real_clock
def test_run_of_a_worker_that_was_killed_is_done_by_the_next_one(
    app: Flask, store: Session, tmp_path: Path, mailbox: tuple[Mailbox, int]
) -> None:
    database: Database = app.extensions["database"]
    import_folder(store, ROOT / "demo" / "zuid-oost", now=NOW)
    edition = store.scalars(select(Edition)).one()
    assignment.request_run(store, edition, by=None, time_limit_seconds=120, now=NOW)
    store.commit()

    def run() -> AssignmentRun:
        with database.reading() as session:
            return session.scalars(select(AssignmentRun)).one()

    with worker(tmp_path, smtp_port=mailbox[1]) as process:
        wait_until(lambda: run().state is RunState.RUNNING, process)
        kill(process)
    left = run()
    let_leases_run_out(database)
    with worker(tmp_path, smtp_port=mailbox[1]) as process:
        wait_until(lambda: run().state is not RunState.RUNNING, process)

    done = run()
    assert (left.state, left.attempts) == (RunState.RUNNING, 1)
    assert (done.state, done.attempts, done.plan_status) == (RunState.DONE, 2, "optimal")


def test_mail_of_the_demonstration_is_written_to_a_folder(app: Flask, store: Session) -> None:
    settings: Settings = app.config["SETTINGS"]
    queue_receipts(store, settings, people=3)

    attempted = app.extensions["jobs"].send_messages()

    files = sorted((settings.instance / "outbox").glob("*.eml"))
    assert (attempted, len(files)) == (3, 3)
    assert states(app.extensions["database"]) == {MessageState.SENT: 3}


def test_address_that_mail_cannot_carry_is_refused_and_the_others_go_out(
    app: Flask, store: Session
) -> None:
    settings: Settings = app.config["SETTINGS"]
    queue_receipts(store, settings, people=1)
    store.add(
        Message(
            kind=MessageKind.RECEIPT,
            state=MessageState.QUEUED,
            to_address="zoë@kastanje.example",
            language=Language.NL,
            raw=b"Message-ID: <a@b>\r\n\r\ntext\r\n",
            created_at=NOW,
            due_at=NOW - timedelta(hours=1),
        )
    )
    store.commit()

    app.extensions["jobs"].send_messages()

    assert states(app.extensions["database"]) == {
        MessageState.SENT: 1,
        MessageState.FAILED: 1,
    }


def test_message_that_cannot_be_written_waits_and_the_others_go_out(
    app: Flask, store: Session
) -> None:
    case = make_case(store)
    invitations.draft(store, case.edition, now=NOW)
    invitations.queue_drafts(store, case.edition, expected=(2, 0, 0), now=NOW)
    first = store.scalars(select(Message).order_by(Message.id)).first()
    assert first is not None
    assert first.invitation is not None
    first.invitation.said = {"written": "by another version"}
    store.commit()

    app.extensions["jobs"].send_messages()

    store.expire_all()
    assert states(app.extensions["database"]) == {
        MessageState.SENT: 1,
        MessageState.QUEUED: 1,
    }
    assert (first.attempts, first.message_id, first.error) == (1, None, "'starts_at'")
    assert first.due_at is not None
    assert first.due_at > NOW
