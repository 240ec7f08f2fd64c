"""What a person wrote to an invitation's address goes on to the people of the edition."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur import letters
from opendeur.config import Settings
from opendeur.domain import mail
from opendeur.domain.inbox.verdicts import APPLIED, Found, Verdict, quarantined
from opendeur.enums import InboundKind, InboundReason, InboundState, Language, MessageKind
from opendeur.gateways.incoming import Incoming
from opendeur.models import Edition, InboundMessage, Invitation
from opendeur.safe_text import ascii_address

#: Mails about one invitation that are forwarded in a day: more is a machine, or a quarrel.
MOST_FORWARDED = 10


def forward(
    session: Session,
    incoming: Incoming,
    found: Found,
    edition: Edition,
    *,
    settings: Settings,
    now: datetime,
) -> Verdict:
    """Queue a person's words to the edition's mailbox; without one they wait at the desk."""
    if not _takes_mail(edition, incoming, settings):
        return quarantined(InboundReason.NOBODY_TO_FORWARD_TO)
    invitation = found.invitation
    if _forwarded(session, edition, invitation, now=now) >= MOST_FORWARDED:
        return quarantined(InboundReason.TOO_OFTEN)
    language = invitation.account.language if invitation is not None else Language.NL
    visit = invitation.slot.visit if invitation is not None else None
    letter = letters.Forwarded(
        head=mail.letterhead(edition, language, settings=settings),
        sender=incoming.from_address,
        person=invitation.account.name if invitation is not None else "",
        about=letters.Title(*visit.title(language)) if visit is not None else letters.Title(),
        starts_at=invitation.slot.starts_at if invitation is not None else None,
        subject=incoming.subject,
        words=letters.Passage(incoming.words),
        page_url=mail.address_of(
            "desk/", language=language, edition=edition, settings=settings
        ),
    )
    mail.queue_written(
        session,
        letters.render(letter),
        kind=MessageKind.FORWARDED,
        to_address=edition.email,
        to_name="",
        language=language,
        edition=edition,
        reply_to=_answerable(incoming.from_address),
        settings=settings,
        now=now,
    )
    return APPLIED


def _takes_mail(edition: Edition, incoming: Incoming, settings: Settings) -> bool:
    """Tell whether there is a mailbox of people, which is neither ours nor the writer's own:
    forwarding to either would go round in a circle."""
    to = edition.email.strip().lower()
    name, _, domain = to.rpartition("@")
    is_ours = domain == settings.mail_domain.lower() and (
        name.partition("+")[0] == "visits" or to == settings.sender.lower()
    )
    return bool(_answerable(to)) and not is_ours and to != incoming.from_address.lower()


def _answerable(address: str) -> str | None:
    try:
        return ascii_address(address)
    except ValueError:
        return None


def _forwarded(
    session: Session, edition: Edition, invitation: Invitation | None, *, now: datetime
) -> int:
    rows = select(func.count()).where(
        InboundMessage.edition_id == edition.id,
        InboundMessage.kind == InboundKind.WORDS,
        InboundMessage.state == InboundState.APPLIED,
        InboundMessage.received_at > now - timedelta(days=1),
        InboundMessage.invitation_id == (invitation.id if invitation is not None else None),
    )
    return session.scalar(rows) or 0
