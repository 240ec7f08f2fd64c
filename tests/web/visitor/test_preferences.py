import pytest

from opendeur.enums import EditionPhase
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_visitor,
)
from tests.page import Page, submit
from tests.queries import counted
from tests.web.visitor.lists import hosts, ids_of, part_of, ranking_of, shown, texts


def test_the_list_shows_the_choices_in_order(browser, me, visits):
    page = Page.get(browser, f"{me}/preferences")

    assert page.texts(".rank .by") == hosts(visits[:3])
    assert page.texts(".steps [aria-current], .steps .past") == [
        "Who done",
        "Choose done",
        "Order",
    ]


def test_an_empty_list_leads_to_the_programme(browser_of, store, edition):
    account = make_account(store)
    make_visitor(store, edition, account=account, submitted=False)
    store.commit()

    page = Page.get(browser_of(account), f"/en/{edition.slug}/me/preferences")

    assert page.texts("#ranking .btn") == ["To the programme"]
    assert page.soup.select("[formaction]") == []


@pytest.mark.parametrize(
    ("choose", "status"),
    [
        ("", 400),
        ("<script>", 400),
        ("9" * 400, 400),
        ("²", 400),
        ("0", 404),
        ("999999999", 404),
    ],
)
def test_choosing_what_does_not_exist_is_refused(browser, me, choose, status):
    Page.post(browser, f"{me}/preferences/add", status, choose=choose)


def test_choosing_a_visit_of_another_edition_is_not_found(store, browser, me):
    elsewhere = make_offer(store, make_edition(store))
    store.commit()

    Page.post(browser, f"{me}/preferences/add", 404, choose=elsewhere.id)


@pytest.mark.parametrize(
    ("number", "act", "to", "order"),
    [
        (1, "up", "", [1, 0, 2]),
        (1, "down", "", [0, 2, 1]),
        (0, "up", "", [0, 1, 2]),
        (2, "down", "", [0, 1, 2]),
        (0, "to", ",3", [1, 2, 0]),
        (0, "to", ",<b>", [0, 1, 2]),
        (1, "remove", "", [0, 2]),
    ],
)
def test_the_list_changes_button_by_button(
    store, browser, me, visits, visitor, number, act, to, order
):
    answer = submit(
        browser,
        f"{me}/preferences/change",
        shown=shown(visits[:3]),
        **{act: f"{visits[number].id}{to}"},
    )

    anchor = "order" if act == "remove" else f"rank-{visits[number].id}"
    assert (answer.status_code, answer.location) == (303, f"{me}/preferences#{anchor}")
    assert ranking_of(store, visitor) == [visits[index].id for index in order]


def test_a_part_of_the_page_is_swapped_with_a_word_about_what_changed(
    store, browser, me, visits, visitor
):
    browser.environ_base["HTTP_HX_REQUEST"] = "true"

    part = part_of(
        submit(browser, f"{me}/preferences/change", shown=shown(visits[:3]), up=visits[2].id)
    )

    said = f"{hosts(visits)[2]} is now number 2 in your list."
    assert texts(part, "#ranking .by") == hosts([visits[0], visits[2], visits[1]])
    assert (texts(part, "#said b"), texts(part, "#tray-said .sr")) == ([said], [said])
    assert texts(part, "#tray-label") == ["Submit 3 choices"]
    assert part.select("html, form") == []


def test_where_buttons_come_or_go_the_whole_page_is_loaded(store, browser, me, visits, visitor):
    visitor.submitted_at = visitor.changed_at
    store.commit()
    browser.environ_base["HTTP_HX_REQUEST"] = "true"

    answer = submit(
        browser, f"{me}/preferences/change", shown=shown(visits[:3]), up=visits[2].id
    )

    assert answer.headers["HX-Redirect"] == f"{me}/preferences"
    page = Page.get(browser, f"{me}/preferences")
    assert page.text("#said b") == f"{hosts(visits)[2]} is now number 2 in your list."
    assert page.texts("[formaction]") == ["Submit again"] * 2


@pytest.mark.parametrize("act", ["up", "down"])
def test_a_press_that_moves_nothing_is_not_a_change(store, browser, me, visits, visitor, act):
    visitor.submitted_at = visitor.changed_at
    store.commit()
    number = {"up": 0, "down": 2}[act]

    submit(
        browser,
        f"{me}/preferences/change",
        shown=shown(visits[:3]),
        max_visits="4",
        **{act: visits[number].id},
    )

    store.expire_all()
    assert visitor.has_handed_in_all


def test_clashes_are_said_at_the_choice_that_comes_second(browser, me, visits):
    page = Page.get(browser, f"{me}/preferences")

    assert page.texts(".rank:nth-child(1) .hey") == []
    assert page.texts(".rank:nth-child(2) .hey") == ["Not together with choice 1"]
    assert page.texts(".rank:nth-child(3) .hey") == [
        "Not together with choice 1",
        "Not together with choice 2",
    ]


def test_a_change_is_said_where_the_eye_is(browser, me, visits):
    submit(browser, f"{me}/preferences/change", shown=shown(visits[:3]), up=visits[2].id)

    page = Page.get(browser, f"{me}/preferences")

    assert page.texts("main > .note") == []
    assert page.text("#said b") == f"{hosts(visits)[2]} is now number 2 in your list."


def test_a_second_tab_is_told_and_sees_the_list_as_it_is(store, browser, me, visits, visitor):
    stale = shown(visits[:3])
    submit(browser, f"{me}/preferences/change", shown=stale, up=visits[2].id)
    now = [visits[0], visits[2], visits[1]]

    page = Page.post(browser, f"{me}/preferences/change", 409, shown=stale, remove=visits[0].id)

    assert page.problems[0].startswith("Your list was changed in another tab")
    assert page.texts(".rank .by") == hosts(now)
    assert ranking_of(store, visitor) == ids_of(now)


def test_a_second_tab_with_javascript_loads_the_page_anew(browser, me, visits):
    browser.environ_base["HTTP_HX_REQUEST"] = "true"

    answer = submit(browser, f"{me}/preferences/change", shown="1,2", up=visits[0].id)

    assert answer.headers["HX-Redirect"] == f"{me}/preferences"
    page = Page.get(browser, f"{me}/preferences")
    assert len(page.texts("main > .note-warn")) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"up": "<script>", "shown": "a,b"},
        {"down": "9" * 400, "shown": "9" * 400},
        {"to": "1\r\n2,1e9", "shown": "\u202e1"},
        {"explode": "1"},
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    store, browser, me, visits, visitor, data
):
    answer = submit(browser, f"{me}/preferences/change", **data)

    assert answer.status_code in (400, 409)
    assert ranking_of(store, visitor) == ids_of(visits[:3])


def test_a_visit_withdrawn_meanwhile_is_named_and_the_rest_is_kept(
    store, browser, me, visits, visitor
):
    visits[0].withdrawn_at = NOW
    store.commit()

    before = Page.get(browser, f"{me}/preferences")
    submit(browser, f"{me}/preferences/change", shown=shown(visits[:3]), up=visits[2].id)
    after = Page.get(browser, f"{me}/preferences")

    assert before.texts(".rank .by") == hosts(visits[1:3])
    assert before.text("#ranking .note-warn").startswith(hosts(visits)[0])
    assert after.text("main > .note-warn").startswith(hosts(visits)[0])
    assert after.soup.select("#ranking .note-warn") == []
    assert ranking_of(store, visitor) == [visits[2].id, visits[1].id]


def test_a_visit_withdrawn_meanwhile_can_still_be_removed_where_it_is_shown(
    store, browser, me, visits, visitor
):
    visits[0].withdrawn_at = NOW
    store.commit()

    answer = submit(
        browser, f"{me}/preferences/change", shown=shown(visits[:3]), remove=visits[0].id
    )

    assert answer.status_code == 303
    assert ranking_of(store, visitor) == ids_of(visits[1:3])


def test_after_the_deadline_the_list_can_only_be_read(store, browser, me, edition, visits):
    edition.phase = EditionPhase.ASSIGNMENT
    store.commit()

    page = Page.get(browser, f"{me}/preferences")

    assert page.texts(".rank .by") == hosts(visits[:3])
    assert page.soup.select("main form") == []
    assert Page.post(
        browser, f"{me}/preferences/change", 410, shown=shown(visits[:3]), down=visits[0].id
    ).problems


@pytest.mark.parametrize("name", ["preferences", "submitted", "week"])
def test_somebody_who_is_no_visitor_is_asked_to_register(browser_of, store, me, name):
    stranger = make_account(store)
    store.commit()

    assert browser_of(stranger).get(f"{me}/{name}").location == f"{me}/register"


def test_the_list_asks_the_database_as_often_whatever_its_length(app, browser_of, store):
    found = []
    for length in (1, 3):
        edition, account = make_edition(store), make_account(store)
        offers = [make_offer(store, edition, days=(0, 1)) for _ in range(length)]
        make_visitor(store, edition, account=account, preferences=offers)
        store.commit()
        browser = browser_of(account)
        with counted(app.extensions["database"].engine) as count:
            Page.get(browser, f"/en/{edition.slug}/me/preferences")
        found.append(count.statements)

    assert found[0] == found[1]
    assert found[0] <= 12 + 2  # beside the two that begin
