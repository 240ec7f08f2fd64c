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
from opendeur.domain import assignment, editions, placements, queries
from opendeur.domain.invitations.drafts import draft, drafts_about, queue
from opendeur.domain.invitations.facts import said_sequence, said_times, times_of
from opendeur.domain.invitations.gathering import queue_gathered
from opendeur.enums import Door, InvitationRole, MessageKind, Participation
from opendeur.errors import Conflict, NotAllowed, OpendeurError, TooLate
from opendeur.models import (
    Account,
    Contact,
    Invitation,
    Message,
    Placement,
    Slot,
    Visit,
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
    `drafts.wanted_of`. Whoever gave the seat up can say yes after all while nobody else has
    it, also when the entry was taken out of their calendar meanwhile.
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
    given_up = seat_given_up(session, invitation)
    if invitation.cancelled_at is not None and given_up is None:
        return Conflict("This visit was called off, so no answer is needed.")
    if invitation.said is None:
        return Conflict("This invitation was not sent yet, so it cannot be answered.")
    if said_times(invitation)[1] <= now:
        return TooLate("This visit is over, so it can no longer be answered.")
    if given_up is not None:
        return refusal_to_give_back(session, given_up, now=now)
    if not _has_seats(session, invitation):
        if is_host:
            return Conflict("Nobody comes to this visit any more, so no answer is needed.")
        return Conflict("You no longer have a place in this visit, so no answer is needed.")
    return None


def seat_given_up(session: Session, invitation: Invitation) -> Placement | None:
    """Return the seat that the visitor gave up and an answer yes would ask back."""
    if invitation.role is InvitationRole.HOST:
        return None
    seat = placements.seat_of(session, invitation.account, invitation.visit_id)
    return seat if seat is not None and seat.state.is_given_up else None


def refusal_to_give_back(
    session: Session, placement: Placement, *, now: datetime
) -> OpendeurError | None:
    """Return why a seat that was given up cannot be had back; None when it can.

    Beside what `placements` asks, every rule of the edition holds, as for a run.
    """
    refusal = placements.refusal_to_give_back(session, placement, now=now)
    if refusal is None and not assignment.has_room_for(
        session, placement.visitor, placement.slot
    ):
        return Conflict(
            "This visit no longer fits in your week beside the others you have. Ask the team "
            "of your care zone what is still free."
        )
    return refusal


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

    A visitor's no frees the seat at once, and a yes after it asks the seat back. What that
    changes for the host is drafted. A no by link or page leaves the entry in the visitor's
    calendar as it was, so that is taken out at once; a no by mail is noted there already.

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
        When the invitation was cancelled, nobody has the seat that it is about, somebody else
        has it by now, or something else was said since.
    TooLate
        When the visit is over; when it has begun, for an answer that changes who comes.
    """
    editions.lock(session, invitation.edition)
    given_up = seat_given_up(session, invitation)
    if given_up is not None and participation.is_no:
        return  # a second press
    if given_up is not None and (
        not participation.is_yes or (invitation.cancelled_at and door is Door.MAIL)
    ):
        raise Conflict("You no longer have a place in this visit, so no answer is needed.")
    refusal = refusal_of(session, invitation, now=now)
    if refusal is not None:
        raise refusal
    if sequence is not None and sequence != said_sequence(invitation):
        raise Conflict("The visit changed since you were asked. Look at it and answer again.")
    account, visit = invitation.account, invitation.visit
    if given_up is not None:
        placements.give_back(session, given_up, door=door, by=account, now=now)
    elif participation.is_no and invitation.is_for_visitor:
        seat = placements.seat_of(session, account, invitation.visit_id)
        assert seat is not None  # noqa: S101  # or it would have been refused
        placements.decline(session, seat, door=door, by=account, now=now)
    _note(invitation, participation, door=door, sequence=sequence, now=now)
    if given_up is not None or (participation.is_no and invitation.is_for_visitor):
        draft(session, invitation.edition, visit=visit, now=now)
        tell_at_once(session, visit, account, participation=participation, now=now)


def _note(
    invitation: Invitation,
    participation: Participation,
    *,
    door: Door,
    sequence: int | None,
    now: datetime,
) -> None:
    invitation.participation = participation
    invitation.answered_at = now
    invitation.answered_through = door
    if door is Door.MAIL:  # only a calendar's answer has a stamp: who reads the mail notes it
        invitation.answer_sequence = sequence


def tell_at_once(
    session: Session,
    visit: Visit,
    account: Account,
    *,
    participation: Participation | None = None,
    now: datetime,
) -> None:
    """Send what follows from somebody's own act, which no organiser need look at.

    They hear it at once, and the host by gathered letters: see `gathering`. The letters to
    everybody else about the visit stay drafts.
    """
    messages = [
        message
        for message in drafts_about(session, visit, InvitationRole.VISITOR)
        if message.invitation is not None and message.invitation.account_id == account.id
    ]
    queue(session, messages, now=now)
    for message in messages:
        new = message.invitation
        if new is not None and participation is not None and participation.is_yes:
            new.participation, new.answered_at = participation, now
    queue_gathered(session, visit, now=now)


def take_out(
    session: Session, invitation: Invitation, participation: Participation, *, now: datetime
) -> None:
    """Take an entry out of a calendar that shows it again after a no, for a seat that is gone.

    Until then the no by mail was all that the calendar had to know.
    """
    _note(invitation, participation, door=Door.MAIL, sequence=invitation.sequence, now=now)
    draft(session, invitation.edition, visit=invitation.visit, now=now)
    tell_at_once(session, invitation.visit, invitation.account, now=now)


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
