"""What is still free for somebody: moments with seats to take that fit in their week."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import placements, queries
from opendeur.domain.assignment.fitting import Fitting
from opendeur.domain.preferences import could_attend
from opendeur.enums import SlotState
from opendeur.models import Host, Preference, Slot, Visit, Visitor


def free_moments(
    session: Session, visitor: Visitor, *, most: int | None = None, now: datetime
) -> list[Slot]:
    """Return moments that take place, with seats that somebody could take.

    What they preferred comes first, in their order; then what is soonest.

    Parameters
    ----------
    most
        How many at most; all of them without it.
    """
    edition = visitor.edition
    taken = queries.seats_taken(session, edition)
    held = placements.seats_held_by_slot(session, edition)
    found = session.scalars(
        select(Slot)
        .join(Slot.visit)
        .join(Visit.host)
        .where(
            Host.edition_id == edition.id,
            or_(
                Slot.id.in_({*taken, *held}),
                Slot.freed_seats > 0,
                Slot.state == SlotState.FORCED,
            ),
            Slot.starts_at > now,
            Slot.state != SlotState.CLOSED,
            queries.IS_OFFERED,
        )
        .options(*queries.SLOT_WITH_PLACE, joinedload(Slot.visit).selectinload(Visit.audience))
    ).unique()
    ranks = dict(
        session.execute(
            select(Preference.visit_id, Preference.rank).where(
                Preference.visitor_id == visitor.id
            )
        ).all()
    )
    open_to_all = [
        slot
        for slot in found
        if placements.left_for_all(slot, taken=taken.get(slot.id, 0), held=held.get(slot.id, 0))
        >= visitor.seats
        and could_attend(visitor, slot)
    ]
    if not open_to_all:
        return []
    open_to_all.sort(
        key=lambda slot: (ranks.get(slot.visit_id, len(ranks) + 1), slot.starts_at, slot.id)
    )
    fitting, free = Fitting(session, edition, only=visitor), []
    for slot in open_to_all:
        if fitting.has_room_for(visitor, slot):
            free.append(slot)
            if len(free) == most:
                break
    return free
