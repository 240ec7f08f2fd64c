"""The demonstration: two invented editions, the main job done on one of them, and a site.

It goes through the same importer, domain and jobs as a real edition.
"""

import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from opendeur import migrating, private_files
from opendeur.config import ROOT, Settings
from opendeur.db import Database
from opendeur.domain import assignment, editions, invitations, mail, people
from opendeur.domain.assignment import Stage
from opendeur.domain.importing import import_folder
from opendeur.enums import INVITATION_KINDS, NOTHING_KINDS, Language, MessageState
from opendeur.jobs import Jobs
from opendeur.models import Edition

DATA = ROOT / "demo"
#: The edition that is assigned, and the one that stands open; names of folders in ``demo/``.
ASSIGNED, OPEN = "zuid-oost", "zuid"
PEOPLE = {
    "organiser": ("ilse.baert@opendeur.example", "desk/"),
    "host": ("greet.maes@zavelput.example", "host/"),
    "visitor": ("lotte.vermeiren@kastanje.example", ""),
}
LINKS_LAST = timedelta(hours=24)
#: How long the open edition still takes preferences, at least, when it is loaded.
OPEN_FOR = timedelta(days=21)
TIME_LIMIT_SECONDS = 120
PORTS = range(1, 65536)

Say = Callable[[str], None]


class CannotDemonstrate(Exception):
    """The demonstration cannot run here; the message says what to do."""


def run(*, serve: bool, reset: bool, port: int, say: Say) -> None:
    """Set up, load, assign, adopt, send, and serve.

    Raises
    ------
    CannotDemonstrate
        When the instance is a real one, or the port is taken.
    InvalidSettings
        When ``instance/config.toml`` cannot be used.
    """
    settings = _settings(port)
    if serve:
        _require_free(port)
    if reset:
        _throw_away(settings)
    database = Database(settings.database)
    migrating.upgrade(database)
    jobs = Jobs(settings, database)
    slugs = _load(database, settings, say)
    _do_the_main_job(database, jobs, settings, slugs[ASSIGNED], say)
    if serve:
        _serve(database, settings, port, slugs[OPEN], say)
    else:
        _say_links(database, settings, slugs[OPEN], say)


def link_for(
    session: Session,
    email: str,
    *,
    settings: Settings,
    lasts: timedelta,
    next_path: str = "",
    now: datetime,
) -> str:
    """Return a link that signs an address in, for one use."""
    account = people.find_account(session, email)
    language = account.language if account else Language.NL
    made = people.issue_sign_in(
        session,
        email=email,
        language=language,
        next_path=next_path,
        lasts=lasts,
        pepper=settings.secret_key,
        now=now,
    )
    return f"{settings.base_url.rstrip('/')}/{language}/sign-in/link/{made.link}"


def _settings(port: int) -> Settings:
    """Return the demonstration's settings; its file is made the first time."""
    if port not in PORTS:
        raise CannotDemonstrate(f"{port} is no port; give one from 1 to 65535.")
    instance = Settings.folder()
    file = instance / "config.toml"
    secret = secrets.token_hex(32)
    if file.exists():
        settings = Settings.load()
        if not settings.demonstration:
            raise CannotDemonstrate(
                f"{file} is of a real site. Set OPENDEUR_INSTANCE to another folder."
            )
        secret = settings.secret_key
    private_files.keep_folder(instance)
    file.touch(mode=0o600)
    file.write_text(
        "# Made by the demonstration, and made anew each time it starts.\n"
        f'secret_key = "{secret}"\n'
        f'base_url = "http://127.0.0.1:{port}"\n'
        'trusted_hosts = ["127.0.0.1", "localhost"]\n'
        "demonstration = true\n",
        encoding="utf-8",
    )
    settings = Settings.load()
    settings.keep_private()
    return settings


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotDemonstrate(
                f"Port {port} is taken. Choose another one: PORT=8001 make demo"
            ) from error


def _throw_away(settings: Settings) -> None:
    if settings.database_url:
        raise CannotDemonstrate("Only a demonstration on SQLite can be thrown away.")
    for name in ("opendeur.sqlite3", "queue.sqlite3"):
        for suffix in ("", "-wal", "-shm"):
            (settings.instance / f"{name}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(settings.instance / "outbox", ignore_errors=True)
    shutil.rmtree(settings.instance / "demo", ignore_errors=True)


# -- loading -------------------------------------------------------------------------------


def _load(database: Database, settings: Settings, say: Say) -> dict[str, str]:
    """Import what is not there yet; return the editions' names in addresses by folder."""
    slugs = {}
    weeks = weeks_to_shift(datetime.now(UTC).date())
    for name in (ASSIGNED, OPEN):
        folder = shifted(DATA / name, settings.instance / "demo" / name, weeks=weeks)
        slugs[name] = _slug(folder)
        with database.session() as session:
            if editions.find(session, slugs[name]) is None:
                summary = import_folder(session, folder, now=datetime.now(UTC))
                session.commit()
                say(f"{slugs[name]}: {summary}")
    return slugs


def _slug(folder: Path) -> str:
    text = (folder / "edition.toml").read_text(encoding="utf-8")
    found = re.search(r'^slug = "([^"]+)"', text, flags=re.MULTILINE)
    if found is None:
        raise CannotDemonstrate(f"{folder}/edition.toml has no slug.")
    return found[1]


def weeks_to_shift(today: date) -> int:
    """Return by how many weeks the dates move so that the open edition is still open.

    Whole years of 52 weeks, so that the week stays in November for long.
    """
    text = (DATA / OPEN / "edition.toml").read_text(encoding="utf-8")
    found = re.search(r"^preferences_end_at = (\d{4}-\d\d-\d\d)", text, flags=re.MULTILINE)
    if found is None:
        raise CannotDemonstrate("demo/zuid/edition.toml has no preferences_end_at.")
    ends_on, weeks = date.fromisoformat(found[1]), 0
    while ends_on + timedelta(weeks=weeks) < today + OPEN_FOR:
        weeks += 52
    return weeks


def shifted(source: Path, target: Path, *, weeks: int) -> Path:
    """Copy a folder of files with every date moved; the folder itself when none moves."""
    if not weeks:
        return source

    def move(match: re.Match[str]) -> str:
        return (date.fromisoformat(match[0]) + timedelta(weeks=weeks)).isoformat()

    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        text = file.read_text(encoding="utf-8")
        moved = re.sub(r"\b20\d\d-\d\d-\d\d(?=T|\b)", move, text)
        (target / file.name).write_text(moved, encoding="utf-8")
    return target


# -- the main job --------------------------------------------------------------------------


def _do_the_main_job(
    database: Database, jobs: Jobs, settings: Settings, slug: str, say: Say
) -> None:
    """Assign, adopt and send, where that was not done before; say in one line what it gave."""
    with database.session() as session:
        edition = _edition(session, slug)
        if assignment.adopted_run(session, edition) is None:
            assignment.request_run(
                session,
                edition,
                by=people.find_account(session, PEOPLE["organiser"][0]),
                time_limit_seconds=TIME_LIMIT_SECONDS,
                now=datetime.now(UTC),
            )
        session.commit()
    jobs.work_on_runs()
    with database.session() as session:
        edition = _edition(session, slug)
        if assignment.adopted_run(session, edition) is None:
            now = datetime.now(UTC)
            run = assignment.runs_of(session, edition)[0]
            assignment.adopt(session, edition, run, now=now)
            drafts = invitations.draft(session, edition, now=now)
            counts = drafts.new, drafts.changed, drafts.cancelled
            invitations.queue_drafts(session, edition, expected=counts, now=now)
        session.commit()
    jobs.send_messages()
    with database.reading() as session:
        say(_summary(session, _edition(session, slug), settings))


def _edition(session: Session, slug: str) -> Edition:
    edition = editions.find(session, slug)
    if edition is None:
        raise CannotDemonstrate(f"The edition {slug} was not imported.")
    return edition


def _summary(session: Session, edition: Edition, settings: Settings) -> str:
    run = assignment.adopted_run(session, edition)
    if run is None or not run.finished_at or not run.started_at:
        return f"{edition.slug}: no run was adopted."
    report = assignment.report_of(run)
    figures = report.figures
    sent, _ = mail.list_messages(session, edition, state=MessageState.SENT)
    kinds = (*INVITATION_KINDS, *NOTHING_KINDS)
    told = sum(message.kind in kinds and not message.is_example for message in sent)
    seconds = (run.finished_at - run.started_at).total_seconds()
    return (
        f"{edition.slug}: {figures['placed']} people placed, "
        f"{figures['placements']} visits, {figures['slots']} slots run, "
        f"{_proof(run.plan_status, report.stages)}, {seconds:.1f} s, "
        f"{told} messages in {settings.instance / 'outbox'}"
    )


def _proof(status: str | None, stages: Iterable[Stage]) -> str:
    if status == "optimal":
        return "proven optimal"
    gaps = [
        f"{stage.objective} {stage.value} of {stage.bound}"
        for stage in stages
        if not stage.is_proven
    ]
    return f"not proven: {', '.join(gaps)}"


# -- serving -------------------------------------------------------------------------------


def _serve(database: Database, settings: Settings, port: int, slug: str, say: Say) -> None:
    """Run the site and the worker until interrupted or until one of them ends."""
    commands = (
        [sys.executable, "-m", "opendeur", "serve", "--port", str(port)],
        [sys.executable, "-m", "opendeur", "worker"],
    )
    processes = [
        subprocess.Popen(command, cwd=ROOT)  # noqa: S603  # our own words
        for command in commands
    ]
    try:
        _wait_until_it_answers(port, processes)
        _say_links(database, settings, slug, say)
        say("Press Ctrl-C to stop.")
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("Stopping.")
    finally:
        for process in processes:
            process.send_signal(signal.SIGINT)
        for process in processes:
            process.wait(timeout=30)


def _wait_until_it_answers(port: int, processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            raise CannotDemonstrate("The site or the worker ended at once; see above.")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise CannotDemonstrate("The site did not answer within a minute.")


def _say_links(database: Database, settings: Settings, slug: str, say: Say) -> None:
    say(f"\nThe site: {settings.base_url}/")
    say("Sign in as somebody; each link works once, for a day:")
    with database.session() as session:
        for role, (email, page) in PEOPLE.items():
            account = people.ensure_account(
                session, email, language=Language.NL, now=datetime.now(UTC)
            )
            link = link_for(
                session,
                email,
                settings=settings,
                lasts=LINKS_LAST,
                next_path=f"/{account.language}/{slug}/{page}",
                now=datetime.now(UTC),
            )
            say(f"  {role:10} {link}")
        session.commit()
    say("Afterwards: .venv/bin/opendeur sign-in-link EMAIL")
