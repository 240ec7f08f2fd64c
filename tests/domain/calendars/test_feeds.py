"""What feeds show: what was told, to the letter, and for how long what was called off."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import calendars, invitations
from opendeur.domain.calendars import CalendarFile
from opendeur.enums import EditionPhase, FeedRole, InvitationRole, Language, PlacementState
from opendeur.models import Account, Edition, Invitation, Message
from tests.calendar_lines import asking_nothing, entries_of
from tests.domain.invited import SETTINGS, Case, mail_of, make_case, send_all
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_organiser,
    make_placement,
    make_visitor,
)
from tests.queries import counted

LATER = NOW + timedelta(hours=1)


def read(
    session: Session, account: Account, edition: Edition, role: FeedRole, **values: Any
) -> CalendarFile:
    secret = calendars.make(session, account, edition, role, now=NOW - timedelta(days=1))
    feed = calendars.find(session, secret)
    assert feed is not None
    return calendars.read(session, feed, settings=SETTINGS, **{"now": LATER, **values})


def events_of(file: bytes) -> dict[str, Any]:
    return {str(event["UID"]): event for event in Calendar.from_ical(file).walk("VEVENT")}


def mailed(message: Message) -> list[str]:
    [part] = [p for p in mail_of(message).walk() if p.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    [entry] = entries_of(payload)
    return entry


def visitor_of(case: Case) -> Account:
    return case.placement.visitor.account


def contact_of(case: Case) -> Account:
    return case.visit.host.organisation.contacts[0].account


def move(case: Case) -> None:
    for slot in case.slots:
        slot.starts_at += timedelta(minutes=30)
        slot.ends_at += timedelta(minutes=30)


def rephrase(case: Case) -> None:
    case.visit.description_nl = case.visit.description_fr = "Thé; café, \\ et\nbiscuits."


def move_house(case: Case) -> None:
    organisation = case.visit.host.organisation
    organisation.street, organisation.latitude, organisation.longitude = "Dreef 9", None, None


def call_off(case: Case) -> None:
    case.placement.state = PlacementState.CANCELLED


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("change", [move, rephrase, move_house, call_off])
def test_feed_says_of_every_visit_what_its_last_message_said(
    session: Session, language: Language, change: Any
) -> None:
    """Item 51 of the checklist."""
    case = make_case(session)
    visitor_of(case).language = contact_of(case).language = language
    messages = send_all(session, case.edition)
    change(case)
    messages += send_all(session, case.edition, now=LATER)
    last = {message.to_address: mailed(message) for message in messages}

    for account, role in (
        (visitor_of(case), FeedRole.VISITOR),
        (contact_of(case), FeedRole.HOST),
    ):
        feed = read(session, account, case.edition, role)
        assert entries_of(feed.file) == [asking_nothing(last[account.email])]


@pytest.mark.parametrize("change", [move, rephrase, call_off])
def test_visit_to_take_over_is_that_of_the_feed(session: Session, change: Any) -> None:
    case = make_case(session)
    send_all(session, case.edition)
    change(case)
    send_all(session, case.edition, now=LATER)
    [invitation] = session.scalars(
        select(Invitation).where(Invitation.role == InvitationRole.VISITOR)
    )

    method, file = calendars.entry_of(invitation, now=LATER) or ("", b"")

    assert method == Calendar.from_ical(file)["METHOD"] == "PUBLISH"
    feed = read(session, visitor_of(case), case.edition, FeedRole.VISITOR)
    assert entries_of(file) == entries_of(feed.file)


def test_nothing_is_shown_before_it_was_sent(session: Session) -> None:
    case = make_case(session)
    empty = read(session, visitor_of(case), case.edition, FeedRole.VISITOR)
    invitations.draft(session, case.edition, now=NOW)

    drafted = read(session, visitor_of(case), case.edition, FeedRole.VISITOR)

    assert events_of(empty.file) == {}
    assert drafted == empty


def test_what_changed_and_was_not_told_changes_no_feed(session: Session) -> None:
    case = make_case(session)
    send_all(session, case.edition)
    told = read(session, visitor_of(case), case.edition, FeedRole.VISITOR)
    move(case)
    rephrase(case)
    invitations.draft(session, case.edition, now=LATER)

    after = read(session, visitor_of(case), case.edition, FeedRole.VISITOR)

    assert after == told


def test_same_state_gives_the_same_bytes_at_any_time(session: Session) -> None:
    case = make_case(session)
    send_all(session, case.edition)
    organiser = make_account(session)
    for account, role in (
        (visitor_of(case), FeedRole.VISITOR),
        (contact_of(case), FeedRole.HOST),
        (organiser, FeedRole.VISITOR),
    ):
        early = read(session, account, case.edition, role, now=LATER)
        late = read(session, account, case.edition, role, now=LATER + timedelta(days=300))

        assert early == late


def test_feed_is_of_one_person_in_one_role_of_one_edition(session: Session) -> None:
    case = make_case(session)
    elsewhere = make_edition(session, phase=EditionPhase.ASSIGNMENT)
    visitor, contact, other = visitor_of(case), contact_of(case), make_account(session)
    for edition, visit, account in (
        (case.edition, case.visit, other),
        (elsewhere, make_offer(session, elsewhere, contact=contact), visitor),
    ):
        make_placement(session, make_visitor(session, edition, account=account), visit.slots[0])
        send_all(session, edition)

    shown = {
        (account.id, role): set(events_of(read(session, account, case.edition, role).file))
        for account in (visitor, contact, other)
        for role in (FeedRole.VISITOR, FeedRole.HOST)
    }

    uids = {
        (invitation.account_id, invitation.role): invitation.uid
        for invitation in session.scalars(
            select(Invitation).where(Invitation.edition_id == case.edition.id)
        )
    }
    assert shown == {
        (visitor.id, FeedRole.VISITOR): {uids[visitor.id, InvitationRole.VISITOR]},
        (visitor.id, FeedRole.HOST): set(),
        (contact.id, FeedRole.VISITOR): set(),
        (contact.id, FeedRole.HOST): {uids[contact.id, InvitationRole.HOST]},
        (other.id, FeedRole.VISITOR): {uids[other.id, InvitationRole.VISITOR]},
        (other.id, FeedRole.HOST): set(),
    }


@pytest.mark.parametrize("is_mailed", [True, False])
def test_what_was_called_off_is_shown_for_two_weeks_and_then_gone(
    session: Session, is_mailed: bool
) -> None:
    """Item 49 of the checklist; also where the person's own no ended it without a message."""
    case = make_case(session)
    send_all(session, case.edition)
    call_off(case)
    if is_mailed:
        send_all(session, case.edition, now=LATER)
    else:
        for invitation in session.scalars(select(Invitation)):
            invitation.cancelled_at = LATER

    shown, gone = (
        read(session, visitor_of(case), case.edition, FeedRole.VISITOR, now=LATER + after)
        for after in (timedelta(days=14, seconds=-1), timedelta(days=14))
    )

    [event] = events_of(shown.file).values()
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == (
        "CANCELLED",
        "TRANSPARENT",
        1,
    )
    assert event.decoded("DTSTAMP") == LATER == shown.changed_at
    assert events_of(gone.file) == {}
    assert gone.changed_at == LATER + timedelta(days=14)


def test_seat_that_is_had_again_stands_beside_what_was_called_off(session: Session) -> None:
    case = make_case(session)
    send_all(session, case.edition)
    call_off(case)
    send_all(session, case.edition, now=LATER)
    make_placement(session, case.placement.visitor, case.slots[1])
    send_all(session, case.edition, now=LATER)

    feed = read(session, visitor_of(case), case.edition, FeedRole.VISITOR)

    assert [event["STATUS"] for event in events_of(feed.file).values()] == [
        "CANCELLED",
        "CONFIRMED",
    ]


def test_who_no_longer_speaks_for_a_host_reads_nothing_of_it(session: Session) -> None:
    case = make_case(session)
    send_all(session, case.edition)
    contact = contact_of(case)
    before = read(session, contact, case.edition, FeedRole.HOST)
    session.delete(case.visit.host.organisation.contacts[0])
    session.flush()

    after = read(session, contact, case.edition, FeedRole.HOST)

    assert len(events_of(before.file)) == 1
    assert events_of(after.file) == {}


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (FeedRole.VISITOR, ("Opendeurweek: mijn bezoeken", "Open-door week: my visits")),
        (FeedRole.HOST, ("Opendeurweek: wie bij ons komt", "Open-door week: who visits us")),
        (FeedRole.ORGANISER, ("Opendeurweek: alle groepen", "Open-door week: all groups")),
    ],
)
def test_feed_has_a_name_in_the_language_of_its_reader(
    session: Session, role: FeedRole, names: tuple[str, str]
) -> None:
    account = make_organiser(session)
    edition = make_edition(session)
    found = []
    for language in (Language.NL, Language.EN):
        account.language = language
        calendar = Calendar.from_ical(read(session, account, edition, role).file)
        found.append(str(calendar["NAME"]))
        assert calendar["NAME"] == calendar["X-WR-CALNAME"]

    assert tuple(found) == names


def test_reading_a_feed_asks_the_database_as_often_whatever_its_length(
    session: Session, database: Database
) -> None:
    edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)
    account, counts = make_organiser(session), []
    visitor = make_visitor(session, edition, account=account)
    for _ in range(2):
        for visit in (make_offer(session, edition, contact=account) for _ in range(3)):
            make_placement(session, visitor, visit.slots[0])
        send_all(session, edition)
        secrets = [
            calendars.make(session, account, edition, role, now=NOW) for role in FeedRole
        ]
        session.commit()
        with database.reading() as reading, counted(database.engine) as count:
            for secret in secrets:
                feed = calendars.find(reading, secret)
                assert feed is not None
                calendars.read(reading, feed, settings=SETTINGS, now=LATER)
        counts.append(count.statements)

    assert counts[0] == counts[1] <= 3 * 12
