"""The programme and the organisers' calendar: moments, numbers, and no person."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy.orm import Session

from opendeur.domain import calendars
from opendeur.domain.calendars import CalendarFile
from opendeur.enums import EditionPhase, FeedRole, Language, PlacementState, SlotState
from opendeur.models import Account, Edition
from tests.domain.invited import SETTINGS, make_case, send_all
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_host,
    make_organisation,
    make_organiser,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)

LATER = NOW + timedelta(hours=1)


def programme(
    session: Session,
    edition: Edition,
    *,
    language: Language = Language.NL,
    **chosen: tuple[str, ...],
) -> CalendarFile:
    session.flush()
    return calendars.programme_calendar(
        session, edition, chosen=chosen, language=language, settings=SETTINGS
    )


def desk(session: Session, account: Account, edition: Edition) -> CalendarFile:
    secret = calendars.make(session, account, edition, FeedRole.ORGANISER, now=NOW)
    feed = calendars.find(session, secret)
    assert feed is not None
    return calendars.read(session, feed, settings=SETTINGS, now=LATER)


def events_of(file: bytes) -> list[Any]:
    return list(Calendar.from_ical(file).walk("VEVENT"))


def test_programme_has_every_open_moment_of_what_is_on_offer(session: Session) -> None:
    edition = make_edition(session)
    host = make_host(
        session, edition, organisation=make_organisation(session, name="Dagcentrum Zavelput")
    )
    visit = make_visit(session, host, title_nl="Een dag in huis")
    late = make_slot(session, visit, day=2, minimum=3, capacity=8)
    early = make_slot(session, visit, day=1, languages={"fr"})
    make_slot(session, visit, day=3, state=SlotState.CLOSED)
    make_slot(session, make_visit(session, host, published_at=None))
    make_slot(session, make_visit(session, host, withdrawn_at=NOW))

    events = events_of(programme(session, edition).file)

    assert [event.decoded("DTSTART") for event in events] == [early.starts_at, late.starts_at]
    assert [str(event["SUMMARY"]) for event in events] == ["Open deur: Een dag in huis"] * 2
    assert str(events[1]["DESCRIPTION"]).split("\n") == [
        "Dagcentrum Zavelput",
        "1150 Sint-Pieters-Woluwe",
        "",
        "Talen: Nederlands en Frans",
        "Het gaat door met 3 tot 8 mensen.",
        "",
        f"Meer over dit bezoek: http://localhost/nl/{edition.slug}/visits/{visit.id}",
    ]
    assert str(events[1]["LOCATION"]) == "Dagcentrum Zavelput, 1150 Sint-Pieters-Woluwe"
    assert len({event["UID"] for event in events}) == 2
    assert {str(event["TRANSP"]) for event in events} == {"TRANSPARENT"}


@pytest.mark.parametrize("phase", [EditionPhase.PREFERENCES, EditionPhase.PUBLISHED])
def test_programme_names_no_person_and_how_to_reach_none(
    session: Session, phase: EditionPhase
) -> None:
    case = make_case(session)
    case.visit.host.contact_phone = "02 000 00 35"
    send_all(session, case.edition)
    case.edition.phase = phase

    file = programme(session, case.edition).file.decode().replace("\r\n ", "")

    people = ("Greet", "Maes", "Lotte", "Vermeiren", "000 00 35", "zavelput.", "kastanje.")
    assert case.visit.title_nl in file
    assert [word for word in (*people, "mailto", "@", "Zavelstraat") if word in file] == []


def test_programme_passes_its_filters(session: Session) -> None:
    edition = make_edition(session)
    visit = make_visit(session, make_host(session, edition))
    french = make_slot(session, visit, languages={"fr"})
    make_slot(session, visit, languages={"nl"}, day=1)

    events = events_of(programme(session, edition, spoken=("fr",), view=("week",)).file)

    assert [event.decoded("DTSTART") for event in events] == [french.starts_at]


def test_programme_is_in_the_language_asked_for_with_the_same_uids(session: Session) -> None:
    edition = make_edition(session)
    make_slot(session, make_visit(session, make_host(session, edition), title_fr="Chez nous"))

    [dutch] = events_of(programme(session, edition).file)
    [french] = events_of(programme(session, edition, language=Language.FR).file)

    assert str(french["SUMMARY"]) == "Porte ouverte\u202f: Chez nous"
    assert french["SUMMARY"].params["LANGUAGE"] == "fr"
    assert french["UID"] == dutch["UID"]


def test_programme_shows_only_what_takes_place_once_that_is_known(session: Session) -> None:
    edition = make_edition(session)
    visit = make_visit(session, make_host(session, edition))
    slots = [make_slot(session, visit, day=day) for day in range(2)]
    make_placement(session, make_visitor(session, edition), slots[1])
    before = events_of(programme(session, edition).file)
    edition.phase = EditionPhase.PUBLISHED

    after = events_of(programme(session, edition).file)

    assert len(before) == 2
    assert [event.decoded("DTSTART") for event in after] == [slots[1].starts_at]


def test_programme_is_of_when_the_offer_changed_last(
    session: Session, standing_clock: time_machine.Traveller
) -> None:
    edition = make_edition(session)
    slot = make_slot(session, make_visit(session, make_host(session, edition)))
    first = programme(session, edition)
    standing_clock.shift(60)
    same = programme(session, edition)
    slot.capacity += 1

    later = programme(session, edition)

    assert same == first
    stamps = [
        event.decoded("DTSTAMP") for made in (first, later) for event in events_of(made.file)
    ]
    assert stamps == [first.changed_at, later.changed_at]
    assert later.changed_at - first.changed_at == timedelta(seconds=60)


def test_programme_without_moments_is_a_calendar(session: Session) -> None:
    assert events_of(programme(session, make_edition(session)).file) == []


def test_organiser_reads_how_many_come_to_each_moment_and_not_who(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.PUBLISHED)
    contact = make_account(session, email="greet.maes@zavelput.example")
    organisation = make_organisation(session, name="Dagcentrum Zavelput", contact=contact)
    visit = make_visit(
        session, make_host(session, edition, organisation=organisation), title_nl="In huis"
    )
    slots = [make_slot(session, visit, day=day, minimum=2, capacity=9) for day in range(3)]
    for seats in (1, 3):
        account = make_account(session, given_name="Lotte", family_name="Vermeiren")
        visitor = make_visitor(session, edition, account=account, seats=seats)
        make_placement(session, visitor, slots[1])
    gone = make_visitor(session, edition)
    make_placement(session, gone, slots[2], state=PlacementState.WITHDRAWN, ended_at=LATER)

    file = desk(session, make_organiser(session), edition).file

    [event] = events_of(file)
    assert str(event["SUMMARY"]) == "4 mensen naar Dagcentrum Zavelput"
    assert event.decoded("DTSTART") == slots[1].starts_at
    assert str(event["DESCRIPTION"]).split("\n") == [
        "In huis",
        "Zavelstraat 3, 1150 Sint-Pieters-Woluwe",
        "",
        "4 van 9 plaatsen zijn bezet.",
        "Het gaat door met 2 tot 9 mensen.",
        "Talen: Nederlands en Frans",
        "",
        f"Alle groepen bekijken: http://localhost/nl/{edition.slug}/desk/slots",
    ]
    assert str(event["TRANSP"]) == "TRANSPARENT"
    people = (b"Lotte", b"Vermeiren", b"Greet", b"Maes", b"@", b"mailto")
    assert [word for word in people if word in file] == []


def test_organiser_reads_nothing_before_everybody_may_know(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)
    slot = make_slot(session, make_visit(session, make_host(session, edition)))
    make_placement(session, make_visitor(session, edition), slot)

    assert events_of(desk(session, make_organiser(session), edition).file) == []


def test_group_that_grows_or_shrinks_is_a_later_revision_of_the_same_entry(
    session: Session,
) -> None:
    edition = make_edition(session, phase=EditionPhase.PUBLISHED)
    organiser = make_organiser(session)
    slot = make_slot(session, make_visit(session, make_host(session, edition)))
    hours = [NOW + timedelta(hours=hour) for hour in (1, 2, 3)]
    placements, found = [], []
    for at in hours[:2]:
        placement = make_placement(session, make_visitor(session, edition), slot)
        placement.created_at = at
        placements.append(placement)
        found += events_of(desk(session, organiser, edition).file)
    placements[0].state, placements[0].ended_at = PlacementState.WITHDRAWN, hours[2]
    found += events_of(desk(session, organiser, edition).file)

    assert [event.decoded("DTSTAMP") for event in found] == hours
    assert len({event["UID"] for event in found}) == 1
