"""Problems and plans as files."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import assignment
from opendeur.enums import RunState
from opendeur.errors import InvalidInput
from opendeur.models import AssignmentRun, Edition
from tests.factories import NOW, make_edition, make_offer, make_run, make_visitor


def make_done(session: Session, edition: Edition, **values: Any) -> AssignmentRun:
    """Return a run that ended with a plan; its texts say which run it is."""
    number = values["number"]
    standard: dict[str, Any] = {
        "state": RunState.DONE,
        "problem": f'{{"problem":"{edition.slug} {number}"}}',
        "plan": f'{{"plan":"{edition.slug} {number}"}}',
    }
    return make_run(session, edition, **{**standard, **values})


def test_problem_of_an_edition_without_an_adopted_run_is_how_it_is_now(
    session: Session,
) -> None:
    edition = make_edition(session, slug="zuid-2027")
    visit = make_offer(session, edition)
    make_visitor(session, edition, preferences=[visit])
    make_done(session, edition, number=1)

    text = assignment.export_problem(session, "zuid-2027")

    assert json.loads(text) == assignment.build_problem(session, edition)


def test_problem_is_in_canonical_form(session: Session) -> None:
    edition = make_edition(session, slug="zuid-2027")
    make_offer(session, edition).title_nl = "Één dag, à volonté"
    session.flush()

    text = assignment.export_problem(session, "zuid-2027")

    problem = json.loads(text)
    assert text == json.dumps(
        problem, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert problem["visits"][0]["title"] == "Één dag, à volonté"


def test_problem_of_an_edition_with_an_adopted_run_is_that_of_the_run_adopted_last(
    session: Session,
) -> None:
    edition = make_edition(session, slug="zuid-2027")
    make_done(session, edition, number=1, adopted_at=NOW + timedelta(hours=1))
    make_done(session, edition, number=2, adopted_at=NOW)
    make_done(session, edition, number=3)

    text = assignment.export_problem(session, "zuid-2027")

    assert text == '{"problem":"zuid-2027 1"}'


def test_without_a_name_it_is_the_run_adopted_last_of_any_edition(session: Session) -> None:
    here, there = make_edition(session, slug="zuid"), make_edition(session, slug="noord")
    make_done(session, there, number=1, adopted_at=NOW + timedelta(hours=1))
    make_done(session, here, number=1, adopted_at=NOW)
    make_done(session, here, number=2)

    assert assignment.export_problem(session, None) == '{"problem":"noord 1"}'
    assert assignment.export_plan(session, None) == '{"plan":"noord 1"}'


def test_of_runs_adopted_at_one_moment_the_one_made_last_counts(session: Session) -> None:
    edition = make_edition(session, slug="zuid")
    for number in (2, 1):
        make_done(session, edition, number=number, adopted_at=NOW)

    assert assignment.export_problem(session, "zuid") == '{"problem":"zuid 1"}'
    assert assignment.export_plan(session, None) == '{"plan":"zuid 1"}'


def test_without_a_name_and_an_adopted_run_there_is_nothing_to_export(session: Session) -> None:
    make_done(session, make_edition(session), number=1)

    with pytest.raises(InvalidInput, match="No run was adopted yet"):
        assignment.export_problem(session, None)
    with pytest.raises(InvalidInput, match="No run was adopted yet"):
        assignment.export_plan(session, None)


@pytest.mark.parametrize("slug", ["", "zuid", "zuid-2027/1"])
def test_problem_of_an_edition_that_is_not_there_is_refused(
    session: Session, slug: str
) -> None:
    make_edition(session, slug="zuid-2027")

    with pytest.raises(InvalidInput) as caught:
        assignment.export_problem(session, slug)

    assert str(caught.value) == f'There is no edition "{slug}".'


def test_plan_is_found_by_edition_and_number_whether_it_was_adopted_or_not(
    session: Session,
) -> None:
    here, there = make_edition(session, slug="zuid"), make_edition(session, slug="noord")
    make_done(session, here, number=1)
    make_done(session, here, number=2, adopted_at=NOW)
    make_done(session, there, number=1)

    plans = [assignment.export_plan(session, name) for name in ("zuid/1", "zuid/2", "noord/1")]

    assert plans == ['{"plan":"zuid 1"}', '{"plan":"zuid 2"}', '{"plan":"noord 1"}']


@pytest.mark.parametrize(
    "name", ["zuid/2", "zuid/0", "zuid/", "zuid/x", "zuid/-1", "zuid/1.0", "zuid/²", "zuid/ 1"]
)
def test_plan_of_a_run_that_is_not_there_is_refused(session: Session, name: str) -> None:
    make_done(session, make_edition(session, slug="zuid"), number=1)
    make_done(session, make_edition(session, slug="noord"), number=2)

    with pytest.raises(InvalidInput) as caught:
        assignment.export_plan(session, name)

    assert str(caught.value) == f'There is no run "{name}".'


@pytest.mark.parametrize("number", [2**31, 2**63])
def test_number_that_no_database_can_hold_names_no_run(session: Session, number: int) -> None:
    make_edition(session, slug="zuid")

    with pytest.raises(InvalidInput, match="There is no run"):
        assignment.export_plan(session, f"zuid/{number}")


@pytest.mark.parametrize("name", ["", "zuid", "1", "/1"])
def test_name_without_an_edition_is_refused(session: Session, name: str) -> None:
    make_done(session, make_edition(session, slug="zuid"), number=1)

    with pytest.raises(InvalidInput, match='There is no edition ""'):
        assignment.export_plan(session, name)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.FAILED])
def test_run_that_gave_no_plan_has_none_to_export(session: Session, state: RunState) -> None:
    make_run(session, make_edition(session, slug="zuid"), number=1, state=state)

    with pytest.raises(InvalidInput, match="This run has no plan"):
        assignment.export_plan(session, "zuid/1")
