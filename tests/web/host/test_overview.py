"""A host says where it is, hands over, and sees what is wanted and who comes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import EditionPhase, SlotState
from opendeur.models import Account, Contact
from tests.factories import (
    NOW,
    local,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)
from tests.page import Page, submit
from tests.queries import counted
from tests.web.host.host_forms import arrange, organisation_form, path, redirected

Browser = Callable[[Account | None], FlaskClient]


def test_a_host_changes_its_data(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account)
    make_visit(store, host)
    store.commit()
    browser = browser_of(account)
    page = Page.get(browser, path(edition, f"{host.id}/organisation"))

    answer = submit(browser, path(edition, f"{host.id}/organisation"), **organisation_form())

    assert page.soup.select_one("#contact_name")["value"] == "Greet Maes"  # type: ignore[index]
    assert redirected(browser, answer) == path(edition)
    store.refresh(host)
    assert (host.directions_nl, host.contact_phone) == ("Tram 44", "02 000 00 02")


def test_an_address_that_counts_stays_and_the_page_says_why(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store, phase=EditionPhase.ASSIGNMENT)
    host = make_host(store, edition, contact=account)
    store.commit()

    page = Page.post(
        browser_of(account),
        path(edition, f"{host.id}/organisation"),
        410,
        **organisation_form(street="Elders 7"),
    )

    assert list(page.errors) == ["street"]
    assert page.soup.select_one("#street")["value"] == "Elders 7"  # type: ignore[index]


def test_a_colleague_is_added_and_removed(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account)
    store.commit()
    browser = browser_of(account)

    submit(browser, path(edition, f"{host.id}/contacts"), email="samir@zavelput.example")

    added = store.scalars(select(Contact).order_by(Contact.id.desc())).first()
    assert added is not None
    page = Page.get(browser, path(edition, f"{host.id}/contacts"))
    assert page.texts(".rows button") == [
        f"Remove {account.email}",
        "Remove samir@zavelput.example",
    ]
    answer = submit(browser, path(edition, f"{host.id}/contacts/{added.id}/remove"))
    assert redirected(browser, answer) == path(edition, f"{host.id}/contacts")
    assert Page.get(browser, path(edition, f"{host.id}/contacts")).texts(".rows button") == []


def test_who_hands_over_is_out(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account)
    store.commit()
    browser = browser_of(account)

    answer = submit(
        browser,
        path(edition, f"{host.id}/contacts"),
        email="samir@zavelput.example",
        replacing="y",
    )

    assert redirected(browser, answer) == path(edition)
    Page.get(browser, path(edition, f"{host.id}/contacts"), 404)


@pytest.mark.parametrize("email", ["", "samir", "a@b\r\nBcc: c@d.example", "x" * 10_000])
def test_a_wrong_address_is_refused(store: Session, browser_of: Browser, email: str) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account)
    store.commit()

    page = Page.post(browser_of(account), path(edition, f"{host.id}/contacts"), email=email)

    assert list(page.errors) == ["email"]


def test_the_last_contact_stays(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account)
    store.commit()
    contact = host.organisation.contacts[0]

    page = Page.post(
        browser_of(account), path(edition, f"{host.id}/contacts/{contact.id}/remove"), 409
    )

    assert page.text("main .lead") == (
        "Somebody must speak for the organisation. Add a colleague first, then remove this "
        "contact."
    )


@pytest.mark.parametrize("rest", ["organisation", "contacts", "who-comes", "visits/new"])
def test_another_host_does_not_exist(store: Session, browser_of: Browser, rest: str) -> None:
    edition, account = arrange(store)
    make_host(store, edition, contact=account)
    other = make_host(store, edition, contact=make_account(store))
    elsewhere = make_host(store, make_edition(store), contact=account)
    store.commit()
    browser = browser_of(account)

    for number in (other.id, elsewhere.id, 999, 2**40):
        Page.get(browser, path(edition, f"{number}/{rest}"), 404)


def test_the_overview_shows_demand_against_places(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    thin = make_offer(store, edition, contact=account)
    thin.slots[0].minimum = 4
    host = thin.host
    popular, draft, gone = (
        make_visit(store, host),
        make_visit(store, host, published_at=None),
        make_visit(store, host, withdrawn_at=NOW),
    )
    make_slot(store, popular, capacity=2)
    make_slot(store, popular, day=1, state=SlotState.CLOSED)
    make_slot(store, draft)
    make_visitor(store, edition, preferences=[popular], seats=2)
    make_visitor(store, edition, preferences=[popular, thin])
    make_visitor(store, edition, preferences=[thin], seats=2)
    store.commit()

    page = Page.get(browser_of(account), path(edition))

    assert page.texts(f"#visit-{thin.id} .tag") == []
    assert page.texts(f"#slot-{thin.slots[0].id} b") == ["3 people can come then"]
    assert page.texts(f"#slot-{thin.slots[0].id} .demand") == [
        "8 places, at least 4 · Dutch and French"
    ]
    assert page.texts(f"#visit-{popular.id} .tag") == ["More demand than places", "Closed"]
    assert page.texts(f"#visit-{draft.id} .tag") == ["Draft"]
    assert page.texts(f"#visit-{gone.id} .tag") == ["Withdrawn"]
    assert page.texts("dl.line > div") == ["Home care and home help5", "Dutch5"]


def test_too_little_interest_is_told_after_some_days_with_plain_advice(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store)
    visit = make_offer(store, edition, contact=account, days=(0, 1))
    for slot in visit.slots:
        slot.minimum = 4
    make_visitor(
        store,
        edition,
        preferences=[visit],
        registered_at=NOW - timedelta(days=3),
        busy=[(local(0, "8:00"), local(0, "18:00"))],
    )
    make_visitor(store, edition, preferences=[visit])
    visit.published_at = NOW - timedelta(days=4)
    store.commit()
    spare, needed = visit.slots

    page = Page.get(browser_of(account), path(edition))

    tags = [page.texts(f"#slot-{slot.id} .tag") for slot in (spare, needed)]
    buttons = [page.texts(f"#slot-{slot.id} button") for slot in (spare, needed)]
    title = visit.title("en").text
    assert tags == [["Not enough interest yet"], ["Not enough interest yet"]]
    assert buttons == [[f"Close Mon 9 Mon 9, 9:30, {title}"], []]
    assert "For 1 person it is the only moment that suits." in page.texts(
        f"#slot-{needed.id} .small"
    )


@pytest.mark.parametrize("phase", EditionPhase)
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_overview_opens_in_every_phase(
    store: Session, browser_of: Browser, phase: EditionPhase, language: str
) -> None:
    edition, account = arrange(store, phase=phase)
    visit = make_offer(store, edition, contact=account, days=(0, 1))
    make_slot(store, visit, day=2, state=SlotState.FORCED)
    make_placement(store, make_visitor(store, edition, preferences=[visit]), visit.slots[0])
    store.commit()
    browser = browser_of(account)

    Page.get(browser, path(edition, language=language))
    Page.get(browser, path(edition, f"{visit.host_id}/who-comes", language=language))


def test_names_come_with_publication(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store, phase=EditionPhase.ASSIGNMENT)
    visit = make_offer(store, edition, contact=account)
    guest = make_account(
        store, given_name="Zoë", family_name="Claes", email="zoe@kastanje.example"
    )
    visitor = make_visitor(store, edition, account=guest, preferences=[visit], seats=2)
    make_placement(store, visitor, visit.slots[0])
    store.commit()
    browser = browser_of(account)

    before = Page.get(browser, path(edition, f"{visit.host_id}/who-comes"))
    edition.phase = EditionPhase.PUBLISHED
    store.commit()
    after = Page.get(browser, path(edition, f"{visit.host_id}/who-comes"))

    assert "Claes" not in before.response.text
    assert after.texts("tbody tr") == [
        "Zoë Claes and 1 colleague Self-employed NL No answer yet Will not come: Zoë Claes"
    ]
    assert "zoe@kastanje.example" not in after.response.text


def test_a_host_without_guests_is_told(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store, phase=EditionPhase.PUBLISHED)
    visit = make_offer(store, edition, contact=account)
    store.commit()

    page = Page.get(browser_of(account), path(edition, f"{visit.host_id}/who-comes"))

    assert page.texts("main h2") == ["Nobody comes this time"]


@pytest.mark.parametrize("phase", [EditionPhase.PREFERENCES, EditionPhase.PUBLISHED])
def test_more_rows_take_no_more_statements(
    app: Flask, store: Session, browser_of: Browser, phase: EditionPhase
) -> None:
    edition, account = arrange(store, phase=phase)
    engine = app.extensions["database"].engine
    browser = browser_of(account)
    counts = []

    for more in (1, 2):
        for _ in range(more):
            visit = make_offer(store, edition, contact=account, days=(0, 1))
            for _ in range(more):
                visitor = make_visitor(store, edition, preferences=[visit])
                make_placement(store, visitor, visit.slots[0])
        make_slot(store, visit, day=2, street="Elders 1", postcode_code="1040")
        store.commit()
        for url in (path(edition), path(edition, f"{visit.host_id}/who-comes")):
            with counted(engine) as count:
                Page.get(browser, url)
            counts.append(count.statements)

    assert counts[:2] == counts[2:]
    assert max(counts) <= 12 + 2  # beside the two that begin
