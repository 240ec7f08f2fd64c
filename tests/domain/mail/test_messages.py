"""Letters that are written at once, and finding messages in the outbox."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from opendeur.domain import mail, people
from opendeur.enums import Language, MessageKind, MessageState
from opendeur.models import Edition, Message, Visitor
from tests.conftest import make_settings
from tests.domain.invited import SETTINGS, mail_of
from tests.factories import (
    NOW,
    local,
    make_account,
    make_edition,
    make_offer,
    make_visitor,
)
from tests.queries import counted


def make_message(session: Session, edition: Edition | None, **values: object) -> Message:
    standard: dict[str, object] = {
        "kind": MessageKind.RECEIPT,
        "state": MessageState.SENT,
        "edition": edition,
        "to_address": "lotte@kastanje.example",
        "language": Language.NL,
        "raw": b"the bytes",
        "created_at": NOW,
    }
    message = Message(**{**standard, **values})
    session.add(message)
    session.flush()
    return message


def queue_receipt(session: Session, visitor: Visitor) -> Message:
    session.flush()
    session.expire_all()
    message = mail.queue_receipt(session, visitor, settings=SETTINGS, now=NOW)
    assert message is not None
    return message


def queue_sign_in(session: Session, *, email: str = "lotte@kastanje.example") -> Message:
    made = people.SignInSecrets(link="the-link", code="012345", browser="the browser")
    return mail.queue_sign_in(
        session,
        email=email,
        made=made,
        link="http://localhost/en/sign-in/link/the-link",
        language=Language.EN,
        settings=SETTINGS,
        now=NOW,
    )


def lines_of(message: Message) -> list[str]:
    body = mail_of(message).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).splitlines()


def after(lines: list[str], heading: str) -> list[str]:
    """Return the lines under a heading, up to an empty one."""
    rest = lines[lines.index(heading) + 1 :]
    return rest[: rest.index("")]


def test_letterhead_of_an_edition_says_whose_week_it_is(session: Session) -> None:
    edition = make_edition(session, zones=["zuid", "zuid-oost"], phone="02 000 00 07")

    head = mail.letterhead(edition, Language.FR, settings=SETTINGS)

    assert (head.language, head.edition_name) == ("fr", "Semaine portes ouvertes")
    assert (head.zone_name, head.door) == (edition.zones[0].name_fr, edition.zones[0].code)
    assert (head.starts_on, head.ends_on) == (edition.starts_on, edition.ends_on)
    assert (head.contact_email, head.contact_phone) == (edition.email, "02 000 00 07")
    assert (head.time_zone, head.base_url) == ("Europe/Brussels", "http://localhost")


def test_letterhead_has_the_phone_of_the_zone_where_the_edition_has_none(
    session: Session,
) -> None:
    edition = make_edition(session, phone="")
    edition.zone.phone = "02 000 00 08"

    head = mail.letterhead(edition, Language.NL, settings=SETTINGS)

    assert head.contact_phone == "02 000 00 08"


def test_letterhead_without_an_edition_is_that_of_the_site() -> None:
    head = mail.letterhead(None, Language.NL, settings=SETTINGS)

    assert (head.edition_name, head.zone_name, head.starts_on) == ("Opendeur", "", None)
    assert (head.contact_email, head.contact_phone) == ("", "")


@pytest.mark.parametrize("base_url", ["https://opendeur.example", "https://opendeur.example/"])
def test_address_of_a_page_names_language_and_edition(session: Session, base_url: str) -> None:
    settings = make_settings(Path("unused"), base_url=base_url)
    edition = make_edition(session, slug="zuid-2027")

    address = mail.address_of(
        "me/week", language=Language.FR, edition=edition, settings=settings
    )

    assert address == "https://opendeur.example/fr/zuid-2027/me/week"


def test_identifiers_of_messages_are_unique_and_on_our_own_domain() -> None:
    settings = replace(SETTINGS, mail_from="visits@zorgzone.example")

    made = [mail.new_message_id(settings) for _ in range(100)]

    assert len(set(made)) == 100
    assert [
        name for name in made if not re.fullmatch(r"<[\w-]{36}@zorgzone\.example>", name)
    ] == []


@pytest.mark.parametrize(
    ("language", "name"),
    [
        (Language.NL, "Opendeurweek Zorgzone Zuid-Oost"),
        (Language.FR, "Semaine portes ouvertes Bassin Sud-Est"),
        (Language.EN, "Open-door week Care zone South-East"),
    ],
)
def test_mail_comes_from_the_week_and_its_zone(
    session: Session, language: Language, name: str
) -> None:
    assert mail.sender_name(make_edition(session), language) == name
    assert mail.sender_name(None, language) == "Opendeur"


def test_sign_in_mail_is_due_at_once_and_belongs_to_no_edition(session: Session) -> None:
    message = queue_sign_in(session)

    assert (message.kind, message.state) == (MessageKind.SIGN_IN, MessageState.QUEUED)
    assert (message.edition_id, message.invitation_id, message.revision) == (None, None, None)
    assert (message.created_at, message.due_at, message.sent_at) == (NOW, NOW, None)
    assert mail.claim_message(session, urgent=True, now=NOW) is message


def test_sign_in_mail_holds_link_and_code_and_nobodys_name(session: Session) -> None:
    make_account(session, email="lotte@kastanje.example")

    message = queue_sign_in(session)

    lines = lines_of(message)
    assert [line for line in lines if "the-link" in line] == [
        "http://localhost/en/sign-in/link/the-link"
    ]
    assert [line for line in lines if "012345" in line] == ["012345"]
    assert (message.to_name, mail_of(message)["To"]) == ("", "lotte@kastanje.example")
    assert mail_of(message)["Reply-To"] is None


def test_sign_in_mail_goes_to_the_address_as_it_is_stored(session: Session) -> None:
    message = queue_sign_in(session, email="  Lotte@Kastanje.Example ")

    assert message.to_address == "lotte@kastanje.example"
    assert mail_of(message)["To"] == "lotte@kastanje.example"


def test_row_has_the_headers_of_the_mail(session: Session) -> None:
    visitor = make_visitor(session, make_edition(session))

    message = queue_receipt(session, visitor)

    headers = mail_of(message)
    assert headers["Subject"] == message.subject
    assert headers["Message-ID"] == message.message_id
    assert headers["Date"].datetime == NOW
    assert headers["Reply-To"] == "zuid-oost@opendeur.example"
    assert headers["To"].addresses[0].addr_spec == message.to_address == visitor.account.email
    assert headers["To"].addresses[0].display_name == message.to_name == "Lotte Vermeiren"


def test_receipt_is_due_at_once_and_belongs_to_the_edition(session: Session) -> None:
    edition = make_edition(session)

    message = queue_receipt(session, make_visitor(session, edition))

    assert (message.kind, message.state) == (MessageKind.RECEIPT, MessageState.QUEUED)
    assert (message.edition_id, message.invitation_id) == (edition.id, None)
    assert (message.created_at, message.due_at) == (NOW, NOW)
    assert mail.claim_message(session, now=NOW) is message


def make_reader(session: Session, edition: Edition, **values: Any) -> Visitor:
    """Return a visitor who reads English."""
    return make_visitor(
        session, edition, account=make_account(session, language=Language.EN), **values
    )


def test_receipt_lists_preferences_best_first_in_the_readers_language(session: Session) -> None:
    edition = make_edition(session)
    visits = [make_offer(session, edition) for _ in range(3)]
    for number, visit in enumerate(visits):
        visit.title_fr, visit.host.organisation.name = f"Visite {number}", f"Huis {number}"
    visits[1].title_fr = ""
    visits[1].title_nl = "Bezoek 1"
    visitor = make_reader(session, edition, preferences=[visits[2], visits[0], visits[1]])

    lines = lines_of(queue_receipt(session, visitor))

    assert after(lines, "Your preferences, best first") == [
        "1. Visite 2, Huis 2",
        "2. Visite 0, Huis 0",
        "3. Bezoek 1, Huis 1",
    ]


def test_receipt_tells_when_somebody_cannot_come_in_order_of_time(session: Session) -> None:
    busy = [(local(3, "8:00"), local(3, "13:00")), (local(0, "13:00"), local(0, "18:00"))]
    visitor = make_reader(session, make_edition(session), busy=busy)

    lines = lines_of(queue_receipt(session, visitor))

    assert after(lines, "When you cannot come") == [
        "- Monday 9 November 2026, 13:00 to 18:00",
        "- Thursday 12 November 2026, 8:00 to 13:00",
    ]


def test_receipt_of_somebody_who_gave_nothing_says_so(session: Session) -> None:
    visitor = make_reader(session, make_edition(session))

    lines = lines_of(queue_receipt(session, visitor))

    assert after(lines, "Your preferences, best first") == [
        "None yet. Without preferences you get no visit."
    ]
    assert lines.count("You can come on every day of the week.") == 1


@pytest.mark.parametrize(("own", "told"), [(None, "4 visits"), (2, "2 visits"), (1, "1 visit")])
def test_receipt_tells_how_many_visits_are_wanted_or_the_rule_of_the_edition(
    session: Session, own: int | None, told: str
) -> None:
    visitor = make_reader(session, make_edition(session, max_visits=4), max_visits=own)

    lines = lines_of(queue_receipt(session, visitor))

    assert lines.count(f"You want at most {told}.") == 1


def test_receipt_tells_until_when_and_where_it_can_change(session: Session) -> None:
    edition = make_edition(session, slug="zuid-2027", preferences_end_at=local(-7, "12:00"))

    lines = lines_of(queue_receipt(session, make_reader(session, edition)))

    assert lines[2].partition(". ")[0] == (
        "You can change them until Monday 2 November 2026 at 12:00"
    )
    assert [line for line in lines if "http" in line] == [
        "Look at your preferences: http://localhost/en/zuid-2027/me/preferences"
    ]


def test_receipt_takes_as_many_statements_for_three_preferences_as_for_one(
    session: Session,
) -> None:
    edition = make_edition(session)
    visits = [make_offer(session, edition) for _ in range(3)]
    made = [make_visitor(session, edition, preferences=visits[:n]) for n in (1, 3)]
    statements = []
    for visitor in made:
        session.flush()
        session.expunge_all()
        found = session.get_one(Visitor, visitor.id)
        with counted(session.get_bind().engine) as count:
            mail.queue_receipt(session, found, settings=SETTINGS, now=NOW)
        statements.append(count.statements)

    assert statements[1] == statements[0]


def test_message_is_found_with_its_bytes(session: Session) -> None:
    edition = make_edition(session)
    message = make_message(session, edition)
    session.expunge_all()

    found = mail.find_message(session, session.get_one(Edition, edition.id), message.id)

    assert found is not None
    assert ("raw" in inspect(found).unloaded, found.raw) == (False, b"the bytes")


def test_message_of_another_edition_is_not_found(session: Session) -> None:
    edition, other = make_edition(session), make_edition(session)
    theirs, nobodys = make_message(session, other), make_message(session, None)

    numbers = (theirs.id, nobodys.id, nobodys.id + 1, 0)
    assert [mail.find_message(session, edition, number) for number in numbers] == [None] * 4
