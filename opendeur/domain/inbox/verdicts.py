"""What becomes of a mail that came in, and whose it is."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import InboundReason, InboundState
from opendeur.gateways.incoming import Incoming
from opendeur.models import Invitation, Message


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a mail, and why."""

    state: InboundState
    reason: InboundReason | None = None


APPLIED = Verdict(InboundState.APPLIED)


def ignored(reason: InboundReason) -> Verdict:
    """Return that nobody needs to look at a mail."""
    return Verdict(InboundState.IGNORED, reason)


def quarantined(reason: InboundReason) -> Verdict:
    """Return that somebody has to look at a mail before anything changes."""
    return Verdict(InboundState.QUARANTINED, reason)


@dataclass(frozen=True, slots=True)
class Found:
    """What a mail is about: an invitation of ours, or only a message.

    `has_token` says that it was sent to the address that only this invitation has.
    """

    invitation: Invitation | None = None
    has_token: bool = False
    message: Message | None = None


def find(session: Session, mail: Incoming) -> Found:
    """Return what a mail is about, by its address, its calendar, or what it answers."""
    uid = mail.calendar.uid if mail.calendar else ""
    if mail.tokens:
        held = session.scalars(
            select(Invitation)
            .where(Invitation.token.in_(mail.tokens[:20]))
            .order_by(Invitation.id)
        ).all()
        of_calendar = [invitation for invitation in held if invitation.uid == uid]
        if held:
            return Found([*of_calendar, *held][0], has_token=True)
    if uid:
        named = session.scalars(select(Invitation).where(Invitation.uid == uid)).one_or_none()
        return Found(named)
    if mail.message_ids:
        message = session.scalars(
            select(Message)
            .where(Message.message_id.in_(mail.message_ids[:20]))
            .order_by(Message.id.desc())
            .limit(1)
        ).one_or_none()
        if message is not None:
            return Found(message.invitation, message=message)
    return Found()
