"""What takes longer than a request: the worker, and how it is woken.

Huey only wakes the worker and repeats a sweep every minute. It delivers at most once, so
nothing lives in its queue alone: rows say what is to be done, and a lease with a heartbeat
says who is doing it. Whatever is killed in the middle is found again by the sweep.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import current_app
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from opendeur.config import Settings
from opendeur.db import Database
from opendeur.domain import assignment, invitations, mail, people
from opendeur.errors import Conflict
from opendeur.gateways import solver
from opendeur.gateways.mail_folder import FolderTransport
from opendeur.gateways.smtp import SmtpTransport
from opendeur.gateways.transport import (
    DeliveryFailed,
    DeliveryRefused,
    DeliveryUncertain,
    Transport,
)
from opendeur.models import Message

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
WORKERS = 2  # a run takes minutes; sign-in mail must not wait for it


class Jobs:
    """The jobs of one installation: woken by the site, done by the worker."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.huey = _queue(settings)
        self._run_task = self.huey.task(name="work_on_runs")(self.work_on_runs)
        self._send_task = self.huey.task(name="send_messages")(self.send_messages)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)

    def wake_runs(self) -> None:
        """Have the worker look for runs; a lost call is made up for by the sweep."""
        self._wake(self._run_task)

    def wake_messages(self) -> None:
        """Have the worker look for messages; a lost call is made up for by the sweep."""
        self._wake(self._send_task)

    def _wake(self, task: Callable[[], Any]) -> None:
        try:
            task()
        except Exception:  # the row is committed: the sweep will find it
            logger.exception("the worker could not be woken")

    def consume(self) -> None:
        """Work until interrupted. What an earlier worker left is taken up first."""
        self.sweep()
        consumer = self.huey.create_consumer(
            workers=WORKERS, worker_type="thread", check_worker_health=False, max_delay=1.0
        )
        consumer.run()

    def sweep(self) -> None:
        """Take back what dead workers left, tidy up, and look for anything that is due."""
        now = _now()
        with self.database.session() as session:
            found = mail.sweep_outbox(
                session, is_idempotent=not self.settings.smtp_url, now=now
            )
            people.forget_sign_ins(session, now=now)
            people.forget_counts(session, now=now)
            session.commit()
        if found:
            logger.warning("%s messages of a dead worker were found", found)
        self.wake_messages()
        self.wake_runs()

    def work_on_runs(self) -> int:
        """Solve every run that waits; return how many were worked on."""
        done = 0
        while True:
            with self.database.session() as session:
                run = assignment.claim_run(session, now=_now())
                session.commit()
            if run is None:
                return done
            token = run.lease_token or ""
            _Run(self.database, run.id, token).work(
                run.problem, seed=run.seed, time_limit_seconds=run.time_limit_seconds
            )
            done += 1

    def send_messages(self) -> int:
        """Send every message that is due; return how many were attempted."""
        done = 0
        transport = self.transport()
        # One connection for all of them; a folder has none.
        with transport if isinstance(transport, SmtpTransport) else nullcontext():
            while self._send_one(transport):
                done += 1
        return done

    def transport(self) -> Transport:
        """Return how messages leave this installation."""
        if self.settings.smtp_url:
            return SmtpTransport.from_url(self.settings.smtp_url)
        return FolderTransport(self.settings.instance / "outbox")

    def _send_one(self, transport: Transport) -> bool:
        """Send the next message that is due; tell whether there was one."""
        with self.database.session() as session:
            message = mail.claim_message(session, now=_now())
            if message is None:
                return False
            if message.raw is None:
                self._write(session, message)
            session.commit()
            if message.raw is None:
                return True
        self._deliver(transport, message)
        return True

    def _write(self, session: Session, message: Message) -> None:
        """Make a leased message up; one that cannot be written never holds up the others."""
        try:
            with session.begin_nested():
                invitations.make_up(session, message, settings=self.settings, now=_now())
        except ValueError as error:
            logger.exception("message %s cannot be written", message.id)
            mail.mark_refused(session, message, str(error))
        except Exception as error:  # a fault of ours, or of a moment: try it later
            logger.exception("message %s was not written", message.id)
            mail.mark_failed(session, message, str(error) or repr(error), now=_now())

    def _deliver(self, transport: Transport, message: Message) -> None:
        """Hand one leased message over, and note how that ended."""

        def hand_over() -> None:
            with self.database.session() as session:
                mail.hand_over(session, message.id, message.lease_token or "", now=_now())
                session.commit()

        end: Callable[[Session, Message], None]
        try:
            transport.deliver(
                raw=message.raw or b"",
                sender=self.settings.sender,
                recipient=message.to_address,
                hand_over=hand_over,
            )
            end = partial(mail.mark_sent, now=_now())
        except DeliveryFailed as error:
            end = partial(mail.mark_failed, reason=error.reason, now=_now())
        except DeliveryUncertain as error:
            end = partial(mail.mark_uncertain, reason=error.reason)
        except (DeliveryRefused, ValueError) as error:
            end = partial(mail.mark_refused, reason=str(error))
        except Conflict:
            logger.warning("message %s was taken over by another worker", message.id)
            return
        with self.database.session() as session:
            found = session.get(Message, message.id, with_for_update=True)
            if found is not None and found.lease_token == message.lease_token:
                end(session, found)
            session.commit()


class _Run:
    """One run being solved, with a heart that beats beside it."""

    def __init__(self, database: Database, run_id: int, token: str) -> None:
        self.database = database
        self.run_id = run_id
        self.token = token
        self._progress: dict[str, Any] | None = None
        self._stop = threading.Event()
        self._over = threading.Event()

    def work(self, problem: str, *, seed: int, time_limit_seconds: int) -> None:
        heart = threading.Thread(target=self._beat, name=f"run-{self.run_id}", daemon=True)
        heart.start()
        try:
            outcome = solver.solve(
                problem,
                seed=seed,
                time_limit_seconds=time_limit_seconds,
                on_progress=self._note,
                should_stop=self._stop.is_set,
            )
        except Exception as error:
            logger.exception("run %s failed", self.run_id)
            reason = str(error) or type(error).__name__
            self._end(heart)
            with self.database.session() as session:
                assignment.fail_run(session, self.run_id, self.token, reason, now=_now())
                session.commit()
        else:
            self._end(heart)
            with self.database.session() as session:
                assignment.finish_run(session, self.run_id, self.token, outcome, now=_now())
                session.commit()

    def _note(self, progress: dict[str, Any]) -> None:
        self._progress = progress

    def _end(self, heart: threading.Thread) -> None:
        self._over.set()
        heart.join()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_SECONDS):
            try:
                with self.database.session() as session:
                    go_on = assignment.beat_run(
                        session, self.run_id, self.token, progress=self._progress, now=_now()
                    )
                    session.commit()
            except Exception:  # a busy database is no reason to stop a run
                logger.exception("the heartbeat of run %s failed", self.run_id)
            else:
                if not go_on:
                    self._stop.set()


def of_app() -> Jobs:
    """Return the jobs of the running application."""
    found: Jobs = current_app.extensions["jobs"]
    return found


def _queue(settings: Settings) -> Huey:
    """Return the queue: beside the data, in PostgreSQL or in a file of its own."""
    url = make_url(settings.database)
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("opendeur", dsn=dsn, results=False)
    settings.instance.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(
        "opendeur",
        filename=str(settings.instance / "queue.sqlite3"),
        fsync=True,
        results=False,
    )


def _now() -> datetime:
    return datetime.now(UTC)
