"""When a host hears who comes: gathered, not at each change.

At once when nothing was said for a day, then at most daily; on the day of the visit at once
again. What is queued says what holds when it is written, so it gathers whatever happens first.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur.domain.invitations.drafts import drafts_about, queue
from opendeur.enums import InvitationRole, MessageState
from opendeur.models import Invitation, Message, Slot, Visit

#: How long a host is left in peace after a letter about a moment.
PEACE = timedelta(days=1)
#: From when on the day itself, by the clock of the edition, whatever is waiting goes out.
FIRST_HOUR = 6


def queue_gathered(session: Session, visit: Visit, *, now: datetime) -> None:
    """Queue the drafts to the host of a visit, each for when it is due."""
    messages = drafts_about(session, visit, InvitationRole.HOST)
    queue(session, messages, now=now)
    for message in messages:
        assert message.invitation is not None  # noqa: S101  # they were found by it
        message.due_at = _due(session, message.invitation, now=now)
    session.flush()


def _due(session: Session, invitation: Invitation, *, now: datetime) -> datetime:
    last = session.scalar(
        select(func.max(Message.sent_at)).where(
            Message.invitation_id == invitation.id, Message.state == MessageState.SENT
        )
    )
    if last is None:
        return now
    return max(now, min(last + PEACE, _morning_of(invitation.slot)))


def _morning_of(slot: Slot) -> datetime:
    start = slot.local_starts_at
    morning = start.replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0)
    return min(morning, start).astimezone(slot.starts_at.tzinfo)
