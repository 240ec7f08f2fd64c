"""Passing seats on that were given up: one person is asked for each, then the next.

A seat that was given up is counted on its slot (`Slot.freed_seats`), in the transaction that
frees it. Each step of the chain starts from the rows alone, so that whoever dies in between
loses nothing: what is over its deadline ends, and as many people are asked as seats are left.
When there is nobody left to ask, the seat is open to everybody.
"""

import secrets
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import editions, placements, queries
from opendeur.domain.passing.candidates import Candidate, candidates_for, is_asked_elsewhere
from opendeur.domain.passing.deadlines import can_be_asked, deadline_of
from opendeur.enums import MessageKind, MessageState, OfferState
from opendeur.models import Message, SeatOffer, Slot, Visitor

#: The letter of an offer went out, or may have: its deadline holds.
TOLD = (MessageState.SENT, MessageState.UNCERTAIN, MessageState.HANDED_OVER)


def slots_to_pass_on(session: Session) -> list[int]:
    """Return the numbers of the slots in which seats are being passed on."""
    held = select(SeatOffer.slot_id).where(queries.IS_HELD)
    return list(
        session.scalars(
            select(Slot.id)
            .where(or_(Slot.freed_seats > 0, Slot.id.in_(held)))
            .order_by(Slot.id)
        )
    )


def pass_on(session: Session, slot_id: int, *, now: datetime) -> int:
    """Take the next step in one slot; return how many people are asked by it."""
    slot = session.scalars(
        select(Slot).where(Slot.id == slot_id).options(*queries.SLOT_WITH_PLACE)
    ).one_or_none()
    if slot is None:
        return 0
    edition = slot.visit.host.edition
    editions.lock(session, edition)
    session.refresh(slot)
    offers = _open_offers(session, slot)
    for offer in offers:
        if _is_over(offer, now=now):
            offer.state, offer.ended_at = OfferState.EXPIRED, now
    session.flush()
    if not (can_be_asked(slot, now=now) and placements.takes_place(session, slot)):
        placements.end_passing_on(session, edition, slot=slot, now=now)
        return 0
    held = placements.seats_held(session, slot)
    taken = queries.seats_taken_in(session, slot)
    free = min(slot.freed_seats, slot.capacity - taken) - held
    asked, is_to_be_continued = 0, False
    if free > 0:
        for candidate in candidates_for(session, slot):
            if candidate.visitor.seats > free or is_asked_elsewhere(session, candidate.visitor):
                is_to_be_continued |= candidate.visitor.seats <= slot.freed_seats
                continue
            _ask(session, slot, candidate, now=now)
            free -= candidate.visitor.seats
            asked += 1
            if free <= 0:
                break
    if free > 0 and not is_to_be_continued:
        # Nobody is left to ask: what is not held is open to everybody.
        slot.freed_seats = placements.seats_held(session, slot)
    session.flush()
    return asked


def _open_offers(session: Session, slot: Slot) -> list[SeatOffer]:
    return list(
        session.scalars(
            select(SeatOffer)
            .where(SeatOffer.slot_id == slot.id, queries.IS_HELD)
            .options(joinedload(SeatOffer.message))
            .order_by(SeatOffer.id)
        )
    )


def _is_over(offer: SeatOffer, *, now: datetime) -> bool:
    """Tell whether somebody who was asked did not answer in time.

    Whoever was not told yet has time until they are: their letter sets the deadline. Whom no
    letter reaches is not waited for.
    """
    message = offer.message
    if message is None or message.state is MessageState.FAILED:
        return True
    if message.state in TOLD:
        return offer.expires_at <= now
    return not can_be_asked(offer.slot, now=now)


def _ask(session: Session, slot: Slot, candidate: Candidate, *, now: datetime) -> SeatOffer:
    """Hold a seat for somebody and queue the letter that asks them."""
    visitor: Visitor = candidate.visitor
    edition = slot.visit.host.edition
    offer = SeatOffer(
        visitor=visitor,
        slot=slot,
        entry=candidate.entry,
        state=OfferState.OPEN,
        token=secrets.token_urlsafe(24),
        offered_at=now,
        expires_at=deadline_of(edition, slot, now=now),
        message=Message(
            kind=MessageKind.SEAT_OFFER,
            state=MessageState.QUEUED,
            edition_id=edition.id,
            to_address=visitor.account.email,
            to_name=visitor.account.name,
            language=visitor.account.language,
            created_at=now,
            due_at=now,
        ),
    )
    session.add(offer)
    session.flush()
    return offer
