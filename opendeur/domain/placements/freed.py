"""Seats that were given up: those that are being passed on, and those that anybody may take.

`Slot.freed_seats` counts what was given up and not passed on yet. Some of them are *held*: for
people who were asked, until they answer. The others of a slot are *open*.
"""

from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.enums import OfferState
from opendeur.models import (
    Edition,
    Host,
    Placement,
    SeatOffer,
    Slot,
    Visit,
    Visitor,
    WaitingListEntry,
)


def note_freed(placement: Placement) -> None:
    """Have a seat that was given up passed on, where people know their week already."""
    slot = placement.slot
    if slot.visit.host.edition.shows_results and not slot.is_closed:
        slot.freed_seats += placement.visitor.seats


def note_filled(slot: Slot, seats: int) -> None:
    """Pass on no more seats than are left, after somebody got some of them."""
    slot.freed_seats = max(0, slot.freed_seats - seats)


def seats_held(session: Session, slot: Slot) -> int:
    """Return how many seats in a slot are held for people who were asked."""
    return session.scalars(
        select(func.coalesce(func.sum(Visitor.seats), 0))
        .join(SeatOffer, SeatOffer.visitor_id == Visitor.id)
        .where(SeatOffer.slot_id == slot.id, queries.IS_HELD)
    ).one()


def seats_held_by_slot(session: Session, edition: Edition) -> dict[int, int]:
    """Return how many seats are held, for every slot in which any is."""
    rows = session.execute(
        select(SeatOffer.slot_id, func.sum(Visitor.seats))
        .join(Visitor, Visitor.id == SeatOffer.visitor_id)
        .where(Visitor.edition_id == edition.id, queries.IS_HELD)
        .group_by(SeatOffer.slot_id)
    )
    return {slot: int(seats) for slot, seats in rows}


def left_for_all(slot: Slot, *, taken: int, held: int) -> int:
    """Return how many seats of a slot anybody may take, of which so many are taken and held."""
    return max(0, slot.capacity - taken - max(slot.freed_seats, held))


def open_seats(session: Session, slot: Slot) -> int:
    """Return how many seats of a slot anybody may take; 0 where nobody is to come."""
    if not takes_place(session, slot):
        return 0
    taken, held = queries.seats_taken_in(session, slot), seats_held(session, slot)
    return left_for_all(slot, taken=taken, held=held)


def takes_place(session: Session, slot: Slot) -> bool:
    """Tell whether people come to a slot, or are asked to: also when everybody gave it up."""
    if slot.is_closed or not slot.visit.is_offered:
        return False
    is_passed_on = slot.freed_seats > 0 or seats_held(session, slot) > 0
    return slot.is_forced or is_passed_on or queries.seats_taken_in(session, slot) > 0


def offer_to_who_waits(session: Session, edition: Edition) -> None:
    """Pass open seats on as far as people wait for them, such as after a run was sent."""
    if not edition.shows_results:
        return
    slots = session.scalars(
        select(Slot).where(
            Slot.id.in_(_slots_of(edition)),
            Slot.visit_id.in_(select(WaitingListEntry.visit_id).where(queries.IS_WAITING)),
        )
    ).all()
    for slot in slots:
        waiting = session.scalars(
            select(func.coalesce(func.sum(Visitor.seats), 0))
            .join(WaitingListEntry, WaitingListEntry.visitor_id == Visitor.id)
            .where(queries.waits_for(slot))
        ).one()
        slot.freed_seats += max(0, min(open_seats(session, slot), waiting - slot.freed_seats))
    session.flush()


def end_passing_on(
    session: Session, edition: Edition, *, slot: Slot | None = None, now: datetime
) -> None:
    """Take back every seat that is held, and pass none on: of a slot, or of them all."""
    slots = _slots_of(edition) if slot is None else select(Slot.id).where(Slot.id == slot.id)
    _void(session, slots, now=now)
    session.execute(
        update(Slot)
        .where(Slot.id.in_(slots), Slot.freed_seats > 0)
        .values(freed_seats=0)
        .execution_options(synchronize_session="fetch")
    )


def take_back_held(session: Session, slot: Slot, *, now: datetime) -> None:
    """Take back what is held in a slot, because it is no longer what people were asked for.

    The seats are passed on all the same, and the same people can be asked again.
    """
    _void(session, select(Slot.id).where(Slot.id == slot.id), now=now)


def _void(session: Session, slots: Select[int], *, now: datetime) -> None:
    session.execute(
        update(SeatOffer)
        .where(SeatOffer.slot_id.in_(slots), queries.IS_HELD)
        .values(state=OfferState.VOID, ended_at=now)
        .execution_options(synchronize_session="fetch")
    )


def _slots_of(edition: Edition) -> Select[int]:
    return (
        select(Slot.id).join(Slot.visit).join(Visit.host).where(Host.edition_id == edition.id)
    )
