"""How somebody stands in the chain: which seat is held for them, and what they wait for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from opendeur.domain import queries
from opendeur.enums import SlotState
from opendeur.models import SeatOffer, Slot, Visit, Visitor, WaitingListEntry


@dataclass(frozen=True, slots=True)
class Wait:
    """That somebody waits; `place` is theirs in the row, 1 the first."""

    visit: Visit
    slot: Slot | None
    place: int
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is held for somebody, and what they wait for, by the visit's number."""

    offers: tuple[SeatOffer, ...]
    waits: Mapping[int, Wait]


def standing_of(session: Session, visitor: Visitor, *, now: datetime) -> Standing:
    """Return how somebody stands in the chain, asked at once: nearly always it is nothing.

    A row that leads nowhere, because the visit is off or over, is left out.
    """
    ahead = aliased(WaitingListEntry)
    place = (
        select(func.count())
        .where(
            ahead.visit_id == WaitingListEntry.visit_id,
            ahead.left_at.is_(None),
            ahead.id <= WaitingListEntry.id,
        )
        .scalar_subquery()
    )
    is_ahead = exists().where(
        Visit.id == WaitingListEntry.visit_id,
        queries.IS_OFFERED,
        Slot.visit_id == Visit.id,
        Slot.state != SlotState.CLOSED,
        Slot.starts_at > now,
    )
    is_held = and_(SeatOffer.visitor_id == Visitor.id, queries.IS_HELD)
    is_waiting = and_(WaitingListEntry.visitor_id == Visitor.id, queries.IS_WAITING, is_ahead)
    rows: Iterable[tuple[SeatOffer | None, WaitingListEntry | None, int]] = session.execute(
        select(SeatOffer, WaitingListEntry, place)
        .select_from(Visitor)
        .outerjoin(SeatOffer, is_held)
        .outerjoin(WaitingListEntry, is_waiting)
        .where(Visitor.id == visitor.id)
        .options(
            joinedload(SeatOffer.slot).options(*queries.SLOT_WITH_PLACE),
            joinedload(WaitingListEntry.visit).options(*queries.VISIT_WITH_HOST),
            joinedload(WaitingListEntry.slot),
        )
        .order_by(SeatOffer.expires_at, WaitingListEntry.id)
    ).all()
    offers = {offer.id: offer for offer, _, _ in rows if offer is not None}
    return Standing(
        tuple(offers.values()),
        {
            entry.visit_id: Wait(entry.visit, entry.slot, number, entry.joined_at)
            for _, entry, number in rows
            if entry is not None
        },
    )
