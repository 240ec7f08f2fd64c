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
from opendeur.enums import InvitationRole, Participation
from opendeur.errors import Conflict, NotAllowed, OpendeurError, TooLate
from opendeur.models import (
    Contact,
    Invitation,
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

    An answer counts as long as the invitation would still be sent: see `drafts.wanted_of`.
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
    if invitation.slot.ends_at <= now:
        return TooLate("This visit is over, so it can no longer be answered.")
    if not _has_seats(session, invitation):
        if is_host:
            return Conflict("Nobody comes to this visit any more, so no answer is needed.")
        return Conflict("You no longer have a place in this visit, so no answer is needed.")
    return None


def answer(
    session: Session, invitation: Invitation, participation: Participation, *, now: datetime
) -> None:
    """Note what somebody answered. A later answer takes the place of an earlier one.

    Raises
    ------
    NotAllowed
        When the account is disabled, or its holder no longer speaks for the host.
    Conflict
        When the invitation was cancelled, or nobody has the seat that it is about.
    TooLate
        When the visit is over.
    """
    refusal = refusal_of(session, invitation, now=now)
    if refusal is not None:
        raise refusal
    invitation.participation = participation
    invitation.answered_at = now


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
