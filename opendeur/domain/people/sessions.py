"""Staying signed in: a browser holds a token, the database its hash."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from opendeur import limits
from opendeur.domain.people.digests import digest
from opendeur.models import Account, LoginSession

IDLE_LIMIT = timedelta(days=30)


ABSOLUTE_LIMIT = timedelta(days=90)


ORGANISER_IDLE_LIMIT = timedelta(hours=12)


ORGANISER_ABSOLUTE_LIMIT = timedelta(days=7)


SEEN_EVERY = timedelta(minutes=15)


def open_session(
    session: Session, account: Account, *, browser: str, pepper: str, now: datetime
) -> str:
    """Sign a browser in and return its token, which is not stored."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            account=account,
            token_hash=digest(token, pepper=pepper),
            browser=browser[: limits.LONGEST_LINE],
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token


def find_session(
    session: Session, token: str, *, pepper: str, now: datetime
) -> LoginSession | None:
    """Return the session behind a token while it is open and neither too old nor too idle."""
    found = (
        session.scalars(
            select(LoginSession)
            .where(LoginSession.token_hash == digest(token, pepper=pepper))
            .options(joinedload(LoginSession.account).joinedload(Account.organised))
        )
        .unique()
        .one_or_none()
    )
    if found is None or found.ended_at is not None or found.account.disabled_at is not None:
        return None
    idle, absolute = IDLE_LIMIT, ABSOLUTE_LIMIT
    if found.account.is_organiser:
        idle, absolute = ORGANISER_IDLE_LIMIT, ORGANISER_ABSOLUTE_LIMIT
    if now - found.seen_at >= idle or now - found.created_at >= absolute:
        return None
    return found


def touch_session(session: Session, found: LoginSession, *, now: datetime) -> bool:
    """Note that somebody is still there; at most every quarter of an hour. Tell if it did."""
    if now - found.seen_at < SEEN_EVERY:
        return False
    session.execute(update(LoginSession).where(LoginSession.id == found.id).values(seen_at=now))
    return True


def sessions_of(session: Session, account: Account) -> list[LoginSession]:
    """Return the browsers on which somebody is signed in, last seen first."""
    return list(
        session.scalars(
            select(LoginSession)
            .where(LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
    )


def end_session(
    session: Session, account: Account, session_id: int, *, now: datetime
) -> LoginSession | None:
    """Sign one browser out; None when it is not one of this account's."""
    found = session.get(LoginSession, session_id)
    if found is None or found.account_id != account.id:
        return None
    found.ended_at = found.ended_at or now
    return found
