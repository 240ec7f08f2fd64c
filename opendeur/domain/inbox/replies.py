"""Answers of calendars: whose they are, in which order they count, and noting them.

References
----------
RFC 5546 2.1.5: SEQUENCE first, then DTSTAMP. Between an answer by mail and one by link, the one
that arrives last counts: their clocks have nothing in common.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from opendeur.config import Settings
from opendeur.domain import invitations, mail
from opendeur.domain.inbox.verdicts import APPLIED, Found, Verdict, ignored, quarantined
from opendeur.enums import (
    Door,
    InboundKind,
    InboundReason,
    InboundState,
    MessageState,
    Participation,
)
from opendeur.errors import NotAllowed, OpendeurError, TooLate
from opendeur.gateways.calendar_answers import CalendarAnswer
from opendeur.models import InboundMessage, Invitation, Message
from opendeur.safe_text import ascii_address

#: Calendars that an invitation is sent to again in a day.
MOST_REFRESHES = 3
#: How far a clock may be wrong; a stamp that is further ahead orders nothing.
WRONG_CLOCK = timedelta(minutes=5)
ANSWERS = {
    "ACCEPTED": Participation.ACCEPTED,
    "DECLINED": Participation.DECLINED,
    "TENTATIVE": Participation.TENTATIVE,
}


def strangeness_of(found: Found, said: CalendarAnswer) -> InboundReason | None:
    """Return why a calendar may not speak for an invitation; None when it may.

    It must come to the address of the invitation, name it, and be its invited person's.
    """
    invitation = found.invitation
    if invitation is None:
        return InboundReason.UNKNOWN_INVITATION
    if not found.has_token:
        return InboundReason.OTHER_ADDRESS
    if said.uid != invitation.uid:
        return InboundReason.OTHER_INVITATION
    if set(said.attendees) != {_plain(invitation.account.email)} and set(said.attendees) != {
        invitation.account.email
    }:
        return InboundReason.OTHER_PERSON
    return None


def note_reply(
    session: Session, invitation: Invitation, said: CalendarAnswer, *, now: datetime
) -> Verdict:
    """Note what a calendar answers for an invitation, unless something speaks against it."""
    participation = ANSWERS.get(said.participation)
    if participation is None:
        return _without_answer(said)
    if invitation.sequence is None or said.sequence > invitation.sequence:
        return quarantined(InboundReason.AHEAD)
    stamp = said.stamp or now
    if late := _lateness_of(invitation, said, participation, stamp, now=now):
        return ignored(late)
    if invitation.cancelled_at is not None:
        return ignored(InboundReason.CANCELLED)
    if said.sequence < invitation.sequence and not _is_same_time(
        session, invitation, said.sequence
    ):
        return quarantined(InboundReason.EARLIER_TIME)
    try:
        with session.begin_nested():
            invitations.answer(
                session,
                invitation,
                participation,
                door=Door.MAIL,
                now=now,
                sequence=invitation.sequence,
            )
    except OpendeurError as error:
        if not participation.is_no and invitations.has_said_no(invitation):
            invitations.take_out(session, invitation, participation, now=now)
        return _refused(invitation, participation, error)
    invitation.answer_sequence, invitation.answer_stamp = said.sequence, stamp
    return APPLIED


def send_again(
    session: Session,
    invitation: Invitation,
    *,
    settings: Settings,
    now: datetime,
) -> Verdict:
    """Queue what was said last once more, for a calendar that asks; not without end."""
    already = session.scalar(
        select(func.count()).where(
            InboundMessage.invitation_id == invitation.id,
            InboundMessage.kind == InboundKind.REFRESH,
            InboundMessage.state == InboundState.APPLIED,
            InboundMessage.received_at > now - timedelta(days=1),
        )
    )
    if (already or 0) >= MOST_REFRESHES:
        return ignored(InboundReason.TOO_OFTEN)
    if mail.is_on_its_way(session, invitation):
        return ignored(InboundReason.COMING)
    if mail.queue_copy(session, invitation, settings=settings, now=now) is None:
        return ignored(InboundReason.NEVER_SENT)
    return APPLIED


def _without_answer(said: CalendarAnswer) -> Verdict:
    if said.participation == "DELEGATED":
        return quarantined(InboundReason.DELEGATED)
    if said.participation == "NEEDS-ACTION":
        return ignored(InboundReason.SAYS_NOTHING)
    return quarantined(InboundReason.UNKNOWN_ANSWER)


def _lateness_of(
    invitation: Invitation,
    said: CalendarAnswer,
    participation: Participation,
    stamp: datetime,
    *,
    now: datetime,
) -> InboundReason | None:
    """Return whether a later answer of the same calendar was noted already, or this one."""
    last, last_stamp = invitation.answer_sequence, invitation.answer_stamp
    if last is None or last_stamp is None or said.sequence > last:
        return None
    if said.sequence < last:
        return InboundReason.OLDER
    if stamp == last_stamp:
        # Two answers in one second have one stamp: then the one that arrives last counts.
        is_news = (
            invitation.answered_through is Door.MAIL
            and invitation.participation is not participation
        )
        return None if is_news else InboundReason.REPEATED
    if stamp < last_stamp <= now + WRONG_CLOCK:
        return InboundReason.OLDER
    return None


def _is_same_time(session: Session, invitation: Invitation, sequence: int) -> bool:
    """Tell whether a revision said the same time and place as the last one: then it was moved
    and moved back, and an answer to it is one to what holds now."""
    rows = session.scalars(
        select(Message)
        .where(
            Message.invitation_id == invitation.id,
            Message.state.in_((MessageState.SENT, MessageState.UNCERTAIN)),
        )
        .options(undefer(Message.raw))
        .order_by(Message.revision)
    )
    said = {
        calendar.sequence: (calendar.starts_at, calendar.ends_at, calendar.location)
        for message in rows
        if message.raw and (calendar := mail.open_mail(message.raw).calendar) is not None
    }
    then = said.get(str(sequence))
    return then is not None and then == said.get(str(invitation.sequence))


def _refused(
    invitation: Invitation, participation: Participation, error: OpendeurError
) -> Verdict:
    if isinstance(error, TooLate):
        return ignored(InboundReason.OVER)
    if isinstance(error, NotAllowed):
        return ignored(InboundReason.NOT_ALLOWED)
    # Somebody without a seat who says no has what they want; who says yes has not.
    if participation is Participation.DECLINED:
        return ignored(InboundReason.NO_SEAT)
    return quarantined(InboundReason.NO_SEAT)


def _plain(address: str) -> str:
    """Return an address as invitations write it."""
    try:
        return ascii_address(address).lower()
    except ValueError:
        return address
