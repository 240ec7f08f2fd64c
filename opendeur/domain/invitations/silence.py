"""Letters to those who get nothing: a visitor without a place, a host without guests.

They are drafts like all others, go out with them, and carry no calendar. Nobody gets one
twice, nor after an invitation: a place that was lost later has its own letter.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur import letters
from opendeur.config import Settings
from opendeur.domain import assignment, placements, queries
from opendeur.domain.mail import address_of, letterhead, write
from opendeur.domain.placements import Missed
from opendeur.enums import (
    NOTHING_KINDS,
    EditionPhase,
    InvitationRole,
    MessageKind,
    MessageState,
    SlotState,
)
from opendeur.letters import Refusal
from opendeur.models import (
    Account,
    Contact,
    Edition,
    Host,
    Invitation,
    Message,
    Organisation,
    Placement,
    Preference,
    Slot,
    Visit,
    Visitor,
)

#: When it is known who gets nothing, and a letter about it is of use.
PHASES = (EditionPhase.ASSIGNMENT, EditionPhase.PUBLISHED)
#: States of a message that told nobody anything.
UNTOLD = (MessageState.DRAFT, MessageState.SUPERSEDED, MessageState.FAILED)
#: How many moments with places left a letter names.
MOST_FREE = 5

#: Numbers of a visitor and a slot, as placements that are asked about.
Pairs = Collection[tuple[int, int]]


def draft_silence(session: Session, edition: Edition, *, now: datetime) -> None:
    """Make the drafts to those who get nothing anew; the lock of the edition is held."""
    session.execute(
        delete(Message).where(
            Message.edition_id == edition.id,
            Message.state == MessageState.DRAFT,
            Message.kind.in_(NOTHING_KINDS),
        )
    )
    if edition.phase not in PHASES:
        return
    rows = session.execute(
        queries.live_placements(edition).with_only_columns(
            Placement.visitor_id, Placement.slot_id
        )
    )
    for kind, account in _silent(session, edition, {(visitor, slot) for visitor, slot in rows}):
        session.add(
            Message(
                kind=kind,
                state=MessageState.DRAFT,
                edition_id=edition.id,
                to_address=account.email,
                to_name=account.name,
                language=account.language,
                created_at=now,
            )
        )
    session.flush()


def count_silent(session: Session, edition: Edition, pairs: Pairs) -> int:
    """Return how many letters there would be to those who get nothing, with these seats."""
    return len(_silent(session, edition, pairs))


def letter_of(
    session: Session, message: Message, *, settings: Settings, now: datetime
) -> letters.NoPlace | letters.NoGuests:
    """Write what one of these letters says now.

    Raises
    ------
    ValueError
        When its reader has something by now.
    """
    edition = message.edition
    assert edition is not None  # noqa: S101  # they are about a week
    head = letterhead(edition, message.language, settings=settings)
    if message.kind is MessageKind.NO_PLACE:
        return _no_place(session, message, edition, head, settings=settings, now=now)
    host = session.scalars(
        _hosts(edition, ~_receives())
        .join(Contact, Contact.organisation_id == Host.organisation_id)
        .join(Account, Account.id == Contact.account_id)
        .where(Account.email == message.to_address)
    ).first()
    if host is None:
        raise ValueError("This host receives people by now, so the letter says what is not so.")
    return letters.NoGuests(
        head=head,
        host_name=host.organisation.name,
        people=_people_who_chose(session, host),
        page_url=address_of(
            "host/", language=message.language, edition=edition, settings=settings
        ),
    )


def make_up_silence(
    session: Session, message: Message, *, settings: Settings, now: datetime
) -> None:
    """Write a queued letter for good.

    Raises
    ------
    ValueError
        See `letter_of`.
    """
    written = letters.render(letter_of(session, message, settings=settings, now=now))
    write(session, message, written, settings=settings, now=now)


def _silent(
    session: Session, edition: Edition, pairs: Pairs
) -> list[tuple[MessageKind, Account]]:
    """Return whom to write that they get nothing, once anybody gets something."""
    if not pairs:
        return []
    told = set(
        session.scalars(
            select(Message.to_address).where(
                Message.edition_id == edition.id,
                Message.kind.in_(NOTHING_KINDS),
                Message.state.not_in(UNTOLD),
            )
        )
    )
    return [
        (kind, account)
        for kind, account in (
            *_visitors(session, edition, {visitor for visitor, _ in pairs}),
            *_contacts(session, edition, {slot for _, slot in pairs}),
        )
        if account.email not in told and account.disabled_at is None
    ]


def _visitors(
    session: Session, edition: Edition, placed: Collection[int]
) -> list[tuple[MessageKind, Account]]:
    """Return the visitors who submitted, have no seat, and never had an invitation."""
    invited = exists().where(
        Invitation.edition_id == edition.id,
        Invitation.account_id == Visitor.account_id,
        Invitation.role == InvitationRole.VISITOR,
        Invitation.sequence.is_not(None),
    )
    found = session.scalars(
        queries.submitted_visitors(edition)
        .where(~invited)
        .options(joinedload(Visitor.account))
        .order_by(Visitor.id)
    )
    return [
        (MessageKind.NO_PLACE, visitor.account) for visitor in found if visitor.id not in placed
    ]


def _contacts(
    session: Session, edition: Edition, running: Collection[int]
) -> list[tuple[MessageKind, Account]]:
    """Return who speaks for hosts that offer something to which nobody comes, each once."""
    invited = exists().where(
        Invitation.role == InvitationRole.HOST,
        Invitation.sequence.is_not(None),
        Invitation.visit_id == Visit.id,
        Visit.host_id == Host.id,
    )
    hosts = session.scalars(
        _hosts(edition, ~invited).options(
            selectinload(Host.visits).selectinload(Visit.slots),
            joinedload(Host.organisation)
            .selectinload(Organisation.contacts)
            .joinedload(Contact.account),
        )
    ).unique()
    accounts: dict[int, Account] = {}
    for host in hosts:
        if not any(slot.id in running for visit in host.visits for slot in visit.slots):
            for contact in host.organisation.contacts:
                accounts[contact.account_id] = contact.account
    return [(MessageKind.NO_GUESTS, accounts[number]) for number in sorted(accounts)]


def _hosts(edition: Edition, *conditions: ColumnElement[bool]) -> Select[Host]:
    """Return the statement for the hosts that offer something in the programme."""
    offers = exists().where(
        Visit.host_id == Host.id,
        queries.IS_OFFERED,
        Slot.visit_id == Visit.id,
        Slot.state != SlotState.CLOSED,
    )
    return (
        select(Host)
        .where(Host.edition_id == edition.id, offers, *conditions)
        .options(joinedload(Host.organisation))
        .order_by(Host.id)
    )


def _receives() -> ColumnElement[bool]:
    return exists().where(
        Placement.slot_id == Slot.id,
        queries.IS_LIVE,
        Slot.visit_id == Visit.id,
        Visit.host_id == Host.id,
    )


def _people_who_chose(session: Session, host: Host) -> int:
    chosen = (
        select(Preference.visitor_id)
        .join(Visit, Visit.id == Preference.visit_id)
        .where(Visit.host_id == host.id)
    )
    return session.scalars(
        select(func.coalesce(func.sum(Visitor.seats), 0)).where(
            Visitor.id.in_(chosen), queries.HAS_SUBMITTED
        )
    ).one()


def _no_place(
    session: Session,
    message: Message,
    edition: Edition,
    head: letters.Letterhead,
    *,
    settings: Settings,
    now: datetime,
) -> letters.NoPlace:
    language = message.language
    visitor = session.scalars(
        select(Visitor)
        .join(Visitor.account)
        .where(Visitor.edition_id == edition.id, Account.email == message.to_address)
    ).first()
    week = placements.week_of(session, visitor) if visitor else None
    if visitor is None or week is None or week.granted:
        raise ValueError("This person has a place by now, so the letter says what is not so.")
    return letters.NoPlace(
        head=head,
        visitor_name=visitor.account.given_name,
        refused=tuple(
            letters.RefusedVisit(
                title=letters.Title(*missed.visit.title(language)),
                host_name=missed.visit.host.organisation.name,
                reason=reason_of(missed),
                people=missed.people,
                seats=missed.seats,
            )
            for missed in week.missed
        ),
        free=tuple(
            letters.FreeMoment(
                title=letters.Title(*slot.visit.title(language)),
                host_name=slot.visit.host.organisation.name,
                starts_at=slot.starts_at,
                url=address_of(
                    f"me/take/{slot.id}",
                    language=language,
                    edition=edition,
                    settings=settings,
                ),
            )
            for slot in assignment.free_moments(session, visitor, most=MOST_FREE, now=now)
        ),
        page_url=address_of("me/week", language=language, edition=edition, settings=settings),
    )


def reason_of(missed: Missed) -> Refusal:
    """Return why somebody with nothing did not get a visit, as their week says it."""
    if missed.visit.withdrawn_at is not None:
        return Refusal.WITHDRAWN
    if not missed.takes_place:
        return Refusal.NOT_RUNNING
    if not missed.could_come:
        return Refusal.COULD_NOT_COME
    return Refusal.FULL if missed.is_full else Refusal.WHOLE
