"""The secret addresses of feeds: made, renewed, ended, and found again."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur.enums import FeedRole
from opendeur.models import Account, CalendarFeed, Edition

#: Random bytes in an address: 256 bits.
SECRET_BYTES = 32


def make(
    session: Session, account: Account, edition: Edition, role: FeedRole, *, now: datetime
) -> str:
    """Return the secret of a new address, which is not stored; an earlier one ends."""
    # Two tabs at once wait for each other.
    session.execute(
        select(Account.id).where(Account.id == account.id).with_for_update(key_share=True)
    )
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed = feed_of(session, account, edition, role)
    if feed is None:
        feed = CalendarFeed(account_id=account.id, edition_id=edition.id, role=role)
        session.add(feed)
    feed.token_digest, feed.created_at = _digest(secret), now
    session.flush()
    return secret


def end(session: Session, account: Account, edition: Edition, role: FeedRole) -> None:
    """End the address that somebody has in a role, if there is one."""
    feed = feed_of(session, account, edition, role)
    if feed is not None:
        session.delete(feed)
        session.flush()


def feed_of(
    session: Session, account: Account, edition: Edition, role: FeedRole
) -> CalendarFeed | None:
    """Return the feed that somebody has in a role; None while they made no address."""
    return session.scalars(
        select(CalendarFeed).where(
            CalendarFeed.account_id == account.id,
            CalendarFeed.edition_id == edition.id,
            CalendarFeed.role == role,
        )
    ).one_or_none()


def find(session: Session, secret: str) -> CalendarFeed | None:
    """Return the feed at an address, as long as it is its holder's to read.

    It is looked for by its digest, so that how long that takes says nothing about secrets.
    """
    feed = session.scalars(
        select(CalendarFeed)
        .where(CalendarFeed.token_digest == _digest(secret))
        .options(
            joinedload(CalendarFeed.edition),
            joinedload(CalendarFeed.account).options(selectinload(Account.organised)),
        )
    ).one_or_none()
    if feed is None or feed.account.disabled_at is not None:
        return None
    if feed.role is FeedRole.ORGANISER and not feed.account.organises(feed.edition.zones):
        return None
    return feed


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
