"""A PostgreSQL to test on: the one that runs here, or one that the tests start.

Looked for at ``OPENDEUR_TEST_POSTGRESQL``, on the socket, and on 127.0.0.1:5432. Where none
runs and the programs are installed, one is started in a temporary folder.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

CANDIDATES = (
    "postgresql+psycopg:///postgres?host=/var/run/postgresql",
    "postgresql+psycopg://127.0.0.1:5432/postgres",
    "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
)


def find_server() -> URL | None:
    """Return the URL of a server on which databases can be made, or None."""
    for candidate in _candidates():
        if _answers(candidate):
            return candidate
    return _start()


def make_database(server: URL, *, suffix: str = "") -> URL:
    """Make an empty database that is dropped when this process ends."""
    name = f"opendeur_test_{os.getpid()}{suffix}"
    _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _execute(server, f'CREATE DATABASE "{name}"')
    atexit.register(_execute, server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    return server.set(database=name)


def _candidates() -> Iterator[URL]:
    if given := os.environ.get("OPENDEUR_TEST_POSTGRESQL"):
        yield make_url(given)
    yield from map(make_url, CANDIDATES)


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _answers(url: URL) -> bool:
    try:
        with psycopg.connect(_dsn(url), connect_timeout=3, autocommit=True) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def _execute(url: URL, statement: str) -> None:
    with psycopg.connect(_dsn(url), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _start() -> URL | None:
    programs = _programs()
    if programs is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="opendeur-postgresql-"))
    run: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        run = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    subprocess.run(
        [*run, programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres"],
        check=True,
        capture_output=True,
    )
    options = f"-c listen_addresses='' -k {folder} -c fsync=off"
    subprocess.run(
        [*run, programs / "pg_ctl", "-D", data, "-o", options, "-w", "start"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def stop() -> None:
        subprocess.run(
            [*run, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
        )
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return make_url(f"postgresql+psycopg://postgres@/postgres?host={folder}")


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None
