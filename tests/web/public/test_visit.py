"""One visit: what it is, when, where, how to get in, and what one can do with it."""

from datetime import timedelta

import pytest

from opendeur.enums import EditionPhase, WheelchairAccess
from tests.factories import (
    NOW,
    local,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)
from tests.page import Page
from tests.queries import counted


@pytest.fixture
def edition(store):
    return make_edition(store, max_preferences=2)


@pytest.fixture
def visit(store, edition):
    return make_offer(store, edition, days=(0, 1))


@pytest.fixture
def path(store, edition, visit):
    store.commit()
    return f"/en/{edition.slug}/visits/{visit.id}"


def test_a_visit_tells_what_where_and_when(client, store, edition):
    host = make_host(
        store,
        edition,
        organisation=make_organisation(
            store, name="La Passerelle", website="javascript:alert(1)", phone="02 000 00 03"
        ),
        wheelchair=WheelchairAccess.PARTLY,
        directions_nl="Tram 81 <b>vet</b>",
        contact_phone="0470 00 00 01",
    )
    visit = make_visit(
        store, host, title_nl="Koffie <b>om</b> negen", title_fr="", description_fr=""
    )
    make_slot(store, visit, street="Elders 1", postcode_code="1040", minimum=3)
    store.commit()

    page = Page.get(client, f"/fr/{edition.slug}/visits/{visit.id}")

    assert page.text("h1") == "Koffie <b>om</b> negen"
    assert page.soup.select_one("h1")["lang"] == "nl"
    assert page.soup.select_one(".prose")["lang"] == "nl"
    assert page.texts(".dots li")[:3] == ["Etterbeek", "NL FR", "3 à 8 personnes"]
    assert page.texts(".rows .b") == [
        "Lundi 9 novembre de 9 h 30 à 11 hElders 1, 1040 Etterbeek"
    ]
    assert page.texts("dd .place") == [
        "Zavelstraat 3, 1150 Woluwe-Saint-Pierre",
        "02 000 00 03",
    ]
    assert page.soup.select_one("a[href^='tel:']")["href"] == "tel:+3220000003"
    assert "0470" not in page.response.text  # only people who come may see it
    assert page.soup.select("a[href^=javascript]") == []
    assert page.soup.select("dd b, h1 b") == []


def test_a_withdrawn_visit_says_so_and_cannot_be_chosen(client, store, path, visit):
    visit.withdrawn_at = NOW
    store.commit()

    page = Page.get(client, path)

    assert page.text(".note-warn").startswith("The host has withdrawn this visit.")
    assert page.soup.select("main button, .tray") == []


@pytest.mark.parametrize("visit_id", [0, 999_999, 10**30])
def test_a_visit_that_does_not_exist_is_not_found(client, path, edition, visit_id):
    Page.get(client, f"/en/{edition.slug}/visits/{visit_id}", status=404)


def test_a_visit_of_another_edition_is_not_found(client, store, path, edition):
    visit = make_offer(store, make_edition(store))
    store.commit()

    Page.get(client, f"/en/{edition.slug}/visits/{visit.id}", status=404)


def acts(page):
    """What the tray of a phone offers."""
    return page.texts(".tray p, .tray .btn")


def test_the_act_stands_in_the_tray_and_says_what_becomes_of_it(
    client, browser_of, store, path, edition, visit
):
    account = make_account(store)
    visitor = make_visitor(store, edition, account=account)
    store.commit()
    browser = browser_of(account)
    stranger, first = acts(Page.get(client, path)), acts(Page.get(browser, path))
    make_visitor(
        store,
        edition,
        account=(full := make_account(store)),
        preferences=[make_offer(store, edition), make_offer(store, edition)],
    )
    make_visitor(store, edition, account=(has := make_account(store)), preferences=[visit])
    store.commit()

    assert visitor.id
    assert stranger == [
        "It becomes your first choice First you say who you are.",
        "Put it on my list",
    ]
    assert first == ["It becomes your choice 1 of 2", "Put it on my list"]
    assert acts(Page.get(browser_of(full), path)) == ["Your list is full 2 of 2 chosen", "Swap"]
    assert acts(Page.get(browser_of(has), path)) == [
        "Your choice 1 of 2",
        "Take it off my list",
    ]


def test_one_s_own_organisation_is_not_to_be_chosen(browser_of, store, path, edition, visit):
    account = make_account(store)
    make_visitor(store, edition, account=account, organisation=visit.host.organisation)
    store.commit()

    page = Page.get(browser_of(account), path)

    assert page.text(".panel").startswith("This is the organisation you work for.")
    assert page.soup.select("main button, .tray") == []


def test_moments_say_what_keeps_a_visitor_from_them(browser_of, store, path, edition, visit):
    account = make_account(store)
    visitor = make_visitor(store, edition, account=account)
    store.commit()
    browser = browser_of(account)

    free = Page.get(browser, path)
    busy = (local(0, "9:00"), local(0, "12:00"))
    make_visitor(store, edition, account=(other := make_account(store)), busy=[busy])
    store.commit()
    hindered = Page.get(browser_of(other), path)

    assert visitor.id
    assert (free.texts(".ends .tag"), free.texts(".rows .b .small + .small")) == (
        ["Fits your week"],
        [],
    )
    assert (hindered.texts(".ends .tag"), hindered.texts(".rows .b .small + .small")) == (
        [],
        ["Does not fit your week", "Fits your week"],
    )


def test_results_tell_which_moments_take_place(client, store, path, edition, visit):
    edition.phase = EditionPhase.PUBLISHED
    make_placement(store, make_visitor(store, edition, seats=2), visit.slots[0])
    store.commit()

    page = Page.get(client, path)

    assert page.texts(".rows .end p") == ["2 of 8 places taken", "Does not take place"]
    assert page.soup.select(".demand, .tray") == []


@pytest.mark.parametrize("is_known", [False, True])
def test_a_visit_asks_the_database_as_often_however_many_moments_it_has(
    app, client, browser_of, store, is_known
):
    found = []
    for days in ((0,), (0, 1, 2)):
        edition, account = make_edition(store), make_account(store)
        visit = make_offer(store, edition, days=days)
        if is_known:
            make_visitor(
                store,
                edition,
                account=account,
                busy=[(local(0, "9:00"), local(0, "9:00") + timedelta(hours=4))],
            )
        store.commit()
        browser = browser_of(account) if is_known else client
        with counted(app.extensions["database"].engine) as count:
            Page.get(browser, f"/en/{edition.slug}/visits/{visit.id}")
            first = count.statements
            Page.get(browser, f"/en/{edition.slug}/visits/{visit.id}")
        found.append((first, count.statements - first))

    assert found[0] == found[1]
    assert found[0][1] <= 12
