"""The engine and its sessions, for the site, the worker and the command line alike.

SQLite: a transaction that may write begins with ``BEGIN IMMEDIATE``. With the deferred
``BEGIN`` that is its default, one that reads first and writes later fails whenever another
one wrote in between, and waiting does not help. Reading transactions cannot write at all,
on either database, so that a GET never changes anything.
"""

from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

READ_ONLY = "opendeur_read_only"


class Database:
    """An engine, and the two kinds of sessions that are opened on it."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _configure_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self.reading_engine: Engine = self.engine.execution_options(
            **{READ_ONLY: True, "postgresql_readonly": True}
        )

    def session(self) -> Session:
        """Open a session that can write. Nothing is written before its ``commit``."""
        return Session(self.engine, expire_on_commit=False)

    def reading(self) -> Session:
        """Open a session in which every write is refused by the database."""
        return Session(self.reading_engine, expire_on_commit=False, autoflush=False)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY):
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def init_app(app: Flask, database: Database) -> None:
    """Give every request of `app` a session of its own."""
    app.extensions["database"] = database
    app.url_value_preprocessor(_take_form)
    app.teardown_appcontext(close)


def database() -> Database:
    """Return the database of the running application."""
    found: Database = current_app.extensions["database"]
    return found


def session() -> Session:
    """Return the request's session; one that cannot write when the request only reads."""
    if "session" not in g:
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        g.session = database().reading() if reads else database().session()
    opened: Session = g.session
    return opened


def _take_form(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Take in all of a form before anything locks the database, however slow the line is."""
    _ = request.form


def close(_error: BaseException | None = None) -> None:
    """End the request's session, and with it everything that was not committed."""
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()
