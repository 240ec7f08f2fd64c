"""Seats: who gets one and how it ends. Every change writes a line of history.

Whoever calls holds the edition's lock: see `editions.lock`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from opendeur.enums import Door, PlacementOrigin, PlacementState
from opendeur.models import Account, Placement, PlacementChange


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
    """Give visitors seats, as pairs of the numbers of a visitor and a slot."""
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
