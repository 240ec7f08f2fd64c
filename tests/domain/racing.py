"""Two people who do the same thing at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.errors import OpendeurError

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
        wait([second], timeout=0.5)  # it reads what it can, then waits for the first
        first.commit()
        return ["done", second.result()]
