"""The outbox: messages wait in rows, are leased by a worker, and are sent at most once.

A mail server that was given the last byte of a message may have delivered it even when its
answer never came. So a row says *handed over* before that byte leaves. A worker that dies
earlier has delivered nothing, and the message is tried again; one that dies later leaves a
message that is *uncertain*: it is shown to the organisers and never sent again by itself.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session, aliased

from opendeur import limits
from opendeur.enums import MessageKind, MessageState
from opendeur.errors import Conflict
from opendeur.models import Message

LEASE = timedelta(minutes=1)
#: How long a mail server may take to answer after the last byte.
ANSWER_LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(minutes=1)

#: States in which a message may still change.
UNFINISHED = (MessageState.QUEUED, MessageState.SENDING, MessageState.HANDED_OVER)


def _due(now: datetime) -> Select[Message]:
    earlier = aliased(Message)
    return (
        select(Message)
        .where(Message.state == MessageState.QUEUED, Message.due_at <= now)
        # Messages about one invitation go out in order: an update after its cancellation
        # would bring the visit back to life in some calendars.
        .where(
            ~exists().where(
                earlier.invitation_id == Message.invitation_id,
                earlier.id < Message.id,
                earlier.state.in_(UNFINISHED),
            )
        )
        .order_by(Message.due_at, Message.id)
    )


def claim_message(session: Session, *, now: datetime) -> Message | None:
    """Lease the next message that is due; None when there is nothing to do."""
    message = session.scalars(
        _due(now).limit(1).with_for_update(of=Message, skip_locked=True)
    ).one_or_none()
    if message is None:
        return None
    message.state = MessageState.SENDING
    message.lease_token = secrets.token_hex(16)
    message.lease_until = now + LEASE
    message.attempts += 1
    session.flush()
    return message


def hand_over(session: Session, message_id: int, token: str, *, now: datetime) -> None:
    """Note that the last byte of a message is about to leave.

    Raises
    ------
    Conflict
        When the lease was lost to another worker: then nothing may be sent.
    """
    won = session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.lease_token == token,
            Message.state == MessageState.SENDING,
        )
        .values(state=MessageState.HANDED_OVER, lease_until=now + ANSWER_LEASE)
        .returning(Message.id)
    ).one_or_none()
    if won is None:
        raise Conflict("Another worker took this message over.")


def mark_sent(session: Session, message: Message, *, now: datetime) -> None:
    """Note that a message was delivered; the text of a sign-in mail is wiped."""
    _finish(message, MessageState.SENT)
    message.sent_at = now
    message.error = None
    if message.kind is MessageKind.SIGN_IN:
        message.raw = None


def mark_failed(session: Session, message: Message, reason: str, *, now: datetime) -> None:
    """Note that an attempt failed before delivery; try again later, up to eight times."""
    message.error = reason[: limits.LONGEST_REASON]
    if message.attempts >= MOST_ATTEMPTS:
        _finish(message, MessageState.FAILED)
        return
    _finish(message, MessageState.QUEUED)
    message.due_at = now + FIRST_DELAY * 2 ** (message.attempts - 1)


def mark_refused(session: Session, message: Message, reason: str) -> None:
    """Note that the mail server will never take this message."""
    _finish(message, MessageState.FAILED)
    message.error = reason[: limits.LONGEST_REASON]


def mark_uncertain(session: Session, message: Message, reason: str) -> None:
    """Note that nobody can know whether a message was delivered."""
    _finish(message, MessageState.UNCERTAIN)
    message.error = reason[: limits.LONGEST_REASON]


def _finish(message: Message, state: MessageState) -> None:
    message.state = state
    message.lease_token = None
    message.lease_until = None


def sweep_outbox(session: Session, *, is_idempotent: bool = False, now: datetime) -> int:
    """Take back what dead workers left: requeue what cannot have been sent, mark the rest.

    A message at which eight attempts ended like that is given up.

    Parameters
    ----------
    is_idempotent
        Whether delivering a message twice does the same as delivering it once, as with
        files: then nothing is ever uncertain.

    Returns
    -------
    int
        How many messages were found.
    """
    lost = session.scalars(
        select(Message)
        .where(
            Message.state.in_((MessageState.SENDING, MessageState.HANDED_OVER)),
            Message.lease_until < now,
        )
        # A worker that is late, but alive, may be handing over at this moment.
        .with_for_update(skip_locked=True)
    ).all()
    for message in lost:
        if message.state is MessageState.SENDING or is_idempotent:
            given_up = message.attempts >= MOST_ATTEMPTS
            _finish(message, MessageState.FAILED if given_up else MessageState.QUEUED)
        else:
            mark_uncertain(session, message, "The worker ended while the mail server answered.")
    return len(lost)


def send_again(session: Session, message: Message, *, now: datetime) -> None:
    """Queue a message again that failed or is uncertain, with the same identity.

    Raises
    ------
    Conflict
        When the message is not in one of these states.
    """
    session.flush()
    session.refresh(message, ["state"], with_for_update=True)
    if message.state not in (MessageState.FAILED, MessageState.UNCERTAIN):
        raise Conflict("This message does not need to be sent again.")
    _finish(message, MessageState.QUEUED)
    message.attempts = 0
    message.due_at = now
