"""Visits: described by a host, published, and withdrawn."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur.domain import editions, queries
from opendeur.domain.directory import find_sectors, readable_reference, unique_reference
from opendeur.domain.offers.locking import lock_visit
from opendeur.errors import Conflict, InvalidInput
from opendeur.models import Account, Contact, Edition, Host, Slot, Visit


@dataclass(frozen=True, slots=True)
class VisitData:
    """What a host shows, in Dutch, in French, or in both; `audience` are codes of sectors."""

    title_nl: str = ""
    title_fr: str = ""
    description_nl: str = ""
    description_fr: str = ""
    audience: frozenset[str] = frozenset()


def find_visit(
    session: Session, edition: Edition, account: Account, visit_id: int
) -> Visit | None:
    """Return a visit of the edition, when this person speaks for its host."""
    return session.scalars(
        select(Visit)
        .join(Host, Host.id == Visit.host_id)
        .join(Contact, Contact.organisation_id == Host.organisation_id)
        .where(
            Visit.id == visit_id,
            Host.edition_id == edition.id,
            Contact.account_id == account.id,
        )
        .options(
            joinedload(Visit.host).joinedload(Host.organisation),
            selectinload(Visit.audience),
            selectinload(Visit.slots).joinedload(Slot.own_postcode),
        )
    ).one_or_none()


def add_visit(session: Session, host: Host, data: VisitData, *, now: datetime) -> Visit:
    """Describe a new visit; it is a draft until it is published.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now.
    InvalidInput
        When it has no title, or a sector is not known.
    """
    editions.lock(session, host.edition)
    editions.require_hosting(host.edition, now=now)
    _require_title(data)
    taken = session.scalars(select(Visit.reference).where(Visit.host_id == host.id)).all()
    base = readable_reference(data.title_nl or data.title_fr, otherwise="visit")
    visit = Visit(reference=unique_reference(base, taken=taken))
    _write(session, visit, data)
    host.visits.append(visit)
    session.flush()
    return visit


def change_visit(session: Session, visit: Visit, data: VisitData, *, now: datetime) -> None:
    """Describe a visit anew.

    Raises
    ------
    TooLate, InvalidInput
        See `add_visit`.
    Conflict
        When it was deleted meanwhile.
    """
    lock_visit(session, visit, now=now)
    _require_title(data)
    _write(session, visit, data)
    session.flush()


def publish_visit(session: Session, visit: Visit, *, now: datetime) -> None:
    """Put a visit in the programme, for the first time or again after it was withdrawn.

    A host that publishes takes part. An import publishes new visits by itself: what must hold
    for these too belongs in `importing.write_offers` as well.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now.
    InvalidInput
        When it has no open slot.
    """
    lock_visit(session, visit, now=now)
    if not visit.open_slots:
        raise InvalidInput("Add at least one moment first: people cannot come without one.")
    if not visit.is_offered:
        visit.published_at, visit.withdrawn_at = now, None
    visit.host.confirmed_at = visit.host.confirmed_at or now
    session.flush()


def withdraw_visit(session: Session, visit: Visit, *, now: datetime) -> None:
    """Take a visit out of the programme.

    Nothing is deleted: a visitor who prefers it is told at the next look, and ranks anew.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now.
    Conflict
        When it is not in the programme, or somebody has a seat in it.
    """
    lock_visit(session, visit, now=now)
    if not visit.is_offered:
        raise Conflict("This visit is not in the programme.")
    if queries.is_anybody_placed(session, visit):
        raise Conflict(
            "People have a seat in this visit. Ask the team of your care zone to cancel it, "
            "so that everybody is told."
        )
    visit.withdrawn_at = now
    session.flush()


def delete_draft(session: Session, visit: Visit, *, now: datetime) -> None:
    """Delete a visit that never was in the programme, with its moments, for good.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now.
    Conflict
        When it is or was in the programme, or somebody else deleted it.
    """
    lock_visit(session, visit, now=now)
    if visit.published_at is not None:
        raise Conflict("This visit was in the programme, so it stays. Withdraw it instead.")
    visit.host.visits.remove(visit)
    session.flush()


def _require_title(data: VisitData) -> None:
    if not (data.title_nl or data.title_fr):
        raise InvalidInput(
            "Give the visit a title in Dutch or in French; one is enough.", field="title_nl"
        )


def _write(session: Session, visit: Visit, data: VisitData) -> None:
    visit.audience = find_sectors(session, data.audience)
    visit.title_nl, visit.title_fr = data.title_nl, data.title_fr
    visit.description_nl, visit.description_fr = data.description_nl, data.description_fr
