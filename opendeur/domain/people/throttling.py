"""How often something may be asked, counted in the database so that all workers agree."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from opendeur.errors import TooOften
from opendeur.models import Throttle

KEPT = timedelta(days=2)


def count(
    session: Session,
    key: str,
    *,
    limit: int,
    window: timedelta,
    refusal: TooOften | None = None,
    now: datetime,
) -> None:
    """Count one more of `key` in the current window.

    Parameters
    ----------
    limit
        How many are allowed in one window.
    window
        Length of the windows, which lie end to end from the epoch.
    refusal
        What to raise instead of "wait a quarter of an hour".

    Raises
    ------
    TooOften
        When this is more than `limit`; the count stays.
    """
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    start = epoch + (now - epoch) // window * window
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    # The same words, but each dialect has a class of its own for them.
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    counted: int = session.execute(
        insert(Throttle)
        .values(key=key, window=start, count=1)
        .on_conflict_do_update(
            index_elements=[Throttle.key, Throttle.window],
            set_={"count": Throttle.count + 1},
        )
        .returning(Throttle.count)
    ).scalar_one()
    if counted > limit:
        raise refusal or TooOften(
            "You tried this too often. Wait a quarter of an hour and try again."
        )


def forget(session: Session, keys: Collection[str]) -> None:
    """Begin to count anew for `keys`."""
    session.execute(delete(Throttle).where(Throttle.key.in_(keys)))


def forget_counts(session: Session, *, now: datetime) -> None:
    """Delete counts that no window can use any more."""
    session.execute(delete(Throttle).where(Throttle.window < now - KEPT))
