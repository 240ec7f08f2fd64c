import pytest

from opendeur.enums import EditionPhase, WheelchairAccess
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
    make_organiser,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)
from tests.page import Page
from tests.queries import counted


@pytest.fixture
def edition(store):
    return make_edition(store, max_preferences=5)


@pytest.fixture
def offers(store, edition):
    return [make_offer(store, edition, days=(day,)) for day in (0, 1, 3)]


@pytest.fixture
def path(store, edition, offers):
    store.commit()
    return f"/en/{edition.slug}/"


def names(page):
    return page.texts(".visit h3")


def test_anybody_reads_the_programme_by_day(client, path, offers):
    page = Page.get(client, path)

    assert names(page) == [visit.host.organisation.name for visit in offers]
    assert page.text("[role=status]") == "3 moments"
    assert len(page.soup.select("section.day")) == 3
    assert page.soup.select(".tray") == []


def test_filters_are_kept_in_the_address_and_in_the_form(client, store, path, edition, offers):
    offers[1].host.organisation.postcode_code = "1040"
    store.commit()

    page = Page.get(client, f"{path}?municipality=1040")

    assert names(page) == [offers[1].host.organisation.name]
    assert page.text("[role=status]") == "1 of 3 moments"
    [ticked] = page.soup.select("input[checked]")
    assert (ticked["name"], ticked["value"]) == ("municipality", "1040")
    [french] = page.soup.select(".tools a[lang=fr]")
    assert french["href"] == f"/fr/{edition.slug}/?municipality=1040"


def test_when_no_visit_fits_the_page_names_the_filter_to_let_go(client, store, path, offers):
    offers[0].host.wheelchair = WheelchairAccess.YES
    offers[1].host.organisation.postcode_code = "1040"
    store.commit()

    page = Page.get(client, f"{path}?access=wheelchair&municipality=1040")

    assert names(page) == []
    assert page.texts(".empty li") == [
        "Without “Municipality”: 1 moment",
        "Without “Access”: 1 moment",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "spoken=xx&day=tomorrow&colour=red",
        "sector=<script>&municipality=" + "9" * 400,
        "view=month&spoken=",
    ],
)
def test_filters_that_do_not_exist_are_left_out(client, path, query):
    assert Page.get(client, f"{path}?{query}").text("[role=status]") == "3 moments"


def test_the_week_is_a_table_with_the_same_filters(client, path):
    page = Page.get(client, f"{path}?view=week&spoken=nl")

    assert len(page.soup.select("table.week thead th[scope=col]")) == 6
    assert page.texts("table.week tbody th") == ["9:30"]
    assert len(page.soup.select("table.week td a")) == 3
    [other] = [a for a in page.soup.select(".views a") if not a.get("aria-current")]
    assert "spoken=nl" in other["href"]


def test_a_visitor_sees_choices_and_the_own_organisation(browser_of, store, path, offers):
    account = make_account(store)
    make_visitor(
        store,
        offers[0].host.edition,
        account=account,
        preferences=[offers[1]],
        organisation=offers[2].host.organisation,
        submitted=False,
    )
    store.commit()

    page = Page.get(browser_of(account), path)

    assert page.texts(".chosen .plate") == ["1"]
    assert page.texts(".visit > p.soft") == ["Your own organisation"]
    assert len(page.soup.select(".visit .choose")) == 1
    assert page.text(".tray p") == "1 of 5 chosen not submitted yet"


def test_the_week_marks_a_visitors_choices(browser_of, store, path, offers):
    account = make_account(store)
    make_visitor(store, offers[0].host.edition, account=account, preferences=[offers[1]])
    store.commit()

    page = Page.get(browser_of(account), f"{path}?view=week")

    assert page.texts("td.mine a") == [offers[1].host.organisation.name]


def test_a_programme_that_is_not_out_is_for_organisers_only(
    client, browser_of, store, path, edition
):
    edition.phase = EditionPhase.HOSTING
    organiser = make_organiser(store)
    visit = edition_visit = make_offer(store, edition)
    store.commit()

    assert Page.get(client, path).texts(".visit") == []
    assert Page.get(client, f"{path}visits/{visit.id}", status=404).text("h1")
    assert len(Page.get(browser_of(organiser), path).soup.select(".visit")) == 4
    assert Page.get(browser_of(organiser), f"{path}visits/{edition_visit.id}").text("h1")


def test_an_edition_without_visits_says_so(client, store):
    edition = make_edition(store)
    store.commit()

    page = Page.get(client, f"/en/{edition.slug}/")

    assert page.text(".empty h2") == "Nothing is offered yet"


def test_results_show_which_moments_take_place(client, store, path, edition, offers):
    edition.phase = EditionPhase.PUBLISHED
    make_placement(store, make_visitor(store, edition, seats=2), offers[0].slots[0])
    store.commit()

    page = Page.get(client, path)

    assert page.texts(".visit .row") == [
        "2 of 8 places taken",
        "Does not take place",
        "Does not take place",
    ]
    assert page.soup.select(".visit .choose") == []


def test_a_visit_tells_what_where_and_when(client, store, edition):
    host = make_host(
        store,
        edition,
        organisation=make_organisation(
            store, name="La Passerelle", website="javascript:alert(1)"
        ),
        wheelchair=WheelchairAccess.PARTLY,
        directions_nl="Tram 81 <b>vet</b>",
    )
    visit = make_visit(store, host, title_fr="", description_fr="")
    make_slot(store, visit, street="Elders 1", postcode_code="1040")
    store.commit()

    page = Page.get(client, f"/fr/{edition.slug}/visits/{visit.id}")

    assert page.text("h1") == "La Passerelle"
    assert page.soup.select_one(".lead span")["lang"] == "nl"
    assert page.soup.select_one(".prose")["lang"] == "nl"
    assert "Elders 1, 1040 Etterbeek" in page.text("tbody th")
    assert page.soup.select("a[href^=javascript]") == []
    assert page.soup.select("dd b") == []


def test_a_withdrawn_visit_says_so_and_cannot_be_chosen(client, store, path, offers):
    offers[0].withdrawn_at = NOW
    store.commit()

    page = Page.get(client, f"{path}visits/{offers[0].id}")

    assert page.text(".note-warn").startswith("The host has withdrawn this visit.")
    assert page.soup.select("main button") == []


@pytest.mark.parametrize("visit_id", [0, 999_999, 10**30])
def test_a_visit_that_does_not_exist_is_not_found(client, path, visit_id):
    Page.get(client, f"{path}visits/{visit_id}", status=404)


def test_a_visit_of_another_edition_is_not_found(client, store, path):
    visit = make_offer(store, make_edition(store))
    store.commit()

    Page.get(client, f"{path}visits/{visit.id}", status=404)


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("name", ["accessibility", "your-data"])
def test_statements_are_pages_for_anybody(client, language, name):
    assert Page.get(client, f"/{language}/{name}").text("h1")


@pytest.mark.parametrize("query", ["", "?view=week"])
def test_the_programme_asks_the_database_as_often_whatever_its_length(
    app, browser_of, store, query
):
    found = []
    for length in (1, 3):
        edition, account = make_edition(store), make_account(store)
        offers = [make_offer(store, edition, days=(0, 1)) for _ in range(length)]
        make_visitor(store, edition, account=account, preferences=offers)
        store.commit()
        browser = browser_of(account)
        with counted(app.extensions["database"].engine) as count:
            Page.get(browser, f"/en/{edition.slug}/{query}")
        found.append(count.statements)

    assert found[0] == found[1]
