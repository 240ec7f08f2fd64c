"""Drafts: what must be sent so that everybody knows their week, and sending it."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import editions, placements, queries
from opendeur.domain.invitations.facts import (
    guests_of,
    is_news,
    placements_of,
    said_times,
)
from opendeur.domain.invitations.silence import draft_silence
from opendeur.domain.mail import supersede
from opendeur.enums import (
    NOTHING_KINDS,
    Door,
    EditionPhase,
    InvitationRole,
    MessageKind,
    MessageState,
)
from opendeur.errors import Conflict
from opendeur.models import (
    Account,
    Edition,
    Host,
    Invitation,
    Message,
    Placement,
    Slot,
    Visit,
)

#: What there is one invitation for: role, visit or slot, account.
Key = tuple[InvitationRole, int, int]


@dataclass(frozen=True, slots=True)
class Drafts:
    """What would be sent: how many messages of each kind, and the messages.

    `new` is the first that somebody hears: an invitation, or that there is nothing for them.
    """

    new: int
    changed: int
    cancelled: int
    messages: tuple[Message, ...] = ()

    @property
    def total(self) -> int:
        """How many messages there are."""
        return self.new + self.changed + self.cancelled


@dataclass(frozen=True, slots=True)
class Wanted:
    """That an account should have an invitation for a slot."""

    role: InvitationRole
    slot: Slot
    account: Account

    @property
    def key(self) -> Key:
        number = self.slot.visit_id if self.role is InvitationRole.VISITOR else self.slot.id
        return self.role, number, self.account.id


def key_of(invitation: Invitation) -> Key:
    """Return what the invitation is the only one for."""
    is_visitor = invitation.role is InvitationRole.VISITOR
    number = invitation.visit_id if is_visitor else invitation.slot_id
    return invitation.role, number, invitation.account_id


def wanted_of(seats: Iterable[Placement]) -> dict[Key, Wanted]:
    """Return the invitations that these placements ask for."""
    found: dict[Key, Wanted] = {}
    for placement in seats:
        visitor = Wanted(InvitationRole.VISITOR, placement.slot, placement.visitor.account)
        found[visitor.key] = visitor
        for contact in placement.slot.visit.host.organisation.contacts:
            host = Wanted(InvitationRole.HOST, placement.slot, contact.account)
            found[host.key] = host
    return found


def still_to_come(
    wanted: dict[Key, Wanted], edition: Edition, *, now: datetime
) -> dict[Key, Wanted]:
    """Leave out what nobody has to know any more: what is over, or in a closed edition."""
    if edition.phase is EditionPhase.CLOSED:
        return {}
    return {key: one for key, one in wanted.items() if one.slot.ends_at > now}


def can_be_told(invitation: Invitation, *, now: datetime) -> bool:
    """Tell whether somebody can be told that it is off: not when it is over already."""
    is_closed = invitation.edition.phase is EditionPhase.CLOSED
    return not is_closed and said_times(invitation)[1] > now


def draft(
    session: Session, edition: Edition, *, visit: Visit | None = None, now: datetime
) -> Drafts:
    """Make the drafts anew: what must be sent so that everybody knows their week.

    Drafts of before are dropped; messages that wait or went out stay. Nothing is drafted for
    what is over, or in a closed edition. What failed for good was not said: who was never
    reached is invited as if for the first time. The counts are those of all drafts afterwards.

    Whoever said no hears nothing: their own calendar noted the answer, so its entry is as they
    want it, and a cancellation would only ask for attention (RFC 5546 3.2.3: the answer is the
    attendee's own). If they get a seat again by another way, the entry that they said no to
    ends in silence and a new one invites.

    Parameters
    ----------
    visit
        The only visit that changed, where that is known; drafts about others stay.
    """
    editions.lock(session, edition)
    stale = delete(Message).where(
        Message.edition_id == edition.id, Message.state == MessageState.DRAFT
    )
    if visit is not None:
        about = select(Invitation.id).where(Invitation.visit_id == visit.id)
        stale = stale.where(Message.invitation_id.in_(about))
    session.execute(stale)
    # First of all: what a worker writes meanwhile is not waiting, and then it was said.
    waiting = waiting_of(session, edition, keep=True)
    seats = placements_of(session, edition, visit=visit)
    guests = guests_of(seats)
    wanted = still_to_come(wanted_of(seats), edition, now=now)
    live = _live(session, edition, visit=visit)
    for key in [key for key in live.keys() & wanted.keys() if has_said_no(live[key])]:
        live.pop(key).cancelled_at = now
    session.flush()
    revisions = _revisions(session, edition)

    unsaid: list[Invitation] = []

    def add(kind: MessageKind, invitation: Invitation) -> None:
        session.add(
            Message(
                kind=kind,
                state=MessageState.DRAFT,
                edition_id=edition.id,
                invitation=invitation,
                revision=revisions.get(invitation.id, 0) + 1,
                to_address=invitation.account.email,
                to_name=invitation.account.name,
                language=invitation.account.language,
                created_at=now,
            )
        )

    for key in sorted(live.keys() - wanted.keys()):
        invitation = live[key]
        if not can_be_told(invitation, now=now):
            continue
        queued = waiting.pop(invitation.id, [])
        _drop(session, [message for message in queued if not message.kind.is_cancellation])
        if invitation.said is None:
            unsaid.append(invitation)
        elif not has_said_no(invitation) and not is_called_off(queued):
            add(MessageKind.CANCELLED, invitation)
    _end_unsaid(session, unsaid, now=now)
    session.flush()
    for key in sorted(wanted.keys() - live.keys()):
        add(MessageKind.NEW, _new_invitation(edition, wanted[key], now=now))
    for key in sorted(wanted.keys() & live.keys()):
        invitation = live[key]
        invitation.slot = wanted[key].slot
        queued = waiting.get(invitation.id, [])
        if is_coming(queued):
            continue
        _drop(session, queued)  # a cancellation that was not written and no longer holds
        if invitation.said is None:
            add(MessageKind.NEW, invitation)
        elif is_news(invitation, invitation.said, guests[invitation.slot_id]):
            add(MessageKind.CHANGED, invitation)
    session.flush()
    draft_silence(session, edition, now=now)
    return drafts_of(session, edition)


def _end_unsaid(session: Session, invitations: list[Invitation], *, now: datetime) -> None:
    """End invitations that never reached anybody: nobody has to be told that they are off."""
    numbers = [invitation.id for invitation in invitations]
    attempted = set(
        session.scalars(
            select(Message.invitation_id).where(Message.invitation_id.in_(numbers)).distinct()
        )
    )
    for invitation in invitations:
        if invitation.id in attempted:
            invitation.cancelled_at = now
        else:
            session.delete(invitation)
    supersede(session, select(Invitation.id).where(Invitation.id.in_(attempted)))


def _new_invitation(edition: Edition, wanted: Wanted, *, now: datetime) -> Invitation:
    return Invitation(
        edition=edition,
        role=wanted.role,
        visit_id=wanted.slot.visit_id,
        slot=wanted.slot,
        account=wanted.account,
        uid=str(uuid4()),
        token=secrets.token_hex(16),
        created_at=now,
    )


def has_said_no(invitation: Invitation) -> bool:
    """Tell whether a visitor said no in their own calendar, which then shows it."""
    return (
        invitation.is_for_visitor
        and invitation.participation.is_no
        and invitation.answered_through is Door.MAIL
    )


def _live(session: Session, edition: Edition, *, visit: Visit | None) -> dict[Key, Invitation]:
    statement = select(Invitation).where(
        Invitation.edition_id == edition.id, Invitation.cancelled_at.is_(None)
    )
    if visit is not None:
        statement = statement.where(Invitation.visit_id == visit.id)
    found = session.scalars(
        statement.options(
            joinedload(Invitation.account),
            joinedload(Invitation.slot).options(*queries.SLOT_WITH_PLACE),
        )
    )
    return {key_of(invitation): invitation for invitation in found}


def waiting_of(
    session: Session, edition: Edition, *, keep: bool = False
) -> dict[int, list[Message]]:
    """Return messages by invitation that were queued and are not written yet.

    Parameters
    ----------
    keep
        Whether workers leave them alone until the end of the transaction.
    """
    found = defaultdict(list)
    waiting = select(Message).where(
        Message.edition_id == edition.id,
        Message.state == MessageState.QUEUED,
        Message.message_id.is_(None),
        Message.invitation_id.is_not(None),
    )
    for message in session.scalars(waiting.with_for_update() if keep else waiting):
        found[message.invitation_id or 0].append(message)
    return dict(found)


def is_coming(queued: Iterable[Message]) -> bool:
    """Tell whether a message that waits will invite, from the facts of that moment."""
    return any(message.kind is not MessageKind.CANCELLED for message in queued)


def is_called_off(queued: Iterable[Message]) -> bool:
    """Tell whether a message that waits will say that it is off."""
    return any(message.kind.is_cancellation for message in queued)


def _revisions(session: Session, edition: Edition) -> dict[int, int]:
    rows = session.execute(
        select(Message.invitation_id, func.max(Message.revision))
        .where(Message.edition_id == edition.id, Message.invitation_id.is_not(None))
        .group_by(Message.invitation_id)
    )
    return {invitation: revision or 0 for invitation, revision in rows if invitation}


def _drop(session: Session, messages: Iterable[Message]) -> None:
    for message in messages:
        session.delete(message)
    session.flush()


def drafts_of(session: Session, edition: Edition) -> Drafts:
    """Return the edition's drafts, ready to be listed."""
    messages = session.scalars(
        select(Message)
        .where(Message.edition_id == edition.id, Message.state == MessageState.DRAFT)
        .options(
            joinedload(Message.invitation)
            .joinedload(Invitation.slot)
            .joinedload(Slot.visit)
            .joinedload(Visit.host)
            .joinedload(Host.organisation)
        )
        .order_by(Message.kind, Message.to_name, Message.id)
    ).all()
    kinds = Counter(message.kind for message in messages)
    return Drafts(
        new=sum(kinds[kind] for kind in (MessageKind.NEW, *NOTHING_KINDS)),
        changed=kinds[MessageKind.CHANGED],
        cancelled=kinds[MessageKind.CANCELLED],
        messages=tuple(messages),
    )


def drafts_about(session: Session, visit: Visit, role: InvitationRole) -> list[Message]:
    """Return the drafts of invitations to a visit for those who come, or who receive."""
    return list(
        session.scalars(
            select(Message)
            .join(Message.invitation)
            .where(
                Message.state == MessageState.DRAFT,
                Invitation.role == role,
                Invitation.visit_id == visit.id,
            )
            .options(joinedload(Message.invitation).joinedload(Invitation.slot))
            .order_by(Message.id)
        )
    )


def queue_drafts(
    session: Session, edition: Edition, *, expected: tuple[int, int, int], now: datetime
) -> int:
    """Queue every draft, and publish the edition where that was not done yet.

    Seats that are left go to who waits for them.

    Parameters
    ----------
    expected
        New, changed and cancelled, as the organiser saw them.

    Raises
    ------
    Conflict
        When the drafts are no longer those, such as after a second press of the button.
    """
    editions.lock(session, edition)
    drafts = drafts_of(session, edition)
    if (drafts.new, drafts.changed, drafts.cancelled) != expected or not drafts.total:
        raise Conflict("The drafts have changed since this page was opened. Look again.")
    queue(session, drafts.messages, now=now)
    _send_along(session, drafts.messages, now=now)
    if edition.phase in (EditionPhase.PREFERENCES, EditionPhase.ASSIGNMENT):
        edition.phase = EditionPhase.PUBLISHED
    session.flush()
    placements.offer_to_who_waits(session, edition)
    return drafts.total


def _send_along(session: Session, sent: Iterable[Message], *, now: datetime) -> None:
    """Have what a host would hear later of the same visits go out with what is sent now."""
    visits = {message.invitation.visit_id for message in sent if message.invitation}
    session.execute(
        update(Message)
        .where(
            Message.state == MessageState.QUEUED,
            Message.message_id.is_(None),
            Message.due_at > now,
            Message.invitation_id.in_(
                select(Invitation.id).where(Invitation.visit_id.in_(visits))
            ),
        )
        .values(due_at=now)
        .execution_options(synchronize_session="fetch")
    )


def queue(session: Session, drafts: Iterable[Message], *, now: datetime) -> None:
    """Queue drafts. What ended badly about the same invitations is behind from then on."""
    drafts = tuple(drafts)
    supersede(
        session,
        select(Message.invitation_id).where(
            Message.id.in_([message.id for message in drafts]),
            Message.invitation_id.is_not(None),
        ),
    )
    for message in drafts:
        message.state = MessageState.QUEUED
        message.due_at = now
