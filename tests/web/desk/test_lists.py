"""The desk's lists: searched, put in order, paged, and what they say."""

from urllib.parse import parse_qs, urlsplit

import pytest

from opendeur.enums import EditionPhase
from tests.factories import (
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
    make_placement,
    make_visitor,
)
from tests.page import Page
from tests.queries import counted

LISTS = ("", "moments", "hosts", "visitors")
HOSTILE = "<script>alert(1)</script>\u202e\U0001f600"


@pytest.fixture
def edition(store):
    made = make_edition(store)
    store.commit()
    return made


def url(edition, path=""):
    return f"/en/{edition.slug}/desk/{path}"


@pytest.mark.parametrize("path", [*LISTS, "settings"])
def test_every_page_of_an_empty_edition_opens(desk, edition, path):
    assert Page.get(desk, url(edition, path)).texts("h1") != []


def test_an_empty_edition_says_what_to_do(desk, edition):
    pages = [Page.get(desk, url(edition, path)) for path in LISTS]

    assert [page.text(".empty h2") for page in pages] == [
        "Nothing is on offer yet",
        "Nothing is on offer yet",
        "No host takes part yet",
        "No visitor has registered yet",
    ]


@pytest.mark.parametrize("seats", [0, 2, 9])
def test_a_field_of_the_heat_table_says_what_its_moments_say(desk, store, edition, seats):
    visit = make_offer(store, edition, days=(0, 2))
    if seats:
        visit.slots[0].capacity = 9
        visit.slots[1].capacity = 9
        make_visitor(store, edition, preferences=[visit], seats=seats)
    store.commit()

    field = Page.get(desk, url(edition)).soup.select("table.heat td a")[0]
    asked, offered = field.get_text().split()[0].split("/")
    page = Page.get(desk, field["href"])

    assert page.text("#found") == "1 moment"
    assert page.text(".lead").startswith(f"One moment: {asked} asked for, {offered} seats.")
    assert page.texts("tbody .demand") == [f"{asked} of {offered}, at least 1"]


@pytest.mark.parametrize(
    "query",
    [
        "moments?q=nobody+has+this+name",
        f"moments?q={HOSTILE}",
        "moments?state=overrun",
        "hosts?q=zzz",
        "hosts?show=unconfirmed",
        "visitors?q=zzz",
        "visitors?show=silent",
    ],
)
def test_a_search_that_finds_nothing_says_so_and_leads_out(desk, store, edition, query):
    visit = make_offer(store, edition)
    make_visitor(store, edition, preferences=[visit])
    store.commit()

    page = Page.get(desk, url(edition, query))
    [out] = [link["href"] for link in page.soup.select("main .note a")]

    assert page.texts("tbody tr") == []
    assert len(Page.get(desk, out).texts("tbody tr")) == 1


@pytest.mark.parametrize("path", ["moments", "hosts", "visitors"])
@pytest.mark.parametrize(
    "query",
    [
        "sort=nothing",
        f"sort=-{HOSTILE}",
        "page=0",
        "page=-1",
        "page=²",
        "page=" + "9" * 500,
        "page=2",
        "sector=none&half=2000-01-01-morning&state=x&show=x",
        "q=" + "%20" * 300,
        "lang=x&_anchor=x&q=",
    ],
)
def test_what_makes_no_sense_in_an_address_is_left_out(desk, store, edition, path, query):
    visit = make_offer(store, edition)
    make_visitor(store, edition, preferences=[visit])
    store.commit()

    assert len(Page.get(desk, url(edition, f"{path}?{query}")).texts("tbody tr")) == 1


def test_people_are_found_without_accents_case_or_order(desk, store, edition):
    make_visitor(store, edition, account=make_account(store, family_name="Şahin"))
    make_visitor(store, edition, account=make_account(store, family_name="Smets"))
    store.commit()

    page = Page.get(desk, url(edition, "visitors?q=SAHIN+lotte"))

    assert page.texts("tbody th") == ["Lotte Şahin"]
    assert page.soup.select_one("#q")["value"] == "SAHIN lotte"


def test_lists_come_fifty_at_a_time_and_keep_what_is_asked(desk, store, edition):
    visit = make_offer(store, edition)
    for number in range(61):
        make_visitor(
            store,
            edition,
            account=make_account(store, family_name=f"Claes {number:02}"),
            preferences=[visit],
        )
    store.commit()

    first = Page.get(desk, url(edition, "visitors?q=claes&show=submitted&sort=-name"))
    [onwards] = [link["href"] for link in first.soup.select('a[rel="next"]')]
    second = Page.get(desk, onwards)
    beyond = Page.get(desk, url(edition, "visitors?q=claes&page=7"))

    assert first.texts("tbody th")[0] == "Lotte Claes 60"
    assert second.texts("tbody th")[-1] == "Lotte Claes 00"
    assert [len(page.texts("tbody tr")) for page in (first, second, beyond)] == [50, 11, 11]
    assert first.texts('nav[aria-label="Pages"] .soft') == ["1 to 50 of 61"]
    assert parse_qs(urlsplit(onwards).query) == {
        "q": ["claes"],
        "show": ["submitted"],
        "sort": ["-name"],
        "page": ["2"],
    }


@pytest.mark.parametrize("path", ["moments", "hosts", "visitors"])
def test_every_head_puts_the_list_in_order_and_turns_it_around(desk, store, edition, path):
    visits = [make_offer(store, edition) for _ in range(2)]
    for _ in range(2):
        make_visitor(store, edition, preferences=visits)
    store.commit()

    links = [link["href"] for link in Page.get(desk, url(edition, path)).soup.select("thead a")]
    for link in links:
        page = Page.get(desk, link)
        [head] = page.soup.select("thead [aria-sort]")
        turned = Page.get(desk, head.a["href"])
        [back] = turned.soup.select("thead [aria-sort]")
        assert {head["aria-sort"], back["aria-sort"]} == {"ascending", "descending"}
        assert head.get_text() == back.get_text()
    assert len(links) >= 4


def test_moments_are_put_in_order_by_who_asks_for_them(desk, store, edition):
    busy, quiet = (make_offer(store, edition) for _ in range(2))
    make_visitor(store, edition, preferences=[busy])
    store.commit()

    page = Page.get(desk, url(edition, "moments?sort=-people"))

    assert page.texts("tbody th") == [visit.host.organisation.name for visit in (busy, quiet)]


def test_hosts_that_did_not_confirm_stand_out(desk, store, edition):
    organisation = make_organisation(store, name=HOSTILE)
    make_host(store, edition, organisation=organisation, confirmed_at=None)
    store.commit()

    page = Page.get(desk, url(edition, "hosts?show=unconfirmed"))

    assert page.texts("tbody th") == [HOSTILE]
    assert page.texts("tbody .tag") == ["Not confirmed", "Nothing on offer"]


def test_people_can_be_narrowed_down_and_are_counted_apart_from_sign_ups(desk, store, edition):
    visit = make_offer(store, edition)
    lucky = make_visitor(store, edition, preferences=[visit], seats=3)
    make_visitor(store, edition, preferences=[visit])
    make_visitor(store, edition, preferences=[visit], submitted=False)
    make_visitor(store, edition, submitted=False)
    make_placement(store, lucky, visit.slots[0])
    store.commit()

    pages = {
        show: Page.get(desk, url(edition, f"visitors?show={show}"))
        for show in ("", "submitted", "began", "silent", "nothing", HOSTILE)
    }

    assert {show: len(page.texts("tbody tr")) for show, page in pages.items()} == {
        "": 4,
        "submitted": 2,
        "began": 1,
        "silent": 1,
        "nothing": 1,
        HOSTILE: 4,
    }
    assert pages["submitted"].text(".lead").startswith("2 sign-ups, 4 people.")
    assert pages["nothing"].texts("td:last-child") == ["nothing"]


def test_lists_take_at_most_twelve_statements_however_long_they_are(app, desk, store, edition):
    asked = (*LISTS, "moments?q=dag&sort=-people&page=2", "visitors?q=lotte&show=submitted")

    def statements():
        counts = []
        for path in asked:
            with counted(app.extensions["database"].engine) as count:
                Page.get(desk, url(edition, path))
            counts.append(count.statements)
        return counts

    def add():
        visit = make_offer(store, edition)
        organisation = make_organisation(store)
        visitor = make_visitor(store, edition, preferences=[visit], organisation=organisation)
        make_placement(store, visitor, visit.slots[0])
        make_visitor(store, edition, submitted=False)
        store.commit()

    add()
    one = statements()
    add()
    add()

    assert statements() == one
    # Two of them open the connection for reading.
    assert max(one) <= 12 + 2


def test_no_two_filters_of_moments_have_nearly_the_same_name_after_sending(
    desk, store, edition
):
    make_offer(store, edition)
    edition.phase = EditionPhase.PUBLISHED
    store.commit()

    names = Page.get(desk, url(edition, "moments")).texts("#state option")

    assert names == [
        "All",
        "Needs attention",
        "Nobody, or too few",
        "Takes place",
        "Does not take place",
        "Under its minimum",
        "More people than seats",
    ]
