"""What the site writes, only its owner can read, whatever the umask and whatever was before."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from opendeur import private_files
from opendeur.app import create_app
from opendeur.config import ROOT, Settings
from opendeur.db import Database
from opendeur.migrating import upgrade
from tests.conftest import make_settings
from tests.page import submit

BACKUP = re.compile(r"`(\(umask 077 && sqlite3 [^`]+)`")


@pytest.fixture(autouse=True)
def _umask_of_most_systems() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): f"{path.stat().st_mode & 0o777:o}"
        for path in sorted(folder.rglob("*"))
    }


def use(settings: Settings) -> None:
    """Migrate as the command does, start a site, and queue and send a mail."""
    settings.keep_private()
    upgrade(Database(settings.database))
    app = create_app(settings)
    submit(app.test_client(), "/nl/sign-in", email="lotte@kastanje.example")
    app.extensions["jobs"].send_messages()


def test_new_site_makes_files_that_only_their_owner_can_read(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "new")

    use(settings)

    found = modes(tmp_path)
    [letter] = [name for name in found if name.endswith(".eml")]
    assert found == {
        "new": "700",
        "new/opendeur.sqlite3": "600",
        "new/opendeur.sqlite3-shm": "600",
        "new/opendeur.sqlite3-wal": "600",
        "new/queue.sqlite3": "600",
        "new/queue.sqlite3-shm": "600",
        "new/queue.sqlite3-wal": "600",
        "new/outbox": "700",
        letter: "600",
    }


def test_files_that_an_earlier_version_left_open_are_closed(
    sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "outbox").mkdir(mode=0o755)
    shutil.copy(sqlite_template, tmp_path / "opendeur.sqlite3")
    (tmp_path / "config.toml").touch()
    held = []
    for name in ("opendeur", "queue"):
        held.append(sqlite3.connect(tmp_path / f"{name}.sqlite3"))
        held[-1].execute("PRAGMA journal_mode = WAL")
        held[-1].execute("CREATE TABLE left (there)")
    for path in tmp_path.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)
    tmp_path.chmod(0o755)
    before = modes(tmp_path.parent)

    use(make_settings(tmp_path))

    assert {mode for name, mode in before.items() if name.startswith(tmp_path.name)} == {
        "755",
        "644",
    }
    assert {m for n, m in modes(tmp_path).items() if n != "outbox"} == {"600"}
    assert (modes(tmp_path)["outbox"], f"{tmp_path.stat().st_mode & 0o777:o}") == ("700", "700")
    for connection in held:
        connection.close()


def test_folder_that_is_not_an_installation_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    private_files.keep_folder(tmp_path)

    assert f"{tmp_path.stat().st_mode & 0o777:o}" == "755"


def test_connecting_again_keeps_the_locks_of_the_process(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'locked.sqlite3'}")
    other = sqlite3.connect(tmp_path / "locked.sqlite3", timeout=0, isolation_level=None)
    with database.engine.connect() as writer:  # BEGIN IMMEDIATE
        writer.execute(text("CREATE TABLE kept (a)"))
        with database.reading_engine.connect() as reader:
            reader.execute(text("SELECT 1"))
        asked = subprocess.run(
            ["sqlite3", str(tmp_path / "locked.sqlite3"), "CREATE TABLE other (a)"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "locked" in asked.stderr
    other.close()


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="sqlite3 is not installed")
def test_backup_as_documented_is_readable_by_its_owner_only(
    sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "instance").mkdir()
    shutil.copy(sqlite_template, tmp_path / "instance" / "opendeur.sqlite3")
    [command] = BACKUP.findall((ROOT / "docs" / "deployment.md").read_text(encoding="utf-8"))

    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True)

    assert modes(tmp_path)["backup.sqlite3"] == "600"
    assert sqlite3.connect(tmp_path / "backup.sqlite3").execute(
        "SELECT count(*) FROM zone"
    ).fetchall() == [(5,)]
