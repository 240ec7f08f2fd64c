"""What host and organiser decide about a moment with people in it.

Nothing is cancelled by itself: a moment under its minimum waits for one of them.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import editions, queries
from opendeur.domain.placements.freed import end_passing_on
from opendeur.domain.placements.giving_up import free, require_not_begun
from opendeur.domain.placements.seats import end
from opendeur.enums import Door, PlacementState, SlotState, WaitingEnd
from opendeur.errors import Conflict
from opendeur.models import Account, Placement, Slot, WaitingListEntry


def dismiss(
    session: Session,
    placement: Placement,
    *,
    door: Door,
    by: Account,
    reason: str = "",
    now: datetime,
) -> bool:
    """End the seat of somebody who will not come; tell whether it still stood.

    Raises
    ------
    TooLate
        When the visit has begun.
    """
    return free(
        session, placement, PlacementState.CANCELLED, door, by=by, reason=reason, now=now
    )


def cancel(
    session: Session,
    slot: Slot,
    *,
    door: Door,
    by: Account | None,
    reason: str,
    seen: int,
    now: datetime,
) -> int:
    """Cancel a moment: close it, and end every seat in it. Return how many people had one.

    A moment that is closed and empty stays as it is: a second press changes nothing.

    Parameters
    ----------
    seen
        How many people had a seat when this was decided.

    Raises
    ------
    TooLate
        When the visit has begun.
    Conflict
        When the moment was removed, or other people have a seat than was seen.
    """
    number, edition = slot.id, slot.visit.host.edition
    editions.lock(session, edition)
    if session.scalar(select(Slot.id).where(Slot.id == number)) is None:
        raise Conflict("This moment was removed meanwhile. Look again.")
    placed = placed_in(session, slot)
    if slot.is_closed and not placed:
        return 0
    require_not_begun(slot, now=now)
    people = sum(placement.visitor.seats for placement in placed)
    if people != seen:
        raise Conflict(
            "Other people have a place now than when you opened this page. Look again whom "
            "it touches.",
        )
    end(session, placed, PlacementState.CANCELLED, door=door, by=by, reason=reason, now=now)
    slot.state = SlotState.CLOSED
    _end_waiting(session, slot, now=now)
    session.flush()
    return people


def let_run(session: Session, slot: Slot, *, now: datetime) -> None:
    """Decide that a moment takes place, however few people come.

    Raises
    ------
    TooLate
        When the visit has begun.
    Conflict
        When the moment was removed or cancelled meanwhile.
    """
    number, edition = slot.id, slot.visit.host.edition
    editions.lock(session, edition)
    if session.scalar(select(Slot.id).where(Slot.id == number)) is None or slot.is_closed:
        raise Conflict("This moment was cancelled meanwhile, so it cannot take place.")
    require_not_begun(slot, now=now)
    slot.state = SlotState.FORCED
    session.flush()


def placed_in(session: Session, slot: Slot) -> list[Placement]:
    """Return the seats that people have in a slot, with who they are."""
    return list(
        session.scalars(
            select(Placement)
            .where(Placement.slot_id == slot.id, queries.IS_LIVE)
            .options(joinedload(Placement.visitor).options(*queries.VISITOR_WITH_PERSON))
            .order_by(Placement.id)
        )
    )


def _end_waiting(session: Session, slot: Slot, *, now: datetime) -> None:
    """End what people wait for: seats held in this slot, and lists for it alone."""
    end_passing_on(session, slot.visit.host.edition, slot=slot, now=now)
    entries = session.scalars(
        select(WaitingListEntry).where(
            WaitingListEntry.slot_id == slot.id, WaitingListEntry.left_at.is_(None)
        )
    )
    for entry in entries:
        entry.left_at, entry.ended = now, WaitingEnd.OFF
