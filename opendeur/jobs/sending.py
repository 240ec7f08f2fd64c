"""Sending: messages are claimed, written where they are not yet, handed over, and noted."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from opendeur.config import Settings
from opendeur.db import Database
from opendeur.domain import invitations, mail, passing
from opendeur.errors import Busy, Conflict
from opendeur.gateways.mail_folder import FolderTransport
from opendeur.gateways.smtp import SmtpTransport
from opendeur.gateways.transport import (
    DeliveryFailed,
    DeliveryRefused,
    DeliveryUncertain,
    SenderRefused,
    ServerUnreachable,
    Transport,
)
from opendeur.jobs.heartbeat import beating
from opendeur.models import Message

logger = logging.getLogger(__name__)

#: A third of a message's lease.
HEARTBEAT_SECONDS = 20.0
#: How often a busy database is asked to note how a delivery ended.
MOST_NOTES = 30

Ending = Callable[[Session, Message], None]


def send_messages(database: Database, settings: Settings, *, urgent: bool) -> int:
    """Send every message that is due; return how many were attempted.

    Parameters
    ----------
    urgent
        Whether sign-in mail is meant, or everything else.
    """
    done = 0
    with database.reading() as session:
        silent = mail.outage(session)
    if silent is not None and datetime.now(UTC) < silent.retry_at:
        return 0
    transport = transport_of(settings)
    # One connection for all of them; a folder has none.
    with transport if isinstance(transport, SmtpTransport) else nullcontext():
        while _send_one(database, settings, transport, urgent=urgent):
            done += 1
    return done


def transport_of(settings: Settings) -> Transport:
    """Return how messages leave this installation."""
    if settings.smtp_url:
        return SmtpTransport.from_url(settings.smtp_url)
    return FolderTransport(settings.instance / "outbox")


def _send_one(
    database: Database, settings: Settings, transport: Transport, *, urgent: bool
) -> bool:
    """Send the next message that is due; tell whether to go on with the one after it."""
    with database.session() as session:
        message = mail.claim_message(session, urgent=urgent, now=datetime.now(UTC))
        if message is None:
            return False
        if mail.has_come_back(session, message):
            mail.mark_refused(session, message, mail.CAME_BACK)
        elif message.raw is None:
            _write(session, message, settings)
        sender = invitations.return_address(message, settings=settings)
        session.commit()
        if message.has_failed or message.raw is None:
            return True
    # Where the first sender is not let through, the other one is.
    senders = tuple(dict.fromkeys((sender, settings.sender)))
    return _deliver(database, transport, message, senders=senders)


def _write(session: Session, message: Message, settings: Settings) -> None:
    """Make a leased message up; one that cannot be written never holds up the others."""
    now = datetime.now(UTC)
    try:
        with session.begin_nested():
            make_up = passing.make_up if message.is_seat_offer else invitations.make_up
            make_up(session, message, settings=settings, now=now)
    except ValueError as error:
        logger.exception("message %s cannot be written", message.id)
        mail.mark_refused(session, message, str(error))
    except Exception as error:  # a fault of ours, or of a moment: try it later
        logger.exception("message %s was not written", message.id)
        mail.mark_failed(session, message, str(error) or repr(error), now=now)


def _deliver(
    database: Database, transport: Transport, message: Message, *, senders: tuple[str, ...]
) -> bool:
    """Hand one leased message over, and note how that ended; tell whether to go on."""
    token = message.lease_token or ""

    def hand_over() -> None:
        with database.session() as session:
            mail.hand_over(session, message.id, token, now=datetime.now(UTC))
            session.commit()

    def beat() -> None:
        with database.session() as session:
            mail.beat_message(session, message.id, token, now=datetime.now(UTC))
            session.commit()

    # A slow server answers each step in time, and all of them after longer than a lease; and a
    # busy database must not make uncertain what was delivered.
    with beating(beat, every_seconds=HEARTBEAT_SECONDS, name=f"message {message.id}"):
        end = _handed_to(transport, message, hand_over, senders=senders)
        if end is not None:
            _note(database, message, token, end)
    return end is None or not _is_silence(end)


def _note_silence(session: Session, message: Message, *, reason: str, now: datetime) -> None:
    mail.put_back(session, message, reason=reason, now=now)
    mail.server_is_silent(session, reason, now=now)


def _is_silence(end: Ending) -> bool:
    """Tell whether the mail server could not be reached, so that the others wait too."""
    return isinstance(end, partial) and end.func is _note_silence


def _handed_to(
    transport: Transport,
    message: Message,
    hand_over: Callable[[], None],
    *,
    senders: tuple[str, ...],
) -> Ending | None:
    """Deliver a message; return how that ended, None when it is for somebody else to see to."""
    try:
        transport.deliver(
            raw=message.raw or b"",
            sender=senders[0],
            recipient=message.to_address,
            hand_over=hand_over,
        )
    except ServerUnreachable as error:
        logger.warning("the mail server cannot be reached: %s", error.reason)
        return partial(_note_silence, reason=error.reason, now=datetime.now(UTC))
    except DeliveryFailed as error:
        return partial(mail.mark_failed, reason=error.reason, now=datetime.now(UTC))
    except DeliveryUncertain as error:
        return partial(mail.mark_uncertain, reason=error.reason)
    except SenderRefused as error:
        if senders[1:]:
            # Its words are not logged: they may quote the address, which is a secret.
            logger.warning("message %s goes under the sender of all mail", message.id)
            return _handed_to(transport, message, hand_over, senders=senders[1:])
        return partial(mail.mark_refused, reason=str(error))
    except (DeliveryRefused, ValueError) as error:
        return partial(mail.mark_refused, reason=str(error))
    except Conflict:
        logger.warning("message %s was taken over by another worker", message.id)
        return None
    except Busy:  # before the last byte: nothing was delivered, and the sweep finds it
        logger.warning("message %s waits: the database is busy", message.id)
        return None
    return partial(mail.mark_sent, now=datetime.now(UTC))


def _note(database: Database, message: Message, token: str, end: Ending) -> None:
    """Note how a delivery ended; a busy database is asked again while the lease is held."""
    for tries_left in reversed(range(MOST_NOTES)):
        try:
            with database.session() as session:
                if not _is_silence(end) and mail.outage(session) is not None:
                    mail.server_answers(session)
                found = mail.held_message(session, message.id, token)
                if found is not None:
                    end(session, found)
                session.commit()
        except Busy:
            if not tries_left:
                raise
        else:
            return
