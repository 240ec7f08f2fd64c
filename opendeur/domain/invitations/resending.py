"""Sending again what did not arrive: the same bytes where they still hold, else what does.

A message that a later revision overtook never goes out again: calendars would go back to
what no longer holds.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import editions, mail, placements, queries
from opendeur.domain.invitations.answers import is_wanted
from opendeur.domain.invitations.drafts import can_be_told, draft, queue
from opendeur.domain.invitations.facts import guests_of, is_news
from opendeur.enums import MessageKind, MessageState
from opendeur.errors import Conflict
from opendeur.models import Edition, Invitation, Message


def send_failed(session: Session, edition: Edition, *, now: datetime) -> int:
    """Queue what each message that failed should say now; return how many messages go out.

    Raises
    ------
    Conflict
        When nothing failed, such as after a second press of the button.
    """
    editions.lock(session, edition)
    failed = session.scalars(
        select(Message)
        .where(
            Message.edition_id == edition.id,
            Message.state == MessageState.FAILED,
            Message.kind != MessageKind.SEAT_OFFER,  # the next person was asked
        )
        .options(
            joinedload(Message.invitation).options(
                joinedload(Invitation.account),
                joinedload(Invitation.slot).options(*queries.SLOT_WITH_PLACE),
            )
        )
        .order_by(Message.id)
    ).all()
    if not failed:
        raise Conflict("No message waits to be sent again. Look again.")
    return _send(session, edition, failed, now=now)


def send_again(session: Session, message: Message, *, now: datetime) -> int:
    """Queue what one message that failed or is uncertain should say now.

    Returns
    -------
    int
        How many messages go out: none when nobody has to know anything any more.

    Raises
    ------
    Conflict
        When the message did not fail, or a later one overtook it.
    """
    if message.edition is None or message.invitation is None:
        mail.send_again(session, message, now=now)
        return 1
    editions.lock(session, message.edition)
    session.refresh(message, ["state"])
    if not message.can_be_sent_again or mail.is_overtaken(session, message):
        mail.send_again(session, message, now=now)  # says why not
    return _send(session, message.edition, [message], now=now)


def _send(
    session: Session, edition: Edition, messages: Sequence[Message], *, now: datetime
) -> int:
    stale: dict[int, list[Message]] = {}
    count = 0
    for message in messages:
        invitation = message.invitation
        if invitation is None or _holds(session, message, invitation, now=now):
            mail.send_again(session, message, now=now)
            count += 1
        else:
            stale.setdefault(invitation.id, []).append(message)
    if not stale:
        return count
    session.flush()
    drafts = draft(session, edition, now=now).messages
    due = [one for one in drafts if one.invitation_id in stale]
    queue(session, due, now=now)
    for message in (one for several in stale.values() for one in several):
        # What nobody has to know any more: the seat is gone, or the visit over.
        if message.can_be_sent_again:
            mail.put_behind(message)
    session.flush()
    return count + len(due)


def _holds(
    session: Session, message: Message, invitation: Invitation, *, now: datetime
) -> bool:
    """Tell whether the very bytes of a message can go out again."""
    if message.raw is None or message.said is None or mail.is_overtaken(session, message):
        return False
    if message.to_address != invitation.account.email or not can_be_told(invitation, now=now):
        return False
    wanted = is_wanted(session, invitation)
    if message.kind is MessageKind.CANCELLED:
        return not wanted
    placed = placements.placed_in(session, invitation.slot)
    if invitation.is_for_visitor:
        # Moved within the visit, and not drafted yet.
        wanted = any(one.visitor.account_id == invitation.account_id for one in placed)
    guests = guests_of(placed)[invitation.slot_id]
    return (
        wanted
        and invitation.slot.ends_at > now
        and not is_news(invitation, message.said, guests)
    )
