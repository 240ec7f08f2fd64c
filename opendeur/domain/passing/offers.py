"""A seat that somebody is asked to take: the letter, the page behind its link, the answer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur import letters
from opendeur.config import Settings
from opendeur.domain import assignment, editions, invitations, mail, placements, queries
from opendeur.domain.passing.deadlines import can_be_asked, deadline_of
from opendeur.enums import Door, OfferState, PlacementOrigin
from opendeur.errors import Conflict, OpendeurError, TooLate
from opendeur.models import Message, Placement, Preference, SeatOffer, Slot, Visitor

WITH_ALL = (
    joinedload(SeatOffer.visitor).options(
        joinedload(Visitor.account), joinedload(Visitor.edition)
    ),
    joinedload(SeatOffer.slot).options(*queries.SLOT_WITH_PLACE),
    joinedload(SeatOffer.entry),
)


def find_offer(session: Session, token: str) -> SeatOffer | None:
    """Return the offer that a link names."""
    return session.scalars(
        select(SeatOffer).where(SeatOffer.token == token).options(*WITH_ALL)
    ).one_or_none()


def offers_in(session: Session, slot: Slot) -> list[SeatOffer]:
    """Return who was asked for a seat in a slot, the last first."""
    return list(
        session.scalars(
            select(SeatOffer)
            .where(SeatOffer.slot_id == slot.id)
            .options(
                joinedload(SeatOffer.visitor).joinedload(Visitor.account),
                joinedload(SeatOffer.message),
            )
            .order_by(SeatOffer.id.desc())
        )
    )


def refusal_of_offer(offer: SeatOffer, *, now: datetime) -> OpendeurError | None:
    """Return why a seat that somebody was asked to take can no longer be had."""
    if offer.slot.starts_at <= now:
        return TooLate("This visit has begun, so the place can no longer be taken.")
    if offer.state is OfferState.VOID:
        return Conflict(
            "This place was taken back: the moment was cancelled or moved, or all places were "
            "given anew."
        )
    if offer.state is OfferState.DECLINED:
        return Conflict("You passed this place on, so somebody else is asked now.")
    if offer.state is OfferState.EXPIRED or offer.expires_at <= now:
        return TooLate("The time to answer is over, so somebody else is asked now.")
    return None


def accept(session: Session, offer: SeatOffer, *, now: datetime) -> Placement | None:
    """Give somebody the seat that is held for them, and invite them.

    None when they have it already: a second press changes nothing.

    Raises
    ------
    TooLate
        After the deadline, or when the visit has begun.
    Conflict
        When the seat was taken back or passed on, or the person's week has no room any more.
    """
    slot, visitor = offer.slot, offer.visitor
    editions.lock(session, visitor.edition)
    session.refresh(offer, ["state", "expires_at"])
    if offer.state is OfferState.ACCEPTED:
        return None
    if refusal := refusal_of_offer(offer, now=now):
        raise refusal
    if queries.seats_taken_in(session, slot) + visitor.seats > slot.capacity:
        raise Conflict("There is no place left at this moment. Look what else is free.")
    if refusal := _want_of_room(session, visitor, slot):
        raise refusal
    offer.state, offer.ended_at = OfferState.ACCEPTED, now
    placements.note_filled(slot, visitor.seats)
    origin = PlacementOrigin.WAITING_LIST if offer.entry else PlacementOrigin.FREE_SEAT
    return _seat(session, visitor, slot, origin=origin, now=now)


def decline(session: Session, offer: SeatOffer, *, now: datetime) -> None:
    """Pass a seat on that was held for somebody; who waits goes on waiting.

    Raises
    ------
    Conflict
        When the seat was taken already.
    """
    editions.lock(session, offer.visitor.edition)
    session.refresh(offer, ["state"])
    if offer.state is OfferState.ACCEPTED:
        raise Conflict(
            "You took this place. If you cannot come after all, give it up in your week."
        )
    if offer.is_open:
        offer.state, offer.ended_at = OfferState.DECLINED, now
        session.flush()


def take(session: Session, visitor: Visitor, slot: Slot, *, now: datetime) -> Placement:
    """Take a seat that is open to everybody, and invite whoever takes it.

    Raises
    ------
    TooLate
        When the visit has begun.
    Conflict
        When no seat is open any more, or the person's week has no room for it.
    """
    editions.lock(session, visitor.edition)
    session.refresh(slot)
    if refusal := refusal_to_take(session, visitor, slot, now=now):
        raise refusal
    return _seat(session, visitor, slot, origin=PlacementOrigin.FREE_SEAT, now=now)


def refusal_to_take(
    session: Session, visitor: Visitor, slot: Slot, *, now: datetime
) -> OpendeurError | None:
    """Return why somebody cannot take a seat in a slot by themselves; None when they can."""
    if slot.starts_at <= now:
        return TooLate("This visit has begun, so the place can no longer be taken.")
    if placements.open_seats(session, slot) < visitor.seats:
        return Conflict("There is no place left at this moment. Look what else is free.")
    return _want_of_room(session, visitor, slot)


def make_up(session: Session, message: Message, *, settings: Settings, now: datetime) -> None:
    """Write the letter that asks; the time to answer runs from then on.

    What asks for nothing any more is put behind.
    """
    offer = session.scalars(
        select(SeatOffer).where(SeatOffer.message_id == message.id).options(*WITH_ALL)
    ).one_or_none()
    if offer is None or not offer.is_open or not can_be_asked(offer.slot, now=now):
        mail.put_behind(message)
        return
    edition, slot, language = offer.visitor.edition, offer.slot, message.language
    offer.expires_at = deadline_of(edition, slot, now=now)
    written = letters.render(
        letters.SeatOffer(
            head=mail.letterhead(edition, language, settings=settings),
            visit=invitations.visit_facts(slot, language),
            visitor_name=offer.visitor.account.given_name,
            waited=offer.entry is not None,
            rank=rank_of(session, offer),
            expires_at=offer.expires_at,
            page_url=f"{settings.base_url.rstrip('/')}/{language}/offer/{offer.token}",
        )
    )
    mail.write(session, message, written, settings=settings, now=now)


def rank_of(session: Session, offer: SeatOffer) -> int | None:
    """Return which choice of the person's the visit was; None when it was none."""
    return session.scalar(
        select(Preference.rank).where(
            Preference.visitor_id == offer.visitor_id,
            Preference.visit_id == offer.slot.visit_id,
        )
    )


def _want_of_room(session: Session, visitor: Visitor, slot: Slot) -> Conflict | None:
    if assignment.has_room_for(session, visitor, slot):
        return None
    return Conflict(
        "This visit does not fit in your week as it is now: beside another visit, a time at "
        "which you cannot come, the most visits that you can have, or how many your "
        "employer can spare."
    )


def _seat(
    session: Session,
    visitor: Visitor,
    slot: Slot,
    *,
    origin: PlacementOrigin,
    now: datetime,
) -> Placement:
    """Seat somebody, and tell them; the host is told with the next letter."""
    [placement] = placements.place(
        session,
        [(visitor.id, slot.id)],
        origin=origin,
        door=Door.CHAIN,
        by=visitor.account,
        now=now,
    )
    invitations.draft(session, visitor.edition, visit=slot.visit, now=now)
    invitations.tell_at_once(session, slot.visit, visitor.account, now=now)
    return placement
