"""The moments of a visit: when, where, for how many, and in which languages."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur import formatting
from opendeur.domain import editions, queries
from opendeur.domain.directory import find_postcode, unique_reference
from opendeur.domain.intervals import Span
from opendeur.domain.offers.clashes import require_no_clash
from opendeur.domain.offers.locking import lock_slot, lock_visit
from opendeur.domain.offers.slot_rules import Pattern, SlotData, require_moment
from opendeur.enums import SlotState
from opendeur.errors import Conflict, NotAllowed, TooLate
from opendeur.models import Account, Contact, Edition, Host, Slot, Visit


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


def add_slots(
    session: Session,
    visit: Visit,
    days: Collection[date],
    pattern: Pattern,
    *,
    language: str,
    now: datetime,
    anyway: bool = False,
) -> list[Slot]:
    """Add a moment to a visit on each of some days, all alike.

    Parameters
    ----------
    language
        Language of the reader, in which a refusal names days and reasons.
    anyway
        Whether the host said to receive two groups at once where moments overlap.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now.
    InvalidInput
        When a moment breaks a rule of the edition, or its numbers do not fit.
    Conflict
        When the visit has one of these moments already, or one overlaps another moment of the
        same people.
    """
    edition = lock_visit(session, visit, now=now)
    moments = [pattern.on(day) for day in sorted(set(days))]
    for data in moments:
        require_moment(edition, data, language=language)
    _require_new(edition, visit, moments, language=language)
    if not anyway:
        _require_no_clash(session, visit, moments, language=language)
    return [_add(session, visit, data) for data in moments]


def change_slot(
    session: Session,
    slot: Slot,
    data: SlotData,
    *,
    language: str,
    now: datetime,
    anyway: bool = False,
) -> None:
    """Change a moment.

    Raises
    ------
    TooLate, InvalidInput
        See `add_slots`.
    Conflict
        See `add_slots`; also when people with a seat would be moved.
    """
    edition = lock_slot(session, slot, now=now)
    placed = queries.seats_taken_in(session, slot)
    if placed and _moves(edition, slot, data):
        raise Conflict(
            "People have a seat at this moment. Ask the team of your care zone to move it, so "
            "that everybody is told."
        )
    _change(session, edition, slot, data, placed=placed, language=language, anyway=anyway)


def move_slot(
    session: Session,
    slot: Slot,
    data: SlotData,
    *,
    seen: int,
    language: str,
    now: datetime,
    anyway: bool = False,
) -> None:
    """Move a moment in which people have a place, once the weeks are known.

    Parameters
    ----------
    seen
        How many people had a place when this was decided.

    Raises
    ------
    TooLate
        When the visit has begun, or before the weeks are known.
    InvalidInput
        See `add_slots`.
    Conflict
        See `add_slots`; also when it was removed or cancelled meanwhile, or other people have
        a place than was seen.
    """
    number, edition = slot.id, slot.visit.host.edition
    editions.lock(session, edition)
    if session.scalar(select(Slot.id).where(Slot.id == number)) is None or slot.is_closed:
        raise Conflict("This moment was cancelled meanwhile, so it cannot take place.")
    if slot.starts_at <= now or not edition.shows_results:
        raise TooLate("This moment cannot be moved now. Ask the team of your care zone.")
    placed = queries.seats_taken_in(session, slot)
    if placed != seen:
        raise Conflict(
            "Other people have a place now than when you opened this page. Look again whom "
            "it touches."
        )
    _change(session, edition, slot, data, placed=placed, language=language, anyway=anyway)


def _change(
    session: Session,
    edition: Edition,
    slot: Slot,
    data: SlotData,
    *,
    placed: int,
    language: str,
    anyway: bool,
) -> None:
    if data.capacity < placed:
        raise Conflict(
            "Seats taken at this moment: %(placed)s. Give at least as many.",
            field="capacity",
            placed=placed,
        )
    require_moment(edition, data, language=language)
    starts_at = edition.at(data.day, data.starts)
    if any(other is not slot and other.starts_at == starts_at for other in slot.visit.slots):
        raise Conflict(
            "This visit has a moment that starts then already. Change that one, or choose "
            "another time.",
            field="starts",
        )
    if not anyway and _moves(edition, slot, data):
        _require_no_clash(session, slot.visit, [data], language=language, beside=slot)
    _write(session, slot, edition, data)
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
    require_can_go(session, slot, now=now)
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
    lock_slot(session, slot, now=now)
    if slot.state is SlotState.CLOSED:
        slot.state = SlotState.OPEN
    session.flush()


def require_can_go(session: Session, slot: Slot, *, now: datetime) -> None:
    """Lock the edition, and let through only a moment that nobody counts on.

    Raises
    ------
    TooLate, Conflict, NotAllowed
        See `close_slot`.
    """
    lock_slot(session, slot, now=now)
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


def _require_new(
    edition: Edition, visit: Visit, moments: Iterable[SlotData], *, language: str
) -> None:
    stands = {slot.starts_at for slot in visit.slots}
    doubled = [data.day for data in moments if edition.at(data.day, data.starts) in stands]
    if doubled:
        raise Conflict(
            "This visit has a moment that starts then already, on %(days)s. Untick the day, or "
            "choose another time.",
            field="days",
            days=formatting.listed(
                [formatting.short_day(day, language) for day in doubled], language
            ),
        )


def _require_no_clash(
    session: Session,
    visit: Visit,
    moments: Collection[SlotData],
    *,
    language: str,
    beside: Slot | None = None,
) -> None:
    edition = visit.host.edition
    require_no_clash(
        session,
        visit,
        [
            Span(edition.at(data.day, data.starts), edition.at(data.day, data.ends))
            for data in moments
        ],
        place=next((data.street, data.postcode) for data in moments),
        language=language,
        beside=beside,
    )


def _add(session: Session, visit: Visit, data: SlotData) -> Slot:
    slot = Slot(
        reference=unique_reference(
            f"{data.day:%Y-%m-%d}-{data.starts:%H%M}",
            taken=[other.reference for other in visit.slots],
        )
    )
    _write(session, slot, visit.host.edition, data)
    visit.slots.append(slot)
    session.flush()
    return slot


def _write(session: Session, slot: Slot, edition: Edition, data: SlotData) -> None:
    _write_place(session, slot, data)
    slot.starts_at = edition.at(data.day, data.starts)
    slot.ends_at = edition.at(data.day, data.ends)
    slot.minimum, slot.capacity = data.minimum, data.capacity
    slot.languages = data.languages


def _write_place(session: Session, slot: Slot, data: SlotData) -> None:
    if not data.postcode:
        slot.street, slot.own_postcode, slot.postcode_code = "", None, None
        slot.latitude = slot.longitude = None
        return
    postcode = find_postcode(session, data.postcode)
    if (slot.street, slot.postcode_code) != (data.street, data.postcode):
        slot.latitude, slot.longitude = postcode.latitude, postcode.longitude
    slot.street, slot.own_postcode, slot.postcode_code = data.street, postcode, postcode.code
