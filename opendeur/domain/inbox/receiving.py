"""Reading a mail that came in: once, and never doing more than its address may."""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from opendeur.config import Settings
from opendeur.domain import editions
from opendeur.domain.inbox.bounces import note_bounce
from opendeur.domain.inbox.forwarding import forward
from opendeur.domain.inbox.replies import note_reply, send_again, strangeness_of
from opendeur.domain.inbox.verdicts import Found, Verdict, find, ignored, quarantined
from opendeur.enums import InboundKind, InboundReason, InboundState
from opendeur.gateways.calendar_answers import CalendarAnswer
from opendeur.gateways.incoming import Incoming, read_mail
from opendeur.models import Edition, InboundMessage

#: Of what waits for an organiser, the mail itself is kept up to this size.
LARGEST_KEPT = 2**20
#: Kinds that speak for an invitation.
SPEAKING = (InboundKind.REPLY, InboundKind.REFRESH, InboundKind.COUNTER)


def receive(
    session: Session, raw: bytes, *, settings: Settings, now: datetime
) -> InboundMessage:
    """Read a mail that came in, and do what it asks where it may.

    The same bytes are read once, whoever brings them and how often: the row of the first time
    is returned. Commit before the mail is put away.
    """
    digest = hashlib.sha256(raw).hexdigest()
    if known := _known(session, digest):
        return known
    mail = read_mail(raw)
    message = InboundMessage(
        digest=digest,
        kind=mail.kind,
        state=InboundState.IGNORED,
        from_address=mail.from_address,
        subject=mail.subject,
        words=(mail.calendar.comment if mail.calendar else "") or mail.words,
        facts=_facts(mail.calendar),
        received_at=now,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:  # somebody else reads it at this moment
        return session.scalars(
            select(InboundMessage).where(InboundMessage.digest == digest)
        ).one()
    found = find(session, mail)
    edition = _edition_of(found)
    if edition is not None:
        editions.lock(session, edition)
        message.edition, message.invitation = edition, found.invitation
    verdict = _judge(session, mail, found, edition, settings=settings, now=now)
    message.state, message.reason = verdict.state, verdict.reason or ""
    if verdict.state is InboundState.QUARANTINED and len(raw) <= LARGEST_KEPT:
        message.raw = raw
    session.flush()
    return message


def _judge(
    session: Session,
    mail: Incoming,
    found: Found,
    edition: Edition | None,
    *,
    settings: Settings,
    now: datetime,
) -> Verdict:
    """Do what a mail asks where it may; return what became of it."""
    if mail.kind is InboundKind.AUTOMATIC:
        return ignored(InboundReason.AUTOMATIC)
    if mail.kind is InboundKind.BOUNCE:
        return note_bounce(session, mail, found, now=now)
    if edition is None:
        # Whoever answers an invitation is looked at in any case; the rest is for nobody.
        is_answer = mail.kind in SPEAKING
        return Verdict(
            InboundState.QUARANTINED if is_answer else InboundState.IGNORED,
            InboundReason.UNKNOWN_INVITATION,
        )
    if mail.failed_dmarc:
        return quarantined(InboundReason.FAILED_DMARC)
    if mail.fault is not None:
        return quarantined(mail.fault)
    if mail.kind is InboundKind.WORDS:
        return forward(session, mail, found, edition, settings=settings, now=now)
    if mail.kind not in SPEAKING or mail.calendar is None:
        is_calendar = mail.calendar is not None
        return (
            quarantined(InboundReason.ONLY_ORGANISER)
            if is_calendar
            else ignored(InboundReason.SAYS_NOTHING)
        )
    return _of_calendar(session, mail.kind, mail.calendar, found, settings=settings, now=now)


def _of_calendar(
    session: Session,
    kind: InboundKind,
    said: CalendarAnswer,
    found: Found,
    *,
    settings: Settings,
    now: datetime,
) -> Verdict:
    strangeness = strangeness_of(found, said)
    invitation = found.invitation
    if strangeness is not None or invitation is None:
        return quarantined(strangeness or InboundReason.UNKNOWN_INVITATION)
    if kind is InboundKind.REFRESH:
        return send_again(session, invitation, settings=settings, now=now)
    if kind is InboundKind.COUNTER:
        return quarantined(InboundReason.PROPOSAL)
    return note_reply(session, invitation, said, now=now)


def _edition_of(found: Found) -> Edition | None:
    if found.invitation is not None:
        return found.invitation.edition
    return found.message.edition if found.message is not None else None


def _known(session: Session, digest: str) -> InboundMessage | None:
    return session.scalars(
        select(InboundMessage).where(InboundMessage.digest == digest)
    ).one_or_none()


def _facts(said: CalendarAnswer | None) -> dict[str, Any] | None:
    if said is None:
        return None
    facts = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(said).items()
        if name != "comment"
    }
    return {**facts, "attendees": list(said.attendees)[:10]}
