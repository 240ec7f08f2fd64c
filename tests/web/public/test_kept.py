"""Pages that are kept for everybody: right after every change, and never somebody else's."""

from datetime import timedelta

import pytest
import time_machine

from opendeur.keeping import Keeper
from tests.factories import make_account, make_edition, make_offer, make_visitor
from tests.page import Page, submit
from tests.queries import counted


@pytest.fixture
def edition(store):
    return make_edition(store)


@pytest.fixture
def visit(store, edition):
    return make_offer(store, edition)


@pytest.fixture
def path(app, store, edition, visit, monkeypatch):
    """The programme, on a site whose counts may be half a minute old."""
    monkeypatch.setattr(app.extensions["database"], "kept", Keeper(seconds=30))
    store.commit()
    return f"/en/{edition.slug}/"


def demand(page):
    return page.text(".visit .demand")


def test_a_page_for_everybody_is_made_once(app, client, path):
    first = Page.get(client, path).response.text
    with counted(app.extensions["database"].engine) as count:
        second = Page.get(client, path).response.text

    assert first == second
    assert count.statements == 2 + 1  # the two that begin, and the edition with its revision


@pytest.mark.parametrize("query", ["", "?view=day", "?view=week", "visits/%s"])
def test_a_change_of_the_offer_is_seen_at_once(client, store, path, visit, query):
    url = path + (query % visit.id if "%" in query else query)
    before = Page.get(client, url).response.text
    visit.host.organisation.name = "Huis De Linde"
    store.commit()

    after = Page.get(client, url).response.text

    assert ("Huis De Linde" in before, "Huis De Linde" in after) == (False, True)


def test_somebody_who_is_signed_in_gets_a_page_of_their_own(
    client, browser_of, store, path, edition, visit
):
    account = make_account(store, given_name="Lotte")
    make_visitor(store, edition, account=account, preferences=[visit])
    store.commit()
    nobodys = Page.get(client, path)

    mine = Page.get(browser_of(account), path)
    again = Page.get(client, path)

    assert len(mine.soup.select(".visit.mine")) == 1
    assert "Lotte" in mine.text(".tools")
    assert again.response.text == nobodys.response.text
    assert again.soup.select(".visit.mine, input[name=csrf_token]") == []
    assert "Lotte" not in again.response.text


def test_a_message_for_one_browser_is_shown_to_it_and_kept_for_nobody(client, path):
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("message", "Only for you")]

    mine = Page.get(client, path)

    assert mine.texts("main > .note") == ["Only for you"]
    assert Page.get(client.application.test_client(), path).texts("main > .note") == []


def test_interest_may_be_half_a_minute_old_and_no_older(
    client, store, path, edition, visit, monkeypatch
):
    clock = [1000.0]
    monkeypatch.setattr("opendeur.keeping.time.monotonic", lambda: clock[0])
    before = demand(Page.get(client, path))
    make_visitor(store, edition, preferences=[visit])
    store.commit()
    clock[0] += 29
    soon = demand(Page.get(client, path))
    clock[0] += 30

    later = demand(Page.get(client, path))

    assert (before, soon, later) == ("0 for 8 places", "0 for 8 places", "1 for 8 places")


def test_a_deadline_that_passes_changes_the_page(
    client, path, edition, standing_clock: time_machine.Traveller
):
    before = Page.get(client, path)
    standing_clock.move_to(edition.preferences_end_at + timedelta(seconds=1))

    after = Page.get(client, path)

    assert [len(page.soup.select(".knock")) for page in (before, after)] == [1, 0]


def test_an_address_with_more_in_it_than_is_asked_for_is_not_kept(app, client, path):
    before = app.extensions["database"].kept.bytes
    Page.get(client, path)
    kept = app.extensions["database"].kept.bytes
    for number in range(3):
        page = Page.get(client, f"{path}?number={number}")
        assert f"number={number}" in str(page.soup.select_one(".tools a"))

    assert before < kept == app.extensions["database"].kept.bytes


def test_a_choice_is_seen_by_who_made_it_at_once(browser_of, store, path, edition, visit):
    account = make_account(store)
    make_visitor(store, edition, account=account)
    store.commit()
    browser = browser_of(account)
    Page.get(browser, path)

    submit(browser, f"{path}me/preferences/add", choose=visit.id, back=path)

    assert len(Page.get(browser, path).soup.select(".visit.mine")) == 1


def test_a_page_weighs_what_it_takes_in_memory(app, client, path):
    kept = app.extensions["database"].kept
    page = client.get(f"{path}?view=day").text  # and what every view is made of
    before = kept.bytes

    other = client.get(path).text

    assert (page != other, kept.bytes - before >= 2 * len(other)) == (True, True)
