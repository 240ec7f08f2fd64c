"""The outbox: messages wait in rows, are leased by a worker, and are sent at most once.

A mail server that was given the last byte of a message may have delivered it even when its
answer never came. So a row says *handed over* before that byte leaves. A worker that dies
earlier has delivered nothing, and the message is tried again; one that dies later leaves a
message that is *uncertain*: it is shown to the organisers and never sent again by itself.

A sign-in mail holds a secret and is of no use after some minutes. It is claimed apart from
the others, so that nobody waits for hundreds of invitations, and its text is wiped however
it ends.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, select, update
from sqlalchemy.orm import Session, aliased

from opendeur import limits
from opendeur.domain import leases
from opendeur.domain.mail.told import is_overtaken, say_after_all, take_back
from opendeur.domain.people import LINK_LASTS
from opendeur.enums import MessageKind, MessageState
from opendeur.errors import Conflict
from opendeur.models import Message

#: How long a worker may be silent: it beats while the mail server answers.
LEASE = timedelta(minutes=1)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=4)
#: With these pauses it is tried for two days: 1, 2, 4 … 128 minutes, then every four hours.
MOST_ATTEMPTS = 20

#: States in which a message may still change.
UNFINISHED = (MessageState.QUEUED, MessageState.SENDING, MessageState.HANDED_OVER)
IS_URGENT = Message.kind == MessageKind.SIGN_IN


def claim_message(session: Session, *, urgent: bool = False, now: datetime) -> Message | None:
    """Lease the next message that is due; None when there is nothing to do.

    Parameters
    ----------
    urgent
        Whether sign-in mail is asked for, or everything else.
    """
    kind = IS_URGENT if urgent else ~IS_URGENT
    message = leases.claim(session, Message, _due(kind, now=now), lasts=LEASE, now=now)
    if message is not None:
        message.state = MessageState.SENDING
        session.flush()
    return message


def _due(kind: ColumnElement[bool], *, now: datetime) -> Select[Message]:
    earlier = aliased(Message)
    return (
        select(Message)
        .where(Message.state == MessageState.QUEUED, Message.due_at <= now, kind)
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


def beat_message(session: Session, message_id: int, token: str, *, now: datetime) -> bool:
    """Prolong the lease of a message that is being sent; tell whether it was still held."""
    return leases.beat(session, Message, message_id, token, lasts=LEASE, now=now)


def hand_over(session: Session, message_id: int, token: str, *, now: datetime) -> None:
    """Note that the last byte of a message is about to leave.

    Raises
    ------
    Conflict
        When the lease was lost to another worker: then nothing may be sent.
    """
    is_held = leases.beat(
        session,
        Message,
        message_id,
        token,
        lasts=LEASE,
        now=now,
        only=Message.state == MessageState.SENDING,
        news={"state": MessageState.HANDED_OVER},
    )
    if not is_held:
        raise Conflict("Another worker took this message over.")


def held_message(session: Session, message_id: int, token: str) -> Message | None:
    """Return a message for the worker who holds its lease; None when it was lost."""
    return leases.held(session, Message, message_id, token)


def mark_sent(session: Session, message: Message, *, now: datetime) -> None:
    """Note that a message was delivered."""
    _finish(session, message, MessageState.SENT)
    message.sent_at = now
    message.error = None


def mark_failed(session: Session, message: Message, reason: str, *, now: datetime) -> None:
    """Note that an attempt failed before delivery; try again for two days.

    A sign-in mail is tried again only while its link can be used, an invitation only until
    the visit is over.
    """
    due_at = now + min(FIRST_DELAY * 2 ** (message.attempts - 1), LONGEST_DELAY)
    is_hopeless = message.attempts >= MOST_ATTEMPTS or _is_stale(message, now=due_at)
    _finish(session, message, MessageState.FAILED if is_hopeless else MessageState.QUEUED)
    message.error = reason[: limits.LONGEST_REASON]
    if not is_hopeless:
        message.due_at = due_at


def mark_refused(session: Session, message: Message, reason: str) -> None:
    """Note that the mail server will never take this message."""
    _finish(session, message, MessageState.FAILED)
    message.error = reason[: limits.LONGEST_REASON]


def mark_uncertain(session: Session, message: Message, reason: str) -> None:
    """Note that nobody can know whether a message was delivered."""
    _finish(session, message, MessageState.UNCERTAIN)
    message.error = reason[: limits.LONGEST_REASON]


def put_back(session: Session, message: Message, *, reason: str, now: datetime) -> None:
    """Queue a message again that was never tried: the mail server could not be reached."""
    _finish(session, message, MessageState.QUEUED)
    message.attempts = max(0, message.attempts - 1)
    message.error = reason[: limits.LONGEST_REASON]
    message.due_at = now


def _finish(session: Session, message: Message, state: MessageState) -> None:
    message.state = state
    leases.let_go(message)
    if state is MessageState.FAILED:
        take_back(session, message)
    if message.kind is MessageKind.SIGN_IN and state is not MessageState.QUEUED:
        message.raw = None


def _is_stale(message: Message, *, now: datetime) -> bool:
    if message.kind is MessageKind.SIGN_IN:
        return now >= message.created_at + LINK_LASTS
    return message.invitation is not None and now >= message.invitation.slot.ends_at


def sweep_outbox(session: Session, *, is_idempotent: bool = False, now: datetime) -> int:
    """Take back what dead workers left: requeue what cannot have been sent, mark the rest.

    A message at which the last attempt ended like that is given up, and so is a sign-in mail
    whose link is over.

    Parameters
    ----------
    is_idempotent
        Whether delivering a message twice does the same as delivering it once, as with
        files: then nothing is ever uncertain.

    Returns
    -------
    int
        How many messages of dead workers were found.
    """
    lost = session.scalars(
        select(Message)
        .where(
            Message.state.in_((MessageState.SENDING, MessageState.HANDED_OVER)),
            leases.is_lost(Message, now=now),
        )
        # A worker that is late, but alive, may be handing over at this moment.
        .with_for_update(skip_locked=True)
    ).all()
    for message in lost:
        if message.state is MessageState.SENDING or is_idempotent:
            given_up = message.attempts >= MOST_ATTEMPTS
            _finish(session, message, MessageState.FAILED if given_up else MessageState.QUEUED)
        else:
            mark_uncertain(session, message, "The worker ended while the mail server answered.")
    session.flush()
    session.execute(
        update(Message)
        .where(
            IS_URGENT,
            Message.state == MessageState.QUEUED,
            Message.created_at <= now - LINK_LASTS,
        )
        .values(state=MessageState.FAILED, raw=None, error="The link in this mail is over.")
        .execution_options(synchronize_session=False)
    )
    return len(lost)


def send_again(session: Session, message: Message, *, now: datetime) -> None:
    """Queue a message again that failed or is uncertain, with the same identity.

    Raises
    ------
    Conflict
        When the message is not in one of these states, or a later one overtook it: calendars
        would go back to what no longer holds.
    """
    session.flush()
    session.refresh(message, ["state"], with_for_update=True)
    if not message.can_be_sent_again:
        raise Conflict("This message does not need to be sent again.")
    if is_overtaken(session, message):
        raise Conflict(
            "A later message about this visit says what holds now, so this one stays here."
        )
    if message.has_failed:
        say_after_all(message)
    _finish(session, message, MessageState.QUEUED)
    message.attempts = 0
    message.error = None
    message.due_at = now
