"""Answering an invitation with a link from its letter, without signing in.

The link is a capability for one invitation: to see it and to say yes or no, until the visit
is over, and as long as the invitation holds: a contact who was removed has no say. It names
the invitation by its UID and carries a signature of the site.
"""

from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.config import Settings
from opendeur.domain import queries
from opendeur.domain.invitations.facts import said_sequence, said_times, times_of
from opendeur.enums import Door, InvitationRole, MessageKind, Participation
from opendeur.errors import Conflict, NotAllowed, OpendeurError, TooLate
from opendeur.models import (
    Contact,
    Invitation,
    Message,
    Placement,
    Slot,
    Visitor,
)

SALT = "answer to an invitation"


def answer_address(invitation: Invitation, *, language: str, settings: Settings) -> str:
    """Return the address of the page on which this invitation is answered."""
    name = _signer(settings).dumps(invitation.uid)
    return f"{settings.base_url.rstrip('/')}/{language}/answer/{name}"


def find_invitation(session: Session, name: str, *, settings: Settings) -> Invitation | None:
    """Return the invitation that a link names; None when we did not make the link."""
    try:
        uid = _signer(settings).loads(name)
    except BadSignature:
        return None
    return session.scalars(
        select(Invitation)
        .where(Invitation.uid == uid)
        .options(
            joinedload(Invitation.account),
            joinedload(Invitation.edition),
            joinedload(Invitation.slot).options(*queries.SLOT_WITH_PLACE),
        )
    ).one_or_none()


def refusal_of(
    session: Session, invitation: Invitation, *, now: datetime
) -> OpendeurError | None:
    """Return why an invitation cannot be answered; None when it can.

    An answer is about what was sent, and counts as long as that would still be sent: see
    `drafts.wanted_of`.
    *Not allowed* means that the link is no longer its holder's to use, not even to look.
    """
    if invitation.account.disabled_at is not None:
        return NotAllowed("This link no longer works. Ask the team if you expected it to.")
    is_host = invitation.role is InvitationRole.HOST
    if is_host and not _is_contact(session, invitation):
        return NotAllowed(
            "You are no longer a contact of this organisation, so others answer for it. Ask "
            "them to add you again if that is not right."
        )
    if invitation.cancelled_at is not None:
        return Conflict("This visit was called off, so no answer is needed.")
    if invitation.said is None:
        return Conflict("This invitation was not sent yet, so it cannot be answered.")
    if said_times(invitation)[1] <= now:
        return TooLate("This visit is over, so it can no longer be answered.")
    if not _has_seats(session, invitation):
        if is_host:
            return Conflict("Nobody comes to this visit any more, so no answer is needed.")
        return Conflict("You no longer have a place in this visit, so no answer is needed.")
    return None


def overtaken(
    session: Session, invitation: Invitation, sequence: int | None
) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]] | None:
    """Return the times that were answered and those that were said since, each start and end.

    None when the answer is about what was said last, or the earlier time is not known.

    Parameters
    ----------
    sequence
        That of what was answered; None when it is about what was said last.
    """
    if sequence is None or sequence == said_sequence(invitation):
        return None
    earlier = session.scalars(
        select(Message)
        .where(
            Message.invitation_id == invitation.id,
            Message.kind != MessageKind.CANCELLED,
            Message.said.is_not(None),
        )
        .order_by(Message.revision.desc())
    )
    for message in earlier:
        times = times_of(message.said)
        if times and message.said and message.said.get("sequence") == sequence:
            return times, said_times(invitation)
    return None


def answer(
    session: Session,
    invitation: Invitation,
    participation: Participation,
    *,
    door: Door,
    now: datetime,
    sequence: int | None = None,
) -> None:
    """Note what somebody answered. A later answer takes the place of an earlier one.

    Parameters
    ----------
    sequence
        That of what was answered, where it is known: an answer to something else than what
        was said last does not count.

    Raises
    ------
    NotAllowed
        When the account is disabled, or its holder no longer speaks for the host.
    Conflict
        When the invitation was cancelled, nobody has the seat that it is about, or something
        else was said since.
    TooLate
        When the visit is over.
    """
    refusal = refusal_of(session, invitation, now=now)
    if refusal is not None:
        raise refusal
    if sequence is not None and sequence != said_sequence(invitation):
        raise Conflict("The visit changed since you were asked. Look at it and answer again.")
    invitation.participation = participation
    invitation.answered_at = now
    invitation.answered_through = door
    # Only a calendar's answer has a stamp: who reads the mail notes it.
    invitation.answer_sequence = sequence if door is Door.MAIL else None
    invitation.answer_stamp = None


def is_wanted(session: Session, invitation: Invitation) -> bool:
    """Tell whether somebody is still to come, or to receive, so that the invitation holds."""
    is_host = invitation.role is InvitationRole.HOST
    if is_host and not _is_contact(session, invitation):
        return False
    return _has_seats(session, invitation)


def _is_contact(session: Session, invitation: Invitation) -> bool:
    found = session.scalars(
        select(Contact.id).where(
            Contact.organisation_id == invitation.slot.visit.host.organisation_id,
            Contact.account_id == invitation.account_id,
        )
    )
    return found.one_or_none() is not None


def _has_seats(session: Session, invitation: Invitation) -> bool:
    """Tell whether the visitor has a seat in the visit, or anybody one in the host's slot."""
    placed = select(Placement.id).where(queries.IS_LIVE).limit(1)
    if invitation.role is InvitationRole.HOST:
        placed = placed.where(Placement.slot_id == invitation.slot_id)
    else:
        placed = (
            placed.join(Visitor, Visitor.id == Placement.visitor_id)
            .join(Slot, Slot.id == Placement.slot_id)
            .where(
                Visitor.account_id == invitation.account_id,
                Slot.visit_id == invitation.visit_id,
            )
        )
    return session.scalars(placed).one_or_none() is not None


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt=SALT)
