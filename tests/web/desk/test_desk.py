"""The desk: overview, lists, phase and deadlines."""

from datetime import timedelta

import pytest

from opendeur.enums import EditionPhase
from opendeur.models import Edition
from tests.factories import (
    NOW,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
    make_organiser,
    make_placement,
    make_visitor,
)
from tests.page import Page, submit
from tests.queries import counted

LISTS = ("", "moments", "hosts", "visitors")
HOSTILE = "<script>alert(1)</script>\u202e\U0001f600"


@pytest.fixture
def edition(store):
    made = make_edition(store)
    store.commit()
    return made


@pytest.fixture
def desk(store, edition, browser_of):
    organiser = make_organiser(store)
    store.commit()
    return browser_of(organiser)


def url(edition, path=""):
    return f"/en/{edition.slug}/desk/{path}"


def phase_of(store, edition):
    store.expire_all()
    return store.get_one(Edition, edition.id).phase


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


def test_the_overview_counts_and_maps_demand(desk, store, edition):
    visit = make_offer(store, edition, days=(0, 2))
    make_visitor(store, edition, preferences=[visit])
    make_visitor(store, edition, preferences=[visit], submitted=False)
    store.commit()

    page = Page.get(desk, url(edition))

    assert page.texts(".stats dd") == ["1", "2", "2", "1", "0", "0"]
    assert page.texts("table.heat tbody th") == ["Older people"]
    assert [cell.split()[0] for cell in page.texts("table.heat td a")] == ["0/8", "0/8"]
    assert page.texts("table.data tbody tr > *") == ["Self-employed", "1"]


def test_a_field_of_the_heat_table_leads_to_its_moments(desk, store, edition):
    make_offer(store, edition, days=(0, 2))
    store.commit()

    link = Page.get(desk, url(edition)).soup.select("table.heat td a")[0]["href"]

    assert Page.get(desk, link).text("#found") == "1 moment"


@pytest.mark.parametrize(
    "query", ["sector=none", "half=2000-01-01-morning", f"state={HOSTILE}"]
)
def test_a_filter_that_matches_nothing_says_so(desk, store, edition, query):
    make_offer(store, edition)
    store.commit()

    page = Page.get(desk, url(edition, f"moments?{query}"))

    assert page.text(".empty h2") == "No moment is like that"


def test_hosts_that_did_not_confirm_stand_out(desk, store, edition):
    organisation = make_organisation(store, name=HOSTILE)
    make_host(store, edition, organisation=organisation, confirmed_at=None)
    store.commit()

    page = Page.get(desk, url(edition, "hosts"))

    assert page.texts("tbody th") == [HOSTILE]
    assert page.texts("tbody .tag") == ["Not yet", "Nothing on offer"]


def test_visitors_can_be_narrowed_down(desk, store, edition):
    visit = make_offer(store, edition)
    lucky = make_visitor(store, edition, preferences=[visit])
    make_visitor(store, edition, preferences=[visit])
    make_visitor(store, edition, submitted=False)
    make_placement(store, lucky, visit.slots[0])
    store.commit()

    counts = {
        show: len(Page.get(desk, url(edition, f"visitors?show={show}")).texts("tbody tr"))
        for show in ("", "submitted", "silent", "nothing", HOSTILE)
    }

    assert counts == {"": 3, "submitted": 2, "silent": 1, "nothing": 1, HOSTILE: 3}
    assert Page.get(desk, url(edition, "visitors?show=nothing")).texts("td:last-child") == [
        "nothing"
    ]


def test_lists_do_not_ask_row_by_row(app, desk, store, edition):
    def statements():
        counts = []
        for path in LISTS:
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


def test_closing_preferences_moves_the_week_to_the_assignment(desk, store, edition):
    answer = submit(
        desk, url(edition, "settings/phase"), seen="preferences", phase="assignment", sure="y"
    )

    assert (answer.status_code, answer.location) == (303, url(edition))
    assert phase_of(store, edition) is EditionPhase.ASSIGNMENT


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        (
            {"seen": "preferences"},
            {
                "phase-0": "Choose a phase",
                "sure": "Tick the box: hosts and visitors notice this at once",
            },
        ),
        (
            {"seen": "preferences", "phase": HOSTILE, "sure": "y"},
            {"phase-0": "Choose a phase"},
        ),
        (
            {"seen": "preferences", "phase": "published", "sure": "y"},
            {"phase-0": "The weeks become known when you send the invitations."},
        ),
    ],
    ids=["empty", "hostile", "out of reach"],
)
def test_a_phase_that_cannot_be_is_refused(desk, store, edition, data, errors):
    page = Page.post(desk, url(edition, "settings/phase"), 422, **data)

    assert page.errors == errors
    assert phase_of(store, edition) is EditionPhase.PREFERENCES


@pytest.mark.parametrize("seen", ["assignment", "", HOSTILE])
def test_a_phase_that_somebody_else_changed_is_not_changed_again(desk, store, edition, seen):
    answer = submit(
        desk, url(edition, "settings/phase"), seen=seen, phase="programme", sure="y"
    )

    assert answer.status_code == (409 if seen == "assignment" else 422)
    assert phase_of(store, edition) is EditionPhase.PREFERENCES


def test_deadlines_are_extended_on_the_wall_clock_of_the_week(desk, store, edition):
    until = edition.local(edition.preferences_end_at + timedelta(days=2)).replace(second=0)
    answer = submit(
        desk,
        url(edition, "settings/deadlines"),
        hosting_ends_at=f"{edition.local(edition.hosting_ends_at):%Y-%m-%dT%H:%M}",
        preferences_end_at=f"{until:%Y-%m-%dT%H:%M}",
        results_on=str(edition.results_on),
    )

    assert answer.status_code == 303
    store.expire_all()
    assert store.get_one(Edition, edition.id).preferences_end_at == until


@pytest.mark.parametrize("text", ["", "soon", HOSTILE, "9" * 10_000, "2027-02-30T12:00"])
def test_a_deadline_that_is_none_is_refused_and_stays_on_the_page(desk, edition, text):
    page = Page.post(
        desk,
        url(edition, "settings/deadlines"),
        422,
        hosting_ends_at=text,
        preferences_end_at=text,
        results_on=text[:10],
    )

    assert set(page.errors) == {"hosting_ends_at", "preferences_end_at", "results_on"}
    assert page.soup.select_one("#hosting_ends_at")["value"] == text


def test_a_deadline_that_comes_earlier_is_refused(desk, edition):
    earlier = edition.local(edition.hosting_ends_at - timedelta(days=1))
    page = Page.post(
        desk,
        url(edition, "settings/deadlines"),
        422,
        hosting_ends_at=f"{earlier:%Y-%m-%dT%H:%M}",
        preferences_end_at=f"{edition.local(edition.preferences_end_at):%Y-%m-%dT%H:%M}",
        results_on=str(edition.results_on),
    )

    assert page.errors == {
        "hosting_ends_at": "A deadline can only move to later: people count on it."
    }


def test_a_passed_deadline_tells_what_to_do(desk, store):
    edition = make_edition(store, preferences_end_at=NOW - timedelta(days=1))
    store.commit()

    page = Page.get(desk, url(edition))

    assert page.texts("main strong")[0] == "The time to give preferences is over."
