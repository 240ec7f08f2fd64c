"""How often something may be asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import people
from opendeur.domain.people import throttling
from opendeur.errors import TooOften
from opendeur.models import Throttle

#: The start of a window of a quarter of an hour.
START = datetime(2026, 9, 15, 10, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


def count(
    session: Session, key: str = "mail:10.0.0.1", *, limit: int = 2, now: datetime = START
) -> None:
    throttling.count(session, key, limit=limit, window=WINDOW, now=now)


def counts(session: Session) -> dict[tuple[str, datetime], int]:
    session.expire_all()
    return {(row.key, row.window): row.count for row in session.scalars(select(Throttle))}


def test_as_many_as_the_limit_are_let_through_and_the_next_is_refused(session: Session) -> None:
    for _ in range(2):
        count(session)

    with pytest.raises(TooOften, match="Wait a quarter of an hour"):
        count(session)


def test_what_was_refused_is_counted_too(session: Session) -> None:
    count(session, limit=1)

    for _ in range(2):
        with pytest.raises(TooOften):
            count(session, limit=1)

    assert counts(session) == {("mail:10.0.0.1", START): 3}


def test_each_key_has_a_count_of_its_own(session: Session) -> None:
    count(session, "mail:10.0.0.1", limit=1)
    count(session, "mail:10.0.0.2", limit=1)
    count(session, "code:10.0.0.1", limit=1)

    assert counts(session) == {
        ("mail:10.0.0.1", START): 1,
        ("mail:10.0.0.2", START): 1,
        ("code:10.0.0.1", START): 1,
    }


def test_windows_lie_end_to_end_from_the_epoch(session: Session) -> None:
    moments = [
        START - timedelta(microseconds=1),
        START,
        START + WINDOW - timedelta(microseconds=1),
        START + WINDOW,
    ]

    for moment in moments:
        count(session, now=moment)

    assert counts(session) == {
        ("mail:10.0.0.1", START - WINDOW): 1,
        ("mail:10.0.0.1", START): 2,
        ("mail:10.0.0.1", START + WINDOW): 1,
    }


def test_two_workers_at_one_moment_count_both(database: Database) -> None:
    barrier = Barrier(2)

    def ask(_: int) -> str:
        barrier.wait()
        with database.session() as session:
            try:
                count(session, limit=1)
            except TooOften:
                return "refused"
            finally:
                session.commit()
        return "let through"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(ask, range(2)))

    assert answers == ["let through", "refused"]
    with database.reading() as session:
        assert counts(session) == {("mail:10.0.0.1", START): 2}


def test_counts_are_forgotten_after_two_days(session: Session) -> None:
    for age in (timedelta(days=2, minutes=15), timedelta(days=2), timedelta(0)):
        count(session, now=START - age)

    people.forget_counts(session, now=START)

    assert counts(session) == {
        ("mail:10.0.0.1", START - timedelta(days=2)): 1,
        ("mail:10.0.0.1", START): 1,
    }
