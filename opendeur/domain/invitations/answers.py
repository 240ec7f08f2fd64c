"""Answering an invitation with a link from its letter, without signing in.

The link is a capability for one invitation: to see it and to say yes or no, until the visit
is over. It names the invitation by its UID and carries a signature of the site.
"""

from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.config import Settings
from opendeur.domain import queries
from opendeur.enums import Participation
from opendeur.errors import Conflict, TooLate
from opendeur.models import Invitation

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
