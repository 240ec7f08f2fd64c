"""Feeds: many entries in one calendar, each as the invitation has it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import vobject
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from opendeur.gateways.calendar_files import (
    CalendarInvitation,
    Method,
    PublishedEntry,
    entry_file,
    feed_file,
    invitation_file,
    published,
)
from tests.calendar_lines import asking_nothing, entries_of, unfolded
from tests.gateways.facts import make_calendar_invitation
from tests.gateways.hostile import hostile_text, unhurried


def feed(*entries: PublishedEntry) -> bytes:
    return feed_file(entries, name="Opendeurweek: mijn bezoeken", time_zone="Europe/Brussels")


@st.composite
def invitations(draw: st.DrawFn) -> CalendarInvitation:
    """Any revision of any invitation."""
    method = draw(st.sampled_from([Method.REQUEST, Method.CANCEL]))
    starts_at = datetime(2027, 11, 15, 6, tzinfo=UTC) + timedelta(
        minutes=draw(st.integers(0, 5 * 24 * 60))
    )
    place = draw(st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)))
    return make_calendar_invitation(
        method=method,
        uid=str(draw(st.uuids())),
        sequence=draw(st.integers(int(method is Method.CANCEL), 2**31 - 2)),
        stamp=datetime(2027, 10, 5, tzinfo=UTC)
        + timedelta(seconds=draw(st.integers(0, 10**6))),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=draw(st.integers(1, 600))),
        summary=draw(hostile_text),
        description=draw(hostile_text),
        location=draw(hostile_text),
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        categories=tuple(draw(st.lists(hostile_text, max_size=2))),
        language=draw(st.sampled_from(["nl", "fr", "en"])),
        organizer_name=draw(hostile_text),
        attendee_name=draw(hostile_text),
        participation=draw(st.sampled_from(["needs-action", "accepted", "declined"])),
    )


@unhurried
@given(invitations())
def test_feed_download_and_invitation_agree_on_every_property_of_any_visit(
    invitation: CalendarInvitation,
) -> None:
    """Item 51 of the checklist; item 48 is that nobody is asked in a feed."""
    [mailed] = entries_of(invitation_file(invitation))
    [fed] = entries_of(feed(published(invitation)))
    [taken_over] = entries_of(entry_file(published(invitation)))

    assert fed == asking_nothing(mailed)
    assert taken_over == fed


@unhurried
@given(st.lists(invitations(), max_size=4, unique_by=lambda invitation: invitation.uid))
def test_any_feed_is_read_by_parsers_that_did_not_write_it(
    told: list[CalendarInvitation],
) -> None:
    file = feed(*map(published, told))

    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    [calendar] = vobject.readComponents(file.decode())
    calendar.validate(raiseException=True)
    uids = [invitation.uid for invitation in told]
    assert [event.uid.value for event in calendar.contents.get("vevent", [])] == uids
    parsed = IcsCalendarStream.calendar_from_ics(file.decode())
    assert [event.uid for event in parsed.events] == uids


def test_feed_says_its_name_and_how_often_to_read_it_and_has_no_method() -> None:
    lines = unfolded(feed(published(make_calendar_invitation())))

    assert lines[: lines.index("BEGIN:VTIMEZONE")] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Opendeur//Opendeur//EN",
        "NAME:Opendeurweek: mijn bezoeken",
        "X-WR-CALNAME:Opendeurweek: mijn bezoeken",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]


def test_feed_without_entries_still_has_its_time_zone() -> None:
    file = feed()

    [calendar] = vobject.readComponents(file.decode())
    calendar.validate(raiseException=True)
    assert IcsCalendarStream.calendar_from_ics(file.decode()).events == []
    assert [part.name for part in Calendar.from_ical(file).subcomponents] == ["VTIMEZONE"]
    assert file.endswith(b"END:VTIMEZONE\r\nEND:VCALENDAR\r\n")


def test_cancelled_entry_of_a_feed_takes_no_time() -> None:
    cancelled = replace(published(make_calendar_invitation()), is_cancelled=True, sequence=1)

    [event] = Calendar.from_ical(feed(cancelled)).walk("VEVENT")

    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == (
        "CANCELLED",
        "TRANSPARENT",
        1,
    )


def test_entry_to_which_nobody_was_invited_has_no_organizer() -> None:
    entry = replace(published(make_calendar_invitation()), organizer_address="")

    [event] = Calendar.from_ical(feed(entry)).walk("VEVENT")

    assert "ORGANIZER" not in event
