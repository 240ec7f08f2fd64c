"""The desk: runs are started, watched, compared and adopted."""

import pytest

from opendeur.enums import EditionPhase, Objective, RunState
from opendeur.models import AssignmentRun
from tests.factories import (
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_run,
    make_visitor,
)
from tests.page import Page, submit
from tests.plans import make_done_run


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


def test_without_a_run_the_page_offers_to_start_one(desk, edition):
    page = Page.get(desk, url(edition))

    assert page.text(".empty h2") == "No assignment yet"
    assert page.texts("main button") == ["Start a run"]


def test_a_run_is_queued_and_its_page_opens(desk, store, edition, offer):
    make_visitor(store, edition, preferences=[offer])
    store.commit()

    answer = submit(desk, url(edition), time_limit_seconds="60")

    run = store.query(AssignmentRun).one()
    assert (run.state, run.time_limit_seconds) == (RunState.QUEUED, 60)
    assert (answer.status_code, answer.location) == (303, of_run(edition, run))


def test_of_two_tabs_that_start_a_run_the_second_is_told(desk, store, edition, offer):
    make_visitor(store, edition, preferences=[offer])
    store.commit()

    submit(desk, url(edition), time_limit_seconds="60")
    page = Page.post(desk, url(edition), 409, time_limit_seconds="60")

    assert page.problems == ["A run is still going. Wait for it, or stop it first."]
    assert store.query(AssignmentRun).count() == 1


def test_a_run_without_preferences_is_refused(desk, edition):
    page = Page.post(desk, url(edition), 422, time_limit_seconds="60")

    assert page.problems == ["Nobody has submitted preferences yet."]


@pytest.mark.parametrize("limit", ["", "0", "-1", "61", "²", "9" * 10_000, "<script>"])
def test_a_time_limit_that_is_not_offered_is_refused(desk, store, edition, limit):
    page = Page.post(desk, url(edition), 422, time_limit_seconds=limit)

    assert page.errors == {"time_limit_seconds": "Choose how long the run may take"}
    assert store.query(AssignmentRun).count() == 0


def test_before_the_preferences_no_run_is_offered(desk, store):
    edition = make_edition(store, phase=EditionPhase.HOSTING)
    store.commit()

    assert Page.get(desk, url(edition)).texts("main button") == []


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING])
def test_a_run_that_goes_on_is_watched_without_javascript_too(desk, store, edition, state):
    progress = {
        "stage": 2,
        "stages": 6,
        "objective": "hosts",
        "value": 41,
        "bound": 44.5,
        "seconds": 75.2,
    }
    run = make_run(store, edition, state=state, progress=progress)
    store.commit()

    page = Page.get(desk, of_run(edition, run))

    assert len(page.soup.select('noscript meta[http-equiv="refresh"]')) == 1
    assert page.texts("main button") == ["Stop and keep the best"]
    assert page.soup.select_one("#progress")["hx-get"] == of_run(edition, run, "/progress")


def test_progress_is_asked_for_until_the_run_has_ended(desk, store, edition):
    run = make_run(store, edition, state=RunState.RUNNING)
    store.commit()

    during = desk.get(of_run(edition, run, "/progress"))
    run.state = RunState.DONE
    store.commit()
    after = desk.get(of_run(edition, run, "/progress"))

    assert (during.status_code, after.status_code) == (200, 286)
    assert (during.headers.get("HX-Refresh"), after.headers["HX-Refresh"]) == (None, "true")


@pytest.mark.parametrize("objective", [*Objective, "ties"])
@pytest.mark.parametrize(("value", "bound"), [(None, None), (3, None), (30_000, 35_000.5)])
def test_progress_on_every_goal_can_be_shown(desk, store, edition, objective, value, bound):
    run = make_run(
        store,
        edition,
        state=RunState.RUNNING,
        progress={
            "stage": 1,
            "stages": 7,
            "objective": str(objective),
            "value": value,
            "bound": bound,
            "seconds": 0.4,
        },
    )
    store.commit()

    page = Page.get(desk, of_run(edition, run))

    assert page.text("label[for=bar]").startswith("Goal 1 of 7: ")


def test_a_run_is_stopped_once(desk, store, edition):
    run = make_run(store, edition, state=RunState.RUNNING)
    store.commit()

    answer = submit(desk, of_run(edition, run, "/stop"))

    assert answer.status_code == 303
    store.expire_all()
    assert store.get_one(AssignmentRun, run.id).stop_requested_at is not None
    assert Page.get(desk, of_run(edition, run)).texts("main button") == []


def test_stopping_a_run_that_has_ended_is_refused(desk, store, edition):
    run = make_done_run(store, edition)
    store.commit()

    assert Page.post(desk, of_run(edition, run, "/stop"), 409).text("h1") == (
        "That did not work"
    )


def test_a_run_that_failed_says_why(desk, store, edition):
    run = make_run(store, edition, state=RunState.FAILED, error="<b>out of memory</b>")
    store.commit()

    page = Page.get(desk, of_run(edition, run))

    assert page.text("main .note") == "<b>out of memory</b>"
    assert page.text("h2") == "The run ended without a plan"


def test_a_run_without_a_plan_shows_the_conflict(desk, store, edition):
    conflict = {"conflict": ["the pin of p1 in s3", "the capacity of s3"]}
    run = make_done_run(store, edition, status="infeasible", metrics=conflict)
    store.commit()

    page = Page.get(desk, of_run(edition, run))

    assert page.texts("main li") == ["the pin of p1 in s3", "the capacity of s3"]
    assert desk.get(of_run(edition, run, "/adopt")).status_code == 404


@pytest.mark.parametrize("path", ["", "/progress", "/visitors", "/moments", "/adopt"])
def test_a_run_of_another_edition_does_not_exist_here(desk, store, edition, path):
    run = make_done_run(store, make_edition(store))
    store.commit()

    assert desk.get(of_run(edition, run, path)).status_code == 404


@pytest.mark.parametrize("query", ["sort=took", "sort=-state", "sort=x", "page=9", "q=ilse"])
def test_runs_are_put_in_order_and_searched(desk, store, edition, query):
    for number in (1, 2):
        make_run(store, edition, number=number, state=RunState.FAILED)
    store.commit()

    rows = Page.get(desk, url(edition, f"?{query}")).texts("tbody tr")

    assert len(rows) == (0 if query == "q=ilse" else 2)


@pytest.mark.parametrize(
    ("phase", "sent", "keeps"),
    [
        (EditionPhase.ASSIGNMENT, {}, False),
        (EditionPhase.ASSIGNMENT, {"keeps_places": "y"}, False),
        (EditionPhase.PUBLISHED, {}, False),
        (EditionPhase.PUBLISHED, {"keeps_places": "y"}, True),
    ],
)
def test_a_run_leaves_people_what_they_were_told_unless_it_is_told_otherwise(
    desk, store, edition, offer, phase, sent, keeps
):
    edition.phase = phase
    make_visitor(store, edition, preferences=[offer])
    store.commit()

    boxes = Page.get(desk, url(edition)).soup.select("input[name=keeps_places]")
    submit(desk, url(edition), time_limit_seconds="60", **sent)

    assert [box.has_attr("checked") for box in boxes] == (
        [True] if phase is EditionPhase.PUBLISHED else []
    )
    assert store.query(AssignmentRun).one().keeps_places is keeps


def test_a_run_after_publication_says_first_whom_it_would_move(desk, store, edition, offer):
    edition.phase = EditionPhase.PUBLISHED
    moved, kept = (make_visitor(store, edition, preferences=[offer]) for _ in range(2))
    for visitor in (moved, kept):
        make_placement(store, visitor, offer.slots[0])
    to_other = make_done_run(store, edition, [(moved, offer.slots[1]), (kept, offer.slots[0])])
    as_it_is = make_done_run(
        store, edition, [(visitor, offer.slots[0]) for visitor in (moved, kept)]
    )
    store.commit()

    notes = [
        Page.get(desk, of_run(edition, run, path)).texts("main .note")
        for run in (to_other, as_it_is)
        for path in ("", "/adopt")
    ]

    one, nobody = (
        "One sign-up would lose or change a visit that was announced.",
        "Everybody keeps every visit that was announced.",
    )
    assert [[note for note in found if note in (one, nobody)] for found in notes] == [
        [one],
        [one],
        [nobody],
        [nobody],
    ]
