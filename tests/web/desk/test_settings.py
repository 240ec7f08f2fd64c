"""The desk: phase and deadlines."""

from datetime import timedelta

import pytest

from opendeur.enums import (
    EditionPhase,
)
from opendeur.models import Edition
from tests.factories import (
    make_edition,
)
from tests.page import Page, submit

HOSTILE = "<script>alert(1)</script>\u202e\U0001f600"


@pytest.fixture
def edition(store):
    made = make_edition(store)
    store.commit()
    return made


def url(edition, path=""):
    return f"/en/{edition.slug}/desk/{path}"


def phase_of(store, edition):
    store.expire_all()
    return store.get_one(Edition, edition.id).phase


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


@pytest.mark.parametrize(
    "shape", ["%d/%m/%Y %H:%M", "%d.%m.%Y, %Hh%M", "%d-%m-%Y %H:%M", "%Y-%m-%dT%H:%M"]
)
def test_a_deadline_is_written_as_people_here_write_it(desk, store, edition, shape):
    until = edition.local(edition.preferences_end_at + timedelta(days=2)).replace(second=0)
    shown = Page.get(desk, url(edition, "settings"))
    answer = submit(
        desk,
        url(edition, "settings/deadlines"),
        hosting_ends_at=shown.soup.select_one("#hosting_ends_at")["value"],
        preferences_end_at=f"{until:{shape}}",
        results_on=shown.soup.select_one("#results_on")["value"],
    )

    assert shown.soup.select_one("#results_on")["value"] == f"{edition.results_on:%d/%m/%Y}"
    assert answer.status_code == 303
    store.expire_all()
    assert store.get_one(Edition, edition.id).preferences_end_at == until


@pytest.mark.parametrize(
    "text",
    ["", "soon", HOSTILE, "9" * 10_000, "2027-02-30T12:00", "31/2/2027 9:00", "٣/٣/2027 9:00"],
)
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
        "hosting_ends_at": "You can only extend a deadline: people count on it."
    }


def test_hours_to_answer_are_set_for_whoever_is_asked_from_now_on(desk, store, edition):
    answer = submit(desk, url(edition, "settings/seat-offers"), hours="12")
    store.expire_all()

    assert (answer.status_code, answer.location) == (303, url(edition, "settings"))
    assert edition.seat_offer_hours == 12
    page = Page.get(desk, url(edition, "settings"))
    assert page.soup.select_one("input[name=hours]")["value"] == "12"


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("0", "Give a number from 1 to 72"),
        ("73", "Give a number from 1 to 72"),
        ("99999999999", "Give a number from 1 to 72"),
        ("", "Give a number from 1 to 72"),
        ("1.5", "Give a whole number, such as 8"),
        (HOSTILE, "Give a whole number, such as 8"),
    ],
)
def test_hours_that_make_no_sense_are_refused_and_stay_as_typed(
    desk, store, edition, hours, told
):
    page = Page(submit(desk, url(edition, "settings/seat-offers"), hours=hours), 422)
    store.expire_all()

    assert page.problems == [told]
    assert page.soup.select_one("input[name=hours]")["value"] == hours
    assert edition.seat_offer_hours == 24
