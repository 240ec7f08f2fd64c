"""Sending what was sent before, to somebody whose calendar asks for it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from opendeur.config import Settings
from opendeur.domain.mail.messages import new_message_id
from opendeur.domain.mail.outbox import UNFINISHED
from opendeur.enums import MessageState
from opendeur.models import Invitation, Message


def is_on_its_way(session: Session, invitation: Invitation) -> bool:
    """Tell whether a message about an invitation is about to be sent."""
    found = select(Message.id).where(
        Message.invitation_id == invitation.id, Message.state.in_(UNFINISHED)
    )
    return session.scalars(found.limit(1)).one_or_none() is not None


def queue_copy(
    session: Session, invitation: Invitation, *, settings: Settings, now: datetime
) -> Message | None:
    """Queue what was said last about an invitation once more; None where nothing was.

    The calendar in it is the same, byte by byte. Only the identifier is new: a mailbox throws
    away what it has seen.
    """
    last = session.scalars(
        select(Message)
        .where(
            Message.invitation_id == invitation.id,
            Message.message_id.is_not(None),
            Message.state.in_((MessageState.SENT, MessageState.UNCERTAIN)),
        )
        .options(undefer(Message.raw))
        .order_by(Message.revision.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.raw is None or last.message_id is None:
        return None
    message_id = new_message_id(settings)
    head = f"\r\nMessage-ID: {last.message_id}\r\n".encode()
    copy = Message(
        kind=last.kind,
        state=MessageState.QUEUED,
        edition_id=last.edition_id,
        invitation_id=invitation.id,
        revision=_next_revision(session, invitation),
        to_address=last.to_address,
        to_name=last.to_name,
        language=last.language,
        subject=last.subject,
        message_id=message_id,
        raw=last.raw.replace(head, f"\r\nMessage-ID: {message_id}\r\n".encode(), 1),
        created_at=now,
        due_at=now,
    )
    session.add(copy)
    session.flush()
    return copy


def _next_revision(session: Session, invitation: Invitation) -> int:
    last = session.scalar(
        select(func.max(Message.revision)).where(Message.invitation_id == invitation.id)
    )
    return (last or 0) + 1
