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
from opendeur.domain import calendars, people, placements
from opendeur.domain.invitations import answers
from opendeur.domain.invitations.drafts import can_be_told
from opendeur.domain.invitations.facts import (
    SIGNIFICANT,
    alike,
    changes_between,
    facts_of,
    guests_of,
    is_news,
    visit_facts,
)
from opendeur.domain.invitations.silence import letter_of, make_up_silence
from opendeur.domain.mail import (
    REACHED,
    address_of,
    forget_answer,
    letterhead,
    new_message_id,
    put_behind,
    queue_written,
    sender_name,
)
from opendeur.enums import (
    NOTHING_KINDS,
    EditionPhase,
    InvitationRole,
    Language,
    MessageKind,
)
from opendeur.errors import TooOften
from opendeur.gateways import mime
from opendeur.gateways.calendar_files import CalendarInvitation, Method, invitation_file
from opendeur.models import Account, Invitation, Message, Preference, Visitor

#: A group of at most so many people is a small one, in which everybody's coming counts.
SMALL_GROUP = 5
#: So many are enough to see every kind of letter; nobody's mailbox is filled from here.
EXAMPLES_AN_HOUR = 20


def preview(
    session: Session, message: Message, *, settings: Settings, now: datetime
) -> letters.Rendered:
    """Write a draft as it would be sent now. Nothing is kept."""
    if message.kind in NOTHING_KINDS:
        return letters.render(letter_of(session, message, settings=settings, now=now))
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
    letter: letters.NoPlace | letters.NoGuests | letters.Invitation
    if message.kind in NOTHING_KINDS:
        letter = letter_of(session, message, settings=settings, now=now)
    else:
        letter, _ = _letter(session, message, settings=settings)
    edition = message.edition
    assert edition is not None  # noqa: S101  # only letters about a week have drafts
    head = replace(letter.head, example_of=message.to_name or message.to_address)
    page = address_of(
        f"desk/invitations/{message.id}",
        language=message.language,
        edition=edition,
        settings=settings,
    )
    marked = replace(letter, head=head, page_url=page)
    if isinstance(marked, letters.Invitation) and marked.answers_here:
        marked = replace(marked, accept_url=page, decline_url=page)
    return queue_written(
        session,
        letters.render(marked),
        kind=message.kind,
        to_address=to.email,
        to_name=to.name,
        language=message.language,
        edition=edition,
        settings=settings,
        now=now,
    )


def reply_address(invitation: Invitation, *, settings: Settings) -> str:
    """Return the address that only this invitation has: its organizer, and where replies go."""
    return f"visits+{invitation.token}@{settings.mail_domain}"


def return_address(message: Message, *, settings: Settings) -> str:
    """Return where a message comes back to when it cannot be delivered.

    One about an invitation comes back to the address that only this invitation has: a mail
    server that tells nothing else still tells which one it was.
    """
    if message.invitation is None:
        return settings.sender
    return reply_address(message.invitation, settings=settings)


def make_up(session: Session, message: Message, *, settings: Settings, now: datetime) -> None:
    """Write a queued message for good: its bytes, and what the invitation has said by then.

    One that nobody needs any more is put behind, without bytes: a change that was undone, a
    cancellation of what never reached anybody, whatever is over. Who was never reached gets
    a first invitation, whatever the draft was.

    Raises
    ------
    ValueError
        When the message cannot be written, such as for an address that mail cannot carry.
    """
    if message.kind in NOTHING_KINDS:
        make_up_silence(session, message, settings=settings, now=now)
        return
    invitation = message.invitation
    if invitation is None:
        raise ValueError("Only messages about invitations are written by the worker.")
    cancels = message.kind is MessageKind.CANCELLED
    guests = guests_of(placements.placed_in(session, invitation.slot))[invitation.slot_id]
    if not _is_needed(invitation, guests, cancels=cancels, now=now):
        put_behind(message)
        if cancels:
            invitation.cancelled_at = now
        session.flush()
        return
    if not cancels:
        message.kind = MessageKind.NEW if invitation.said is None else MessageKind.CHANGED
    significant = cancels
    if invitation.said is not None and not cancels:
        then = alike(invitation, invitation.said, guests)
        significant = any(invitation.said[name] != then[name] for name in SIGNIFICANT)
    forgotten = {}
    if significant and not cancels:
        forgotten = {"forgot": forget_answer(invitation)}
    message.language = invitation.account.language
    letter, facts = _letter(session, message, settings=settings, guests=guests)
    sequence = 0 if invitation.sequence is None else invitation.sequence + int(significant)
    stamp = now.replace(microsecond=0)
    if invitation.stamp is not None and stamp <= invitation.stamp:
        stamp = invitation.stamp + timedelta(seconds=1)
    entry = _calendar(invitation, letter, sequence=sequence, stamp=stamp, settings=settings)
    written = letters.render(letter)
    first = _first_message_id(session, message)
    message.message_id = new_message_id(settings)
    message.subject = written.subject[:400]
    message.to_address, message.to_name = invitation.account.email, invitation.account.name
    message.raw = mime.compose(
        mime.Mail(
            sender_name=sender_name(invitation.edition, message.language),
            sender_address=settings.sender,
            reply_to=reply_address(invitation, settings=settings),
            to_name=invitation.account.name,
            to_address=invitation.account.email,
            subject=written.subject,
            text=written.text,
            html=written.html,
            message_id=message.message_id,
            in_reply_to=first,
            sent_at=stamp,
            language=message.language,
            calendar=invitation_file(entry),
            method=(Method.CANCEL if cancels else Method.REQUEST).value,
        )
    )
    message.said = facts | {"sequence": sequence} | forgotten
    invitation.sequence, invitation.stamp = sequence, stamp
    invitation.entry = calendars.to_keep(entry)
    if cancels:
        invitation.cancelled_at = now
    else:
        invitation.said = message.said
    session.flush()


def _is_needed(
    invitation: Invitation, guests: tuple[letters.Guest, ...], *, cancels: bool, now: datetime
) -> bool:
    """Tell whether somebody still has to know what a queued message would say."""
    said = invitation.said
    if cancels:
        return said is not None and can_be_told(invitation, now=now)
    is_closed = invitation.edition.phase is EditionPhase.CLOSED
    if is_closed or invitation.slot.ends_at <= now:
        return False
    return said is None or is_news(invitation, said, guests)


def _week_url(invitation: Invitation, language: Language, settings: Settings) -> str:
    return address_of(
        "me/week", language=language, edition=invitation.edition, settings=settings
    )


def _letter(
    session: Session,
    message: Message,
    *,
    settings: Settings,
    guests: tuple[letters.Guest, ...] | None = None,
) -> tuple[letters.VisitorInvitation | letters.HostInvitation, dict[str, Any]]:
    invitation = message.invitation
    assert invitation is not None  # noqa: S101  # only invitations have drafts
    slot, edition, language = invitation.slot, invitation.edition, message.language
    if guests is None:
        guests = guests_of(placements.placed_in(session, slot))[slot.id]
    facts = facts_of(invitation, guests)
    if message.kind is MessageKind.CANCELLED and invitation.said is not None:
        facts = _called_off(invitation, facts)
    common: dict[str, Any] = {
        "head": letterhead(edition, language, settings=settings),
        "visit": visit_facts(slot, language, facts),
        "kind": message.kind,
        "changes": _changes(invitation, guests),
    }
    if message.kind is MessageKind.CANCELLED:
        common |= {"reason": letters.Passage(placements.why_cancelled(session, slot))}
    else:
        if not is_asked_again(invitation, guests):
            common["participation"] = invitation.participation
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


def _called_off(invitation: Invitation, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what is called off: what was said, not what is now; the place as its reader
    calls it today where that is the same place."""
    said = invitation.said or facts
    if said.get("place") == alike(invitation, said, ())["place"]:
        return {**said, "place": facts["place"]}
    return said


def _changes(invitation: Invitation, guests: tuple[letters.Guest, ...]) -> letters.Changes:
    said = invitation.said
    if said is None:
        return letters.Changes()
    return changes_between(said, alike(invitation, said, guests))


def is_asked_again(invitation: Invitation, guests: tuple[letters.Guest, ...]) -> bool:
    """Tell whether an answer of before is about another time or place."""
    said = invitation.said
    if said is None:
        return True
    then = alike(invitation, said, guests)
    return any(said.get(name) != then[name] for name in SIGNIFICANT)


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
        description_language=words.description_language,
        language=language,
        organizer_name=sender_name(invitation.edition, invitation.account.language),
        organizer_address=reply_address(invitation, settings=settings),
        attendee_name=invitation.account.name,
        attendee_address=invitation.account.email,
        participation=invitation.participation,
    )


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


def _first_message_id(session: Session, message: Message) -> str | None:
    """Return the message that began it for its reader: the first one that arrived."""
    return session.scalar(
        select(Message.message_id)
        .where(
            Message.invitation_id == message.invitation_id, Message.id != message.id, REACHED
        )
        .order_by(Message.revision)
        .limit(1)
    )
