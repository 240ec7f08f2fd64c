"""The demonstration, run as a newcomer runs it, and what it leaves behind."""

import email
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import vobject
from click.testing import CliRunner, Result
from ical.calendar_stream import IcsCalendarStream

import solver
from opendeur import cli, demonstration
from opendeur.config import ROOT

KNOWN = {
    "placed": 140,
    "hosts": 40,
    "welfare": 1_464_292,
    "slots": 61,
    "mix": 290,
    "away": 26_370,
}

#: Runs a command on an instance, in this process.
Here = Callable[..., Result]


def opendeur(instance: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENDEUR_")}
    return subprocess.run(
        [sys.executable, "-m", "opendeur", *arguments],
        cwd=ROOT,
        env={**environment, "OPENDEUR_INSTANCE": str(instance)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance on which the demonstration was run without serving."""
    folder = tmp_path_factory.mktemp("demonstration")
    ran = opendeur(folder, "demo", "--no-serve")
    assert ran.returncode == 0, ran.stderr
    (folder / "said.txt").write_text(ran.stdout, encoding="utf-8")
    return folder


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """Commands in this process: starting another takes longer than all that it does."""
    for name in [name for name in os.environ if name.startswith("OPENDEUR_")]:
        monkeypatch.delenv(name)
    levels = {
        name: logging.getLogger(name).level for name in ("alembic", "huey", "waitress.queue")
    }
    mask = os.umask(0o077)

    def run(instance: Path, *arguments: str) -> Result:
        return CliRunner().invoke(cli.main, arguments, env={"OPENDEUR_INSTANCE": str(instance)})

    yield run
    os.umask(mask)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def letters(instance: Path) -> list[EmailMessage]:
    found = []
    for file in sorted((instance / "outbox").glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def test_one_line_says_what_came_out(instance: Path) -> None:
    said = (instance / "said.txt").read_text(encoding="utf-8")

    [line] = [line for line in said.splitlines() if "placed" in line]

    assert re.sub(r"\d+\.\d s", "N s", line.replace(str(instance), "instance")) == (
        "zuid-oost-2027: 140 people placed, 252 visits, 61 slots run, proven optimal, N s, "
        "327 messages in instance/outbox"
    )


def test_three_people_get_a_link(instance: Path) -> None:
    said = (instance / "said.txt").read_text(encoding="utf-8")

    links = re.findall(
        r"^  (\w+) +http://127\.0\.0\.1:8000/\w\w/sign-in/link/\S{43}$", said, re.M
    )

    assert links == ["organiser", "host", "visitor"]


def test_exported_plan_of_the_adopted_run_is_the_known_optimum(instance: Path) -> None:
    problem = solver.problem_from_json(json.loads(opendeur(instance, "export-problem").stdout))
    plan = solver.plan_from_json(json.loads(opendeur(instance, "export-plan").stdout))

    report = solver.check(problem, plan)

    assert report.faults == ()
    assert {name: report.metrics[name] for name in KNOWN} == KNOWN


def test_every_message_is_for_one_person_and_read_by_two_parsers(instance: Path) -> None:
    uids = set()
    without = 0
    for message in letters(instance):
        parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        if not parts:
            without += 1
            continue
        [part] = parts
        text = part.get_payload(decode=True)
        assert isinstance(text, bytes)
        [event] = IcsCalendarStream.calendar_from_ics(text.decode()).events
        component = vobject.readOne(text.decode()).vevent
        [attendee] = component.contents["attendee"]
        assert [a.addr_spec for a in message["To"].addresses] == [
            attendee.value.removeprefix("mailto:")
        ]
        assert event.uid == component.uid.value
        assert event.start_datetime < event.end_datetime
        uids.add(event.uid)

    assert (len(uids), without) == (313, 14)


def test_running_it_again_keeps_everything(instance: Path) -> None:
    before = {file.name: file.read_bytes() for file in (instance / "outbox").iterdir()}

    again = opendeur(instance, "demo", "--no-serve")

    assert again.returncode == 0
    assert "created" not in again.stdout
    assert {f.name: f.read_bytes() for f in (instance / "outbox").iterdir()} == before


def test_sign_in_link_is_printed_on_the_server(here: Here, instance: Path) -> None:
    ran = here(instance, "sign-in-link", "Lotte.Vermeiren@kastanje.example")

    assert re.fullmatch(r"http://127\.0\.0\.1:8000/nl/sign-in/link/\S{43}\n", ran.stdout)


def test_authenticator_is_reset_on_the_server(here: Here, instance: Path) -> None:
    address = "Ilse.Baert@opendeur.example"

    ran = here(instance, "reset-second-factor", address)

    assert (ran.exit_code, ran.stdout) == (
        0,
        f"{address} is asked to set up an authenticator at the next sign-in.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export-problem", "nowhere"], 'There is no edition "nowhere".'),
        (["export-plan", "zuid-oost-2027/99"], 'There is no run "zuid-oost-2027/99".'),
        (["export-plan", "zuid-oost-2027/x"], 'There is no run "zuid-oost-2027/x".'),
        (["export-plan", "x"], 'There is no edition "".'),
        (["let-organise", "a@b.example", "mars"], 'There is no zone "mars".'),
        (["reset-second-factor", "a@b.example"], 'There is no account "a@b.example".'),
        (["demo", "--no-serve", "--port", "99999"], "99999 is no port"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_command_that_cannot_be_done_says_why_in_one_line(
    here: Here, instance: Path, arguments: list[str], said: str
) -> None:
    ran = here(instance, *arguments)

    [line] = ran.stderr.splitlines()
    assert (ran.exit_code, line.startswith(f"Error: {said}")) == (1, True)


def test_real_site_is_never_made_a_demonstration(here: Here, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        'secret_key = "9f86d081884c7d659a2feaa0c55ad015"\nbase_url = "https://opendeur.example"\n'
        'trusted_hosts = ["opendeur.example"]\nsmtp_url = "smtp://127.0.0.1"\n'
        'mail_from = "opendeur@opendeur.example"\n',
        encoding="utf-8",
    )

    ran = here(tmp_path, "demo", "--reset", "--no-serve")

    assert ran.exit_code == 1
    assert "is of a real site" in ran.stderr
    assert not (tmp_path / "opendeur.sqlite3").exists()


def test_site_without_settings_says_what_to_write(here: Here, tmp_path: Path) -> None:
    ran = here(tmp_path, "worker")

    assert ran.exit_code == 1
    assert [line for line in ran.stderr.splitlines() if "OPENDEUR_SECRET_KEY" in line] != []


@pytest.mark.parametrize(
    ("today", "weeks"),
    [
        (date(2026, 11, 22), 0),
        (date(2027, 10, 1), 0),
        (date(2027, 10, 2), 52),
        (date(2030, 1, 1), 156),
    ],
)
def test_dates_move_by_whole_years_once_they_are_near(today: date, weeks: int) -> None:
    assert demonstration.weeks_to_shift(today) == weeks


def test_every_date_of_a_shifted_folder_moves(tmp_path: Path) -> None:
    source = demonstration.DATA / demonstration.OPEN

    moved = demonstration.shifted(source, tmp_path / "moved", weeks=52)

    for file in source.iterdir():
        before = re.findall(r"20\d\d-\d\d-\d\d", file.read_text(encoding="utf-8"))
        after = re.findall(r"20\d\d-\d\d-\d\d", (moved / file.name).read_text(encoding="utf-8"))
        days = {
            (date.fromisoformat(b) - date.fromisoformat(a)).days
            for a, b in zip(before, after, strict=True)
        }
        assert days <= {364}


def test_everything_that_the_demonstration_made_is_its_owners_only(instance: Path) -> None:
    made = [path for path in instance.rglob("*") if path.name != "said.txt"]

    assert [path for path in made if path.stat().st_mode & 0o077] == []
