"""Answering an invitation with a link from its letter, without signing in.

The link is a capability for one invitation: to see it and to say yes or no, until the visit
is over. It names the invitation by its UID and carries a signature of the site.
"""

from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.config import Settings
from opendeur.enums import InvitationRole, Participation
from opendeur.errors import Conflict, TooLate
from opendeur.models import Edition, Host, Invitation, Slot, Visit

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
            joinedload(Invitation.slot)
            .joinedload(Slot.visit)
            .joinedload(Visit.host)
            .joinedload(Host.organisation),
        )
    ).one_or_none()


def answers_of_visitors(
    session: Session, edition: Edition
) -> dict[tuple[int, int], Participation]:
    """Return what visitors answered, by account and visit, for invitations that hold."""
    rows = session.execute(
        select(Invitation.account_id, Invitation.visit_id, Invitation.participation).where(
            Invitation.edition_id == edition.id,
            Invitation.role == InvitationRole.VISITOR,
            Invitation.cancelled_at.is_(None),
        )
    )
    return {(account, visit): participation for account, visit, participation in rows}


def answer(invitation: Invitation, participation: Participation, *, now: datetime) -> None:
    """Note what somebody answered. A later answer takes the place of an earlier one.

    Raises
    ------
    Conflict
        When the invitation was cancelled.
    TooLate
        When the visit is over.
    """
    if invitation.cancelled_at is not None:
        raise Conflict("This visit was called off, so no answer is needed.")
    if invitation.slot.ends_at <= now:
        raise TooLate("This visit is over, so it can no longer be answered.")
    invitation.participation = participation
    invitation.answered_at = now


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt=SALT)
