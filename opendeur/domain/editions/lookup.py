"""Finding editions."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.enums import EditionPhase
from opendeur.models import Edition


def find(session: Session, slug: str) -> Edition | None:
    """Return an edition by its name in URLs."""
    # In one statement: this begins every page of an edition, and both lists are short.
    return (
        session.scalars(
            select(Edition)
            .where(Edition.slug == slug)
            .options(joinedload(Edition.zones), joinedload(Edition.closed_periods))
        )
        .unique()
        .one_or_none()
    )


def listed(session: Session) -> list[Edition]:
    """Return the editions that everybody may know of, the next week first."""
    return list(
        session.scalars(
            select(Edition)
            .where(Edition.phase != EditionPhase.DRAFT)
            .order_by(Edition.starts_on, Edition.id)
        )
    )
