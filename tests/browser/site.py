"""A site as it is installed: an instance, a web server and a worker, on loopback."""

import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import select

from opendeur import demonstration
from opendeur.cli import main
from opendeur.config import ROOT, Settings
from opendeur.db import Database
from opendeur.domain import people
from opendeur.enums import Language, MessageKind, MessageState
from opendeur.models import (
    Account,
    Host,
    Message,
    Organisation,
    SeatOffer,
    Slot,
    Visit,
    Visitor,
)
from tests.conftest import SECRET_KEY, make_settings

PATIENCE_SECONDS = 60.0
#: The edition that people choose in; the other one brings the organisations of its zone.
EDITION = "zuid-2027"
FOLDERS = ("zuid-oost", "zuid")
DATABASE = "opendeur.sqlite3"


@dataclass(slots=True)
class Site:
    """A site that runs, seen from outside: its address and what it mails."""

    settings: Settings
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]

    @property
    def base_url(self) -> str:
        """Where the site answers, without a slash at the end."""
        return self.settings.base_url

    def link_for(self, email: str, *, page: str) -> str:
        """Return a link that leads somebody to a page of the edition, as `make demo` does."""
        now = datetime.now(UTC)
        database = Database(self.settings.database)
        with database.session() as session:
            account = people.ensure_account(session, email, language=Language.NL, now=now)
            link = demonstration.link_for(
                session,
                email,
                settings=self.settings,
                lasts=timedelta(hours=1),
                next_path=f"/{account.language}/{EDITION}/{page}",
                now=now,
            )
            session.commit()
        database.engine.dispose()
        return link

    def hold_seat_for(self, email: str, host: str) -> str:
        """Hold a seat at a host for somebody, as the chain does, and return its link."""
        now = datetime.now(UTC)
        database = Database(self.settings.database)
        with database.session() as session:
            slot = session.scalars(
                select(Slot)
                .join(Slot.visit)
                .join(Visit.host)
                .join(Host.organisation)
                .where(Organisation.name == host)
                .limit(1)
            ).one()
            visitor = session.scalars(
                select(Visitor).join(Visitor.account).where(Account.email == email)
            ).one()
            letter = Message(
                kind=MessageKind.SEAT_OFFER,
                state=MessageState.SENT,
                edition=visitor.edition,
                to_address=email,
                language=visitor.account.language,
                created_at=now,
            )
            offer = SeatOffer(
                visitor=visitor,
                slot=slot,
                token=secrets.token_urlsafe(24),
                offered_at=now,
                expires_at=now + timedelta(days=1),
                message=letter,
            )
            session.add(offer)
            session.commit()
            link = f"{self.base_url}/{visitor.account.language}/offer/{offer.token}"
        database.engine.dispose()
        return link

    def begin_again(self, template: Path) -> None:
        """Put the data of an instance in the place of what there is, while the site runs.

        Revisions only grow, so that nothing kept from before is taken for what is now.
        """
        shutil.rmtree(self.settings.instance / "outbox", ignore_errors=True)
        with (
            closing(sqlite3.connect(self.settings.instance / DATABASE)) as here,
            closing(sqlite3.connect(template / DATABASE)) as there,
        ):
            [(newest,)] = here.execute("SELECT max(revision) FROM edition")
            there.backup(here)
            with here:
                here.execute("UPDATE edition SET revision = revision + ?", (newest,))

    @contextmanager
    def without_worker(self) -> Iterator[None]:
        """Let what is to be solved or sent wait for a while."""
        _end(self.worker)
        yield
        self.worker = _start_worker(self.settings.instance, base_url=self.base_url)

    def mail_to(self, email: str) -> list[EmailMessage]:
        """Return what was mailed to an address, in the order of the names of the files."""
        return [letter for letter in self.mail() if email in str(letter["To"])]

    def mail(self) -> list[EmailMessage]:
        """Return everything that was mailed."""
        files = sorted((self.settings.instance / "outbox").glob("*.eml"))
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(file.read_bytes()) for file in files]

    def wait_for_mail(self, email: str, wanted: Callable[[EmailMessage], bool]) -> EmailMessage:
        """Wait for the only letter to an address that is `wanted`, and return it."""
        found: list[EmailMessage] = []

        def has_come() -> bool:
            found[:] = [letter for letter in self.mail_to(email) if wanted(letter)]
            return bool(found)

        wait_until(has_come)
        [letter] = found
        return letter


def text_of(letter: EmailMessage) -> str:
    """Return the words of a letter."""
    body = letter.get_body(("plain",))
    assert body is not None, "a letter has words"
    return str(body.get_content())


def calendar_of(letter: EmailMessage) -> str | None:
    """Return the invitation in a letter as its calendar file, if it has one."""
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            return str(part.get_content())
    return None


def code_in(letter: EmailMessage) -> str:
    """Return the six digits of a letter for signing in."""
    [code] = re.findall(r"^\s*(\d{3}\s?\d{3})\s*$", text_of(letter), flags=re.MULTILINE)
    return str(code)


def make_instance(folder: Path) -> None:
    """Migrate a database and import both editions, with the commands of an installation.

    The dates are moved as `make demo` moves them, so that the edition stands open.
    """
    weeks = demonstration.weeks_to_shift(datetime.now(UTC).date())
    _command(folder, "migrate")
    for name in FOLDERS:
        source = demonstration.shifted(ROOT / "demo" / name, folder / name, weeks=weeks)
        _command(folder, "import", str(source))


@contextmanager
def running(template: Path, folder: Path) -> Iterator[Site]:
    """Run a web server and a worker on a copy of an instance."""
    for file in template.glob(f"{DATABASE}*"):
        shutil.copy(file, folder / file.name)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}"
    web = (*("opendeur", "serve", "--port", str(port), "--processes", "1"),)
    site = Site(
        make_settings(folder, base_url=base_url),
        web=_start(folder, *web, base_url=base_url),
        worker=_start_worker(folder, base_url=base_url),
    )

    def answers() -> bool:
        assert site.web.poll() is None, "the web server ended by itself"
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(answers)
        yield site
    finally:
        _end(site.web)
        _end(site.worker)


def wait_until(check: Callable[[], bool]) -> None:
    """Look again and again until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert time.monotonic() < deadline, "that took too long"
        time.sleep(0.02)


def _start_worker(folder: Path, *, base_url: str) -> subprocess.Popen[bytes]:
    return _start(folder, "opendeur", "worker", base_url=base_url)


def _start(folder: Path, *words: str, base_url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=_environment(folder, base_url=base_url),
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=PATIENCE_SECONDS)


def _command(folder: Path, *words: str) -> None:
    """Give a command of the installation, without a process of its own: that takes longer."""
    environment = _environment(folder, base_url="http://127.0.0.1")
    done = CliRunner().invoke(main, words, env=environment)
    assert done.exit_code == 0, done.output


def _environment(folder: Path, *, base_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "OPENDEUR_INSTANCE": str(folder),
        "OPENDEUR_SECRET_KEY": SECRET_KEY,
        "OPENDEUR_BASE_URL": base_url,
        "OPENDEUR_TRUSTED_HOSTS": "127.0.0.1",
        "OPENDEUR_DEMONSTRATION": "true",
        "OPENDEUR_SHOWS_COMPONENTS": "true",
    }
