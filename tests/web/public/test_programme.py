import pytest

from opendeur.enums import EditionPhase, WheelchairAccess
from tests.factories import (
    local,
    make_account,
    make_edition,
    make_offer,
    make_organiser,
    make_placement,
    make_slot,
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
    """The hosts of the rows, without the languages behind them."""
    return [found.contents[0].strip() for found in page.soup.select(".visit .by")]


def hosts(visits):
    return [visit.host.organisation.name for visit in visits]


def test_anybody_reads_one_row_a_visit_by_municipality(client, store, path, offers):
    make_slot(store, offers[0], day=2)
    offers[1].host.organisation.postcode_code = "1040"
    store.commit()

    page = Page.get(client, path)

    assert page.texts(".place-head") == [
        "Etterbeek 1 visit",
        "Woluwe-Saint-Pierre 2 visits",
    ]
    assert names(page) == hosts([offers[1], offers[0], offers[2]])
    assert page.text(f"#visit-{offers[0].id} .when") == "Mon 9 9:30Wed 11 9:30"
    assert page.text("#results [role=status]") == "3 visits"
    assert page.soup.select(".tray") == []


def test_a_visit_stands_under_each_of_its_days(client, store, path, offers):
    make_slot(store, offers[0], day=1)
    store.commit()

    page = Page.get(client, f"{path}?view=day")

    assert page.texts(".place-head") == [
        "Monday 9 November 1 visit",
        "Tuesday 10 November 2 visits",
        "Thursday 12 November 1 visit",
    ]
    assert names(page) == hosts([offers[0], *sorted(offers[:2], key=_host), offers[2]])


def _host(visit):
    return visit.host.organisation.name


def test_filters_are_kept_in_the_address_and_in_the_form(client, store, path, edition, offers):
    offers[1].host.organisation.postcode_code = "1040"
    store.commit()

    page = Page.get(client, f"{path}?municipality=1040&view=day")

    assert names(page) == hosts([offers[1]])
    assert page.text("#results [role=status]") == "1 of 3 visits clear filters"
    [ticked] = page.soup.select("input[checked]")
    assert (ticked["name"], ticked["value"]) == ("municipality", "1040")
    [french] = page.soup.select(".tools a[lang=fr]")
    assert french["href"] == f"/fr/{edition.slug}/?municipality=1040&view=day"
    assert page.text(".rail-more summary") == "More, 1 on"


def test_a_chip_turns_one_value_on_and_off_and_leaves_the_others(client, path, offers):
    page = Page.get(client, f"{path}?spoken=nl&municipality=1150")

    chips = {chip.get_text(): chip for chip in page.soup.select(".rail > .chip")}

    assert [text for text, chip in chips.items() if chip.get("aria-current")] == ["Dutch"]
    assert chips["Dutch"]["href"] == f"{path}?municipality=1150"
    assert chips["French"]["href"] == f"{path}?municipality=1150&spoken=nl&spoken=fr"


def test_filters_survive_opening_a_visit_and_coming_back(client, path, offers):
    page = Page.get(client, f"{path}?spoken=nl&day=2026-11-09&view=week")
    [link] = page.soup.select(".week a")

    visit = Page.get(client, link["href"])

    query = "day=2026-11-09&spoken=nl&view=week"
    assert link["href"] == f"{path}visits/{offers[0].id}?{query}"
    assert visit.soup.select_one(".crumb")["href"] == f"{path}?{query}"


def test_the_way_back_leads_to_the_row_that_was_left(client, path, offers):
    page = Page.get(client, f"{path}visits/{offers[1].id}?spoken=nl")

    crumb = page.soup.select_one(".crumb")["href"]
    assert crumb == f"{path}?spoken=nl#visit-{offers[1].id}"
    row = Page.get(client, crumb).soup.select_one(f"#visit-{offers[1].id}")
    assert row["class"] == ["visit"]


@pytest.mark.parametrize(
    "query", ["next=https://evil.example", "back=//evil.example", "view=//evil.example"]
)
def test_the_way_back_never_leaves_the_site(client, path, offers, query):
    page = Page.get(client, f"{path}visits/{offers[1].id}?{query}")

    assert page.soup.select_one(".crumb")["href"] == f"{path}#visit-{offers[1].id}"


def test_when_no_visit_fits_the_page_names_the_filter_to_let_go(client, store, path, offers):
    offers[0].host.wheelchair = WheelchairAccess.YES
    offers[1].host.organisation.postcode_code = "1040"
    store.commit()

    page = Page.get(client, f"{path}?access=wheelchair&municipality=1040")

    assert names(page) == []
    assert page.texts(".empty li") == [
        "Without “Municipality”: 1 visit",
        "Without “Access”: 1 visit",
        "Show the whole programme",
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
    assert Page.get(client, f"{path}?{query}").text("#results [role=status]") == "3 visits"


def test_the_week_is_a_table_with_the_same_filters(client, path):
    page = Page.get(client, f"{path}?view=week&spoken=nl")

    assert len(page.soup.select("table.week thead th[scope=col]")) == 6
    assert page.texts("table.week tbody th") == ["9:30"]
    assert len(page.soup.select("table.week td a")) == 3
    others = [a for a in page.soup.select(".views a") if not a.get("aria-current")]
    assert [a["href"] for a in others] == [f"{path}?spoken=nl", f"{path}?spoken=nl&view=day"]


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

    assert page.texts(".visit.mine .plate") == ["Your choice 1"]
    assert page.texts(".visit > p.soft") == ["Your own organisation"]
    assert len(page.soup.select(".visit button[name=choose]")) == 1
    assert page.text(".tray summary") == "1 of 5 chosen Not submitted yet"
    own = hosts([offers[1]])[0]
    assert page.texts("#list li") == [f"1{own} Take it off my list, {own}, 1"] + [
        f"{rank}free" for rank in range(2, 6)
    ]


def test_moments_that_do_not_fit_a_visitor_are_struck_through_and_said(
    browser_of, store, path, edition, offers
):
    account = make_account(store)
    offers[1].slots[0].languages = {"fr"}
    make_visitor(store, edition, account=account, busy=[(local(0, "9:00"), local(0, "12:00"))])
    store.commit()

    page = Page.get(browser_of(account), f"{path}?view=day")

    assert page.texts(".visit .when .off") == [
        "Mon 9 9:30 does not fit your week",
        "Tue 10 9:30 not in your languages",
    ]
    assert page.texts(".visit .when .fits") == ["Thu 12 9:30 fits your week"]


def test_a_visitor_filters_by_what_fits(browser_of, store, path, edition, offers):
    account = make_account(store)
    offers[1].slots[0].languages = {"fr"}
    make_visitor(store, edition, account=account, busy=[(local(0, "9:00"), local(0, "12:00"))])
    store.commit()
    browser = browser_of(account)

    fits = Page.get(browser, f"{path}?fits=week")
    understood = Page.get(browser, f"{path}?fits=language")

    assert names(fits) == hosts([offers[2]])
    assert names(understood) == hosts([offers[0], offers[2]])
    assert fits.texts(".rail > .chip")[:2] == ["Fits my week", "In my language"]


def test_what_would_change_nothing_is_no_filter(client, browser_of, store, path, edition):
    account = make_account(store)
    make_visitor(store, edition, account=account)
    store.commit()

    for browser in (client, browser_of(account)):
        page = Page.get(browser, f"{path}?fits=week")
        assert (page.text("#results [role=status]"), len(names(page))) == ("3 visits", 3)
        assert "Fits my week" not in page.texts(".rail > .chip")


def test_the_week_marks_a_visitors_choices(browser_of, store, path, offers):
    account = make_account(store)
    make_visitor(store, offers[0].host.edition, account=account, preferences=[offers[1]])
    store.commit()

    page = Page.get(browser_of(account), f"{path}?view=week")

    assert page.texts("td .mine a") == hosts([offers[1]])


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


def test_results_show_what_takes_place_and_fold_the_rest(client, store, path, edition, offers):
    edition.phase = EditionPhase.PUBLISHED
    make_placement(store, make_visitor(store, edition, seats=2), offers[0].slots[0])
    store.commit()

    page = Page.get(client, path)

    assert page.texts("#results > section .demand") == ["2 of 8 places taken"]
    assert page.text("details.more > summary") == "2 visits do not take place"
    assert page.texts("details.more .demand") == ["Does not take place"] * 2
    assert page.texts("details.more .off") == [
        "Tue 10 9:30 Does not take place",
        "Thu 12 9:30 Does not take place",
    ]
    assert page.soup.select(".visit button") == []


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("name", ["accessibility", "your-data"])
def test_statements_are_pages_for_anybody(client, language, name):
    assert Page.get(client, f"/{language}/{name}").text("h1")


@pytest.mark.parametrize("query", ["", "?view=day", "?view=week"])
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
            first = count.statements
            Page.get(browser, f"/en/{edition.slug}/{query}")
        found.append((first, count.statements - first))

    assert found[0] == found[1]
    assert found[1][1] <= 12
