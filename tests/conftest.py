"""Real databases, a real application, and people signed in to it."""

import os
import shutil
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from opendeur.app import create_app
from opendeur.config import Settings
from opendeur.db import Database
from opendeur.domain import people
from opendeur.migrating import upgrade
from opendeur.models import Account, Base
from opendeur.web import auth
from tests import dovecot, postgresql
from tests.browser import chromium
from tests.factories import NOW

#: What must be there, or the tests fail instead of being left out: CI sets it.
REQUIRED = os.environ.get("OPENDEUR_REQUIRE", "").split(",")
BROWSER = Path(chromium.__file__).parent
SECRET_KEY = "a key for tests only, 32 characters"
#: Tables with facts that stay; all others are emptied before each test.
FACTS = {"zone", "postcode", "sector"}
#: Faster than TRUNCATE on tables so small, and all of them in one turn.
EMPTY = "; ".join(
    f'DELETE FROM "{table.name}"'
    for table in reversed(Base.metadata.sorted_tables)
    if table.name not in FACTS
)


#: Statements that the engines of `store` compiled: that takes longer than running them.
COMPILED: dict[Any, Any] = {}

#: What `--fast` leaves out: other processes, browsers, and searches that take long.
SLOW = (
    "benchmarks",
    "browser",
    "solver",
    "jobs/test_worker.py",
    "test_demonstration.py",
    "test_serving.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast", action="store_true", help="SQLite only, and nothing that takes long"
    )
    parser.addoption(
        "--screenshots", action="store_true", help="pictures of pages in instance/screenshots"
    )


def pytest_configure(config: pytest.Config) -> None:
    is_fast = config.getoption("--fast")
    config.stash[SERVER] = None if is_fast else postgresql.find_server()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what is slow, where that is asked for."""
    here = Path(__file__).parent
    if config.getoption("--fast") and collection_path in {here / name for name in SLOW}:
        return True
    return None


SERVER: pytest.StashKey[object] = pytest.StashKey()


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is left out because a program is missing."""
    if config.stash[SERVER] is None:
        data = "PostgreSQL: not found and not installed, so the tests run on SQLite only"
    else:
        data = "PostgreSQL: found, the data layer is tested on it and on SQLite"
    if chromium.find() is None:
        pages = "Chromium: not installed, so no page is tested in a browser"
    else:
        pages = "Chromium: found, the pages are tested in it"
    if dovecot.find() is None:
        mailboxes = "dovecot: not installed, so no mailbox is read over IMAP"
    else:
        mailboxes = "dovecot: found, mailboxes in it are read over IMAP"
    return [data, pages, mailboxes]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        dialects = ["sqlite"]
        if metafunc.config.stash[SERVER] is not None or "postgresql" in REQUIRED:
            dialects.append("postgresql")
        metafunc.parametrize("dialect", dialects, scope="session")


#: Tests that draw pages and letters or try everything, for which measuring takes longest.
REPEATING = (
    "web",
    "test_permissions.py",
    "domain/invitations",
    "solver/test_explain.py",
    "solver/test_advice.py",
    "solver/test_conflicts.py",
)
MEASURED: pytest.StashKey[set[str]] = pytest.StashKey()


@contextmanager
def unmeasured() -> Iterator[None]:
    """Put the tracer of coverage aside, in this thread and those that it starts.

    To stop coverage and start it again would leave a tracer behind each time, and takes longer
    than most tests.
    """
    tracing, beginning = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        threading.settrace(beginning)  # type: ignore[arg-type]
        sys.settrace(tracing)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Measure what importing runs in the first process only: all import the same."""
    with (
        nullcontext() if os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0" else unmeasured()
    ):
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests for which coverage is measured, the same in every process.

    Measuring takes as long as the test, so it is left out where others tell the same: on the
    second database, in the browser, for inputs that are made up by the hundred, and in all but
    the first variant of a test that repeats.
    """
    measured: dict[str, str] = {}
    for item in items:
        is_second = "[postgresql" in item.name or item.path.is_relative_to(BROWSER)
        if (
            is_second
            or "hypothesis" in item.keywords
            or item.get_closest_marker("by_thousands")
        ):
            continue
        here = item.path.relative_to(Path(__file__).parent).as_posix()
        function = item.nodeid.partition("[")[0]
        measured.setdefault(
            function if here.startswith(REPEATING) else item.nodeid, item.nodeid
        )
    config.stash[MEASURED] = set(measured.values())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure coverage where it tells something new."""
    if sys.gettrace() is None or item.nodeid in item.config.stash[MEASURED]:
        return (yield)
    with unmeasured():
        return (yield)


@pytest.fixture(autouse=True)
def standing_clock(
    request: pytest.FixtureRequest,
) -> Iterator[time_machine.Traveller | None]:
    """The clock of this process stands still at `NOW`, so that no test depends on the day.

    What only measures (`time.monotonic`, `time.perf_counter`) goes on, hence time limits,
    event loops and sockets. Other processes keep the machine's clock: a test that shares data
    with one is marked ``real_clock``.
    """
    if request.node.get_closest_marker("real_clock"):
        yield None
        return
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.engine.dispose()  # the last connection to close writes all into the one file
    return file


@pytest.fixture(scope="session")
def postgresql_database(pytestconfig: pytest.Config) -> Iterator[Database]:
    """A migrated database on a server."""
    server = pytestconfig.stash[SERVER]
    assert server is not None, "PostgreSQL is required (OPENDEUR_REQUIRE) but is not here"
    url = postgresql.make_database(server)  # type: ignore[arg-type]
    database = Database(url.render_as_string(hide_password=False))
    upgrade(database)
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database whose file is put in its place for each test; what it compiled is kept."""
    file = tmp_path_factory.mktemp("sqlite") / "test.sqlite3"
    return Database(f"sqlite:///{file}")


@pytest.fixture
def database(dialect: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database; each test that asks for it runs on SQLite and on PostgreSQL."""
    made: Database
    if dialect == "sqlite":
        made = request.getfixturevalue("sqlite_database")
        empty_sqlite(made.engine, request.getfixturevalue("sqlite_template"))
        yield made
        made.engine.dispose()
    else:
        made = request.getfixturevalue("postgresql_database")
        with made.engine.begin() as connection:
            connection.exec_driver_sql(EMPTY)
        yield made
    made.kept.clear()


def empty_sqlite(engine: Engine, template: Path) -> None:
    """Put an empty database where an engine looks for its file."""
    engine.dispose()
    file = Path(engine.url.database or "")
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()
    shutil.copy(template, file)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that can write, on either database."""
    with database.session() as opened:
        yield opened


def make_settings(folder: Path, **values: object) -> Settings:
    """Settings of a site whose files are all in `folder`."""
    standard: dict[str, object] = {
        "instance": folder,
        "secret_key": SECRET_KEY,
        "base_url": "http://localhost",
        "trusted_hosts": ("localhost", "127.0.0.1"),
        "demonstration": True,
        "demand_seconds": 0,
        "shows_components": True,
        "mail_from": "opendeur@opendeur.example",
    }
    return Settings(**{**standard, **values})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def dovecot_server() -> dovecot.MailServer:
    """One IMAP server for all tests."""
    if dovecot.find() is None and "dovecot" not in REQUIRED:
        pytest.skip("dovecot is not installed")
    return dovecot.start()


@pytest.fixture
def imap(dovecot_server: dovecot.MailServer) -> dovecot.MailServer:
    """An empty mailbox that no other test has."""
    return dovecot_server.fresh()


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for many tests: making one takes longer than most of them."""
    made = create_app(make_settings(tmp_path_factory.mktemp("instance")))
    yield made
    made.extensions["database"].engine.dispose()


@pytest.fixture
def app(shared_app: Flask, sqlite_template: Path) -> Iterator[Flask]:
    """The application on an empty SQLite database; what a test changes in it is undone."""
    settings: Settings = shared_app.config["SETTINGS"]
    config, extensions = dict(shared_app.config), dict(shared_app.extensions)
    shared_app.testing = True
    shared_app.extensions["database"].kept.clear()
    shutil.rmtree(settings.instance / "outbox", ignore_errors=True)
    empty_sqlite(shared_app.extensions["database"].engine, sqlite_template)
    yield shared_app
    shared_app.config.update(config)
    shared_app.extensions.update(extensions)


@pytest.fixture
def own_app(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application in `tmp_path` that no other test has: one may do anything to it."""
    shutil.copy(sqlite_template, tmp_path / "opendeur.sqlite3")
    made = create_app(make_settings(tmp_path))
    made.testing = True
    yield made
    made.extensions["database"].engine.dispose()


@pytest.fixture
def store(app: Flask) -> Iterator[Session]:
    """A session beside the application's own, to arrange and to look; commit to show.

    It begins no transaction before it writes: one of the site's would wait for its end.
    """
    url = app.config["SETTINGS"].database
    engine = create_engine(url, execution_options={"compiled_cache": COMPILED})
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys = ON"))
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()
    engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in on."""
    return app.test_client()


@pytest.fixture
def browser_of(app: Flask) -> Callable[[Account | None], FlaskClient]:
    """Return browsers on which somebody is signed in; None gives one without anybody."""

    def make(account: Account | None) -> FlaskClient:
        made = app.test_client()
        if account is not None:
            database: Database = app.extensions["database"]
            with database.session() as opened:
                found = opened.get(Account, account.id)
                assert found is not None, "commit the account before signing it in"
                token = people.open_session(
                    opened, found, browser="pytest", pepper=SECRET_KEY, now=datetime.now(UTC)
                )
                opened.commit()
            with app.test_request_context():
                name = auth.cookie_name()
            made.set_cookie(name, token)
        return made

    return make
