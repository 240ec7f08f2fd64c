"""Writing an invitation: the letter, the calendar file, and the mail around them.

References
----------
RFC 5546 2.1.4: the sequence goes up when start, end or place changes, and with every
cancellation; a change of words keeps it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur import letters
from opendeur.config import Settings
from opendeur.domain import people
from opendeur.domain.invitations import answers
from opendeur.domain.invitations.facts import (
    SIGNIFICANT,
    changes_between,
    facts_of,
    guests_of,
    placed_in,
)
from opendeur.domain.mail import (
    address_of,
    letterhead,
    new_message_id,
    queue_written,
    sender_name,
)
from opendeur.enums import InvitationRole, Language, MessageKind, Participation
from opendeur.errors import TooOften
from opendeur.gateways import mime
from opendeur.gateways.calendar_files import CalendarInvitation, Method, invitation_file
from opendeur.models import Account, Invitation, Message, Preference, Slot, Visitor

#: A group of at most so many people is a small one, in which everybody's coming counts.
SMALL_GROUP = 5
#: So many are enough to see every kind of letter; nobody's mailbox is filled from here.
EXAMPLES_AN_HOUR = 20


def preview(
    session: Session, message: Message, *, settings: Settings, now: datetime
) -> letters.Rendered:
    """Write a draft as it would be sent now. Nothing is kept."""
    letter, _ = _letter(session, message, settings=settings)
    return letters.render(letter)


def queue_example(
    session: Session, message: Message, *, to: Account, settings: Settings, now: datetime
) -> Message:
    """Queue a draft to an organiser, to look at: marked, without calendar, answering nothing.

    It is about no invitation, so that it counts nowhere as sent, and the draft stays a draft.

    Raises
    ------
    TooOften
        When this organiser had as many within the hour as anybody may.
    """
    people.count_try(
        session,
        f"example:{to.id}",
        limit=EXAMPLES_AN_HOUR,
        window=timedelta(hours=1),
        refusal=TooOften(
            "You had %(count)s examples mailed to you this hour. Read the drafts here, or go "
            "on within the hour.",
            count=EXAMPLES_AN_HOUR,
        ),
        now=now,
    )
    letter, _ = _letter(session, message, settings=settings)
    invitation = message.invitation
    assert invitation is not None  # noqa: S101  # only invitations have drafts
    edition = invitation.edition
    head = replace(letter.head, example_of=message.to_name or message.to_address)
    page = address_of(
        f"desk/invitations/{message.id}",
        language=message.language,
        edition=edition,
        settings=settings,
    )
    answers = page if letter.answers_here else ""
    return queue_written(
        session,
        letters.render(
            replace(letter, head=head, page_url=page, accept_url=answers, decline_url=answers)
        ),
        kind=message.kind,
        to_address=to.email,
        to_name=to.name,
        language=message.language,
        edition=edition,
        settings=settings,
        now=now,
    )


def make_up(session: Session, message: Message, *, settings: Settings, now: datetime) -> None:
    """Write a queued message for good: its bytes, and what the invitation has said by then.

    Raises
    ------
    ValueError
        When the message cannot be written, such as for an address that mail cannot carry.
    """
    invitation = message.invitation
    if invitation is None:
        raise ValueError("Only messages about invitations are written by the worker.")
    letter, facts = _letter(session, message, settings=settings)
    cancels = message.kind is MessageKind.CANCELLED
    significant = cancels or any(
        invitation.said is not None and invitation.said[name] != facts[name]
        for name in SIGNIFICANT
    )
    sequence = 0 if invitation.sequence is None else invitation.sequence + int(significant)
    stamp = now.replace(microsecond=0)
    if invitation.stamp is not None and stamp <= invitation.stamp:
        stamp = invitation.stamp + timedelta(seconds=1)
    if significant and not cancels:
        invitation.participation = Participation.NEEDS_ACTION
        invitation.answered_at = None
    written = letters.render(letter)
    first = _first_message_id(session, invitation)
    message.message_id = new_message_id(settings)
    message.subject = written.subject[:400]
    message.to_address, message.to_name = invitation.account.email, invitation.account.name
    message.raw = mime.compose(
        mime.Mail(
            sender_name=sender_name(invitation.edition, message.language),
            sender_address=settings.sender,
            reply_to=_organizer_address(invitation, settings),
            to_name=invitation.account.name,
            to_address=invitation.account.email,
            subject=written.subject,
            text=written.text,
            html=written.html,
            message_id=message.message_id,
            in_reply_to=first,
            sent_at=stamp,
            language=message.language,
            calendar=invitation_file(
                _calendar(invitation, letter, sequence=sequence, stamp=stamp, settings=settings)
            ),
            method=(Method.CANCEL if cancels else Method.REQUEST).value,
        )
    )
    invitation.sequence, invitation.stamp, invitation.said = sequence, stamp, facts
    if cancels:
        invitation.cancelled_at = now
    session.flush()


def entry_file(
    session: Session, invitation: Invitation, *, settings: Settings
) -> tuple[str, bytes]:
    """Return the visit of an invitation as a calendar entry to take over, and its method.

    It is the entry of the invitation, with the same UID, so that no calendar shows it twice.
    It says what is so now; a change that is mailed later comes with a higher sequence.
    """
    language = invitation.account.language
    letter = letters.VisitorInvitation(
        head=letterhead(invitation.edition, language, settings=settings),
        visit=_visit_facts(invitation.slot, facts_of(invitation, ()), language),
        kind=MessageKind.NEW,
        changes=letters.Changes(),
        page_url=_week_url(invitation, language, settings),
        visitor_name=invitation.account.given_name,
        rank=_rank(session, invitation),
    )
    entry = _calendar(
        invitation,
        letter,
        sequence=invitation.sequence or 0,
        stamp=(invitation.stamp or invitation.created_at).replace(microsecond=0),
        settings=settings,
    )
    published = replace(entry, method=Method.PUBLISH)
    return published.method.value, invitation_file(published)


def _week_url(invitation: Invitation, language: Language, settings: Settings) -> str:
    return address_of(
        "me/week", language=language, edition=invitation.edition, settings=settings
    )


def _letter(
    session: Session, message: Message, *, settings: Settings
) -> tuple[letters.VisitorInvitation | letters.HostInvitation, dict[str, Any]]:
    invitation = message.invitation
    assert invitation is not None  # noqa: S101  # only invitations have drafts
    slot, edition, language = invitation.slot, invitation.edition, message.language
    guests = guests_of(placed_in(session, slot))[slot.id]
    facts = facts_of(invitation, guests)
    if message.kind is MessageKind.CANCELLED and invitation.said is not None:
        facts = invitation.said  # what is called off is what was said, not what is now
    common: dict[str, Any] = {
        "head": letterhead(edition, language, settings=settings),
        "visit": _visit_facts(slot, facts, language),
        "kind": message.kind,
        "changes": changes_between(invitation.said, facts),
    }
    if message.kind is not MessageKind.CANCELLED:
        page = answers.answer_address(invitation, language=language, settings=settings)
        common |= {"accept_url": f"{page}?yes", "decline_url": f"{page}?no"}
    if invitation.role is InvitationRole.HOST:
        page = address_of("host/", language=language, edition=edition, settings=settings)
        return letters.HostInvitation(**common, page_url=page, guests=guests), facts
    letter = letters.VisitorInvitation(
        **common,
        page_url=_week_url(invitation, language, settings),
        visitor_name=invitation.account.given_name,
        rank=_rank(session, invitation),
        is_small_group=sum(guest.seats for guest in guests) <= SMALL_GROUP,
    )
    return letter, facts


def _visit_facts(slot: Slot, facts: dict[str, Any], language: str) -> letters.VisitFacts:
    visit, host = slot.visit, slot.visit.host
    return letters.VisitFacts(
        title=letters.Title(*visit.title(language)),
        description=letters.Passage(*visit.description(language)),
        host_name=host.organisation.name,
        place=facts["place"],
        starts_at=datetime.fromisoformat(facts["starts_at"]),
        ends_at=datetime.fromisoformat(facts["ends_at"]),
        languages=slot.languages,
        wheelchair=host.wheelchair,
        access=letters.Passage(*host.access(language)),
        directions=letters.Passage(*host.directions(language)),
        contact_name=facts["contact"][0],
        contact_phone=facts["contact"][1],
    )


def _calendar(
    invitation: Invitation,
    letter: letters.VisitorInvitation | letters.HostInvitation,
    *,
    sequence: int,
    stamp: datetime,
    settings: Settings,
) -> CalendarInvitation:
    words = letters.calendar_words(letter)
    coordinates = invitation.slot.coordinates
    language = letter.head.language
    return CalendarInvitation(
        method=Method.CANCEL if letter.kind is MessageKind.CANCELLED else Method.REQUEST,
        uid=invitation.uid,
        sequence=sequence,
        stamp=stamp,
        starts_at=letter.visit.starts_at,
        ends_at=letter.visit.ends_at,
        time_zone=invitation.edition.time_zone,
        summary=words.summary,
        description=words.description,
        location=words.location,
        url=letter.page_url,
        latitude=coordinates[0] if coordinates else None,
        longitude=coordinates[1] if coordinates else None,
        categories=(letter.head.edition_name,),
        language=language,
        organizer_name=sender_name(invitation.edition, invitation.account.language),
        organizer_address=_organizer_address(invitation, settings),
        attendee_name=invitation.account.name,
        attendee_address=invitation.account.email,
        participation=invitation.participation,
    )


def _organizer_address(invitation: Invitation, settings: Settings) -> str:
    return f"visits+{invitation.token}@{settings.mail_domain}"


def _rank(session: Session, invitation: Invitation) -> int | None:
    return session.scalar(
        select(Preference.rank)
        .join(Visitor, Visitor.id == Preference.visitor_id)
        .where(
            Visitor.edition_id == invitation.edition_id,
            Visitor.account_id == invitation.account_id,
            Preference.visit_id == invitation.visit_id,
        )
    )


def _first_message_id(session: Session, invitation: Invitation) -> str | None:
    return session.scalar(
        select(Message.message_id)
        .where(Message.invitation_id == invitation.id, Message.message_id.is_not(None))
        .order_by(Message.revision)
        .limit(1)
    )
