"""The desk: what a run gives, who falls out, and adopting it."""

import pytest

from opendeur.enums import EditionPhase, MessageState
from opendeur.models import Edition, Message, Placement
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_visitor,
)
from tests.page import Page, submit
from tests.plans import make_done_run
from tests.queries import counted

STAGES = [
    {"objective": "placed", "value": 1, "bound": 1},
    {"objective": "away", "value": 1200, "bound": 900},
]


@pytest.fixture
def edition(store):
    made = make_edition(store)
    store.commit()
    return made


@pytest.fixture
def offer(store, edition):
    return make_offer(store, edition, contact=make_account(store), days=(0, 1))


def url(edition, path=""):
    return f"/en/{edition.slug}/desk/assignment{path}"


def of_run(edition, run, path=""):
    return url(edition, f"/{run.number}{path}")


def test_a_result_shows_figures_goals_and_the_histogram(desk, store, edition, offer):
    happy = make_visitor(store, edition, preferences=[offer])
    sad = make_visitor(store, edition, preferences=[offer])
    run = make_done_run(
        store,
        edition,
        [(happy, offer.slots[0])],
        best={happy: 100, sad: 100},
        status="feasible",
        metrics={"stages": STAGES},
    )
    store.commit()

    page = Page.get(desk, of_run(edition, run))

    assert page.text(".lead") == "1 of 2 people get one of their first three choices."
    assert page.text("#nothing") == "One person gets nothing"
    assert page.texts(".rows b") == ["Lotte Vermeiren"]
    assert page.texts(".figs dd") == ["50%", "50%", "1", "1"]
    assert page.texts("table.fit .tag") == ["Optimal, proven", "Not proven"]
    assert page.texts("figure tbody .num") == ["1", *["0"] * 9, "1"]
    assert page.text("details.fold small") == "1 of 6 goals are proven; 4 were not begun"


def test_the_parts_of_a_result_open(desk, store, edition, offer):
    visitor = make_visitor(store, edition, preferences=[offer])
    run = make_done_run(store, edition, [(visitor, offer.slots[0])], best={visitor: 100})
    store.commit()

    people = Page.get(desk, of_run(edition, run, "/visitors"))
    moments = Page.get(desk, of_run(edition, run, "/moments"))

    assert people.texts("tbody .num") == ["100%"]
    assert moments.texts("h2") == ["1 moment takes place", "1 moment does not take place"]


def test_a_run_is_marked_when_the_edition_changed_since(desk, store, edition, offer):
    visitor = make_visitor(store, edition, preferences=[offer])
    run = make_done_run(store, edition, [(visitor, offer.slots[0])])
    offer.slots[0].capacity = 9
    store.commit()

    [note] = Page.get(desk, of_run(edition, run)).texts(".note-warn")

    assert note == (
        "Since this run something changed: moments of visits. Start another run to count "
        "with it."
    )


def test_a_plan_with_a_broken_rule_cannot_be_adopted(desk, store, edition, offer):
    visitor = make_visitor(store, edition, preferences=[offer])
    run = make_done_run(
        store, edition, [(visitor, offer.slots[0])], metrics={"faults": ["over capacity"]}
    )
    store.commit()

    assert Page.get(desk, of_run(edition, run)).texts(".note-warn li") == ["over capacity"]
    page = Page.post(desk, of_run(edition, run, "/adopt"), 409, closes="y")

    assert page.problems == ["The checker found a broken rule in this run. Start another one."]
    assert store.query(Placement).count() == 0


def test_adopting_says_how_many_invitations_it_makes_and_makes_them(
    desk, store, edition, offer
):
    visitor = make_visitor(store, edition, preferences=[offer])
    run = make_done_run(store, edition, [(visitor, offer.slots[0])], best={visitor: 100})
    store.commit()

    page = Page.get(desk, of_run(edition, run, "/adopt"))
    answer = submit(desk, of_run(edition, run, "/adopt"), closes="y")

    assert page.texts(".lead b") == ["2 letters will be prepared as drafts."]
    assert answer.location == f"/en/{edition.slug}/desk/invitations"
    store.expire_all()
    assert [m.state for m in store.query(Message)] == [MessageState.DRAFT] * 2
    assert store.get_one(Edition, edition.id).phase is EditionPhase.ASSIGNMENT
    assert Page.get(desk, of_run(edition, run)).texts(".tag-good")[1] == "In force"


def test_adopting_twice_changes_nothing_more(desk, store, edition, offer):
    visitor = make_visitor(store, edition, preferences=[offer])
    run = make_done_run(store, edition, [(visitor, offer.slots[0])])
    store.commit()

    for _ in range(2):
        submit(desk, of_run(edition, run, "/adopt"), closes="y")

    assert (store.query(Placement).count(), store.query(Message).count()) == (1, 2)


def test_where_somebody_loses_the_organiser_says_to_have_looked(desk, store, edition, offer):
    loser = make_visitor(store, edition, preferences=[offer])
    make_placement(store, loser, offer.slots[0])
    earlier = make_done_run(store, edition, [(loser, offer.slots[0])], adopted_at=NOW)
    run = make_done_run(store, edition, [])
    store.commit()

    compared = Page.get(desk, of_run(edition, run))
    refused = Page.post(desk, of_run(edition, run, "/adopt"), 422)
    answer = submit(desk, of_run(edition, run, "/adopt"), seen="y", closes="y")
    who = Page.get(desk, of_run(edition, run, "/visitors"))

    assert compared.text("#wins") == f"Against assignment {earlier.number}, in force"
    assert compared.texts(".up, .dn, .eq") == ["0 sign-ups better", "1 worse", "0 the same"]
    assert who.texts("tbody .dn") == []  # it is in force by now
    assert refused.errors == {
        "seen": "Look at who gets less than now, then tick the box",
        "closes": "Tick the box: from then on nobody can change preferences any more",
    }
    assert answer.status_code == 303


def test_a_run_whose_slot_is_gone_cannot_be_adopted(desk, store, edition, offer):
    visitor = make_visitor(store, edition, preferences=[offer])
    run = make_done_run(store, edition, [(visitor, offer.slots[0])])
    offer.withdrawn_at = NOW
    store.commit()

    page = Page.post(desk, of_run(edition, run, "/adopt"), 409, closes="y")

    assert page.problems == [
        "The edition changed since this run, and its plan no longer fits. Start another run."
    ]


def test_pages_of_a_run_do_not_ask_row_by_row(app, desk, store, edition, offer):
    def statements(visitors):
        people = [make_visitor(store, edition, preferences=[offer]) for _ in range(visitors)]
        run = make_done_run(store, edition, [(p, offer.slots[0]) for p in people])
        store.commit()
        counts = []
        for path in ("", "/visitors", "/moments", "/adopt"):
            with counted(app.extensions["database"].engine) as count:
                Page.get(desk, of_run(edition, run, path))
            counts.append(count.statements)
        return counts

    assert statements(1) == statements(3)


@pytest.mark.parametrize(
    ("status", "proven", "told", "explained"),
    [
        ("optimal", 6, "Proven the best", False),
        ("feasible", 6, "All goals proven", True),
        ("feasible", 5, "Stopped before all was proven", False),
    ],
)
def test_a_stopped_run_says_what_is_open(
    desk, store, edition, offer, status, proven, told, explained
):
    make_visitor(store, edition, preferences=[offer])
    stages = [
        {"objective": name, "value": 1, "bound": 1 if number < proven else 2}
        for number, name in enumerate(edition.objectives)
    ]
    run = make_done_run(store, edition, status=status, metrics={"stages": stages})
    store.commit()

    page = Page.get(desk, of_run(edition, run))

    assert page.texts(".head .tag") == [told]
    assert ("Every goal is proven" in page.text(".lead")) is explained
    assert Page.get(desk, url(edition)).texts("tbody .tag") == [told]


def test_a_gap_that_says_nothing_is_not_shown(desk, store, edition, offer):
    make_visitor(store, edition, preferences=[offer])
    stages = [{"objective": "welfare", "value": 0.000001, "bound": 1_486_797}]
    run = make_done_run(store, edition, status="feasible", metrics={"stages": stages})
    store.commit()

    cells = Page.get(desk, of_run(edition, run)).texts("table.fit td")

    assert [cell for cell in cells if "%" in cell] == []


def test_who_falls_out_is_named_with_the_reason(desk, store, edition, offer):
    make_visitor(store, edition, preferences=[offer], languages={"en"}, seats=2)
    run = make_done_run(store, edition)
    store.commit()

    page = Page.get(desk, of_run(edition, run))

    assert page.texts("main section h2")[:2] == [
        "2 people get nothing",
        "One host receives nobody",
    ]
    assert page.texts(".rows p") == [
        "Shares no language with the only choice",
        "2 people chose it, no group came together",
    ]


def test_adopting_during_preferences_warns_that_sign_up_closes(desk, store, edition, offer):
    visitor = make_visitor(store, edition, preferences=[offer])
    run = make_done_run(store, edition, [(visitor, offer.slots[0])])
    store.commit()

    shown = Page.get(desk, of_run(edition, run, "/adopt"))
    refused = Page.post(desk, of_run(edition, run, "/adopt"), 422)
    edition.phase = EditionPhase.ASSIGNMENT
    store.commit()
    later = Page.get(desk, of_run(edition, run, "/adopt"))

    assert shown.texts(".note-warn b") == ["Adopting also closes sign-up."]
    assert list(refused.errors) == ["closes"]
    assert store.query(Placement).count() == 0
    assert (later.texts(".note-warn"), later.soup.select("main [type=checkbox]")) == ([], [])


def test_what_changes_is_listed_by_name(desk, store, edition, offer):
    loser, winner = (make_visitor(store, edition, preferences=[offer]) for _ in range(2))
    make_placement(store, loser, offer.slots[0])
    make_done_run(store, edition, [(loser, offer.slots[0])], adopted_at=NOW)
    run = make_done_run(store, edition, [(winner, offer.slots[0])])
    store.commit()

    page = Page.get(desk, of_run(edition, run, "/visitors"))

    assert page.texts("tbody .dn, tbody .up") == ["worse", "better"]
