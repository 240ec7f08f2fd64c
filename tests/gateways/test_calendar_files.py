"""The calendar object, read by parsers that did not write it."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from opendeur.gateways.calendar_files import (
    Method,
    entry_file,
    invitation_file,
    published,
)
from opendeur.safe_text import many_lines, one_line
from tests.gateways.facts import make_calendar_invitation
from tests.gateways.hostile import HOSTILE, hostile_text, unhurried

REQUEST = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Opendeur//Opendeur//EN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Brussels
BEGIN:DAYLIGHT
DTSTART:19970330T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19971026T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY;LANGUAGE=nl:Bezoek aan De Jacht
DTSTART;TZID=Europe/Brussels:20271115T093000
DTEND;TZID=Europe/Brussels:20271115T110000
DTSTAMP:20271005T120000Z
UID:7d5f1a52-9b0e-4c56-8b8a-5c1a3e0b9a41
SEQUENCE:0
ATTENDEE;CN="Lotte Peeters";CUTYPE=INDIVIDUAL;LANGUAGE=nl;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:lotte@ocmw.example
CATEGORIES:Opendeurweek
DESCRIPTION;LANGUAGE=nl:Van onthaal tot huisbezoek.\\nMet koffie.
GEO:50.826200;4.404100
LOCATION:De Jacht\\, Jachtlaan 40\\, 1040 Etterbeek
ORGANIZER;CN="Opendeurweek Zuid-Oost":mailto:visits+3fq8@opendeur.example
STATUS:CONFIRMED
TRANSP:OPAQUE
URL:https://opendeur.example/nl/week
X-MICROSOFT-DISALLOW-COUNTER:TRUE
END:VEVENT
END:VCALENDAR
"""  # noqa: E501 - a content line is longer than ours, unfolded


def unfolded(file: bytes) -> list[str]:
    return file.decode().replace("\r\n ", "").split("\r\n")


def event_of(file: bytes) -> Any:
    [calendar] = vobject.readComponents(file.decode())
    calendar.validate(raiseException=True)
    [event] = calendar.vevent_list
    return event


def test_a_request_is_written_word_for_word_like_this() -> None:
    file = invitation_file(make_calendar_invitation())

    assert unfolded(file) == REQUEST.split("\n")


def test_a_published_entry_is_the_request_without_whom_it_asks() -> None:
    request = make_calendar_invitation()

    before = unfolded(invitation_file(request))
    file = entry_file(published(request))
    after = unfolded(file)

    asking = ("METHOD", "ATTENDEE", "X-MICROSOFT-DISALLOW-COUNTER")
    assert [line for line in before if not line.startswith(asking)] == [
        line for line in after if line != "METHOD:PUBLISH"
    ]
    event_of(file)


def test_a_cancellation_differs_only_in_what_rfc_5546_asks_for() -> None:
    request = make_calendar_invitation()
    cancel = replace(request, method=Method.CANCEL, sequence=1)

    before = set(unfolded(invitation_file(request)))
    after = set(unfolded(invitation_file(cancel)))

    attendee = "PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT:mailto:lotte@ocmw.example"
    assert after - before == {
        "METHOD:CANCEL",
        "SEQUENCE:1",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        f'ATTENDEE;CN="Lotte Peeters";CUTYPE=INDIVIDUAL;LANGUAGE=nl;{attendee}',
    }


def test_the_same_invitation_gives_the_same_bytes() -> None:
    invitation = make_calendar_invitation()

    assert invitation_file(invitation) == invitation_file(replace(invitation))


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_in_its_place(text: str, language: str) -> None:
    check_with_hostile(text, text, text, language)


@unhurried
@given(hostile_text, hostile_text, hostile_text, st.sampled_from(["nl", "fr", "en"]))
def test_any_text_stays_in_its_place(
    name: str, title: str, description: str, language: str
) -> None:
    check_with_hostile(name, title, description, language)


def check_with_hostile(name: str, title: str, description: str, language: str) -> None:
    file = invitation_file(
        make_calendar_invitation(
            attendee_name=name,
            organizer_name=name,
            summary=title,
            location=title,
            categories=(title, name),
            description=description,
            language=language,
        )
    )

    assert file.endswith(b"END:VCALENDAR\r\n")
    assert re.search(rb"(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", file) is None
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    for line in file.split(b"\r\n"):
        line.decode()  # raises when a line splits a character
    expected = [re.split("[;:]", line)[0] for line in REQUEST.split("\n")]
    if not one_line(title) + one_line(name):
        expected.remove("CATEGORIES")
    assert [re.split("[;:]", line)[0] for line in unfolded(file)] == expected
    event = event_of(file)
    assert [attendee.value for attendee in event.attendee_list] == ["mailto:lotte@ocmw.example"]
    assert event.summary.value == one_line(title)
    assert event.description.value == many_lines(description)
    [parsed] = IcsCalendarStream.calendar_from_ics(file.decode()).events
    assert (parsed.summary or "") == one_line(title)
    assert (parsed.location or "") == one_line(title)
    common_names = {line for line in unfolded(file) if "CN=" in line}
    assert not any("^" in line or line.count('"') % 2 for line in common_names)


def test_a_common_name_with_separators_is_quoted() -> None:
    file = invitation_file(make_calendar_invitation(attendee_name='De "Jacht", vzw; a: b^n'))

    [line] = [line for line in unfolded(file) if line.startswith("ATTENDEE")]
    assert line.split(";CUTYPE")[0] == 'ATTENDEE;CN="De Jacht, vzw; a: bn"'


def test_a_person_without_a_name_has_no_common_name() -> None:
    file = invitation_file(make_calendar_invitation(attendee_name='"'))

    [line] = [line for line in unfolded(file) if line.startswith("ATTENDEE")]
    assert line.startswith("ATTENDEE;CUTYPE=")


def test_a_domain_with_accents_is_written_in_idna() -> None:
    file = invitation_file(make_calendar_invitation(attendee_address="lotte@straße.example"))

    assert event_of(file).attendee.value == "mailto:lotte@xn--strae-oqa.example"


def test_an_answer_that_is_known_stays_in_an_update() -> None:
    file = invitation_file(make_calendar_invitation(participation="accepted", sequence=3))

    assert event_of(file).attendee.params["PARTSTAT"] == ["ACCEPTED"]


@pytest.mark.parametrize("participation", ["accepted", "declined", "tentative"])
def test_who_answered_is_not_asked_again(participation: str) -> None:
    file = invitation_file(make_calendar_invitation(participation=participation))

    assert "RSVP" not in event_of(file).attendee.params


@pytest.mark.parametrize(("language", "params"), [("fr", {"LANGUAGE": ["fr"]}), ("", {})])
def test_a_description_is_marked_with_the_language_of_its_words(
    language: str, params: dict[str, list[str]]
) -> None:
    event = event_of(invitation_file(make_calendar_invitation(description_language=language)))

    assert event.description.params == params
    assert event.summary.params == {"LANGUAGE": ["nl"]}


def test_the_time_zone_agrees_with_zoneinfo_every_half_hour_near_a_change() -> None:
    brussels = ZoneInfo("Europe/Brussels")
    block = invitation_file(make_calendar_invitation()).decode().split("VTIMEZONE")[1]
    written = tzical(io.StringIO(f"BEGIN:VTIMEZONE{block}VTIMEZONE")).get("Europe/Brussels")
    start = datetime(2026, 7, 1, tzinfo=UTC)
    half_hours = [start + timedelta(minutes=30 * step) for step in range(48 * 366 * 3)]
    moments = [m for m in half_hours if m.month in (3, 10) or m.hour % 6 == m.minute == 0]

    different = [
        moment
        for moment in moments
        if moment.astimezone(written).utcoffset() != moment.astimezone(brussels).utcoffset()
    ]

    assert different == []


@pytest.mark.parametrize(
    ("starts_at", "wall_clock"),
    [
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), "20270328T013000"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "20270328T030000"),
        (datetime(2027, 10, 31, 0, 59, tzinfo=UTC), "20271031T025900"),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), "20271031T030000"),
    ],
)
def test_a_visit_on_the_day_the_clock_changes_keeps_its_instant(
    starts_at: datetime, wall_clock: str
) -> None:
    ends_at = starts_at + timedelta(hours=3)

    file = invitation_file(make_calendar_invitation(starts_at=starts_at, ends_at=ends_at))

    assert f"DTSTART;TZID=Europe/Brussels:{wall_clock}" in unfolded(file)
    [parsed] = IcsCalendarStream.calendar_from_ics(file.decode()).events
    moments = [parsed.dtstart, parsed.dtend]
    instants = [m.astimezone(UTC) for m in moments if isinstance(m, datetime)]
    assert instants == [starts_at, ends_at]


@unhurried
@given(
    st.floats(-90, 90, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)
def test_any_position_is_a_float_of_rfc_5545(latitude: float, longitude: float) -> None:
    file = invitation_file(make_calendar_invitation(latitude=latitude, longitude=longitude))

    [line] = [line for line in unfolded(file) if line.startswith("GEO:")]
    assert re.fullmatch(r"GEO:-?\d+\.\d+;-?\d+\.\d+", line)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": make_calendar_invitation().starts_at},
        {"starts_at": datetime(2027, 11, 15, 9, 30)},  # noqa: DTZ001 - naive on purpose
        {"stamp": datetime(2027, 1, 1, tzinfo=ZoneInfo("Europe/Brussels"))},
        {"ends_at": datetime(2027, 11, 21, tzinfo=UTC), "time_zone": "Europe/London"},
        {
            "starts_at": datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
            "ends_at": datetime(2027, 10, 31, 3, 0, tzinfo=UTC),
        },
        {"sequence": -1},
        {"sequence": 2**31},
        {"method": Method.CANCEL, "sequence": 0},
        {"uid": "visit-17@host"},
        {"uid": "x\r\ny"},
        {"url": "javascript:alert(1)"},
        {"url": "https://opendeur.example/\r\nX:Y"},
        {"participation": "DELEGATED"},
        {"longitude": None},
        {"latitude": float("nan")},
        {"longitude": 181.0},
        {"attendee_address": "VISITS+3fq8@opendeur.example"},
        {"attendee_address": "lotte@ocmw.example\r\nX:Y"},
        {"attendee_address": "a@b.example, c@d.example"},
        {"attendee_address": "löttè@ocmw.example"},
        {"organizer_address": ""},
    ],
    ids=str,
)
def test_what_calendars_would_misread_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        invitation_file(make_calendar_invitation(**wrong))
