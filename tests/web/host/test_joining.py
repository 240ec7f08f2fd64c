"""A newcomer finds or registers an organisation and lets it take part."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import WheelchairAccess
from opendeur.models import Account, Host, Organisation
from tests.factories import (
    NOW,
    make_account,
    make_host,
    make_organisation,
)
from tests.page import Page, submit
from tests.web.host.host_forms import HOSTILE, arrange, organisation_form, path, redirected

Browser = Callable[[Account | None], FlaskClient]


def test_a_newcomer_is_led_to_taking_part(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)

    page = Page.get(browser_of(account), path(edition))

    assert page.texts("main h2") == ["You do not host yet"]
    assert page.texts("main .btn") == ["Take part as a host"]


def test_a_newcomer_after_the_deadline_is_told_so(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store, hosting_ends_at=NOW - timedelta(days=1))
    browser = browser_of(account)

    page = Page.get(browser, path(edition))

    assert page.texts("main h2") == ["You do not host in this week"]
    assert page.texts("main .btn") == []
    Page.get(browser, path(edition, "take-part"))


def test_an_organisation_of_the_directory_takes_part(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store)
    organisation = make_organisation(store, name="Huis Zon", contact=account)
    store.commit()
    browser = browser_of(account)
    page = Page.get(browser, path(edition, "take-part"))

    answer = submit(browser, path(edition, "take-part"), organisation=organisation.id)

    host = store.scalars(select(Host)).one()
    assert page.texts("main .panel button") == ["Take part with Huis Zon"]
    assert redirected(browser, answer) == path(edition, f"{host.id}/visits/new")
    assert host.confirmed_at is not None
    Page.get(browser, path(edition))


def test_a_host_from_a_file_is_asked_on_the_overview(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account, confirmed_at=None)
    store.commit()

    page = Page.get(browser_of(account), path(edition))

    assert page.texts(".panel h2") == [host.organisation.name]
    assert page.texts(".panel button") == [f"Take part with {host.organisation.name}"]


@pytest.mark.parametrize("missing", [{"street": ""}, {"postcode_code": None}, {"sectors": ()}])
def test_an_organisation_of_which_little_is_known_is_asked_for_its_data_first(
    store: Session, browser_of: Browser, missing: dict[str, Any]
) -> None:
    edition, account = arrange(store)
    organisation = make_organisation(store, contact=account, **missing)
    store.commit()
    browser = browser_of(account)

    answer = submit(browser, path(edition, "take-part"), organisation=organisation.id)

    host = store.scalars(select(Host)).one()
    here = path(edition, f"{host.id}/organisation")
    assert redirected(browser, answer) == here
    saved = submit(browser, here, **organisation_form())
    assert redirected(browser, saved) == path(edition, f"{host.id}/visits/new")


def test_the_directory_is_searched_and_tells_no_address(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store)
    colleague = make_account(store, email="greet@zavelput.example")
    make_organisation(store, name="Dagcentrum Zavelput", contact=colleague)
    make_organisation(store, name="Zavelhuis")
    make_organisation(store, name="Huis Zavel", contact=account)
    store.commit()

    page = Page.get(browser_of(account), path(edition, "take-part?q=zavel"))

    assert page.texts("#results li > .small") == [
        "Nobody speaks for it yet. Ask the team to add you.",
        "A colleague of yours speaks for it. Ask them to add you, or ask the team.",
        "You speak for it already.",
    ]
    assert "greet@zavelput.example" not in page.response.text


@pytest.mark.parametrize("query", ["zzz", HOSTILE, "x" * 10_000, "%25", "%00"])
def test_a_search_without_result_offers_to_register(
    store: Session, browser_of: Browser, query: str
) -> None:
    edition, account = arrange(store)
    browser = browser_of(account)

    answer = browser.get(path(edition, "take-part"), query_string={"q": query})

    page = Page(answer)
    assert page.texts("main script") == []
    assert page.texts("#results h3") in (["Not found"], [])


def test_nobody_takes_over_the_organisation_of_others(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store)
    organisation = make_organisation(store, contact=make_account(store))
    store.commit()

    page = Page.post(
        browser_of(account), path(edition, "take-part"), 403, organisation=organisation.id
    )

    assert page.text("main .lead") == (
        "You are not a contact of this organisation. Ask a colleague who is to add you, or "
        "the team of your care zone."
    )
    assert store.scalars(select(Host)).all() == []


@pytest.mark.parametrize("number", [999, 2**31 - 1])
def test_an_unknown_organisation_does_not_exist(
    store: Session, browser_of: Browser, number: int
) -> None:
    edition, account = arrange(store)

    Page.post(browser_of(account), path(edition, "take-part"), 404, organisation=number)


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 50])
def test_what_is_no_number_shows_the_page_again(
    store: Session, browser_of: Browser, number: str
) -> None:
    edition, account = arrange(store)

    page = Page.post(browser_of(account), path(edition, "take-part"), organisation=number)

    assert page.text("h1") == "Take part as a host"


def test_a_new_organisation_is_registered(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    browser = browser_of(account)
    Page.get(browser, path(edition, "register?name=Zavelput"))

    answer = submit(browser, path(edition, "register"), **organisation_form())

    host = store.scalars(select(Host)).one()
    assert redirected(browser, answer) == path(edition, f"{host.id}/visits/new")
    assert host.organisation.website == "https://www.zavelput.example"
    assert host.organisation.has_contact(account)
    assert host.wheelchair is WheelchairAccess.PARTLY


def test_an_empty_registration_says_what_is_needed(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)

    page = Page.post(browser_of(account), path(edition, "register"))

    assert list(page.errors) == [
        "name",
        "street",
        "postcode",
        "sectors-0",
        "contact_name",
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "x" * 10_000}, "name"),
        ({"postcode": "9999"}, "postcode"),
        ({"sectors": ["mijnbouw"]}, "sectors-0"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "http://[bad"}, "website"),
        ({"website": "not a site"}, "website"),
        ({"website": f"{'x' * 60}.example/{'y' * 130}"}, "website"),
        ({"wheelchair": "maybe"}, "wheelchair-0"),
        ({"directions_nl": "x" * 10_000}, "directions_nl"),
    ],
)
def test_a_wrong_registration_keeps_what_was_typed(
    store: Session, browser_of: Browser, values: dict[str, object], field: str
) -> None:
    edition, account = arrange(store)

    page = Page.post(
        browser_of(account),
        path(edition, "register"),
        **organisation_form(street="Elders 7", **values),
    )

    assert list(page.errors) == [field]
    assert page.soup.select_one("#street")["value"] == "Elders 7"  # type: ignore[index]
    assert store.scalars(select(Organisation)).all() == []


def test_hostile_text_stays_text(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    browser = browser_of(account)

    submit(
        browser,
        path(edition, "register"),
        **organisation_form(name=HOSTILE + "\r\nX: y", directions_nl=HOSTILE),
    )

    organisation = store.scalars(select(Organisation)).one()
    assert organisation.name == '<script>alert(1)</script> {{ 7*7 }} "quoted" 🚪 X: y'
    page = Page.get(browser, path(edition))
    assert page.texts("aside h2") == [organisation.name]
    assert page.soup.select("main script") == []


def test_a_listed_name_is_not_registered_twice(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    browser = browser_of(account)
    submit(browser, path(edition, "register"), **organisation_form())

    page = Page.post(browser, path(edition, "register"), 409, **organisation_form())

    assert list(page.errors) == ["name"]
    assert len(store.scalars(select(Organisation)).all()) == 1


def test_registering_after_the_deadline_loses_nothing(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store, hosting_ends_at=NOW)

    page = Page.post(browser_of(account), path(edition, "register"), 410, **organisation_form())

    assert page.soup.select_one("#name")["value"] == "Dagcentrum Zavelput"  # type: ignore[index]
    assert store.scalars(select(Organisation)).all() == []
