"""Giving a seat up, and getting it back as long as nobody else took it.

Two ways lead out of a seat: *withdraw* on one's own page, and *decline*, the answer no to the
invitation. Both free it at once, and a second press changes nothing.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import editions, intervals, queries
from opendeur.domain.placements.freed import note_filled, note_freed, seats_held
from opendeur.domain.placements.seats import end, place
from opendeur.enums import Door, PlacementState
from opendeur.errors import Conflict, OpendeurError, TooLate
from opendeur.models import Account, Placement, Slot, Visitor


def withdraw(
    session: Session, placement: Placement, *, by: Account, reason: str = "", now: datetime
) -> bool:
    """Give a seat up, on the visitor's own page; tell whether there was one to give up.

    Raises
    ------
    TooLate
        When the visit has begun.
    """
    return free(
        session, placement, PlacementState.WITHDRAWN, Door.PAGE, by=by, reason=reason, now=now
    )


def decline(
    session: Session, placement: Placement, *, door: Door, by: Account, now: datetime
) -> bool:
    """End a seat because the answer to its invitation is no; tell whether it still stood.

    Raises
    ------
    TooLate
        When the visit has begun.
    """
    return free(session, placement, PlacementState.DECLINED, door, by=by, now=now)


def free(
    session: Session,
    placement: Placement,
    state: PlacementState,
    door: Door,
    *,
    by: Account,
    reason: str = "",
    now: datetime,
) -> bool:
    """End a seat before its visit begins, to be passed on; tell whether it still stood.

    Raises
    ------
    TooLate
        When the visit has begun.
    """
    slot = placement.slot
    editions.lock(session, slot.visit.host.edition)
    if placement.state is not PlacementState.PLACED:
        return False
    require_not_begun(slot, now=now)
    end(session, [placement], state, door=door, by=by, reason=reason, now=now)
    note_freed(placement)
    session.flush()
    return True


def require_not_begun(slot: Slot, *, now: datetime) -> None:
    """Let through only before a visit begins: who was there then is a fact.

    Raises
    ------
    TooLate
        From its first minute.
    """
    if slot.starts_at <= now:
        raise TooLate(
            "This visit has begun, so its places stay as they are. Call the host or the team "
            "of your care zone."
        )


def seat_of(session: Session, account: Account, visit_id: int) -> Placement | None:
    """Return somebody's seat in a visit, or the last one they had, which ended."""
    return session.scalars(
        select(Placement)
        .join(Placement.visitor)
        .join(Placement.slot)
        .where(Visitor.account_id == account.id, Slot.visit_id == visit_id)
        .options(joinedload(Placement.slot), joinedload(Placement.visitor))
        .order_by(queries.IS_LIVE.desc(), Placement.id.desc())
        .limit(1)
    ).first()


def refusal_to_give_back(
    session: Session, placement: Placement, *, now: datetime
) -> OpendeurError | None:
    """Return why a seat that was given up cannot be had back; None when it can.

    A seat that is held for somebody who was asked is theirs until they answer.
    """
    visitor, slot = placement.visitor, placement.slot
    if slot.starts_at <= now:
        return TooLate("This visit has begun, so your place cannot be given back.")
    if not placement.state.is_given_up or slot.is_closed or not slot.visit.is_offered:
        return Conflict("You no longer have a place in this visit, so no answer is needed.")
    taken = queries.seats_taken_in(session, slot) + seats_held(session, slot)
    if taken + visitor.seats > slot.capacity:
        return Conflict(
            "Your place went to somebody else meanwhile. Ask the team of your care zone what "
            "is still free."
        )
    others = session.scalars(
        select(Slot)
        .join(Placement, Placement.slot_id == Slot.id)
        .where(Placement.visitor_id == visitor.id, queries.IS_LIVE)
    )
    if any(other.id == slot.id or intervals.overlap(other, slot) for other in others):
        return Conflict("You have another visit at that time now, so you cannot have it back.")
    return None


def give_back(
    session: Session, placement: Placement, *, door: Door, by: Account, now: datetime
) -> Placement:
    """Give a seat back to the visitor who gave it up, as long as nobody else has it.

    Raises
    ------
    TooLate
        When the visit has begun.
    Conflict
        When the seat went to somebody else, or is held for somebody.
    """
    editions.lock(session, placement.slot.visit.host.edition)
    if placement.state is PlacementState.PLACED:
        return placement
    last = seat_of(session, placement.visitor.account, placement.slot.visit_id) or placement
    if last.state is PlacementState.PLACED and last.slot_id == placement.slot_id:
        return last
    refusal = refusal_to_give_back(session, placement, now=now)
    if refusal is not None:
        raise refusal
    [seat] = place(
        session,
        [(placement.visitor_id, placement.slot_id)],
        origin=placement.origin,
        run_id=placement.run_id,
        door=door,
        by=by,
        now=now,
    )
    note_filled(seat.slot, seat.visitor.seats)
    return seat
