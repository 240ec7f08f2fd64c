"""Moving a moment in which people have a place, with what they must be told of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from opendeur.domain import assignment, offers, placements
from opendeur.domain.invitations.drafts import draft
from opendeur.domain.offers import SlotData
from opendeur.errors import Conflict
from opendeur.models import Slot


def move(
    session: Session,
    slot: Slot,
    data: SlotData,
    *,
    seen: int,
    anyway: bool = False,
    language: str,
    now: datetime,
) -> None:
    """Move a moment, and draft what everybody in it is told.

    Nobody's week is made impossible: whoever has another visit then, is too far away, or said
    that they cannot come at that time, stands in the way by name.

    Raises
    ------
    TooLate, InvalidInput
        See `offers.move_slot`.
    Conflict
        See `offers.move_slot`; also when somebody could not be there.
    """
    moment = slot.starts_at, slot.ends_at, slot.address
    offers.move_slot(session, slot, data, seen=seen, anyway=anyway, language=language, now=now)
    kept = assignment.kept_from(session, slot)
    if kept:
        raise Conflict(
            "These people cannot be there then: %(people)s. Choose another time, or say first "
            "that they will not come.",
            field="starts",
            people=", ".join(
                placement.visitor.account.full_name or "–"
                for placement in placements.placed_in(session, slot)
                if placement.visitor_id in kept
            ),
        )
    placements.offer_to_who_waits(session, slot.visit.host.edition)
    if moment != (slot.starts_at, slot.ends_at, slot.address):
        placements.take_back_held(session, slot, now=now)
    draft(session, slot.visit.host.edition, visit=slot.visit, now=now)
