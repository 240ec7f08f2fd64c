"""Editions: finding them, and what their phase and deadlines allow."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from opendeur.enums import EditionPhase
from opendeur.errors import TooLate
from opendeur.models import Edition


def find(session: Session, slug: str) -> Edition | None:
    """Return an edition by its name in URLs."""
    return session.scalars(
        select(Edition)
        .where(Edition.slug == slug)
        .options(selectinload(Edition.closed_periods))
    ).one_or_none()


def listed(session: Session) -> list[Edition]:
    """Return the editions that everybody may know of, the next week first."""
    return list(
        session.scalars(
            select(Edition)
            .where(Edition.phase != EditionPhase.DRAFT)
            .order_by(Edition.starts_on, Edition.id)
        )
    )


def require_hosting(edition: Edition, *, now: datetime) -> None:
    """Let through only while hosts can change what they offer.

    Raises
    ------
    TooLate
        Before or after that time.
    """
    if not edition.is_hosting(now):
        raise TooLate(
            "Hosts cannot change their offer now. Ask the team of your care zone to do it "
            "for you."
        )


def require_preferences(edition: Edition, *, now: datetime) -> None:
    """Let through only while visitors can give preferences.

    Raises
    ------
    TooLate
        Before or after that time.
    """
    if edition.takes_preferences(now):
        return
    if not edition.phase.is_from(EditionPhase.PREFERENCES):
        raise TooLate("Preferences cannot be given yet. Come back when the programme is out.")
    raise TooLate(
        "The time to give preferences is over. Your last saved preferences count; ask the "
        "team of your care zone if something must change."
    )
