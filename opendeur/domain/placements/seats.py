"""Seats: who gets one and how it ends. Every change writes a line of history.

Whoever calls holds the edition's lock: see `editions.lock`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.enums import Door, PlacementOrigin, PlacementState, WaitingEnd
from opendeur.models import Account, Placement, PlacementChange, Slot, WaitingListEntry


def place(
    session: Session,
    pairs: Iterable[tuple[int, int]],
    *,
    origin: PlacementOrigin,
    door: Door,
    by: Account | None = None,
    run_id: int | None = None,
    now: datetime,
) -> list[Placement]:
    """Give visitors seats, as pairs of the numbers of a visitor and a slot.

    Whoever waited for the visit waits no more.
    """
    made = [
        Placement(
            visitor_id=visitor,
            slot_id=slot,
            run_id=run_id,
            origin=origin,
            state=PlacementState.PLACED,
            created_at=now,
        )
        for visitor, slot in pairs
    ]
    session.add_all(made)
    session.flush()
    _end_waits(session, made, now=now)
    _note(session, made, PlacementState.PLACED, door=door, by=by, reason="", now=now)
    return made


def end(
    session: Session,
    placements: Collection[Placement],
    state: PlacementState,
    *,
    door: Door,
    by: Account | None = None,
    reason: str = "",
    now: datetime,
) -> None:
    """End placements that hold a seat: their seats are free from now on."""
    for placement in placements:
        placement.state = state
        placement.ended_at = now
    session.flush()
    _note(session, placements, state, door=door, by=by, reason=reason, now=now)


def _end_waits(session: Session, made: Iterable[Placement], *, now: datetime) -> None:
    entries = session.scalars(
        select(WaitingListEntry)
        .join(Placement, Placement.visitor_id == WaitingListEntry.visitor_id)
        .join(Slot, Slot.id == Placement.slot_id)
        .where(
            Placement.id.in_([placement.id for placement in made]),
            Slot.visit_id == WaitingListEntry.visit_id,
            queries.IS_WAITING,
        )
    )
    for entry in entries:
        entry.left_at, entry.ended = now, WaitingEnd.SEATED
    session.flush()


def _note(
    session: Session,
    placements: Iterable[Placement],
    state: PlacementState,
    *,
    door: Door,
    by: Account | None,
    reason: str,
    now: datetime,
) -> None:
    session.add_all(
        PlacementChange(
            placement_id=placement.id,
            state=state,
            door=door,
            account_id=by.id if by else None,
            reason=reason,
            changed_at=now,
        )
        for placement in placements
    )
    session.flush()
