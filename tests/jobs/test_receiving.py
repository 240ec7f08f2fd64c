"""Mails are taken from a real mailbox, read once, and put away; nothing stops the others."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from opendeur.config import Settings
from opendeur.db import Database
from opendeur.domain import inbox
from opendeur.enums import InboundReason, InboundState, Participation
from opendeur.errors import Busy
from opendeur.gateways.incoming import LARGEST_MAIL
from opendeur.gateways.mailbox import Mailbox, MailboxRefused
from opendeur.jobs.receiving import Receiver
from opendeur.models import InboundMessage, Invitation
from tests import arrivals, dovecot
from tests.conftest import make_settings
from tests.domain.invited import make_case, send_all, to_visitor
from tests.dovecot import MailServer
from tests.gateways.delivering import free_port
from tests.jobs.test_worker import worker

DONE, UNREAD = "Opendeur.Done", "Opendeur.Unread"
PATIENCE_SECONDS = 20.0
#: How soon an answer counts that came.
TARGET_SECONDS = 10.0


def make_invitation(store: Session) -> Invitation:
    """Return the invitation of a visitor, sent."""
    invitation = to_visitor(send_all(store, make_case(store).edition)).invitation
    assert invitation is not None
    store.commit()
    return invitation


def make_receiver(
    app: Flask, imap: MailServer, *, database: Database | None = None, password: str = ""
) -> Receiver:
    settings: Settings = app.config["SETTINGS"]
    return Receiver(
        database or app.extensions["database"],
        make_settings(settings.instance, imap_url=imap.url()),
        imap.address(password=password or dovecot.PASSWORD),
        on_applied=lambda: None,
        first_pause_seconds=0.05,
    )


def read_all(receiver: Receiver) -> int:
    with Mailbox(receiver.address) as mailbox:
        return receiver.read_all(mailbox)


@contextmanager
def running(receiver: Receiver) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=receiver.run)
    thread.start()
    try:
        yield thread
    finally:
        receiver.should_stop.set()
        thread.join(PATIENCE_SECONDS)


def wait_until(check: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert time.monotonic() < deadline, "that took too long"
        time.sleep(0.02)


def states(store: Session) -> list[tuple[InboundState, str]]:
    rows = select(InboundMessage.state, InboundMessage.reason).order_by(InboundMessage.id)
    return [(state, reason) for state, reason in store.execute(rows)]


def test_answer_that_lies_in_the_mailbox_is_noted_and_put_away(
    app: Flask, store: Session, imap: MailServer
) -> None:
    invitation = make_invitation(store)
    answer = arrivals.reply(invitation, participation="ACCEPTED")
    imap.put(answer)

    read = read_all(make_receiver(app, imap))

    store.expire_all()
    assert (read, invitation.participation) == (1, Participation.ACCEPTED)
    assert (imap.mails(), imap.mails(DONE)) == ([], [answer])


def test_whatever_a_mail_is_about_it_is_put_away_and_the_worker_woken_for_what_changed(
    app: Flask, store: Session, imap: MailServer
) -> None:
    invitation = make_invitation(store)
    imap.put(
        b"\x00 not a mail".replace(b"\x00", b"?"),
        arrivals.reply(invitation, attendee="mailto:else@kastanje.example"),
        arrivals.reply(invitation, participation="TENTATIVE"),
    )
    receiver, woken = make_receiver(app, imap), threading.Semaphore(0)
    receiver.on_applied = woken.release

    read = read_all(receiver)

    assert (read, len(imap.mails(DONE))) == (3, 3)
    assert [state for state, _ in states(store)] == [
        InboundState.IGNORED,
        InboundState.QUARANTINED,
        InboundState.APPLIED,
    ]
    assert (woken.acquire(blocking=False), woken.acquire(blocking=False)) == (True, False)


def test_mail_that_was_read_and_not_put_away_is_read_once(
    app: Flask, store: Session, imap: MailServer
) -> None:
    """Item 44: a crash between the commit and the move changes nothing."""
    invitation = make_invitation(store)
    answer = arrivals.reply(invitation, participation="ACCEPTED")
    imap.put(answer)
    inbox.receive(store, answer, settings=app.config["SETTINGS"], now=datetime.now(UTC))
    invitation.participation = Participation.TENTATIVE  # by the link of the letter, since
    store.commit()

    read = read_all(make_receiver(app, imap))

    store.expire_all()
    assert (read, states(store)) == (1, [(InboundState.APPLIED, "")])
    assert invitation.participation is Participation.TENTATIVE
    assert (imap.mails(), imap.mails(DONE)) == ([], [answer])


def test_two_workers_read_each_mail_once(app: Flask, store: Session, imap: MailServer) -> None:
    """Item 44: a second poller changes nothing."""
    mails = [
        arrivals.words("visits@opendeur.example", f"Vraag {number}") for number in range(12)
    ]
    imap.put(*mails)
    receivers = [make_receiver(app, imap) for _ in range(3)]

    with ThreadPoolExecutor(len(receivers)) as pool:
        list(pool.map(read_all, receivers))

    assert store.scalar(select(func.count(InboundMessage.id))) == len(mails)
    # Two who move a mail at the same moment may leave a copy of it.
    assert (imap.mails(), set(imap.mails(DONE))) == ([], set(mails))


def test_mail_that_is_too_large_is_told_at_the_desk_and_set_apart_whole(
    app: Flask, store: Session, imap: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Item 43: a poisoned mail never blocks the mailbox."""
    invitation = make_invitation(store)
    address = f"visits+{invitation.token}@opendeur.example"
    large = arrivals.words(
        address, "x" * 1000 + "\r\n" + ("y" * 76 + "\r\n") * (LARGEST_MAIL // 77)
    )
    assert len(large) > LARGEST_MAIL
    imap.put(large, arrivals.reply(invitation, participation="ACCEPTED"))

    read = read_all(make_receiver(app, imap))

    store.expire_all()
    assert read == 2
    assert states(store) == [
        (InboundState.QUARANTINED, InboundReason.TOO_BIG),
        (InboundState.APPLIED, ""),
    ]
    assert (imap.mails(), imap.mails(UNREAD), len(imap.mails(DONE))) == ([], [large], 1)
    assert "mail 1 is too large: it goes to Opendeur/Unread" in caplog.messages


def test_mail_on_which_our_code_fails_is_set_apart_and_the_others_are_read(
    app: Flask, store: Session, imap: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Item 43: a poisoned mail never blocks the mailbox; put back, it is tried again."""
    invitation = make_invitation(store)
    store.execute(
        text(
            "CREATE TRIGGER poison BEFORE INSERT ON inbound_message WHEN NEW.subject = 'Vraag' "
            "BEGIN SELECT RAISE(ABORT, 'poison'); END"
        )
    )
    store.commit()
    poison = arrivals.words(f"visits+{invitation.token}@opendeur.example", "Hallo")
    imap.put(poison, arrivals.reply(invitation, participation="ACCEPTED"))
    receiver = make_receiver(app, imap)

    read = [read_all(receiver), read_all(receiver)]

    store.expire_all()
    assert (read, states(store)) == ([2, 0], [(InboundState.APPLIED, "")])
    assert (imap.mails(), imap.mails(UNREAD), len(imap.mails(DONE))) == ([], [poison], 1)
    assert "mail 1 cannot be read: it goes to Opendeur/Unread" in caplog.messages
    store.execute(text("DROP TRIGGER poison"))
    store.commit()
    imap.put(*imap.mails(UNREAD))
    assert read_all(receiver) == 1
    assert len(imap.mails(DONE)) == 2


def test_mails_that_the_server_would_not_move_are_read_all_the_same(
    app: Flask, store: Session, imap: MailServer
) -> None:
    invitation = make_invitation(store)
    imap.put(
        arrivals.words("visits@opendeur.example", "Hallo"),
        arrivals.reply(invitation, participation="ACCEPTED"),
    )
    (imap.files / ".Opendeur.Done").write_text("in the way")
    receiver = make_receiver(app, imap)

    with pytest.raises(MailboxRefused):
        read_all(receiver)

    (imap.files / ".Opendeur.Done").unlink()
    store.expire_all()
    assert (len(states(store)), len(imap.mails())) == (2, 2)
    assert invitation.participation is Participation.ACCEPTED
    assert read_all(receiver) == 2
    assert (len(states(store)), imap.mails(), len(imap.mails(DONE))) == (2, [], 2)


def test_mail_waits_in_the_inbox_while_others_hold_the_database(
    app: Flask, store: Session, imap: MailServer
) -> None:
    impatient = Database(app.config["SETTINGS"].database, patience_seconds=0.1)
    receiver = make_receiver(app, imap, database=impatient)
    mail = arrivals.words("visits@opendeur.example", "Hallo")
    imap.put(mail)
    store.execute(text("BEGIN IMMEDIATE"))

    with pytest.raises(Busy):
        read_all(receiver)
    waits = imap.mails()
    store.rollback()
    read = read_all(receiver)
    impatient.engine.dispose()

    assert (waits, read, imap.mails(DONE)) == ([mail], 1, [mail])


def test_answer_that_comes_while_the_worker_listens_counts_within_seconds(
    app: Flask, store: Session, imap: MailServer
) -> None:
    invitation = make_invitation(store)
    receiver, noted = make_receiver(app, imap), threading.Event()
    receiver.on_applied = noted.set

    with running(receiver) as thread:
        time.sleep(0.3)
        began = time.monotonic()
        imap.put(arrivals.reply(invitation, participation="ACCEPTED"))
        assert noted.wait(TARGET_SECONDS)
        took = time.monotonic() - began
        wait_until(lambda: len(imap.mails(DONE)) == 1)
        began = time.monotonic()
        receiver.should_stop.set()
        thread.join(PATIENCE_SECONDS)
        stopped = time.monotonic() - began

    store.expire_all()
    assert invitation.participation is Participation.ACCEPTED
    assert took < TARGET_SECONDS
    assert stopped < 2


def test_server_that_is_down_is_told_once_and_read_when_it_is_back(
    app: Flask, store: Session, imap: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    nowhere = MailServer(free_port()).fresh()
    receiver = make_receiver(app, nowhere)

    with running(receiver):
        time.sleep(0.5)  # several tries
        back = dovecot.start(port=nowhere.port)
        nowhere.put(arrivals.words("visits@opendeur.example", "Hallo"))
        wait_until(lambda: len(nowhere.mails(DONE)) == 1)
        back.stop()
        wait_until(lambda: len(of_ours(caplog)) == 3)

    assert of_ours(caplog)[:2] == [
        "the mailbox cannot be read: ConnectionRefusedError: [Errno 111] Connection refused",
        "the mailbox is read again",
    ]
    assert of_ours(caplog)[2].startswith("the mailbox cannot be read: ")


def test_wrong_password_is_told_once_and_never_itself(
    app: Flask, store: Session, imap: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = make_receiver(app, imap, password="wrong-password")

    with running(receiver) as thread:
        time.sleep(2)  # several tries
        is_alive = thread.is_alive()

    assert is_alive
    assert len(of_ours(caplog)) == 1
    assert "AUTHENTICATIONFAILED" in of_ours(caplog)[0]
    assert "wrong-password" not in caplog.text


def test_server_that_hangs_up_is_called_less_and_less_often(
    app: Flask, store: Session, imap: MailServer
) -> None:
    calls: list[float] = []

    def hang_up(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                listener.accept()[0].close()
                calls.append(time.monotonic())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up, args=(listener,))
        thread.start()
        with running(make_receiver(app, MailServer(listener.getsockname()[1]))):
            wait_until(lambda: len(calls) == 5)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(PATIENCE_SECONDS)

    pauses = [later - earlier for earlier, later in pairwise(calls)]
    least = (0.04, 0.08, 0.16, 0.32)
    assert all(pause >= expected for pause, expected in zip(pauses, least, strict=False))


def of_ours(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.name == "opendeur.jobs.receiving"]


@pytest.mark.real_clock
def test_worker_reads_the_mailbox_and_stops_without_waiting_for_mail(
    own_app: Flask, tmp_path: Path, imap: MailServer
) -> None:
    imap.put(arrivals.words("visits@opendeur.example", "Hallo"))

    with worker(tmp_path, smtp_port=free_port(), OPENDEUR_IMAP_URL=imap.url()) as process:
        wait_until(lambda: len(imap.mails(DONE)) == 1)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        process.wait(PATIENCE_SECONDS)

    assert time.monotonic() - began < 5
    assert process.returncode == 0
