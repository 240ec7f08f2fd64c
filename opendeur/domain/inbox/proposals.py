"""Refusing another time that a calendar proposed: the person is told, and the calendar."""

from datetime import datetime

from sqlalchemy.orm import Session

from opendeur import letters
from opendeur.config import Settings
from opendeur.domain import invitations, mail
from opendeur.domain.inbox.desk import settle, waiting_of
from opendeur.enums import InboundState, MessageKind
from opendeur.errors import Conflict
from opendeur.gateways.calendar_files import Method, RefusedProposal, refused_proposal_file
from opendeur.models import Account, InboundMessage


def refuse(
    session: Session,
    message: InboundMessage,
    *,
    by: Account,
    settings: Settings,
    now: datetime,
) -> None:
    """Say no to a proposal, as an organiser decided: nothing changes but in the calendar that
    proposed it (DECLINECOUNTER, RFC 5546 3.2.8).

    Raises
    ------
    Conflict
        When somebody else settled it, or it proposes nothing that can be refused.
    """
    settle(session, message, InboundState.DISMISSED, by=by, now=now)
    found, invitation = waiting_of(message), message.invitation
    if invitation is None or not found.is_proposal:
        raise Conflict("This mail proposes no other time that can be refused.")
    account, edition = invitation.account, invitation.edition
    address = invitations.reply_address(invitation, settings=settings)
    facts = message.facts or {}
    calendar = RefusedProposal(
        uid=invitation.uid,
        sequence=facts["sequence"],
        stamp=now,
        organizer_name=mail.sender_name(edition, account.language),
        organizer_address=address,
        attendee_address=account.email,
    )
    letter = letters.ProposalRefused(
        head=mail.letterhead(edition, account.language, settings=settings),
        host_name=invitation.slot.visit.host.organisation.name,
        starts_at=invitations.said_times(invitation)[0],
        proposed_at=found.proposed_at,
        page_url=invitations.answer_address(
            invitation, language=account.language, settings=settings
        ),
    )
    mail.queue_written(
        session,
        letters.render(letter),
        kind=MessageKind.PROPOSAL_REFUSED,
        to_address=account.email,
        to_name=account.name,
        language=account.language,
        edition=edition,
        reply_to=address,
        calendar=refused_proposal_file(calendar),
        method=Method.DECLINECOUNTER.value,
        settings=settings,
        now=now,
    )
