"""Addresses from which mail came back: they are not written to until somebody says so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import MessageKind
from opendeur.models import Account, Message

CAME_BACK = (
    "Mail to this address came back, so nothing is sent to it until an organiser says so."
)


def has_come_back(session: Session, message: Message) -> bool:
    """Tell whether mail to the address of a message came back.

    Who asks to sign in is written to all the same: they are there, and waiting.
    """
    if message.kind is MessageKind.SIGN_IN:
        return False
    if message.invitation is not None:
        return message.invitation.account.bounced_at is not None
    found = select(Account.id).where(
        Account.email == message.to_address, Account.bounced_at.is_not(None)
    )
    return session.scalars(found).one_or_none() is not None
