"""The moments of a visit: when, where, for how many, and in which languages."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import editions, queries
from opendeur.domain.directory import find_postcode, unique_reference
from opendeur.domain.offers.slot_rules import SlotData, require_moment, require_numbers
from opendeur.enums import SlotState
from opendeur.errors import Conflict, InvalidInput, NotAllowed
from opendeur.models import (
    Account,
    Contact,
    Edition,
    Host,
    Invitation,
    Placement,
    Slot,
    Visit,
)


def find_slot(
    session: Session, edition: Edition, account: Account, slot_id: int
) -> Slot | None:
    """Return a slot of the edition, when this person speaks for its host."""
    return session.scalars(
        select(Slot)
        .join(Visit, Visit.id == Slot.visit_id)
        .join(Host, Host.id == Visit.host_id)
        .join(Contact, Contact.organisation_id == Host.organisation_id)
        .where(
            Slot.id == slot_id, Host.edition_id == edition.id, Contact.account_id == account.id
        )
        .options(
            joinedload(Slot.visit).joinedload(Visit.host).joinedload(Host.organisation),
            joinedload(Slot.visit).selectinload(Visit.slots),
        )
    ).one_or_none()


def add_slot(
    session: Session, visit: Visit, data: SlotData, *, language: str, now: datetime
) -> Slot:
    """Add a moment to a visit.

    Parameters
    ----------
    language
        Language of the reader, in which a refusal names days and reasons.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now.
    InvalidInput
        When the moment breaks a rule of the edition, or its numbers do not fit.
    Conflict
        When the visit has this moment already.
    """
    editions.lock(session, visit.host.edition)
    editions.require_hosting(visit.host.edition, now=now)
    slot = Slot(
        reference=unique_reference(
            f"{data.day:%Y-%m-%d}-{data.starts:%H%M}",
            taken=[other.reference for other in visit.slots],
        )
    )
    _write(session, slot, visit, data, language=language)
    visit.slots.append(slot)
    session.flush()
    return slot


def change_slot(
    session: Session, slot: Slot, data: SlotData, *, language: str, now: datetime
) -> None:
    """Change a moment.

    Raises
    ------
    TooLate, InvalidInput
        See `add`.
    Conflict
        When the visit has this moment already, or people with a seat would be moved.
    """
    edition = _begin(session, slot, now=now)
    placed = queries.seats_taken_in(session, slot)
    if placed and _moves(edition, slot, data):
        raise Conflict(
            "People have a seat at this moment. Ask the team of your care zone to move it, so "
            "that everybody is told."
        )
    if data.capacity < placed:
        raise Conflict(
            "Seats taken at this moment: %(placed)s. Give at least as many.",
            field="capacity",
            placed=placed,
        )
    _write(session, slot, slot.visit, data, language=language)
    session.flush()


def close_slot(session: Session, slot: Slot, *, now: datetime) -> None:
    """Close a moment: nobody is placed there, and it can be opened again.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now.
    Conflict
        When it is the last open one of a visit in the programme, or somebody has a seat.
    NotAllowed
        When the team decided that it takes place.
    """
    _require_can_go(session, slot, now=now)
    slot.state = SlotState.CLOSED
    session.flush()


def reopen_slot(session: Session, slot: Slot, *, now: datetime) -> None:
    """Open a closed moment.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now.
    Conflict
        When it was removed meanwhile.
    """
    _begin(session, slot, now=now)
    if slot.state is SlotState.CLOSED:
        slot.state = SlotState.OPEN
    session.flush()


def remove_slot(session: Session, slot: Slot, *, now: datetime) -> None:
    """Remove a moment for good.

    Raises
    ------
    TooLate, Conflict, NotAllowed
        See `close`; also when somebody ever had a seat there.
    """
    _require_can_go(session, slot, now=now)
    if session.scalar(
        select(
            exists().where(Placement.slot_id == slot.id)
            | exists().where(Invitation.slot_id == slot.id)
        )
    ):
        raise Conflict(
            "Somebody had a seat at this moment, so it stays on record. Close it instead."
        )
    slot.visit.slots.remove(slot)
    session.flush()


def _require_can_go(session: Session, slot: Slot, *, now: datetime) -> None:
    _begin(session, slot, now=now)
    if slot.state is SlotState.FORCED:
        raise NotAllowed(
            "The team of your care zone decided that this moment takes place. Ask them."
        )
    if queries.seats_taken_in(session, slot):
        raise Conflict(
            "People have a seat at this moment. Ask the team of your care zone to cancel it, "
            "so that everybody is told."
        )
    if slot.visit.is_offered and slot.visit.open_slots == [slot]:
        raise Conflict(
            "This is the last open moment of the visit. Add another one first, or withdraw "
            "the visit."
        )


def _moves(edition: Edition, slot: Slot, data: SlotData) -> bool:
    stands = (slot.starts_at, slot.ends_at, slot.street, slot.postcode_code or "")
    asked = (edition.at(data.day, data.starts), edition.at(data.day, data.ends))
    return stands != (*asked, data.street, data.postcode)


def _begin(session: Session, slot: Slot, *, now: datetime) -> Edition:
    """Lock the edition of a slot, and let through only while the slot can be changed."""
    number, edition = slot.id, slot.visit.host.edition
    editions.lock(session, edition)
    if session.scalar(select(Slot.id).where(Slot.id == number)) is None:
        raise Conflict("This moment was removed meanwhile. Look again at your visits.")
    editions.require_hosting(edition, now=now)
    return edition


def _write(
    session: Session, slot: Slot, visit: Visit, data: SlotData, *, language: str
) -> None:
    edition = visit.host.edition
    require_moment(edition, data, language=language)
    require_numbers(data)
    starts_at = edition.at(data.day, data.starts)
    if any(other is not slot and other.starts_at == starts_at for other in visit.slots):
        raise Conflict(
            "This visit has a moment that starts then already. Change that one, or choose "
            "another time.",
            field="starts",
        )
    _write_place(session, slot, data)
    slot.starts_at = starts_at
    slot.ends_at = edition.at(data.day, data.ends)
    slot.minimum, slot.capacity = data.minimum, data.capacity
    slot.languages = data.languages


def _write_place(session: Session, slot: Slot, data: SlotData) -> None:
    if not data.postcode and not data.street:
        slot.street, slot.own_postcode, slot.postcode_code = "", None, None
        slot.latitude = slot.longitude = None
        return
    if not data.street:
        raise InvalidInput("Fill in the street and number of the other place.", field="street")
    postcode = find_postcode(session, data.postcode)
    if (slot.street, slot.postcode_code) != (data.street, data.postcode):
        slot.latitude, slot.longitude = postcode.latitude, postcode.longitude
    slot.street, slot.own_postcode, slot.postcode_code = data.street, postcode, postcode.code
