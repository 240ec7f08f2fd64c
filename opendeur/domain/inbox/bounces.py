"""Mail that came back: the address is marked, and not written to again by itself."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import mail, people
from opendeur.domain.inbox.verdicts import APPLIED, Found, Verdict, ignored, quarantined
from opendeur.enums import InboundReason, MessageState
from opendeur.gateways.incoming import Incoming
from opendeur.models import Message
from opendeur.safe_text import ascii_address


def note_bounce(
    session: Session, incoming: Incoming, found: Found, *, now: datetime
) -> Verdict:
    """Mark the address that a mail was for, where the bounce names it and is for good.

    What the mail said was not said then: see `domain.mail.told`.
    """
    if found.invitation is not None:
        account = found.invitation.account
    elif found.message is not None:
        known = people.find_account(session, found.message.to_address)
        if known is None:
            return ignored(InboundReason.UNKNOWN_INVITATION)
        account = known
    else:
        return ignored(InboundReason.UNKNOWN_INVITATION)
    if not incoming.failures:
        return ignored(InboundReason.NOT_FOR_GOOD)
    names = {account.email}
    with suppress(ValueError):
        names.add(ascii_address(account.email).lower())
    about = [failure for failure in incoming.failures if names & set(failure.addresses)]
    if not about:
        return quarantined(InboundReason.BOUNCE_OF_ANOTHER)
    lasting = next((failure for failure in about if failure.is_permanent), None)
    if lasting is None:
        return ignored(InboundReason.NOT_FOR_GOOD)
    account.bounced_at, account.bounce = now, lasting.words
    if message := found.message or _last_sent(session, found):
        mail.mark_refused(session, message, lasting.words)
    return APPLIED


def _last_sent(session: Session, found: Found) -> Message | None:
    """Return the last message about an invitation that left: it is what came back."""
    if found.invitation is None:
        return None
    return session.scalars(
        select(Message)
        .where(Message.invitation_id == found.invitation.id, Message.state == MessageState.SENT)
        .order_by(Message.revision.desc())
        .limit(1)
    ).one_or_none()
