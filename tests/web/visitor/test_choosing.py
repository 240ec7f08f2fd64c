"""Choosing where visits are shown, by people whom the site knows and does not know yet."""

from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from opendeur.models import Preference
from tests.factories import NOW, make_account, make_edition, make_offer, make_visitor
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


# -- by somebody who is known: in the programme and on the page of a visit -----------------


@pytest.fixture
def full(store):
    """An edition in which two visits can be chosen, and four that there are."""
    edition = make_edition(store, max_preferences=2)
    return edition, [make_offer(store, edition, days=(0, 1)) for _ in range(4)]


def chosen_by(store, visitor):
    store.expire_all()
    return list(
        store.scalars(
            select(Preference.visit_id)
            .where(Preference.visitor_id == visitor.id)
            .order_by(Preference.rank)
        )
    )


class Chooser:
    """A visitor at the programme, without JavaScript or with htmx."""

    def __init__(self, store, browser_of, full, *, preferences=0):
        self.edition, self.visits = full
        account = make_account(store)
        self.visitor = make_visitor(
            store, self.edition, account=account, preferences=self.visits[:preferences]
        )
        store.commit()
        self.store, self.browser = store, browser_of(account)
        self.programme = f"/en/{self.edition.slug}/"

    def send(self, back="", **data):
        return submit(
            self.browser,
            f"{self.programme}me/preferences/add",
            back=f"{self.programme}{back}",
            **data,
        )

    def swap_parts(self, **data):
        self.browser.environ_base["HTTP_HX_REQUEST"] = "true"
        answer = self.send(**data)
        del self.browser.environ_base["HTTP_HX_REQUEST"]
        assert answer.status_code == 200
        return BeautifulSoup(answer.text, "html.parser")

    @property
    def chosen(self):
        return [
            next(n for n, visit in enumerate(self.visits) if visit.id == number)
            for number in chosen_by(self.store, self.visitor)
        ]


@pytest.fixture
def chooser(store, browser_of, full):
    return Chooser(store, browser_of, full)


@pytest.fixture
def sated(store, browser_of, full):
    """Somebody who has chosen as many as can be."""
    return Chooser(store, browser_of, full, preferences=2)


def words(found):
    return " ".join(found.get_text(" ").split())


def test_a_choice_is_said_in_its_row_and_the_filters_stay(chooser):
    visit = chooser.visits[2]

    answer = chooser.send(back="?spoken=nl", choose=visit.id)
    page = Page.get(chooser.browser, answer.location)

    assert answer.location == f"{chooser.programme}?spoken=nl#visit-{visit.id}"
    assert chooser.chosen == [2]
    [row] = page.soup.select(".visit.mine")
    assert (row["id"], words(row.select_one(".said"))) == (
        f"visit-{visit.id}",
        "Added as your choice 1. Undo",
    )
    assert page.texts("main > .note") == []
    again = Page.get(chooser.browser, answer.location)
    assert again.soup.select(".said") == []


def test_a_choice_under_a_day_is_said_under_that_day_only(chooser):
    visit = chooser.visits[2]
    page = Page.get(chooser.browser, f"{chooser.programme}?view=day")
    [_, button] = page.soup.select(f".knock[value^='{visit.id},']")

    answer = chooser.send(back="?view=day", choose=button["value"])
    said = Page.get(chooser.browser, answer.location)

    assert answer.location.partition("#")[2] == button.find_parent("article")["id"]
    [row] = said.soup.select("article:has(.said)")
    assert row["id"] == answer.location.partition("#")[2]
    assert len(said.soup.select(".visit.mine")) == 2


def test_what_was_chosen_can_be_left_out_where_it_stands(sated):
    page = Page.get(sated.browser, sated.programme)
    [first, _] = page.soup.select("#list button[name=unchoose]")

    answer = sated.send(unchoose=first["value"])
    after = Page.get(sated.browser, answer.location)

    assert sated.chosen == [1]
    assert after.text(".said") == "No longer in your list."
    assert after.texts("#list .plate:not(.plate-no)") == ["1"]


def test_one_too_many_offers_a_swap_in_its_row(sated):
    visit = sated.visits[3]

    answer = sated.send(choose=visit.id)
    page = Page.get(sated.browser, answer.location)
    [row] = page.soup.select("article:has(.said)")
    choice = row.select_one("select")

    assert answer.location == f"{sated.programme}#visit-{visit.id}"
    assert row["id"] == f"visit-{visit.id}"
    assert words(row.select_one(".hey")).startswith("You have chosen 2 visits")
    assert [words(option)[:2] for option in choice.select("option")] == ["2.", "1."]
    assert sated.chosen == [0, 1]

    answer = sated.send(swap=visit.id, **{choice["name"]: sated.visits[0].id})
    page = Page.get(sated.browser, answer.location)

    assert sated.chosen == [3, 1]
    assert page.text(".said b") == (
        f"Your choice 1, instead of {sated.visits[0].host.organisation.name}."
    )


def test_a_swap_for_what_is_not_in_the_list_is_refused_in_the_row(sated):
    visit = sated.visits[3]

    sated.send(swap=visit.id, **{f"instead-{visit.id}": sated.visits[2].id})

    assert sated.chosen == [0, 1]
    assert "said" in Page.get(sated.browser, sated.programme).response.text


def test_a_visit_that_cannot_be_chosen_is_refused_beside_it(store, chooser):
    visit = chooser.visits[2]
    visit.withdrawn_at = NOW
    store.commit()

    answer = submit(chooser.browser, f"{chooser.programme}me/preferences/add", choose=visit.id)

    page = Page.get(chooser.browser, answer.location)
    assert answer.location == f"{chooser.programme}visits/{visit.id}#visit-{visit.id}"
    assert "This visit is no longer in the programme. Choose another one." in page.texts(
        "main .note-warn"
    )


def test_htmx_swaps_the_rows_the_list_and_the_tray(sated):
    first, second = sated.visits[:2]

    parts = sated.swap_parts(unchoose=first.id)

    assert sated.chosen == [1]
    swapped = {found["id"] for found in parts.select("[hx-swap-oob]")}
    rows = {f"visit-{visit.id}" for visit in (first, second)}
    assert swapped == {"heard", "list", "tray", *rows}
    assert words(parts.select_one("#heard")) == "No longer in your list."
    assert words(parts.select_one(f"#visit-{second.id} .plate")) == "Your choice 1"
    assert parts.select_one(f"#visit-{first.id} .knock")["value"] == str(first.id)
    assert words(parts.select_one("#tray b")) == "1 of 2 chosen"


def test_htmx_swaps_every_row_of_a_visit_where_it_stands_under_its_days(sated):
    first, second = sated.visits[:2]

    parts = sated.swap_parts(unchoose=first.id, back="?view=day")

    assert {found["id"] for found in parts.select("article")} == {
        f"visit-{visit.id}-{day}" for visit in (first, second) for day in (20261109, 20261110)
    }


def test_htmx_shows_a_refusal_in_the_row_and_changes_nothing(sated):
    visit = sated.visits[3]

    parts = sated.swap_parts(choose=visit.id)

    assert sated.chosen == [0, 1]
    assert parts.select(f"#visit-{visit.id} select") != []
    assert words(parts.select_one("#heard")).startswith("You have chosen 2 visits")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil", ""])
def test_the_way_back_stays_on_this_site(chooser, back):
    visit = chooser.visits[0]

    answer = submit(
        chooser.browser,
        f"{chooser.programme}me/preferences/add",
        choose=visit.id,
        back=back,
    )

    assert answer.location == f"{chooser.programme}visits/{visit.id}#visit-{visit.id}"


def test_a_stranger_chooses_with_a_link_that_keeps_the_programme(client, me, edition, visit):
    programme = f"/en/{edition.slug}/?spoken=nl"
    page = Page.get(client, programme)
    form = page.soup.select_one("form#choose")
    button = page.soup.select_one(".knock")

    assert (form["method"], form["action"]) == ("get", f"{me}/register")
    assert form.select_one("[name=next]")["value"] == programme
    assert (button["form"], button["name"], button["value"]) == (
        "choose",
        "choose",
        str(visit.id),
    )


def test_what_led_to_the_form_is_named_also_where_it_was_chosen_before(sated):
    me = f"{sated.programme}me"

    submit(
        sated.browser,
        f"{me}/register?choose={sated.visits[0].id}",
        given_name="Lotte",
        family_name="Vermeiren",
        self_employed="y",
        languages=["nl"],
        sectors=["ggz"],
        seats="1",
    )

    page = Page.get(sated.browser, f"{me}/preferences")
    host = sated.visits[0].host.organisation.name
    assert page.texts("main > .note")[-1] == f"{host} is now number 1 in your list."
