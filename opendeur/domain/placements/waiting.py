"""Waiting lists: who waits for a seat in a visit, in any of its moments or in one of them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import editions, queries
from opendeur.domain.placements.freed import open_seats, takes_place
from opendeur.domain.preferences import could_attend
from opendeur.enums import WaitingEnd
from opendeur.errors import Conflict, TooLate
from opendeur.models import Placement, Slot, Visit, Visitor, WaitingListEntry


def moments_to_wait_for(
    session: Session, visitor: Visitor, visit: Visit, *, now: datetime
) -> list[Slot]:
    """Return the moments of a visit that take place and are full, and that suit somebody."""
    if not visit.is_offered:
        return []
    return [
        slot
        for slot in visit.open_slots
        if slot.starts_at > now
        and could_attend(visitor, slot)
        and slot.capacity >= visitor.seats
        and takes_place(session, slot)
        and open_seats(session, slot) < visitor.seats
    ]


def join(
    session: Session, visitor: Visitor, visit: Visit, *, slot: Slot | None = None, now: datetime
) -> WaitingListEntry:
    """Have somebody wait for a seat in a visit, in one moment or in any; twice is once.

    Who waits already for another moment of it keeps their place in the row.

    Raises
    ------
    TooLate
        When none of its moments is still to come.
    Conflict
        When they have a seat in it, there is one to take, or no moment of it suits them.
    """
    editions.lock(session, visitor.edition)
    if slot is not None and slot.visit_id != visit.id:
        raise ValueError("A moment of another visit.")
    ahead = [one for one in visit.open_slots if one.starts_at > now]
    if not ahead:
        raise TooLate("This visit is over, so nobody can wait for it any more.")
    if has_seat(session, visitor, visit.id):
        raise Conflict("You have a place in this visit already.")
    suiting = moments_to_wait_for(session, visitor, visit, now=now)
    if not suiting or (slot is not None and slot not in suiting):
        raise Conflict(
            "There is nothing to wait for: there are places to take, it does not take place, "
            "or no moment of it suits you."
        )
    entry = _entry_of(session, visitor, visit.id)
    if entry is None:
        entry = WaitingListEntry(visitor=visitor, visit=visit, joined_at=now)
        session.add(entry)
    entry.slot = slot
    session.flush()
    return entry


def leave(session: Session, visitor: Visitor, visit_id: int, *, now: datetime) -> None:
    """Have somebody wait no more; a seat that is held for them stays theirs to answer."""
    editions.lock(session, visitor.edition)
    entry = _entry_of(session, visitor, visit_id)
    if entry is not None:
        entry.left_at, entry.ended = now, WaitingEnd.LEFT
        session.flush()


def who_waits(session: Session, slot: Slot) -> list[WaitingListEntry]:
    """Return who waits for a seat in a slot, the first first."""
    return list(
        session.scalars(
            select(WaitingListEntry)
            .where(queries.waits_for(slot))
            .options(joinedload(WaitingListEntry.visitor).joinedload(Visitor.account))
            .order_by(WaitingListEntry.id)
        )
    )


def _entry_of(session: Session, visitor: Visitor, visit_id: int) -> WaitingListEntry | None:
    return session.scalars(
        select(WaitingListEntry).where(
            WaitingListEntry.visitor_id == visitor.id,
            WaitingListEntry.visit_id == visit_id,
            queries.IS_WAITING,
        )
    ).one_or_none()


def has_seat(session: Session, visitor: Visitor, visit_id: int) -> bool:
    """Tell whether somebody has a seat in a visit."""
    found = (
        select(Placement.id)
        .join(Slot, Slot.id == Placement.slot_id)
        .where(Placement.visitor_id == visitor.id, Slot.visit_id == visit_id, queries.IS_LIVE)
    )
    return session.scalar(found) is not None
