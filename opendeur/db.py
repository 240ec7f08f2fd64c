"""The engine and its sessions, for the site, the worker and the command line alike.

SQLite: a transaction that may write begins with ``BEGIN IMMEDIATE``. With the deferred
``BEGIN`` that is its default, one that reads first and writes later fails whenever another
one wrote in between, and waiting does not help. Reading transactions cannot write at all,
on either database, so that a GET never changes anything.
"""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import ObjectDeletedError

from opendeur import private_files
from opendeur.errors import Busy
from opendeur.keeping import KEEPER, Keeper

#: What reading a row raises that somebody else removed meanwhile.
RowRemoved = ObjectDeletedError

READ_ONLY = "opendeur_read_only"
#: How long somebody waits for the locks of others.
PATIENCE_SECONDS = 10
#: SQLite: locked by another connection.
_BUSY_CODES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
#: PostgreSQL: lock_not_available, deadlock_detected, serialization_failure.
_BUSY_STATES = ("55P03", "40P01", "40001")


class Database:
    """An engine, and the two kinds of sessions that are opened on it.

    Whoever waits for others longer than `patience_seconds` gets `Busy`. What is the same for
    everybody is `kept` beside it; counts of people may be `demand_seconds` old.
    """

    def __init__(
        self,
        url: str,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        demand_seconds: float = 0,
    ) -> None:
        self.kept = Keeper(seconds=demand_seconds)
        self.engine: Engine = create_engine(
            url,
            pool_pre_ping=not url.startswith("sqlite"),
            hide_parameters=True,  # errors go to the log, and parameters are people
        )
        event.listen(self.engine, "handle_error", _hide_values)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "do_connect", _keep_private)
            event.listen(self.engine, "connect", partial(_configure_sqlite, patience_seconds))
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(
                self.engine, "connect", partial(_configure_postgresql, patience_seconds)
            )
        event.listen(self.engine, "handle_error", _tell_busy)
        self.reading_engine: Engine = self.engine.execution_options(
            **{READ_ONLY: True, "postgresql_readonly": True}
        )

    def session(self) -> Session:
        """Open a session that can write. Nothing is written before its ``commit``."""
        return Session(self.engine, expire_on_commit=False, info={KEEPER: self.kept})

    def reading(self) -> Session:
        """Open a session in which every write is refused by the database."""
        return Session(
            self.reading_engine,
            expire_on_commit=False,
            autoflush=False,
            info={KEEPER: self.kept},
        )


def _hide_values(context: ExceptionContext) -> None:
    """Cut an error of PostgreSQL down to its first line: the others quote the row."""
    said = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if said:
        context.original_exception.args = (said,)
        if context.sqlalchemy_exception is not None:
            kind = type(context.original_exception).__name__
            context.sqlalchemy_exception.args = (f"({kind}) {said}",)


def _keep_private(_dialect: Any, _record: Any, words: list[Any], _options: Any) -> None:
    """See to it, before SQLite makes the file or opens it, that only its owner can read it."""
    if words and words[0] != ":memory:":
        private_files.keep_database(Path(words[0]))


def _configure_sqlite(patience_seconds: float, connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {round(patience_seconds * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _configure_postgresql(patience_seconds: float, connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {round(patience_seconds * 1000)}")
    connection.commit()


def _tell_busy(context: ExceptionContext) -> None:
    """Tell a database that is held by others apart from one that fails."""
    error = context.original_exception
    code = getattr(error, "sqlite_errorcode", None)
    if code in _BUSY_CODES or getattr(error, "sqlstate", None) in _BUSY_STATES:
        raise Busy("Others held the database for too long.") from error


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
