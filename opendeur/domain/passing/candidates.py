"""Whom a free seat goes to next: who waits for it, then who preferred the visit."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import queries
from opendeur.domain.assignment import Fitting
from opendeur.enums import GONE_FOR_GOOD, OfferState
from opendeur.models import (
    Account,
    Placement,
    Preference,
    SeatOffer,
    Slot,
    Visitor,
    WaitingListEntry,
)

#: A visitor whose mail arrives, as far as we know.
CAN_BE_WRITTEN_TO = Visitor.account_id.in_(
    select(Account.id).where(Account.disabled_at.is_(None), Account.bounced_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be asked; `entry` is their place on the waiting list."""

    visitor: Visitor
    entry: WaitingListEntry | None = None


def candidates_for(
    session: Session, slot: Slot, *, fitting: Fitting | None = None
) -> Iterator[Candidate]:
    """Return who can be asked for a seat in a slot, whoever is to be asked first the first.

    Who waits comes before all others, by when they joined. Then those who preferred the visit:
    who has the least of their best week, then the fewest points, then by a draw that anybody
    can repeat. Left out is whose week has no room for it, who has a seat in the visit, who was
    asked for this slot and did not take it, who gave a seat in it up, and whose mail comes
    back.
    """
    fitting = fitting or Fitting(session, slot.visit.host.edition)
    waiting = _waiting(session, slot)
    for entry in waiting:
        if fitting.has_room_for(entry.visitor, slot):
            yield Candidate(entry.visitor, entry)
    already = {entry.visitor_id for entry in waiting}
    others = [one for one in _who_preferred(session, slot) if one.id not in already]
    for visitor in sorted(others, key=lambda one: _turn(fitting, slot, one)):
        if fitting.has_room_for(visitor, slot):
            yield Candidate(visitor)


def is_asked_elsewhere(session: Session, visitor: Visitor) -> bool:
    """Tell whether another seat is held for somebody: they are asked for one at a time."""
    held = exists().where(SeatOffer.visitor_id == visitor.id, queries.IS_HELD)
    return bool(session.scalar(select(held)))


def _turn(fitting: Fitting, slot: Slot, visitor: Visitor) -> tuple[float, int, str]:
    edition = slot.visit.host.edition
    drawn = hashlib.sha256(f"{edition.seed} {slot.id} {visitor.id}".encode()).hexdigest()
    return (*fitting.satisfaction_of(visitor), drawn)


def _waiting(session: Session, slot: Slot) -> list[WaitingListEntry]:
    """Return who waits for a seat in a slot; who said no to it waits for the other moments."""
    refused = exists().where(
        SeatOffer.entry_id == WaitingListEntry.id,
        SeatOffer.slot_id == slot.id,
        SeatOffer.state.in_((OfferState.DECLINED, OfferState.EXPIRED)),
    )
    return list(
        session.scalars(
            select(WaitingListEntry)
            .join(WaitingListEntry.visitor)
            .where(queries.waits_for(slot), CAN_BE_WRITTEN_TO, ~refused)
            .options(joinedload(WaitingListEntry.visitor).joinedload(Visitor.account))
            .order_by(WaitingListEntry.joined_at, WaitingListEntry.id)
        )
    )


def _who_preferred(session: Session, slot: Slot) -> list[Visitor]:
    asked = exists().where(
        SeatOffer.visitor_id == Visitor.id,
        SeatOffer.slot_id == slot.id,
        SeatOffer.state != OfferState.VOID,
    )
    gave_up = exists().where(
        Placement.visitor_id == Visitor.id,
        Placement.slot_id == slot.id,
        Placement.state.in_(GONE_FOR_GOOD),
    )
    return list(
        session.scalars(
            select(Visitor)
            .join(Preference, Preference.visitor_id == Visitor.id)
            .where(
                Preference.visit_id == slot.visit_id,
                queries.HAS_SUBMITTED,
                CAN_BE_WRITTEN_TO,
                ~asked,
                ~gave_up,
            )
            .options(joinedload(Visitor.account))
            .order_by(Visitor.id)
        )
    )
