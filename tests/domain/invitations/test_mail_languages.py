"""Every kind of mail is wholly in the language of its reader: words, HTML and calendar."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from opendeur.domain import mail, people
from opendeur.enums import (
    INVITATION_KINDS,
    InvitationRole,
    Language,
    MessageKind,
    PlacementState,
)
from opendeur.models import Message
from tests.domain.invited import (
    SETTINGS,
    Case,
    event_of,
    mail_of,
    make_case,
    send_all,
)
from tests.factories import NOW, make_offer, make_placement, make_visitor

NL, FR, EN = Language.NL, Language.FR, Language.EN
VISITOR, HOST = InvitationRole.VISITOR, InvitationRole.HOST


class Letter(NamedTuple):
    """A kind of mail, and for an invitation whom it is for."""

    kind: MessageKind
    role: InvitationRole | None = None


class Words(NamedTuple):
    """What a letter says: subject, heading of text and of HTML, and what its calendar entry
    is called."""

    subject: str
    heading: str
    summary: str | None = None


#: The words of every letter in every language; a kind of mail without a row fails below.
WORDS: dict[Letter, dict[Language, Words]] = {
    Letter(MessageKind.SIGN_IN): {
        NL: Words("Aanmelden bij Opendeur", "Aanmelden"),
        FR: Words("Se connecter à Opendeur", "Se connecter"),
        EN: Words("Sign in to Opendeur", "Sign in"),
    },
    Letter(MessageKind.RECEIPT): {
        NL: Words(
            "We hebben uw voorkeuren voor Opendeurweek", "Lotte, we hebben uw voorkeuren"
        ),
        FR: Words(
            "Nous avons vos préférences pour Semaine portes ouvertes",
            "Lotte, nous avons vos préférences",
        ),
        EN: Words(
            "We have your preferences for Open-door week", "Lotte, we have your preferences"
        ),
    },
    Letter(MessageKind.NO_PLACE): {
        NL: Words(
            "Deze keer geen plaats voor u: Opendeurweek",
            "Lotte, deze keer was er geen plaats voor u",
        ),
        FR: Words(
            "Pas de place pour vous cette fois : Semaine portes ouvertes",
            "Lotte, il n’y avait pas de place pour vous cette fois",
        ),
        EN: Words(
            "No place for you this time: Open-door week",
            "Lotte, there was no place for you this time",
        ),
    },
    Letter(MessageKind.NO_GUESTS): {
        NL: Words("Deze keer komt niemand: Zavelput", "Deze keer komt niemand naar Zavelput"),
        FR: Words(
            "Personne ne vient cette fois : Zavelput",
            "Personne ne vient chez Zavelput cette fois",
        ),
        EN: Words("Nobody comes this time: Zavelput", "Nobody comes to Zavelput this time"),
    },
    Letter(MessageKind.NEW, VISITOR): {
        NL: Words(
            "Uitnodiging: Zavelput, maandag 9 november om 9:30",
            "Lotte, u bent welkom bij Zavelput",
            "Bezoek aan Zavelput",
        ),
        FR: Words(
            "Invitation : Zavelput, lundi 9 novembre à 9 h 30",
            "Lotte, on vous attend chez Zavelput",
            "Visite : Zavelput",
        ),
        EN: Words(
            "Invitation: Zavelput, Monday 9 November at 9:30",
            "Lotte, you are welcome at Zavelput",
            "Visit to Zavelput",
        ),
    },
    Letter(MessageKind.CHANGED, VISITOR): {
        NL: Words(
            "Gewijzigd: Zavelput, maandag 9 november om 9:30",
            "Uw bezoek aan Zavelput is gewijzigd",
            "Bezoek aan Zavelput",
        ),
        FR: Words(
            "Modifié : Zavelput, lundi 9 novembre à 9 h 30",
            "Votre visite chez Zavelput a changé",
            "Visite : Zavelput",
        ),
        EN: Words(
            "Changed: Zavelput, Monday 9 November at 9:30",
            "Your visit to Zavelput has changed",
            "Visit to Zavelput",
        ),
    },
    Letter(MessageKind.CANCELLED, VISITOR): {
        NL: Words(
            "Geannuleerd: Zavelput, maandag 9 november",
            "Uw bezoek aan Zavelput gaat niet door",
            "Bezoek aan Zavelput",
        ),
        FR: Words(
            "Annulé : Zavelput, lundi 9 novembre",
            "Votre visite chez Zavelput est annulée",
            "Visite : Zavelput",
        ),
        EN: Words(
            "Cancelled: Zavelput, Monday 9 November",
            "Your visit to Zavelput is cancelled",
            "Visit to Zavelput",
        ),
    },
    Letter(MessageKind.NEW, HOST): {
        NL: Words(
            "1 persoon komt op maandag 9 november om 9:30",
            "Zavelput, uw bezoek gaat door",
            "Opendeur: 1 persoon komt",
        ),
        FR: Words(
            "1 personne vient le lundi 9 novembre à 9 h 30",
            "Zavelput, votre visite a lieu",
            "Porte ouverte : 1 personne vient",
        ),
        EN: Words(
            "1 person comes on Monday 9 November at 9:30",
            "Zavelput, your visit takes place",
            "Open door: 1 person comes",
        ),
    },
    Letter(MessageKind.CHANGED, HOST): {
        NL: Words(
            "Gewijzigd: bezoek van maandag 9 november om 9:30",
            "Het bezoek van maandag 9 november is gewijzigd",
            "Opendeur: 1 persoon komt",
        ),
        FR: Words(
            "Modifié : visite du lundi 9 novembre à 9 h 30",
            "La visite du lundi 9 novembre a changé",
            "Porte ouverte : 1 personne vient",
        ),
        EN: Words(
            "Changed: visit of Monday 9 November at 9:30",
            "The visit of Monday 9 November has changed",
            "Open door: 1 person comes",
        ),
    },
    Letter(MessageKind.CANCELLED, HOST): {
        NL: Words(
            "Geannuleerd: bezoek van maandag 9 november om 9:30",
            "Het bezoek van maandag 9 november gaat niet door",
            "Opendeur: 0 personen komen",
        ),
        FR: Words(
            "Annulé : visite du lundi 9 novembre à 9 h 30",
            "La visite du lundi 9 novembre n’a pas lieu",
            "Porte ouverte : 0 personne vient",
        ),
        EN: Words(
            "Cancelled: visit of Monday 9 November at 9:30",
            "The visit of Monday 9 November does not take place",
            "Open door: 0 people come",
        ),
    },
}

#: Why somebody gets the letter, in a line at its end.
WHY: dict[MessageKind | InvitationRole, dict[Language, str]] = {
    MessageKind.SIGN_IN: {
        NL: "U krijgt dit bericht omdat iemand dit adres opgaf om zich aan te melden.",
        FR: "Vous recevez ce message parce que quelqu’un a indiqué cette adresse pour se "
        "connecter.",
        EN: "You get this message because somebody gave this address to sign in.",
    },
    VISITOR: {
        NL: "U krijgt dit bericht omdat u voorkeuren gaf voor Opendeurweek.",
        FR: "Vous recevez ce message parce que vous avez indiqué des préférences pour Semaine "
        "portes ouvertes.",
        EN: "You get this message because you gave preferences for Open-door week.",
    },
    HOST: {
        NL: "U krijgt dit bericht omdat uw organisatie deelneemt aan Opendeurweek.",
        FR: "Vous recevez ce message parce que votre organisation participe à Semaine portes "
        "ouvertes.",
        EN: "You get this message because your organisation takes part in Open-door week.",
    },
}

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


QUEUE: dict[MessageKind, Callable[[Session, Case, Language], Message]] = {
    MessageKind.SIGN_IN: queue_sign_in,
    MessageKind.RECEIPT: queue_receipt,
    MessageKind.NO_PLACE: queue_no_place,
    MessageKind.NO_GUESTS: queue_no_guests,
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
    }
    return letter.role or to.get(letter.kind, letter.kind)
