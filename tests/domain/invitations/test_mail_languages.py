"""Every kind of mail is wholly in the language of its reader: words, HTML and calendar."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import inbox, mail, passing, people, placements
from opendeur.enums import (
    INVITATION_KINDS,
    EditionPhase,
    InvitationRole,
    Language,
    MessageKind,
    PlacementState,
)
from opendeur.models import Message
from tests.arrivals import reply, words
from tests.domain.invitations.letter_words import (
    EN,
    FR,
    HOST,
    NL,
    VISITOR,
    WHY,
    WORDS,
    Letter,
    Words,
)
from tests.domain.invited import (
    SETTINGS,
    Case,
    event_of,
    mail_of,
    make_case,
    send_all,
    to_visitor,
)
from tests.factories import NOW, make_account, make_offer, make_placement, make_visitor

#: Edition and zone, in the name of the sender and of the entry's organiser.
SENDER = {
    NL: "Opendeurweek Zorgzone Zuid-Oost",
    FR: "Semaine portes ouvertes Bassin Sud-Est",
    EN: "Open-door week Care zone South-East",
}
PLACE = {
    NL: "Zavelput, Zavelstraat 3, 1150 Sint-Pieters-Woluwe",
    FR: "Zavelput, Zavelstraat 3, 1150 Woluwe-Saint-Pierre",
    EN: "Zavelput, Zavelstraat 3, 1150 Woluwe-Saint-Pierre",
}

LETTERS = [(letter, language) for letter, words in WORDS.items() for language in words]


def name_of(value: object) -> str | None:
    if isinstance(value, Letter):
        return " to ".join(str(part) for part in value if part is not None)
    return str(value)


def write(session: Session, letter: Letter, language: Language) -> Message:
    """Write a letter to people who read `language`, as the site does."""
    case = make_case(session)
    organisation = case.visit.host.organisation
    organisation.name = "Zavelput"
    for account in (case.placement.visitor.account, organisation.contacts[0].account):
        account.language = language
    if letter.role is None:
        return QUEUE[letter.kind](session, case, language)
    sent = send_all(session, case.edition)
    if letter.kind is MessageKind.CHANGED:
        case.visit.description_nl, case.visit.description_fr = "Koffie.", "Le café."
        sent = send_all(session, case.edition, now=NOW + timedelta(hours=1))
    if letter.kind is MessageKind.CANCELLED:
        case.placement.state = PlacementState.CANCELLED
        sent = send_all(session, case.edition, now=NOW + timedelta(hours=1))
    [found] = [m for m in sent if m.invitation and m.invitation.role is letter.role]
    assert found.kind is letter.kind
    return found


def queue_sign_in(session: Session, case: Case, language: Language) -> Message:
    email = case.placement.visitor.account.email
    made = people.issue_sign_in(
        session, email=email, language=language, pepper=SETTINGS.secret_key, now=NOW
    )
    link = f"{SETTINGS.base_url}/{language}/sign-in/link/{made.link}"
    return mail.queue_sign_in(
        session,
        email=email,
        made=made,
        link=link,
        language=language,
        settings=SETTINGS,
        now=NOW,
    )


def queue_receipt(session: Session, case: Case, language: Language) -> Message:
    visitor = case.placement.visitor
    message = mail.queue_receipt(session, visitor, settings=SETTINGS, now=NOW)
    assert message is not None
    return message


def queue_no_place(session: Session, case: Case, language: Language) -> Message:
    case.placement.state = PlacementState.REPLACED
    other = make_visitor(session, case.edition, preferences=[case.visit])
    make_placement(session, other, case.slots[0])
    return written_of(session, case, MessageKind.NO_PLACE)


def queue_no_guests(session: Session, case: Case, language: Language) -> Message:
    case.placement.state = PlacementState.REPLACED
    other = make_offer(session, case.edition)
    make_placement(session, case.placement.visitor, other.slots[0])
    return written_of(session, case, MessageKind.NO_GUESTS)


def written_of(session: Session, case: Case, kind: MessageKind) -> Message:
    session.flush()
    [found] = [m for m in send_all(session, case.edition) if m.kind is kind]
    return found


def queue_forwarded(session: Session, case: Case, language: Language) -> Message:
    invitation = to_visitor(send_all(session, case.edition)).invitation
    assert invitation is not None
    raw = words(
        f"visits+{invitation.token}@{SETTINGS.mail_domain}", "Mag ik een collega meebrengen?"
    )
    inbox.receive(session, raw, settings=SETTINGS, now=NOW)
    forwarded = select(Message).where(Message.kind == MessageKind.FORWARDED)
    return session.scalars(forwarded).one()


def queue_proposal_refused(session: Session, case: Case, language: Language) -> Message:
    invitation = to_visitor(send_all(session, case.edition)).invitation
    assert invitation is not None
    raw = reply(invitation, method="COUNTER", starts_at=case.slots[1].starts_at)
    inbox.refuse(
        session,
        inbox.receive(session, raw, settings=SETTINGS, now=NOW),
        by=make_account(session),
        settings=SETTINGS,
        now=NOW,
    )
    refused = select(Message).where(Message.kind == MessageKind.PROPOSAL_REFUSED)
    return session.scalars(refused).one()


def queue_seat_offer(session: Session, case: Case, language: Language) -> Message:
    case.edition.phase = EditionPhase.PUBLISHED
    leaving = make_visitor(session, case.edition, preferences=[case.visit])
    staying = make_visitor(session, case.edition, preferences=[case.visit])
    for visitor in (leaving, staying):
        seat = make_placement(session, visitor, case.slots[0])
    case.placement.state = PlacementState.REPLACED
    case.placement.slot = case.slots[1]
    session.flush()
    placements.withdraw(session, seat, by=staying.account, now=NOW)
    passing.pass_on(session, case.slots[0].id, now=NOW)
    offered = select(Message).where(Message.kind == MessageKind.SEAT_OFFER)
    message = session.scalars(offered).one()
    passing.make_up(session, message, settings=SETTINGS, now=NOW)
    return message


QUEUE: dict[MessageKind, Callable[[Session, Case, Language], Message]] = {
    MessageKind.SIGN_IN: queue_sign_in,
    MessageKind.RECEIPT: queue_receipt,
    MessageKind.NO_PLACE: queue_no_place,
    MessageKind.NO_GUESTS: queue_no_guests,
    MessageKind.FORWARDED: queue_forwarded,
    MessageKind.PROPOSAL_REFUSED: queue_proposal_refused,
    MessageKind.SEAT_OFFER: queue_seat_offer,
}


def text_of(message: Message) -> str:
    body = mail_of(message).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: Message) -> BeautifulSoup:
    body = mail_of(message).get_body(("html",))
    assert body is not None
    return BeautifulSoup(body.get_content(), "html.parser")


def heading_of(page: BeautifulSoup) -> str:
    [heading] = page.select("h1")
    return spaced(heading.get_text())


def spaced(text: str) -> str:
    """Return a text with plain single spaces; French has others before a colon."""
    return " ".join(text.split())


def test_every_kind_of_mail_to_everybody_in_every_language_is_in_the_table() -> None:
    once = {Letter(kind) for kind in MessageKind if kind not in INVITATION_KINDS}
    invitations = {Letter(kind, role) for kind in INVITATION_KINDS for role in InvitationRole}

    assert WORDS.keys() == once | invitations
    assert {letter: words.keys() for letter, words in WORDS.items()} == {
        letter: set(Language) for letter in WORDS
    }


@pytest.mark.parametrize(("letter", "language"), LETTERS, ids=name_of)
def test_letter_and_its_entry_are_in_the_language_of_the_reader(
    session: Session, letter: Letter, language: Language
) -> None:
    message = write(session, letter, language)

    written, html, lines = mail_of(message), html_of(message), text_of(message).splitlines()
    event = event_of(message) if letter.role else None
    why = WHY[why_key(letter)][language]
    summary = event and spaced(event.summary.value)
    assert Words(spaced(written["Subject"]), lines[0], summary) == WORDS[letter][language]
    assert heading_of(html) == lines[0]
    assert [line for line in lines if line == why] == [why]
    assert spaced(html.get_text(" ")).count(why) == 1
    links = re.findall(rf"{SETTINGS.base_url}/(\w+)/", text_of(message))
    [root] = html.select("html")
    assert (message.language, written["Content-Language"]) == (language, language)
    assert (root["lang"], set(links)) == (language, {language})
    if event:
        parts = ("summary", "attendee", "description")
        marked = [event.contents[name][0].params.get("LANGUAGE") for name in parts]
        # The host's own words are in Dutch and French: for others there are two languages.
        assert marked == [[language], [language], None if language is EN else [language]]
        assert event.url.value.split("/")[3] == language
        assert event.location.value == PLACE[language]
        assert event.organizer.params["CN"] == [SENDER[language]]
        assert written["From"].addresses[0].display_name == SENDER[language]


def why_key(letter: Letter) -> MessageKind | InvitationRole:
    to: dict[MessageKind, MessageKind | InvitationRole] = {
        MessageKind.RECEIPT: VISITOR,
        MessageKind.NO_PLACE: VISITOR,
        MessageKind.NO_GUESTS: HOST,
        MessageKind.SEAT_OFFER: VISITOR,
    }
    return letter.role or to.get(letter.kind, letter.kind)
