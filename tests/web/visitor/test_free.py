"""What somebody can still get: free places to take, and waiting for one."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from opendeur.domain import passing, placements
from opendeur.enums import EditionPhase
from opendeur.models import Account, BusyPeriod, Visitor
from tests.domain.passing.week import Week
from tests.factories import make_offer, make_placement
from tests.page import Page, submit
from tests.queries import counted

Browser = Callable[[Account | None], FlaskClient]


@pytest.fixture
def week(store: Session) -> Week:
    return Week(store)


@pytest.fixture
def visitor(store: Session, week: Week) -> Visitor:
    found = week.person("Carl", week.visit)
    store.commit()
    return found


@pytest.fixture
def browser(visitor: Visitor, browser_of: Browser) -> FlaskClient:
    return browser_of(visitor.account)


@pytest.fixture
def me(week: Week) -> str:
    return f"/en/{week.edition.slug}/me"


def test_what_is_free_is_listed_and_taken_after_a_look(
    store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    other = make_offer(store, week.edition, days=(2,))
    make_placement(store, week.seats[0].visitor, other.slots[0])
    store.commit()
    address = f"{me}/take/{other.slots[0].id}"

    links = [
        link["href"] for link in Page.get(browser, f"{me}/free").soup.select("main li a.go")
    ]
    looked = Page.get(browser, address)
    taken = submit(browser, address)
    again = submit(browser, address)

    assert links == [address]
    assert looked.text("h1") == "Take this place?"
    assert (taken.status_code, taken.headers["Location"]) == (303, f"{me}/week")
    assert again.headers["Location"] == f"{me}/week"
    assert other.host.organisation.name in Page.get(browser, f"{me}/week").text("article")
    assert (
        Page.get(browser, f"{me}/free").text("h2") == "Nothing is free that fits in your week"
    )


def test_what_is_not_free_is_refused_where_one_stands(
    store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    address = f"{me}/take/{week.slot.id}"

    looked = Page.get(browser, address)
    page = Page(submit(browser, address), 409)

    told = "There is no place left at this moment. Look what else is free."
    assert looked.soup.select("main form:not([action])") == []  # to wait there is one
    assert told in looked.text("main")
    assert page.problems == [told]
    assert week.who_comes() == ["ann", "bob"]


def test_waiting_shows_the_place_in_the_row_until_one_leaves(
    store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    before = Page.get(browser, f"{me}/week")
    placements.join(
        store, week.person("Ahead"), week.visit, now=week.edition.preferences_end_at
    )
    store.commit()
    [form] = before.soup.select(".fold form")

    joined = submit(browser, str(form["action"]))
    page = Page.get(browser, f"{me}/week")
    [leaving] = page.soup.select("section[aria-labelledby=waiting] form")
    submit(browser, str(leaving["action"]))
    after = Page.get(browser, f"{me}/week")

    assert before.text(".fold form button").startswith("Put me on the waiting list")
    assert joined.status_code == 303
    assert "You are number 2 in the row." in page.text("section[aria-labelledby=waiting]")
    assert page.soup.select(".fold form") == []
    assert after.soup.select("section[aria-labelledby=waiting]") == []


def test_a_seat_that_is_held_stands_above_all_else(
    store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    week.give_up()
    week.step()
    store.commit()
    offer = passing.offers_in(store, week.slot)[0]

    page = Page.get(browser, f"{me}/week")

    [link] = page.soup.select(".note a")
    assert link["href"] == f"/en/offer/{offer.token}"


def test_joining_what_has_places_says_why_not(
    store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    week.slot.capacity = 3
    store.commit()

    submit(browser, f"{me}/waiting/{week.visit.id}/join")

    assert "There is nothing to wait for" in Page.get(browser, f"{me}/week").text("main")


def test_before_the_week_is_known_nothing_of_it_is_there(
    store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    week.edition.phase = EditionPhase.ASSIGNMENT
    store.commit()

    assert browser.get(f"{me}/free").status_code == 404
    assert browser.get(f"{me}/take/{week.slot.id}").status_code == 404
    for what in ("join", "leave"):
        assert submit(browser, f"{me}/waiting/{week.visit.id}/{what}").status_code == 404


def test_list_of_what_is_free_does_not_ask_row_by_row(
    app: Flask, store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    found = []
    for days in ((1,), (2, 3, 4)):
        for day in days:
            visit = make_offer(store, week.edition, days=(day,))
            make_placement(store, week.seats[0].visitor, visit.slots[0])
        store.commit()
        with counted(app.extensions["database"].engine) as count:
            Page.get(browser, f"{me}/free")
        found.append(count.statements)

    assert found[0] == found[1]
    assert found[0] <= 20 + 2  # it holds every seat against every rule of the edition


def test_a_full_moment_leads_from_its_visit_to_the_row_for_it_alone(
    store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    visit = Page.get(browser, f"/en/{week.edition.slug}/visits/{week.visit.id}")
    [link] = visit.soup.select("main a[href*='/me/take/']")
    page = Page.get(browser, str(link["href"]))
    [form] = page.soup.select("main form")

    joined = submit(browser, str(form["action"]), slot=str(week.slot.id))
    waiting = Page.get(browser, f"{me}/week").text("section[aria-labelledby=waiting]")
    after = Page.get(browser, str(link["href"]))

    assert link.get_text() == "Wait for a place…"
    assert page.text("h1") == "Wait for a place?"
    assert joined.status_code == 303
    assert "Only for Mon 9 9:30." in " ".join(waiting.split())
    assert after.soup.select("main form") == []
    assert "number 1 in the row" in after.text("main")


def test_whoever_has_a_place_or_is_a_stranger_is_led_to_no_other(
    store: Session, week: Week, browser_of: Browser
) -> None:
    path = f"/en/{week.edition.slug}/visits/{week.visit.id}"

    store.commit()

    for account in (week.seats[0].visitor.account, None):
        page = Page.get(browser_of(account), path)
        assert page.soup.select("main a[href*='/me/take/']") == []


def test_a_moment_of_another_visit_is_not_waited_for(
    store: Session, week: Week, browser: FlaskClient, me: str
) -> None:
    other = make_offer(store, week.edition)
    store.commit()

    for slot in (str(other.slots[0].id), "x", "0"):
        answer = submit(browser, f"{me}/waiting/{week.visit.id}/join", slot=slot)
        assert answer.status_code == 404


def test_a_moment_at_which_one_is_busy_leads_nowhere_and_its_page_says_why(
    store: Session, week: Week, visitor: Visitor, browser: FlaskClient, me: str
) -> None:
    period = BusyPeriod(starts_at=week.slot.starts_at, ends_at=week.slot.ends_at)
    visitor.busy_periods.append(period)
    store.commit()

    visit = Page.get(browser, f"/en/{week.edition.slug}/visits/{week.visit.id}")
    page = Page.get(browser, f"{me}/take/{week.slot.id}")

    assert visit.soup.select("main a[href*='/me/take/']") == []
    assert page.text("h1") == "You cannot take a place here"
    assert [link["href"] for link in page.soup.select("main p a.go")] == [f"{me}/free"]
