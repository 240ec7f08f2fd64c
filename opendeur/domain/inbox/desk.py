"""What waits for an organiser, and what they decide about it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import editions, invitations
from opendeur.domain.inbox.replies import ANSWERS
from opendeur.enums import Door, InboundKind, InboundReason, InboundState, Participation
from opendeur.errors import Conflict
from opendeur.models import (
    Account,
    Contact,
    Edition,
    Host,
    InboundMessage,
    Invitation,
    Slot,
    Visit,
    Visitor,
)

#: How many mails, and people, a page shows: the rest comes when these are done.
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A mail that waits for an organiser, with what it is about where that is known.

    `answer` is what can be noted for the invited person; None where there is nothing to note.
    `proposed_at` is the time that a counter-proposal asks for.
    """

    message: InboundMessage
    reason: InboundReason | None
    answer: Participation | None
    proposed_at: datetime | None

    @property
    def invitation(self) -> Invitation | None:
        """The invitation that it is about."""
        return self.message.invitation

    @property
    def is_proposal(self) -> bool:
        """Whether it proposes another time for what still takes place: that can be refused."""
        is_on = self.invitation is not None and self.invitation.cancelled_at is None
        return self.reason is InboundReason.PROPOSAL and is_on


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody to whom mail came back: since when, and what the mail server said."""

    account_id: int
    name: str
    email: str
    since: datetime
    words: str


def waiting_mail(session: Session, edition: Edition) -> list[WaitingMail]:
    """Return what waits for the organisers of an edition, the newest first.

    An answer to an invitation that nobody knows waits at every desk: it may be anybody's.
    """
    rows = session.scalars(
        select(InboundMessage)
        .where(_waits(edition))
        .options(
            joinedload(InboundMessage.invitation).options(
                joinedload(Invitation.account),
                joinedload(Invitation.slot)
                .joinedload(Slot.visit)
                .joinedload(Visit.host)
                .joinedload(Host.organisation),
            )
        )
        .order_by(InboundMessage.received_at.desc(), InboundMessage.id.desc())
        .limit(MOST_SHOWN)
    )
    return [waiting_of(message) for message in rows]


def count_waiting(session: Session, edition: Edition) -> int:
    """Return how many mails wait for the organisers of an edition."""
    return session.scalar(select(func.count(InboundMessage.id)).where(_waits(edition))) or 0


def find_waiting(session: Session, edition: Edition, number: int) -> InboundMessage | None:
    """Return one mail that came in for an edition."""
    return session.scalars(
        select(InboundMessage).where(
            InboundMessage.id == number,
            or_(
                InboundMessage.edition_id == edition.id,
                InboundMessage.edition_id.is_(None),
            ),
        )
    ).one_or_none()


def apply(session: Session, message: InboundMessage, *, by: Account, now: datetime) -> None:
    """Note the answer in a mail that waits, as an organiser decided.

    Raises
    ------
    Conflict
        When somebody else settled it, or it holds no answer that can be noted.
    OpendeurError
        When the invitation can no longer be answered.
    """
    settle(session, message, InboundState.APPLIED, by=by, now=now)
    found = waiting_of(message)
    if message.invitation is None or found.answer is None:
        raise Conflict("This mail holds no answer that can be noted.")
    invitations.answer(session, message.invitation, found.answer, door=Door.DESK, now=now)


def dismiss(session: Session, message: InboundMessage, *, by: Account, now: datetime) -> None:
    """Put a mail that waits aside: nothing changes.

    Raises
    ------
    Conflict
        When somebody else settled it.
    """
    settle(session, message, InboundState.DISMISSED, by=by, now=now)


def unreachable_people(session: Session, edition: Edition) -> list[Unreachable]:
    """Return the visitors and contacts of an edition to whom mail came back."""
    visitors = select(Visitor.account_id).where(Visitor.edition_id == edition.id)
    contacts = (
        select(Contact.account_id)
        .join(Host, Host.organisation_id == Contact.organisation_id)
        .where(Host.edition_id == edition.id)
    )
    rows = session.scalars(
        select(Account)
        .where(
            Account.bounced_at.is_not(None),
            or_(Account.id.in_(visitors), Account.id.in_(contacts)),
        )
        .order_by(Account.bounced_at.desc(), Account.id)
        .limit(MOST_SHOWN)
    )
    return [
        Unreachable(
            account.id, account.name, account.email, account.bounced_at, account.bounce or ""
        )
        for account in rows
        if account.bounced_at is not None
    ]


def write_again(session: Session, edition: Edition, account_id: int) -> None:
    """Let mail go to somebody's address again, as an organiser decided.

    Raises
    ------
    Conflict
        When mail to this person is not held back, or they are not of this edition.
    """
    known = {one.account_id for one in unreachable_people(session, edition)}
    account = session.get(Account, account_id)
    if account is None or account_id not in known:
        raise Conflict("Mail to this person is not held back.")
    account.bounced_at = account.bounce = None
    session.flush()


def _waits(edition: Edition) -> ColumnElement[bool]:
    is_here = or_(InboundMessage.edition_id == edition.id, InboundMessage.edition_id.is_(None))
    return is_here & (InboundMessage.state == InboundState.QUARANTINED)


def waiting_of(message: InboundMessage) -> WaitingMail:
    """Return what a mail means to an organiser."""
    facts = message.facts or {}
    known = {reason.value for reason in InboundReason}
    starts_at = facts.get("starts_at") if message.kind is InboundKind.COUNTER else None
    return WaitingMail(
        message=message,
        reason=InboundReason(message.reason) if message.reason in known else None,
        answer=_answer_in(message),
        proposed_at=datetime.fromisoformat(starts_at) if starts_at else None,
    )


def _answer_in(message: InboundMessage) -> Participation | None:
    """Return the answer that can be noted: of a calendar that speaks of this invitation."""
    facts, invitation = message.facts or {}, message.invitation
    if message.kind is not InboundKind.REPLY or invitation is None:
        return None
    return ANSWERS.get(facts["participation"]) if facts["uid"] == invitation.uid else None


def settle(
    session: Session,
    message: InboundMessage,
    state: InboundState,
    *,
    by: Account,
    now: datetime,
) -> None:
    """Note what an organiser decided about a mail; `Conflict` when somebody else did."""
    if message.edition is not None:
        editions.lock(session, message.edition)
    session.refresh(message, ["state"], with_for_update=True)
    if message.state is not InboundState.QUARANTINED:
        raise Conflict("Somebody has dealt with this mail already.")
    message.state, message.settled_at, message.settled_by = state, now, by
    message.raw = None
    session.flush()
