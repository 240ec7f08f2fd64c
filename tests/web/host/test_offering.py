"""A host offers a visit with its moments in one form, on the card of its organisation."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import EditionPhase, WheelchairAccess
from opendeur.models import Account, Edition, Host, Visit
from tests.factories import (
    MONDAY,
    local,
    make_edition,
    make_host,
    make_slot,
    make_visit,
)
from tests.page import Page, submit
from tests.web.host.host_forms import (
    arrange,
    offer_form,
    path,
    redirected,
)

Browser = Callable[[Account | None], FlaskClient]


def new(session: Session, **values: Any) -> tuple[Edition, Account, str]:
    """Return an edition, a contact, and the path of a new visit of a host."""
    edition, account = arrange(session, **values)
    host = make_host(session, edition, contact=account)
    session.commit()
    return edition, account, path(edition, f"{host.id}/visits/new")


def test_a_visit_with_its_moments_is_published_in_one_form(
    store: Session, browser_of: Browser
) -> None:
    edition, account, here = new(store)
    browser = browser_of(account)
    Page.get(browser, here)
    days = [(MONDAY + timedelta(days=number)).isoformat() for number in (1, 3, 4)]

    answer = submit(browser, here, **offer_form(days=days, audience=["ouderen"]))

    visit = store.scalars(select(Visit)).one()
    assert redirected(browser, answer) == path(edition) + f"#visit-{visit.id}"
    assert (visit.title_nl, visit.is_offered) == ("Koffie en turnen", True)
    assert [slot.starts_at for slot in visit.slots] == [local(day, "9:30") for day in (1, 3, 4)]


@pytest.mark.parametrize("days", [[], [MONDAY.isoformat()]])
def test_a_draft_is_kept_with_or_without_moments(
    store: Session, browser_of: Browser, days: list[str]
) -> None:
    _, account, here = new(store)
    typed = {} if days else {"starts": "", "minimum": ""}

    submit(browser_of(account), here, **offer_form(days=days, keep="y", **typed))

    visit = store.scalars(select(Visit)).one()
    assert (visit.is_offered, len(visit.slots)) == (False, len(days))


def test_the_card_of_the_organisation_changes_with_the_visit(
    store: Session, browser_of: Browser
) -> None:
    _, account, here = new(store)
    browser = browser_of(account)
    page = Page.get(browser, here)

    submit(
        browser,
        here,
        **offer_form(
            contact_name="Samir Haddad", host_street="Zavelstraat 5", wheelchair="yes"
        ),
    )

    store.expire_all()
    host = store.scalars(select(Host)).one()
    assert page.soup.select(".panel details[open]") == []
    assert (host.contact_name, host.organisation.street, host.wheelchair) == (
        "Samir Haddad",
        "Zavelstraat 5",
        WheelchairAccess.YES,
    )


def test_the_card_stands_open_where_nobody_is_known_to_ask_for(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account, contact_name="")
    store.commit()

    page = Page.get(browser_of(account), path(edition, f"{host.id}/visits/new"))

    assert len(page.soup.select(".panel details[open]")) == 1


def test_a_second_visit_is_proposed_as_the_first(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account)
    make_slot(store, make_visit(store, host), start="14:00", capacity=7, languages={"fr"})
    store.commit()

    page = Page.get(browser_of(account), path(edition, f"{host.id}/visits/new"))

    assert page.soup.select_one("#starts")["value"] == "14:00"  # type: ignore[index]
    assert page.soup.select_one("#capacity")["value"] == "7"  # type: ignore[index]
    assert [box["value"] for box in page.soup.select("[name=languages][checked]")] == ["fr"]


def test_every_fault_of_an_offer_is_told_at_once_and_nothing_is_lost(
    store: Session, browser_of: Browser
) -> None:
    _, account, here = new(store)

    page = Page.post(
        browser_of(account),
        here,
        422,
        **offer_form(
            contact_name="", title_nl="", days=[], starts="x", ends="23:00", capacity="2"
        ),
    )

    assert list(page.errors) == [
        "contact_name",
        "title_nl",
        "days-0",
        "starts",
        "ends",
        "capacity",
    ]
    assert page.text("#description_nl") == "Een ochtend in huis."
    assert page.soup.select_one("#starts")["value"] == "x"  # type: ignore[index]
    assert store.scalars(select(Visit)).all() == []


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("nl", "nl", "fr"), ("fr", "fr", "nl"), ("en", "nl", "fr")],
)
def test_the_other_language_waits_until_it_is_asked_for(
    store: Session, browser_of: Browser, language: str, first: str, second: str
) -> None:
    _, account, here = new(store)
    browser = browser_of(account)
    here = here.replace("/en/", f"/{language}/")

    page = Page.get(browser, here)
    refused = Page.post(browser, here, **offer_form(title_nl=""))

    boxes = [box["name"] for box in page.soup.select("main [name^=title_]")]
    assert boxes == [f"title_{first}", f"title_{second}"]
    assert [box["name"] for box in page.soup.select("details [name^=title_]")] == [
        f"title_{second}"
    ]
    assert list(refused.errors) == [f"title_{first}"]


def test_an_address_that_can_no_longer_change_is_said_on_the_card(
    store: Session, browser_of: Browser
) -> None:
    _, account, here = new(store)
    host = store.scalars(select(Host)).one()
    elsewhere = make_edition(store, phase=EditionPhase.ASSIGNMENT)
    make_host(store, elsewhere, organisation=host.organisation)
    store.commit()

    page = Page.post(browser_of(account), here, 410, **offer_form(host_street="Elders 7"))

    assert list(page.errors) == ["host_street"]
    assert len(page.soup.select(".panel details[open]")) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title_nl": " \u202e\r\n "}, "title_nl"),
        ({"title_fr": "x" * 10_000}, "title_fr"),
        ({"description_fr": "x" * 10_000}, "description_fr"),
        ({"audience": ["mijnbouw"]}, "audience-0"),
        ({"host_postcode": "9999"}, "host_postcode"),
        ({"wheelchair": "maybe"}, "wheelchair-0"),
    ],
)
def test_a_wrong_description_keeps_what_was_typed(
    store: Session, browser_of: Browser, values: dict[str, Any], field: str
) -> None:
    _, account, here = new(store)

    page = Page.post(browser_of(account), here, **offer_form(**values))

    assert list(page.errors) == [field]
    assert page.text("#description_nl") == "Een ochtend in huis."
    assert store.scalars(select(Visit)).all() == []
