"""The button "Choose this visit", for people whom the site does not know yet."""

from urllib.parse import unquote

import pytest

from tests.factories import make_account, make_edition, make_offer, make_visitor
from tests.page import Page, submit


@pytest.fixture
def edition(store):
    return make_edition(store)


@pytest.fixture
def visit(store, edition):
    return make_offer(store, edition)


@pytest.fixture
def me(store, edition, visit):
    store.commit()
    return f"/en/{edition.slug}/me"


def test_choosing_leads_a_stranger_to_sign_in_and_a_newcomer_to_registration(
    client, browser_of, store, me, edition, visit
):
    newcomer = make_account(store)
    store.commit()
    there = f"/en/{edition.slug}/visits/{visit.id}"
    query = f"choose={visit.id}&next={there}"

    stranger = submit(client, f"{me}/preferences/add", choose=visit.id)
    registering = submit(browser_of(newcomer), f"{me}/preferences/add", choose=visit.id)

    assert (stranger.status_code, unquote(unquote(stranger.location))) == (
        303,
        f"/en/sign-in?next={me}/register?{query}",
    )
    assert (registering.status_code, unquote(registering.location)) == (
        303,
        f"{me}/register?{query}",
    )


def test_one_press_is_enough_for_a_newcomer(store, browser_of, me, visit):
    newcomer = make_account(store)
    store.commit()
    browser = browser_of(newcomer)
    registering = submit(browser, f"{me}/preferences/add", choose=visit.id)

    answer = submit(
        browser,
        registering.location,
        given_name="Lotte",
        family_name="Vermeiren",
        self_employed="y",
        languages=["nl"],
        sectors=["ggz"],
        seats="1",
    )

    assert answer.location == f"{me.removesuffix('/me')}/visits/{visit.id}"
    page = Page.get(browser, f"{me}/preferences")
    assert page.texts("main > .note") == [
        "Saved. Thank you, Lotte.",
        f"{visit.host.organisation.name} is now number 1 in your list.",
    ]


def test_somebody_known_comes_back_to_the_visit_after_signing_in(
    store, browser_of, me, edition, visit
):
    account = make_account(store)
    make_visitor(store, edition, account=account)
    store.commit()
    there = f"/en/{edition.slug}/visits/{visit.id}"

    answer = browser_of(account).get(f"{me}/register?choose={visit.id}&next={there}")

    assert answer.location == there
