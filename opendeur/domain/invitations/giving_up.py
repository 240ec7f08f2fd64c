"""Giving a seat up, or taking it back, with what must be told of it.

The seat is free at once. Whoever gave it up is told at once as well, because they asked for
it; the letters to everybody else are drafts.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from opendeur.domain import editions, placements
from opendeur.domain.invitations.answers import refusal_to_give_back, tell_at_once
from opendeur.domain.invitations.drafts import draft
from opendeur.enums import Door
from opendeur.models import Account, Placement, Slot


def withdraw(
    session: Session, placement: Placement, *, by: Account, reason: str = "", now: datetime
) -> bool:
    """Give a seat up on one's own page: the entry leaves the calendar by mail.

    Tell whether there was a seat to give up.

    Raises
    ------
    TooLate
        When the visit has begun.
    """
    if not placements.withdraw(session, placement, by=by, reason=reason, now=now):
        return False
    visit = placement.slot.visit
    draft(session, visit.host.edition, visit=visit, now=now)
    tell_at_once(session, visit, placement.visitor.account, now=now)
    return True


def take_back(session: Session, placement: Placement, *, by: Account, now: datetime) -> None:
    """Take a seat back on one's own page; who has no entry in the calendar is invited.

    Raises
    ------
    TooLate, Conflict
        See `placements.give_back`; also when the week has no room for it any more.
    """
    editions.lock(session, placement.slot.visit.host.edition)
    if placement.state.is_given_up and (
        refusal := refusal_to_give_back(session, placement, now=now)
    ):
        raise refusal
    placements.give_back(session, placement, door=Door.PAGE, by=by, now=now)
    visit = placement.slot.visit
    draft(session, visit.host.edition, visit=visit, now=now)
    tell_at_once(session, visit, placement.visitor.account, now=now)


def dismiss(
    session: Session,
    placement: Placement,
    *,
    door: Door,
    by: Account,
    reason: str = "",
    now: datetime,
) -> bool:
    """End the seat of somebody who will not come, and draft what is told of it.

    Tell whether there was a seat to end.

    Raises
    ------
    TooLate
        When the visit has begun.
    """
    if not placements.dismiss(session, placement, door=door, by=by, reason=reason, now=now):
        return False
    visit = placement.slot.visit
    draft(session, visit.host.edition, visit=visit, now=now)
    return True


def cancel(
    session: Session,
    slot: Slot,
    *,
    door: Door,
    by: Account | None,
    reason: str,
    seen: int,
    now: datetime,
) -> int:
    """Cancel a moment, and draft what everybody in it is told. Return how many people it was.

    Raises
    ------
    TooLate, Conflict
        See `placements.cancel`.
    """
    people = placements.cancel(
        session, slot, door=door, by=by, reason=reason, seen=seen, now=now
    )
    if people:
        draft(session, slot.visit.host.edition, visit=slot.visit, now=now)
    return people
