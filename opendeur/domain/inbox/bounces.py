"""Mail that came back: the address is marked, and not written to again by itself."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from opendeur.domain import people
from opendeur.domain.inbox.verdicts import APPLIED, Found, Verdict, ignored, quarantined
from opendeur.enums import InboundReason
from opendeur.gateways.incoming import Incoming
from opendeur.safe_text import ascii_address


def note_bounce(session: Session, mail: Incoming, found: Found, *, now: datetime) -> Verdict:
    """Mark the address that the mail was for, where the bounce names it and is for good."""
    if found.invitation is not None:
        account = found.invitation.account
    elif found.message is not None:
        known = people.find_account(session, found.message.to_address)
        if known is None:
            return ignored(InboundReason.UNKNOWN_INVITATION)
        account = known
    else:
        return ignored(InboundReason.UNKNOWN_INVITATION)
    if not mail.failures:
        return ignored(InboundReason.NOT_FOR_GOOD)
    names = {account.email}
    with suppress(ValueError):
        names.add(ascii_address(account.email).lower())
    about = [failure for failure in mail.failures if names & set(failure.addresses)]
    if not about:
        return quarantined(InboundReason.BOUNCE_OF_ANOTHER)
    lasting = next((failure for failure in about if failure.is_permanent), None)
    if lasting is None:
        return ignored(InboundReason.NOT_FOR_GOOD)
    account.bounced_at, account.bounce = now, lasting.words
    return APPLIED
