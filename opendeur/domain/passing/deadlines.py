"""Until when somebody who is asked for a seat can answer."""

from datetime import datetime, time, timedelta

from opendeur.models import Edition, Slot

#: So long before a visit nobody is asked any more: whoever gets the seat must still get there.
LAST_CALL = timedelta(hours=2)
#: Nobody has to answer at night, by the clock of the edition.
MORNING, EVENING = time(9), time(21)


def can_be_asked(slot: Slot, *, now: datetime) -> bool:
    """Tell whether there is time to ask somebody for a seat in this slot."""
    return slot.starts_at - now >= LAST_CALL


def deadline_of(edition: Edition, slot: Slot, *, now: datetime) -> datetime:
    """Return until when a seat is held for somebody who is asked at this moment.

    As many hours as the organisers set, and at most a third of the time that is left, so that
    others can still be asked. A deadline at night moves to the morning, where there is time.
    """
    left = slot.starts_at - now
    deadline = now + min(timedelta(hours=edition.seat_offer_hours), left / 3)
    deadline = deadline.replace(second=0, microsecond=0)
    local = edition.local(deadline)
    if MORNING <= local.time() < EVENING:
        return deadline
    next_day = local.time() >= EVENING
    morning = local.replace(hour=MORNING.hour, minute=0) + timedelta(days=next_day)
    moved = morning.astimezone(deadline.tzinfo)
    return moved if moved <= slot.starts_at - LAST_CALL else deadline
