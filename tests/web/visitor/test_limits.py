"""When somebody cannot come and how many visits they want, on the page of their list."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from opendeur.models import BusyPeriod
from tests.factories import (
    MONDAY,
    NOW,
    local,
)
from tests.page import Page, submit
from tests.web.visitor.lists import hosts, ids_of, part_of, ranking_of, shown, texts


def test_a_half_day_that_is_tapped_is_kept_and_shows_at_each_choice(
    store, browser, me, visits, visitor
):
    browser.environ_base["HTTP_HX_REQUEST"] = "true"

    part = part_of(
        submit(
            browser,
            f"{me}/preferences/change",
            shown=shown(visits[:3]),
            half_days=f"{MONDAY}-morning",
            max_visits="4",
        )
    )

    assert texts(part, ".rank .off") == ["Mon 9 9:30 does not fit your week"] * 3
    assert texts(part, ".rank .hey") == ["You cannot come at its moments."] * 3
    assert texts(part, "#tray-said span") == ["3 choices are not possible", "Saved."]
    assert texts(part, "#said .hey") == [
        f"You cannot get 3 of your choices as things stand: {', '.join(hosts(visits[:3]))}. "
        "It may stay in your list; it just does not help."
    ]


def test_any_button_also_keeps_what_is_ticked_beside_it(store, browser, me, visits, visitor):
    submit(
        browser,
        f"{me}/preferences/change",
        shown=shown(visits[:3]),
        up=visits[1].id,
        half_days=f"{MONDAY}-morning",
        max_visits="1",
    )

    assert ranking_of(store, visitor) == ids_of([visits[1], visits[0], visits[2]])
    page = Page.get(browser, f"{me}/preferences")
    assert [box["value"] for box in page.soup.select("[name=half_days][checked]")] == [
        f"{MONDAY}-morning"
    ]
    assert [box["value"] for box in page.soup.select("[name=max_visits][checked]")] == ["1"]


def test_half_days_and_the_number_of_visits_are_kept(store, browser, me, visitor):
    friday = MONDAY + timedelta(days=4)

    answer = submit(
        browser,
        f"{me}/preferences/change",
        half_days=[f"{MONDAY}-morning", f"{friday}-afternoon"],
        max_visits="2",
    )

    assert answer.location == f"{me}/preferences#when"
    store.expire_all()
    periods = [(b.starts_at, b.ends_at) for b in store.scalars(select(BusyPeriod))]
    assert periods == [
        (local(0, "8:00"), local(0, "12:30")),
        (local(4, "12:30"), local(4, "18:00")),
    ]
    page = Page.get(browser, f"{me}/preferences")
    assert [box["value"] for box in page.soup.select("[name=half_days][checked]")] == [
        f"{MONDAY}-morning",
        f"{friday}-afternoon",
    ]
    assert page.soup.select_one("[name=max_visits][checked]")["value"] == "2"


@pytest.mark.parametrize(
    ("data", "error", "status"),
    [
        ({"max_visits": "99"}, {"max_visits": "Choose a number from 1 to 4."}, 422),
        (
            {"max_visits": "2", "half_days": ["<script>"]},
            {"half_days-0": "Choose from the list"},
            200,
        ),
    ],
)
def test_limits_that_make_no_sense_are_refused(store, browser, me, data, error, status):
    page = Page.post(browser, f"{me}/preferences/change", status, **data)

    assert page.errors == error
    assert store.scalars(select(BusyPeriod)).all() == []


def test_a_number_that_is_none_is_refused(browser, me):
    page = Page.post(browser, f"{me}/preferences/change", max_visits="<b>")

    assert list(page.errors) == ["max_visits"]


def test_a_deadline_that_passes_while_somebody_ticks_loses_nothing(
    store, browser, me, edition, visitor
):
    edition.preferences_end_at = NOW - timedelta(minutes=1)
    store.commit()

    page = Page.post(
        browser,
        f"{me}/preferences/change",
        410,
        half_days=[f"{MONDAY}-afternoon"],
        max_visits="1",
    )

    assert page.problems[0].startswith("The time to give preferences is over.")
    assert [box["value"] for box in page.soup.select("[name=half_days][checked]")] == [
        f"{MONDAY}-afternoon"
    ]
    assert store.scalars(select(BusyPeriod)).all() == []
