"""Two people who do the same thing at the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.errors import OpendeurError

#: How long the other may take to come to a lock: a machine can be busy.
PATIENCE_SECONDS = 10.0
WAITS = text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN "
    "(SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
)

Act = Callable[[Session, int], object]


def at_once(database: Database, act: Act) -> list[str]:
    """Do the same thing in two sessions together; return what each of them met."""
    barrier = Barrier(2)

    def run(number: int) -> str:
        barrier.wait()
        with database.session() as session:
            try:
                act(session, number)
                session.commit()
            except OpendeurError:
                return "refused"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, range(2)))


def in_order(
    database: Database, first: Callable[[Session], object], second: Callable[[Session], object]
) -> tuple[str, str]:
    """Let the second begin before the first has committed; return what each of them met.

    The second has read what is about then, and decides after the first: a page does so too.
    """

    def act(session: Session, number: int) -> object:
        return (first, second)[number](session)

    met = one_before_the_other(database, act)
    return met[0], met[1]


def one_before_the_other(database: Database, act: Act) -> list[str]:
    """Let the second begin before the first has committed; return what each of them met."""

    def run(number: int) -> str:
        with database.session() as session:
            try:
                act(session, number)
                session.commit()
            except OpendeurError:
                return "refused"
        return "done"

    with ThreadPoolExecutor(1) as pool, database.session() as first:
        act(first, 0)
        second = pool.submit(run, 1)
        let_go_as_far_as_it_can(database, second)
        first.commit()
        return ["done", second.result()]


def let_go_as_far_as_it_can(database: Database, other: Future[Any]) -> None:
    """Wait until another one has read what it can and waits for a lock, or has ended.

    On SQLite it waits at its beginning, before it reads anything, and nobody can see that: a
    moment is enough there.
    """
    if database.engine.dialect.name == "sqlite":
        wait([other], timeout=0.1)
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    with database.engine.connect() as watching:
        while not other.done() and not watching.scalar(WAITS):
            assert time.monotonic() < deadline, "it neither ends nor waits"
            time.sleep(0.005)
