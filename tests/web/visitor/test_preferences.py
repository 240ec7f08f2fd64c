from datetime import timedelta

import pytest
from sqlalchemy import select

from opendeur.enums import EditionPhase
from opendeur.models import BusyPeriod, Preference
from tests.factories import (
    MONDAY,
    NOW,
    local,
    make_account,
    make_edition,
    make_offer,
    make_visitor,
)
from tests.page import Page, submit
from tests.queries import counted


@pytest.fixture
def edition(store):
    return make_edition(store, max_preferences=4)


@pytest.fixture
def visits(store, edition):
    return [make_offer(store, edition) for _ in range(5)]


@pytest.fixture
def account(store):
    return make_account(store)


@pytest.fixture
def visitor(store, edition, account, visits):
    return make_visitor(
        store, edition, account=account, preferences=visits[:3], submitted=False
    )


@pytest.fixture
def me(store, edition, visitor):
    store.commit()
    return f"/en/{edition.slug}/me"


@pytest.fixture
def browser(browser_of, me, account):
    return browser_of(account)


def ids_of(visits):
    return [visit.id for visit in visits]


def shown(visits):
    return ",".join(str(visit.id) for visit in visits)


def ranking_of(store, visitor):
    store.expire_all()
    return list(
        store.scalars(
            select(Preference.visit_id)
            .where(Preference.visitor_id == visitor.id)
            .order_by(Preference.rank)
        )
    )


def hosts(visits):
    return [visit.host.organisation.name for visit in visits]


def test_the_list_shows_the_choices_in_order(browser, me, visits):
    page = Page.get(browser, f"{me}/preferences")

    assert page.texts(".rank h3") == hosts(visits[:3])
    assert page.texts(".tasks .tag") == ["To do"]


def test_an_empty_list_leads_to_the_programme(browser_of, store, edition):
    account = make_account(store)
    make_visitor(store, edition, account=account, submitted=False)
    store.commit()

    page = Page.get(browser_of(account), f"/en/{edition.slug}/me/preferences")

    assert page.texts("#ranking .btn") == ["To the programme"]
    assert page.soup.select("#submit button[name=check]") == []


def test_a_visit_is_chosen_from_the_programme(store, browser, me, visits, visitor):
    answer = submit(
        browser, f"{me}/preferences/add", choose=f"{visits[3].id},7", back="/en/x/?spoken=nl"
    )

    assert (answer.status_code, answer.location) == (303, "/en/x/?spoken=nl#moment-7")
    assert ranking_of(store, visitor) == ids_of(visits[:4])
    page = Page.get(browser, f"{me}/preferences")
    assert page.texts("main > .note") == [f"{hosts(visits)[3]} is now number 4 in your list."]


def test_a_visit_that_cannot_be_chosen_is_refused_with_a_reason(store, browser, me, visits):
    visits[3].withdrawn_at = NOW
    store.commit()

    submit(browser, f"{me}/preferences/add", choose=visits[3].id)

    page = Page.get(browser, f"{me}/preferences")
    assert page.texts("main > .note-warn") == [
        "This visit is no longer in the programme. Choose another one."
    ]


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
        (0, "to", "3", [1, 2, 0]),
        (0, "to", "<b>", [0, 1, 2]),
        (1, "remove", "", [0, 2]),
    ],
)
def test_the_list_changes_button_by_button(
    store, browser, me, visits, visitor, number, act, to, order
):
    answer = submit(
        browser,
        f"{me}/preferences/change",
        visit_id=visits[number].id,
        shown=shown(visits[:3]),
        act=act,
        to=to,
    )

    anchor = "order" if act == "remove" else f"rank-{visits[number].id}"
    assert (answer.status_code, answer.location) == (303, f"{me}/preferences#{anchor}")
    assert ranking_of(store, visitor) == [visits[index].id for index in order]


def test_a_part_of_the_page_is_swapped_with_a_word_about_what_changed(
    store, browser, me, visits, visitor
):
    browser.environ_base["HTTP_HX_REQUEST"] = "true"

    page = Page.post(
        browser,
        f"{me}/preferences/change",
        visit_id=visits[2].id,
        shown=shown(visits[:3]),
        act="up",
    )

    assert page.texts("#ranking h3") == hosts([visits[0], visits[2], visits[1]])
    assert page.texts("#said p")[0] == f"{hosts(visits)[2]} is now number 2 in your list."
    assert page.soup.select(f"#up-{visits[2].id}") != []


def test_a_second_tab_is_told_and_sees_the_list_as_it_is(store, browser, me, visits, visitor):
    stale = shown(visits[:3])
    submit(browser, f"{me}/preferences/change", visit_id=visits[2].id, shown=stale, act="up")
    now = [visits[0], visits[2], visits[1]]

    page = Page.post(
        browser,
        f"{me}/preferences/change",
        409,
        visit_id=visits[0].id,
        shown=stale,
        act="remove",
    )

    assert page.problems[0].startswith("Your list was changed in another tab")
    assert page.texts(".rank h3") == hosts(now)
    assert ranking_of(store, visitor) == ids_of(now)


def test_a_second_tab_with_javascript_loads_the_page_anew(browser, me, visits):
    browser.environ_base["HTTP_HX_REQUEST"] = "true"

    answer = submit(
        browser, f"{me}/preferences/change", visit_id=visits[0].id, shown="1,2", act="up"
    )

    assert answer.headers["HX-Redirect"] == f"{me}/preferences"
    page = Page.get(browser, f"{me}/preferences")
    assert len(page.texts("main > .note-warn")) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"visit_id": "<script>", "shown": "a,b", "act": "up"},
        {"visit_id": "9" * 400, "shown": "9" * 400, "act": "down"},
        {"visit_id": "1\r\n2", "shown": "\u202e1", "act": "to", "to": "1e9"},
        {"act": "explode"},
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
    submit(
        browser,
        f"{me}/preferences/change",
        visit_id=visits[2].id,
        shown=shown(visits[:3]),
        act="up",
    )
    after = Page.get(browser, f"{me}/preferences")

    assert before.texts(".rank h3") == hosts(visits[1:3])
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
        browser,
        f"{me}/preferences/change",
        visit_id=visits[0].id,
        shown=shown(visits[:3]),
        act="remove",
    )

    assert answer.status_code == 303
    assert ranking_of(store, visitor) == ids_of(visits[1:3])


def test_half_days_and_the_number_of_visits_are_kept(store, browser, me, visitor):
    friday = MONDAY + timedelta(days=4)

    answer = submit(
        browser,
        f"{me}/busy",
        half_days=[f"{MONDAY}-morning", f"{friday}-afternoon"],
        max_visits="2",
    )

    assert answer.location == f"{me}/preferences#when"
    store.expire_all()
    periods = [(b.starts_at, b.ends_at) for b in store.scalars(select(BusyPeriod))]
    assert periods == [
        (local(0, "8:00"), local(0, "12:30")),
        (local(4, "12:30"), local(4, "18:00")),
    ]
    page = Page.get(browser, f"{me}/preferences")
    assert [box["value"] for box in page.soup.select("input[checked]")] == [
        f"{MONDAY}-morning",
        f"{friday}-afternoon",
    ]
    assert page.soup.select_one("#max_visits option[selected]")["value"] == "2"


def test_saving_leads_on_to_the_check_when_asked(browser, me):
    answer = submit(browser, f"{me}/busy", max_visits="2", check="1")

    assert answer.location == f"{me}/check"


@pytest.mark.parametrize(
    ("data", "error", "status"),
    [
        ({"max_visits": "99"}, {"max_visits": "Choose a number from 1 to 4."}, 422),
        (
            {"max_visits": "2", "half_days": ["<script>"]},
            {"half_days-0": "Choose from the list"},
            200,
        ),
    ],
)
def test_limits_that_make_no_sense_are_refused(store, browser, me, data, error, status):
    page = Page.post(browser, f"{me}/busy", status, **data)

    assert page.errors == error
    assert store.scalars(select(BusyPeriod)).all() == []


def test_a_number_that_is_none_is_refused(browser, me):
    page = Page.post(browser, f"{me}/busy", max_visits="<b>")

    assert list(page.errors) == ["max_visits"]


def test_a_deadline_that_passes_while_somebody_ticks_loses_nothing(
    store, browser, me, edition, visitor
):
    edition.preferences_end_at = NOW - timedelta(minutes=1)
    store.commit()

    page = Page.post(
        browser, f"{me}/busy", 410, half_days=[f"{MONDAY}-afternoon"], max_visits="1"
    )

    assert page.problems[0].startswith("The time to give preferences is over.")
    assert [box["value"] for box in page.soup.select("input[checked]")] == [
        f"{MONDAY}-afternoon"
    ]
    assert store.scalars(select(BusyPeriod)).all() == []


def test_after_the_deadline_the_list_can_only_be_read(store, browser, me, edition, visits):
    edition.phase = EditionPhase.ASSIGNMENT
    store.commit()

    page = Page.get(browser, f"{me}/preferences")

    assert page.texts(".rank h3") == hosts(visits[:3])
    assert page.soup.select("main form") == []
    assert Page.post(
        browser,
        f"{me}/preferences/change",
        410,
        visit_id=visits[0].id,
        shown=shown(visits[:3]),
        act="down",
    ).problems


@pytest.mark.parametrize("name", ["preferences", "check", "submitted", "week"])
def test_somebody_who_is_no_visitor_is_asked_to_register(browser_of, store, me, name):
    stranger = make_account(store)
    store.commit()

    assert browser_of(stranger).get(f"{me}/{name}").location == f"{me}/register"


@pytest.mark.parametrize("name", ["preferences", "check"])
def test_the_list_asks_the_database_as_often_whatever_its_length(app, browser_of, store, name):
    found = []
    for length in (1, 3):
        edition, account = make_edition(store), make_account(store)
        offers = [make_offer(store, edition, days=(0, 1)) for _ in range(length)]
        make_visitor(store, edition, account=account, preferences=offers)
        store.commit()
        browser = browser_of(account)
        with counted(app.extensions["database"].engine) as count:
            Page.get(browser, f"/en/{edition.slug}/me/{name}")
        found.append(count.statements)

    assert found[0] == found[1]
