"""The mail server cannot be reached: all mail pauses, and the organisers see since when.

Without this every message would lose an attempt at a server that takes none of them. One of
them knocks again each minute.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from opendeur import limits
from opendeur.models import MailOutage

PAUSE = timedelta(minutes=1)


def outage(session: Session) -> MailOutage | None:
    """Return that the mail server cannot be reached; None when nothing is known of that."""
    return session.scalars(
        select(MailOutage).order_by(MailOutage.since, MailOutage.id).limit(1)
    ).one_or_none()


def server_is_silent(session: Session, reason: str, *, now: datetime) -> None:
    """Note that the mail server could not be reached just now."""
    found = outage(session)
    if found is None:
        found = MailOutage(since=now)
        session.add(found)
    found.retry_at = now + PAUSE
    found.reason = reason[: limits.LONGEST_REASON]


def server_answers(session: Session) -> None:
    """Note that the mail server can be reached."""
    session.execute(delete(MailOutage).execution_options(synchronize_session=False))
