"""Finding editions."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from opendeur.enums import EditionPhase
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
