"""Leases: how one worker at a time takes on a row, keeps it while alive, and lets it go.

A row that is `Leased` says what is to be done. Whoever holds its token may work on it until
`lease_until`, and says with a heartbeat that it is alive. When that time passes the worker is
taken for dead: another one may take the row. What a worker writes at the end counts only
while it holds the lease, so that one who was taken for dead too early does no harm.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, update
from sqlalchemy.orm import Session

from opendeur.models import AssignmentRun, Message

Row = TypeVar("Row", AssignmentRun, Message)


def is_lost(model: type[Row], *, now: datetime) -> ColumnElement[bool]:
    """Return the condition for rows whose worker gave no sign of life in time."""
    return model.lease_until < now


def claim(
    session: Session,
    model: type[Row],
    candidates: Select[Row],
    *,
    lasts: timedelta,
    now: datetime,
) -> Row | None:
    """Lease the first row of a selection that no other worker is taking at this moment.

    Parameters
    ----------
    lasts
        How long the worker may be silent.
    """
    row = session.scalars(
        candidates.limit(1).with_for_update(of=model, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    row.lease_token = secrets.token_hex(16)
    row.lease_until = now + lasts
    row.attempts += 1
    session.flush()
    return row


def beat(
    session: Session,
    model: type[Row],
    row_id: int,
    token: str,
    *,
    lasts: timedelta,
    now: datetime,
    only: ColumnElement[bool] | None = None,
    news: Mapping[str, Any] | None = None,
) -> bool:
    """Prolong a lease; tell whether it was still held.

    Parameters
    ----------
    only
        What else must be so of the row.
    news
        Columns that are written with it, such as how far the work is.
    """
    statement = update(model).where(model.id == row_id, model.lease_token == token)
    if only is not None:
        statement = statement.where(only)
    found = session.execute(
        statement.values(lease_until=now + lasts, **(news or {})).returning(model.id)
    )
    return found.one_or_none() is not None


def held(session: Session, model: type[Row], row_id: int, token: str) -> Row | None:
    """Return a row for the worker who holds its lease, locked; None when it was lost."""
    row = session.get(model, row_id, with_for_update=True, populate_existing=True)
    return row if row is not None and row.lease_token == token else None


def let_go(row: AssignmentRun | Message) -> None:
    """End a lease: the work is done, failed, or put back."""
    row.lease_token = None
    row.lease_until = None
