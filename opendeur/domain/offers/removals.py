"""Removing a moment, and putting it back while that is still possible."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from opendeur.domain.directory import unique_reference
from opendeur.domain.offers.locking import lock_visit
from opendeur.domain.offers.slot_rules import Pattern, faults_of
from opendeur.domain.offers.slots import require_can_go
from opendeur.errors import Conflict, TooLate
from opendeur.models import (
    Account,
    Contact,
    Edition,
    Host,
    Invitation,
    Placement,
    RemovedSlot,
    Slot,
    Visit,
)
from opendeur.models.visit import Moment

#: How long a removed moment can be put back, as long as hosts can change their offer.
KEPT_FOR = timedelta(hours=24)
_COLUMNS = tuple(Moment.__annotations__)


def remove_slot(session: Session, slot: Slot, *, now: datetime) -> RemovedSlot:
    """Remove a moment; for a while it can be put back as it was.

    Raises
    ------
    TooLate, Conflict, NotAllowed
        See `close_slot`; also when somebody ever had a seat there.
    """
    require_can_go(session, slot, now=now)
    if session.scalar(
        select(
            exists().where(Placement.slot_id == slot.id)
            | exists().where(Invitation.slot_id == slot.id)
        )
    ):
        raise Conflict(
            "Somebody had a seat at this moment, so it stays on record. Close it instead."
        )
    session.execute(delete(RemovedSlot).where(RemovedSlot.removed_at <= now - KEPT_FOR))
    removed = RemovedSlot(
        visit=slot.visit,
        slot_number=slot.id,
        removed_at=now,
        **{name: getattr(slot, name) for name in _COLUMNS},
    )
    session.add(removed)
    slot.visit.slots.remove(slot)
    session.flush()
    return removed


def can_be_put_back_until(removed: RemovedSlot) -> datetime:
    """Return until when a removed moment can be put back."""
    return min(removed.removed_at + KEPT_FOR, removed.visit.host.edition.hosting_ends_at)


def removed_lately(
    session: Session, hosts: Collection[Host], *, now: datetime
) -> dict[int, list[RemovedSlot]]:
    """Return what can still be put back, by the number of its visit, in order of time."""
    found: dict[int, list[RemovedSlot]] = defaultdict(list)
    for removed in session.scalars(
        select(RemovedSlot)
        .join(RemovedSlot.visit)
        .where(
            Visit.host_id.in_([host.id for host in hosts]),
            RemovedSlot.removed_at > now - KEPT_FOR,
        )
        .options(contains_eager(RemovedSlot.visit))
        .order_by(RemovedSlot.starts_at, RemovedSlot.id)
    ):
        if removed.visit.host.edition.is_hosting(now):
            found[removed.visit_id].append(removed)
    return dict(found)


def find_removed_slot(
    session: Session, edition: Edition, account: Account, removed_id: int
) -> RemovedSlot | None:
    """Return a removed moment of the edition, when this person speaks for its host.

    Raises
    ------
    Conflict
        When there is none: a second press, or a page that was left open for long.
    """
    found = session.scalars(
        select(RemovedSlot)
        .join(RemovedSlot.visit)
        .join(Visit.host)
        .join(Contact, Contact.organisation_id == Host.organisation_id)
        .where(
            RemovedSlot.id == removed_id,
            Host.edition_id == edition.id,
            Contact.account_id == account.id,
        )
        .options(joinedload(RemovedSlot.visit).joinedload(Visit.host))
    ).one_or_none()
    if found is None:
        _require_kept(session, removed_id)
    return found


def restore_slot(session: Session, removed: RemovedSlot, *, now: datetime) -> Slot:
    """Put a removed moment back: the same in all it said, under the number that it had.

    Where the database gave its number to another moment meanwhile, it gets a new one.

    Raises
    ------
    TooLate
        When hosts cannot change their offer now, or it was removed too long ago.
    Conflict
        When somebody else put it back, or deleted the visit, or the visit has a moment that
        starts then again, or the week changed so that it no longer fits.
    """
    number, visit, removed_at = removed.id, removed.visit, removed.removed_at
    edition = lock_visit(session, visit, now=now)
    _require_kept(session, number)
    if removed_at <= now - KEPT_FOR:
        raise TooLate("This moment was removed too long ago. Add it anew.")
    if any(other.starts_at == removed.starts_at for other in visit.slots):
        raise Conflict("This visit has a moment that starts then already.")
    if not _fits(edition, removed):
        raise Conflict("The days or hours of this week changed since. Add this moment anew.")
    values = {name: getattr(removed, name) for name in _COLUMNS}
    values["reference"] = unique_reference(
        removed.reference, taken=[other.reference for other in visit.slots]
    )
    is_free = session.get(Slot, removed.slot_number) is None
    slot = Slot(id=removed.slot_number if is_free else None, **values)
    visit.slots.append(slot)
    session.delete(removed)
    session.flush()
    return slot


def _require_kept(session: Session, removed_id: int) -> None:
    if session.scalar(select(RemovedSlot.id).where(RemovedSlot.id == removed_id)) is None:
        raise Conflict(
            "This moment stands on your page again already, or was removed too long ago."
        )


def _fits(edition: Edition, removed: RemovedSlot) -> bool:
    """Tell whether a removed moment is within the days and the hours of its edition."""
    start, end = edition.local(removed.starts_at), edition.local(removed.ends_at)
    hours = Pattern(
        starts=start.time(),
        ends=end.time(),
        minimum=None,
        capacity=None,
        languages=removed.languages,
    )
    return next(faults_of(edition, [start.date()], hours, language="en"), None) is None
