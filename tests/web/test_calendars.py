"""Calendars over HTTP: what is sent, what is still the same, what nobody may learn."""

import gzip
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from time_machine import Traveller

from opendeur.domain import calendars
from opendeur.enums import EditionPhase, FeedRole
from opendeur.models import Account, CalendarFeed, Edition, Visitor
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_organiser,
    make_placement,
    make_slot,
    make_told_invitation,
    make_visit,
    make_visitor,
)
from tests.page import Page, submit

WRONG = "pl7XhJb3v0Q9sKcW4dRtYz-a1b2c3d4e5f6g7h8i9j0"


def make_feed(store: Session, *, visits: int = 1) -> str:
    """Return the path of the feed of a visitor who was told of some visits."""
    edition = make_edition(store, phase=EditionPhase.PUBLISHED)
    account = make_account(store)
    visitor = make_visitor(store, edition, account=account)
    for visit in (make_offer(store, edition) for _ in range(visits)):
        make_placement(store, visitor, visit.slots[0])
        make_told_invitation(store, visitor, visit.slots[0])
    secret = calendars.make(store, account, edition, FeedRole.VISITOR, now=NOW)
    store.commit()
    return f"/calendar/{secret}.ics"


def make_programme(store: Session, **values: Any) -> str:
    edition = make_edition(store, **values)
    visit = make_visit(store, make_host(store, edition))
    make_slot(store, visit, languages={"fr"})
    make_slot(store, visit, day=1, languages={"nl"})
    store.commit()
    return f"/nl/{edition.slug}/programme.ics"


def test_feed_is_sent_as_a_calendar_of_one_person(client: FlaskClient, store: Session) -> None:
    answer = client.get(make_feed(store))

    assert answer.status_code == 200
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 1
    assert {
        name: answer.headers.get(name)
        for name in (
            "Content-Type",
            "Cache-Control",
            "X-Robots-Tag",
            "Referrer-Policy",
            "Last-Modified",
            "Set-Cookie",
        )
    } == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
        "Last-Modified": "Tue, 15 Sep 2026 10:00:00 GMT",
        "Set-Cookie": None,
    }


def test_programme_is_sent_as_a_calendar_of_everybody(
    client: FlaskClient, store: Session
) -> None:
    answer = client.get(make_programme(store))

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 2


@pytest.mark.parametrize("make", [make_feed, make_programme])
def test_calendar_that_is_the_same_is_not_sent_again(
    client: FlaskClient, store: Session, standing_clock: Traveller, make: Callable[..., str]
) -> None:
    """Item 46 of the checklist."""
    path = make(store)
    first = client.get(path)
    standing_clock.shift(timedelta(days=3))

    by_tag = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    head = client.head(path)
    again = client.get(path)

    assert [(a.status_code, a.data) for a in (by_tag, by_date)] == [(304, b""), (304, b"")]
    assert {a.headers["ETag"] for a in (by_tag, by_date, head, again)} == {
        first.headers["ETag"]
    }
    for answer in (head, again):
        assert answer.headers["Last-Modified"] == first.headers["Last-Modified"]
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.data == first.data


def test_feed_that_changed_is_sent_again(client: FlaskClient, store: Session) -> None:
    path = make_feed(store)
    first = client.get(path)
    [visitor] = store.scalars(select(Visitor))
    visit = make_offer(store, visitor.edition)
    make_told_invitation(store, visitor, visit.slots[0], stamp=NOW + timedelta(minutes=1))
    store.commit()

    headers = {
        "If-None-Match": first.headers["ETag"],
        "If-Modified-Since": first.headers["Last-Modified"],
    }
    after = client.get(path, headers=headers)

    assert after.status_code == 200
    assert after.headers["Last-Modified"] == "Tue, 15 Sep 2026 10:01:00 GMT"
    assert len(Calendar.from_ical(after.data).walk("VEVENT")) == 2


def test_compressed_calendar_is_the_same(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    path = make_feed(store, visits=3)
    plain = client.get(path)

    short = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert short.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(short.data) == plain.data
    assert short.headers["ETag"] == plain.headers["ETag"]
    kept = app.extensions["compressed"]
    assert [key for key in kept._forms if key[0] in short.headers["ETag"]] == []


def test_every_wrong_address_gets_the_same_answer(client: FlaskClient, store: Session) -> None:
    """Item 47 of the checklist."""
    right = make_feed(store)
    [feed] = store.scalars(select(CalendarFeed))
    renewed, disabled, ended = right, make_feed(store), make_feed(store)
    feeds = store.scalars(select(CalendarFeed).order_by(CalendarFeed.id)).all()
    calendars.make(store, feed.account, feed.edition, feed.role, now=NOW)
    feeds[1].account.disabled_at = NOW
    calendars.end(store, feeds[2].account, feeds[2].edition, feeds[2].role)
    store.commit()

    answers = [
        client.get(path, headers={"Accept-Language": language})
        for path, language in (
            (f"/calendar/{WRONG}.ics", "nl"),
            ("/calendar/x.ics", "fr"),
            (renewed, "nl"),
            (disabled, "fr"),
            (ended, "en"),
        )
    ]

    assert {(a.status_code, a.data, str(a.headers)) for a in answers} == {
        (404, b"There is no calendar at this address.\n", str(answers[0].headers))
    }
    assert answers[0].headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert client.head(renewed).status_code == 404


def test_failure_at_a_feed_names_the_route_and_no_token(
    app: Flask, client: FlaskClient, store: Session, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    store.execute(text("ALTER TABLE calendar_feed RENAME TO gone"))
    store.commit()

    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/calendar/{WRONG}.ics")

    assert answer.status_code == 500
    assert "/calendar/<token>.ics" in caplog.text
    assert WRONG not in caplog.text


def test_programme_as_a_calendar_has_the_filters_of_the_page(
    client: FlaskClient, store: Session
) -> None:
    path = make_programme(store)
    page = Page.get(client, f"{path.removesuffix('programme.ics')}?view=week&spoken=fr")
    [link] = page.soup.select("a[href*='programme.ics']")

    answer = client.get(link["href"])

    assert link["href"] == f"{path}?spoken=fr"
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 1
    assert len(Calendar.from_ical(client.get(f"{path}?fits=week").data).walk("VEVENT")) == 2


def test_programme_is_no_calendar_before_everybody_may_read_it(
    client: FlaskClient,
    browser_of: Callable[[Account | None], FlaskClient],
    store: Session,
) -> None:
    path = make_programme(store, phase=EditionPhase.HOSTING)
    organiser = make_organiser(store)
    store.commit()
    browser = browser_of(organiser)

    page = Page.get(browser, path.removesuffix("programme.ics"))

    assert page.soup.select("a[href*='programme.ics']") == []
    assert [client.get(path).status_code, browser.get(path).status_code] == [404, 404]


# -- the pages on which addresses are made -------------------------------------------------

PAGES = {FeedRole.VISITOR: "me/week", FeedRole.HOST: "host/", FeedRole.ORGANISER: "desk/"}
CHANGES = {
    FeedRole.VISITOR: "me/calendar",
    FeedRole.HOST: "host/calendar",
    FeedRole.ORGANISER: "desk/calendar",
}


def make_person(store: Session, *, phase: EditionPhase) -> tuple[Account, Edition]:
    """Return somebody who visits, hosts and organises, and the edition."""
    edition = make_edition(store, phase=phase)
    account = make_organiser(store)
    make_offer(store, edition, contact=account)
    visitor = make_visitor(store, edition, account=account)
    visit = make_offer(store, edition)
    make_placement(store, visitor, visit.slots[0])
    make_told_invitation(store, visitor, visit.slots[0])
    store.commit()
    return account, edition


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("role", FeedRole)
def test_address_is_made_on_the_page_shown_once_and_works(
    store: Session,
    browser_of: Callable[[Account | None], FlaskClient],
    client: FlaskClient,
    role: FeedRole,
    language: str,
) -> None:
    account, edition = make_person(store, phase=EditionPhase.PUBLISHED)
    browser, base = browser_of(account), f"/{language}/{edition.slug}"
    before = Page.get(browser, f"{base}/{PAGES[role]}")

    made = submit(browser, f"{base}/{CHANGES[role]}", address="make")
    shown = Page.get(browser, f"{base}/{PAGES[role]}")
    later = Page.get(browser, f"{base}/{PAGES[role]}")

    assert (made.status_code, made.location) == (303, f"{base}/{PAGES[role]}#calendar")
    assert before.soup.select("#calendar input[readonly]") == []
    [field] = shown.soup.select("#calendar input[readonly]")
    address = str(field["value"])
    assert address.startswith("http://localhost/calendar/")
    [link] = shown.soup.select("#calendar a")
    assert link["href"] == address.replace("http://", "webcal://")
    assert later.soup.select("#calendar input[readonly]") == []
    secret = urlsplit(address).path.split("/")[-1].removesuffix(".ics")
    assert secret not in later.response.text
    assert client.get(urlsplit(address).path).status_code == 200
    [feed] = store.scalars(select(CalendarFeed))
    assert (feed.account_id, feed.edition_id, feed.role) == (account.id, edition.id, role)


@pytest.mark.parametrize("role", FeedRole)
def test_new_address_and_the_end_of_it_stop_the_old_one(
    store: Session,
    browser_of: Callable[[Account | None], FlaskClient],
    client: FlaskClient,
    role: FeedRole,
) -> None:
    account, edition = make_person(store, phase=EditionPhase.PUBLISHED)
    browser, base = browser_of(account), f"/en/{edition.slug}"
    found = []
    for _ in range(2):
        submit(browser, f"{base}/{CHANGES[role]}", address="make")
        page = Page.get(browser, f"{base}/{PAGES[role]}")
        [field] = page.soup.select("#calendar input[readonly]")
        found.append(urlsplit(str(field["value"])).path)
    renewed = [client.get(path).status_code for path in found]

    submit(browser, f"{base}/{CHANGES[role]}", address="end")
    page = Page.get(browser, f"{base}/{PAGES[role]}")

    assert renewed == [404, 200]
    assert [client.get(path).status_code for path in found] == [404, 404]
    assert page.texts("#calendar button") == ["Make an address for my calendar"]
    assert page.texts(".note") == [
        "The address has ended. Remove that calendar where you had added it."
    ]


@pytest.mark.parametrize("role", FeedRole)
def test_no_address_is_made_before_everybody_may_know(
    store: Session, browser_of: Callable[[Account | None], FlaskClient], role: FeedRole
) -> None:
    account, edition = make_person(store, phase=EditionPhase.ASSIGNMENT)
    browser, base = browser_of(account), f"/en/{edition.slug}"

    answer = submit(browser, f"{base}/{CHANGES[role]}", address="make")

    assert answer.status_code == 404
    if role is not FeedRole.VISITOR:
        page = Page.get(browser, f"{base}/{PAGES[role]}")
        assert page.soup.select("#calendar") == []


def test_form_that_asks_for_neither_changes_nothing(
    store: Session, browser_of: Callable[[Account | None], FlaskClient]
) -> None:
    account, edition = make_person(store, phase=EditionPhase.PUBLISHED)

    answer = submit(browser_of(account), f"/en/{edition.slug}/me/calendar", address="x")

    assert answer.status_code == 400
    assert store.scalars(select(CalendarFeed)).all() == []
