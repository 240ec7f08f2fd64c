from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from opendeur.domain import editions
from opendeur.models import BusyPeriod, ClosedPeriod, Edition
from tests.factories import MONDAY, local, make_edition


def edition_of(**values):
    standard = {"starts_on": MONDAY, "ends_on": MONDAY, "time_zone": "Europe/Brussels"}
    standard |= {"day_starts_at": time(8), "day_ends_at": time(18), "closed_periods": []}
    return Edition(**{**standard, **values})


def test_a_week_has_a_morning_and_an_afternoon_on_each_day(session):
    week = editions.half_days_of(make_edition(session))

    assert len(week) == 10
    assert (week[0].key, week[0].starts_at, week[0].ends_at) == (
        f"{MONDAY}-morning",
        local(0, "8:00"),
        local(0, "12:30"),
    )
    assert (week[9].starts_at, week[9].ends_at) == (local(4, "12:30"), local(4, "18:00"))


def test_a_day_that_ends_at_midday_has_no_afternoon():
    [morning] = editions.half_days_of(edition_of(day_ends_at=time(12)))

    assert (morning.is_morning, morning.ends_at) == (True, local(0, "12:00"))


def test_a_day_that_begins_in_the_afternoon_has_no_morning():
    [afternoon] = editions.half_days_of(edition_of(day_starts_at=time(13)))

    assert (afternoon.is_morning, afternoon.starts_at) == (False, local(0, "13:00"))


def test_a_half_day_is_closed_when_closed_periods_together_leave_nothing():
    closed = [
        ClosedPeriod(starts_at=local(0, "10:00"), ends_at=local(0, "13:00")),
        ClosedPeriod(starts_at=local(0, "7:00"), ends_at=local(0, "10:30")),
    ]

    week = editions.half_days_of(edition_of(closed_periods=closed))

    assert [half.is_closed for half in week] == [True, False]


@given(st.sets(st.integers(0, 1)))
def test_whole_half_days_are_ticked_and_nothing_else_is(chosen):
    week = editions.half_days_of(edition_of())
    periods = [
        BusyPeriod(starts_at=week[number].starts_at, ends_at=week[number].ends_at)
        for number in chosen
    ]

    assert editions.ticked_half_days(week, periods) == {week[number] for number in chosen}
    assert editions.other_periods(week, periods) == []


def test_a_period_over_several_days_is_made_of_its_half_days(session):
    week = editions.half_days_of(make_edition(session))
    period = BusyPeriod(starts_at=local(0, "12:30"), ends_at=local(1, "18:00"))

    assert editions.ticked_half_days(week, [period]) == set(week[1:4])


def test_a_period_that_is_not_made_of_half_days_is_one_of_the_others(session):
    week = editions.half_days_of(make_edition(session))
    meeting = BusyPeriod(starts_at=local(0, "10:00"), ends_at=local(0, "11:00"))
    long = BusyPeriod(starts_at=local(0, "8:00"), ends_at=local(0, "13:00"))

    assert editions.ticked_half_days(week, [meeting, long]) == set()
    assert editions.other_periods(week, [meeting, long]) == [meeting, long]
