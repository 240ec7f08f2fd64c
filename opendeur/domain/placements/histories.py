"""The history of seats, as the person, the host and the desk read it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import queries
from opendeur.enums import Door, PlacementState
from opendeur.models import Host, Placement, PlacementChange, Slot, Visit, Visitor


@dataclass(frozen=True, slots=True)
class Step:
    """One line: whose seat in which slot, what became of it, when, how and why.

    `visitor_name` is empty for somebody who never gave one: hosts read this, and no address.
    `by_name` is who did it; empty when it happened by itself, or its visitor did it.
    """

    placement_id: int
    changed_at: datetime
    visitor_name: str
    slot: Slot
    state: PlacementState
    door: Door
    by_name: str
    reason: str


def history_of_slot(session: Session, slot: Slot) -> list[Step]:
    """Return what happened to the seats of a slot, the last first."""
    return _steps(session, select(PlacementChange).where(Placement.slot_id == slot.id))


def history_of_host(session: Session, host: Host) -> dict[int, list[Step]]:
    """Return what happened to the seats of a host's slots, by slot, the last first."""
    found: dict[int, list[Step]] = defaultdict(list)
    slots = select(Slot.id).join(Slot.visit).where(Visit.host_id == host.id)
    statement = select(PlacementChange).where(Placement.slot_id.in_(slots))
    for step in _steps(session, statement):
        found[step.slot.id].append(step)
    return dict(found)


def history_of_visitor(session: Session, visitor: Visitor) -> list[Step]:
    """Return what happened to the seats of a visitor, the last first."""
    return _steps(session, select(PlacementChange).where(Placement.visitor_id == visitor.id))


def why_cancelled(session: Session, slot: Slot) -> str:
    """Return the reason that was given when a moment was cancelled; empty where it was not.

    A moment that is not closed was not cancelled, whoever lost a seat in it.
    """
    if not slot.is_closed:
        return ""
    reason = session.scalar(
        select(PlacementChange.reason)
        .join(PlacementChange.placement)
        .where(
            Placement.slot_id == slot.id,
            PlacementChange.state == PlacementState.CANCELLED,
            Placement.ended_at == PlacementChange.changed_at,
        )
        .order_by(PlacementChange.id.desc())
        .limit(1)
    )
    return reason or ""


def _steps(session: Session, statement: Select[PlacementChange]) -> list[Step]:
    changes = session.scalars(
        statement.join(PlacementChange.placement)
        .options(
            joinedload(PlacementChange.account),
            joinedload(PlacementChange.placement).options(
                joinedload(Placement.visitor).joinedload(Visitor.account),
                joinedload(Placement.slot).options(*queries.SLOT_WITH_PLACE),
            ),
        )
        .order_by(PlacementChange.changed_at.desc(), PlacementChange.id.desc())
    )
    return [_step(change) for change in changes]


def _step(change: PlacementChange) -> Step:
    visitor = change.placement.visitor
    by = change.account
    return Step(
        change.placement_id,
        change.changed_at,
        visitor.account.full_name,
        change.placement.slot,
        change.state,
        change.door,
        by_name=by.full_name if by and by.id != visitor.account_id else "",
        reason=change.reason,
    )
