"""Who decides about an edition waits for whoever does already, and looks again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.models import Edition

_COLUMNS = [column.key for column in Edition.__table__.columns]


def lock(session: Session, edition: Edition) -> None:
    """Make whoever changes the same edition wait, and look again at everything.

    Taken first by whatever decides who has which seat, or what a slot is: what was read
    before the lock may be of another time.
    """
    session.flush()  # what this session changed itself must not be lost
    session.execute(
        select(Edition.id)
        .where(Edition.id == edition.id)
        # Whoever only refers to the edition by a foreign key need not wait.
        .with_for_update(key_share=True)
    )
    session.expire_all()


def share(session: Session, edition: Edition) -> None:
    """Keep the edition as it is until the end of the transaction, beside others who do so.

    Taken first by what visitors say of themselves: they do not wait for each other, but
    closing the preferences and adopting a run wait for them, and they for these. Only the
    edition's own columns are looked at again: visitors come by the dozen in an hour, and
    whoever shares looks again at what else it decides on.
    """
    session.flush()
    session.refresh(edition, _COLUMNS, with_for_update={"read": True})
