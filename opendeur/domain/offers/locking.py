"""Beginning to change what a host offers: nobody else changes it, and it is still there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import editions
from opendeur.errors import Conflict
from opendeur.models import Edition, Slot, Visit


def lock_visit(session: Session, visit: Visit, *, now: datetime) -> Edition:
    """Lock the edition of a visit, and let through only while the visit can be changed.

    Raises
    ------
    Conflict
        When it was deleted meanwhile.
    TooLate
        When hosts cannot change their offer now.
    """
    number, edition = visit.id, visit.host.edition
    editions.lock(session, edition)
    if session.scalar(select(Visit.id).where(Visit.id == number)) is None:
        raise Conflict("This visit was deleted meanwhile. Look again at your visits.")
    editions.require_hosting(edition, now=now)
    return edition


def lock_slot(session: Session, slot: Slot, *, now: datetime) -> Edition:
    """Lock the edition of a slot, and let through only while the slot can be changed.

    Raises
    ------
    Conflict
        When it was removed meanwhile.
    TooLate
        When hosts cannot change their offer now.
    """
    number, edition = slot.id, slot.visit.host.edition
    editions.lock(session, edition)
    if session.scalar(select(Slot.id).where(Slot.id == number)) is None:
        raise Conflict("This moment was removed meanwhile. Look again at your visits.")
    editions.require_hosting(edition, now=now)
    return edition
