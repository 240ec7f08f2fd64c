"""Runs under a lease, and making one's placements the real ones."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import assignment
from opendeur.domain.assignment import Outcome, Report
from opendeur.enums import EditionPhase, PlacementState, RunState, SlotState
from opendeur.errors import Conflict, InvalidInput, NotAllowed
from opendeur.models import Visit, Visitor
from tests.domain.assignment.weeks import live, make_week, request, solve
from tests.factories import (
    NOW,
    local,
    make_edition,
    make_offer,
    make_organiser,
    make_placement,
    make_visitor,
)


def test_run_keeps_the_problem_as_it_was(session: Session) -> None:
    edition, visit, visitors = make_week(session)

    run = request(session, edition)

    problem = json.loads(run.problem)
    assert (run.number, run.state, run.seed) == (1, RunState.QUEUED, edition.seed)
    assert [v["id"] for v in problem["visitors"]] == [f"p{v.id}" for v in visitors]
    assert [s["id"] for s in problem["slots"]] == [f"s{s.id}" for s in visit.slots]


@pytest.mark.parametrize(
    "phase",
    [EditionPhase.DRAFT, EditionPhase.HOSTING, EditionPhase.PROGRAMME, EditionPhase.WEEK],
)
def test_run_outside_its_phases_is_refused(session: Session, phase: EditionPhase) -> None:
    edition, _, _ = make_week(session)
    edition.phase = phase

    with pytest.raises(NotAllowed):
        request(session, edition)


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_time_limit_out_of_range_is_refused(session: Session, seconds: int) -> None:
    edition, _, _ = make_week(session)

    with pytest.raises(InvalidInput, match="from 1 to 3600"):
        request(session, edition, time_limit_seconds=seconds)


def test_run_keeps_who_asked_for_it_and_with_which_seed(session: Session) -> None:
    edition, _, _ = make_week(session)
    organiser = make_organiser(session)

    run = request(session, edition, by=organiser, seed=12)

    assert (run.created_by, run.seed, json.loads(run.problem)["seed"]) == (organiser, 12, 12)


@pytest.mark.parametrize("seconds", [1, 3600])
def test_time_limit_from_a_second_to_an_hour_is_kept(session: Session, seconds: int) -> None:
    edition, _, _ = make_week(session)

    run = request(session, edition, time_limit_seconds=seconds)

    assert run.time_limit_seconds == seconds


def test_run_without_anybody_or_anything_is_refused(session: Session) -> None:
    empty = make_edition(session)
    make_offer(session, empty)
    nothing = make_edition(session)
    make_visitor(session, nothing)

    with pytest.raises(InvalidInput, match="Nobody"):
        request(session, empty)
    with pytest.raises(InvalidInput, match="No visit"):
        request(session, nothing)


def test_second_run_waits_until_the_first_has_ended(session: Session) -> None:
    edition, _, _ = make_week(session)
    solve(session, edition)
    request(session, edition)

    with pytest.raises(Conflict, match="still going"):
        request(session, edition)


def test_run_is_leased_to_one_worker(session: Session) -> None:
    edition, _, _ = make_week(session)
    run = request(session, edition)

    assert assignment.claim_run(session, now=NOW) is run
    assert assignment.claim_run(session, now=NOW) is None


def test_heartbeat_prolongs_the_lease_and_stores_progress(session: Session) -> None:
    edition, _, _ = make_week(session)
    request(session, edition)
    run = assignment.claim_run(session, now=NOW)
    assert run is not None
    later = NOW + timedelta(seconds=20)

    goes_on = assignment.beat_run(
        session, run.id, run.lease_token or "", progress={"stage": 2}, now=later
    )
    session.refresh(run)

    assert (goes_on, run.progress) == (True, {"stage": 2})
    assert assignment.claim_run(session, now=NOW + timedelta(seconds=45)) is None


def test_stop_reaches_the_worker_with_its_next_heartbeat(session: Session) -> None:
    edition, _, _ = make_week(session)
    request(session, edition)
    run = assignment.claim_run(session, now=NOW)
    assert run is not None

    assignment.stop_run(run, now=NOW)
    session.flush()

    assert not assignment.beat_run(
        session, run.id, run.lease_token or "", progress=None, now=NOW
    )


def test_run_of_a_dead_worker_is_taken_over_and_given_up_after_three(session: Session) -> None:
    edition, _, _ = make_week(session)
    run = request(session, edition)
    now = NOW
    tokens = []
    while (claimed := assignment.claim_run(session, now=now)) is not None:
        tokens.append(claimed.lease_token)
        now += timedelta(minutes=1)

    assert (len(set(tokens)), run.state) == (3, RunState.FAILED)
    assert run.error == "The worker ended three times during this run."


def test_worker_that_lost_its_lease_stores_nothing(session: Session) -> None:
    edition, _, _ = make_week(session)
    request(session, edition)
    first = assignment.claim_run(session, now=NOW)
    assert first is not None
    old = first.lease_token or ""
    assignment.claim_run(session, now=NOW + timedelta(minutes=1))
    outcome = Outcome(plan="{}", status="optimal", report=Report())

    stored = assignment.finish_run(session, first.id, old, outcome, now=NOW)
    goes_on = assignment.beat_run(session, first.id, old, progress=None, now=NOW)

    assert (stored, goes_on, first.state, first.plan) == (False, False, RunState.RUNNING, None)


def test_run_that_leaves_people_their_places_has_that_as_its_first_goal(
    session: Session,
) -> None:
    edition, visit, visitors = make_week(session, people=1)
    edition.objectives = ["placed", "kept", "welfare"]
    kept = make_placement(session, visitors[0], visit.slots[-1])

    plain = assignment.build_problem(session, edition)["objectives"]
    run = request(session, edition, keeps_places=True)
    posed = json.loads(run.problem)

    assert (plain, posed["objectives"]) == (
        ["placed", "kept", "welfare"],
        ["kept", "placed", "welfare"],
    )
    assert posed["previous"] == {
        "placements": [{"visitor": f"p{visitors[0].id}", "slot": f"s{kept.slot_id}"}]
    }
    assert run.keeps_places
    assert assignment.changes_since(session, edition, run) == []


def test_adopting_places_everybody_of_the_plan(session: Session) -> None:
    edition, _, visitors = make_week(session)
    run = solve(session, edition)

    adoption = assignment.adopt(session, edition, run, now=NOW)

    assert (adoption.new, adoption.kept, adoption.gone) == (2, 0, 0)
    assert [visitor for visitor, _ in live(session)] == [v.id for v in visitors]
    assert (run.adopted_at, edition.phase) == (NOW, EditionPhase.ASSIGNMENT)


def test_adopting_twice_changes_nothing(session: Session) -> None:
    edition, _, _ = make_week(session)
    run = solve(session, edition)
    assignment.adopt(session, edition, run, now=NOW)
    before = live(session)

    adoption = assignment.adopt(session, edition, run, now=NOW)

    assert (adoption.new, adoption.kept, adoption.gone) == (0, 2, 0)
    assert live(session) == before


def test_adopting_another_plan_replaces_what_is_not_in_it(session: Session) -> None:
    edition, visit, visitors = make_week(session, people=1)
    other = make_offer(session, edition, days=(2,))
    old = make_placement(session, visitors[0], other.slots[0])
    run = solve(session, edition)

    adoption = assignment.adopt(session, edition, run, now=NOW)

    assert (adoption.new, adoption.kept, adoption.gone) == (1, 0, 1)
    assert (old.state, old.ended_at) == (PlacementState.REPLACED, NOW)
    [(_, slot_id)] = live(session)
    assert slot_id in {slot.id for slot in visit.slots}


def close(visit: Visit, visitors: Iterable[Visitor]) -> None:
    for slot in visit.slots:
        slot.state = SlotState.CLOSED


def withdraw(visit: Visit, visitors: Iterable[Visitor]) -> None:
    visit.withdrawn_at = NOW


def make_busy(visit: Visit, visitors: Iterable[Visitor]) -> None:
    for visitor in visitors:
        kind = type(visitor).busy_periods.property.mapper.class_
        visitor.busy_periods = [kind(starts_at=local(0, "8:00"), ends_at=local(4, "18:00"))]


def shrink(visit: Visit, visitors: Iterable[Visitor]) -> None:
    for slot in visit.slots:
        slot.capacity = 1


def leave(visit: Visit, visitors: Iterable[Visitor]) -> None:
    for visitor in visitors:
        visitor.submitted_at = None


@pytest.mark.parametrize("change", [close, withdraw, make_busy, shrink, leave])
def test_plan_that_no_longer_fits_is_not_adopted(session: Session, change: Any) -> None:
    edition, visit, visitors = make_week(session, people=3)
    make_visitor(session, edition, preferences=[visit])
    run = solve(session, edition)
    change(visit, visitors)
    session.flush()

    with pytest.raises(Conflict, match="no longer fits"):
        assignment.adopt(session, edition, run, now=NOW)

    assert live(session) == []


def test_plan_that_still_fits_is_adopted_although_something_changed(session: Session) -> None:
    edition, visit, _ = make_week(session)
    run = solve(session, edition)
    visit.title_nl = "Een andere titel"
    visit.slots[0].capacity += 1
    make_visitor(session, edition, preferences=[visit])
    session.flush()

    changed = assignment.changes_since(session, edition, run)
    adoption = assignment.adopt(session, edition, run, now=NOW)

    assert (changed, adoption.new) == (["visits", "slots", "visitors"], 2)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.FAILED])
def test_run_without_a_plan_is_not_adopted(session: Session, state: RunState) -> None:
    edition, _, _ = make_week(session)
    run = request(session, edition)
    run.state = state

    with pytest.raises(Conflict, match="no plan"):
        assignment.adopt(session, edition, run, now=NOW)


def test_run_with_a_broken_rule_is_not_adopted(session: Session) -> None:
    edition, _, _ = make_week(session)
    run = solve(session, edition)
    run.metrics = {**(run.metrics or {}), "faults": ["rule 4: somewhere"]}

    with pytest.raises(Conflict, match="broken rule"):
        assignment.adopt(session, edition, run, now=NOW)


def test_nothing_is_adopted_once_the_week_has_begun(session: Session) -> None:
    edition, _, _ = make_week(session)
    run = solve(session, edition)
    edition.phase = EditionPhase.WEEK

    with pytest.raises(Conflict, match="has begun"):
        assignment.adopt(session, edition, run, now=NOW)


def test_failed_run_keeps_the_reason_and_is_left_alone(session: Session) -> None:
    edition, _, _ = make_week(session)
    request(session, edition)
    run = assignment.claim_run(session, now=NOW)
    assert run is not None
    later = NOW + timedelta(minutes=1)

    assignment.fail_run(session, run.id, "another token", "Not mine.", now=NOW)
    assignment.fail_run(session, run.id, run.lease_token or "", "No memory left.", now=later)
    session.flush()

    assert (run.state, run.error, run.finished_at) == (
        RunState.FAILED,
        "No memory left.",
        later,
    )
    assert assignment.claim_run(session, now=later + timedelta(hours=1)) is None


def test_runs_are_numbered_in_their_edition_and_come_the_last_first(session: Session) -> None:
    edition, _, _ = make_week(session)
    other, _, _ = make_week(session)
    solve(session, other)
    runs = [solve(session, edition) for _ in range(3)]

    assert [run.number for run in runs] == [1, 2, 3]
    assert assignment.runs_of(session, edition) == runs[::-1]
    assert assignment.find_run(session, edition, 2) is runs[1]


def test_finished_run_keeps_how_good_its_plan_is(session: Session) -> None:
    edition, _, _ = make_week(session)

    run = solve(session, edition)

    assert (run.state, run.plan_status, run.finished_at) == (RunState.DONE, "optimal", NOW)
    assert assignment.report_of(run).faults == ()


def test_runs_of_another_edition_neither_block_nor_hold(session: Session) -> None:
    edition, _, _ = make_week(session)
    other, _, _ = make_week(session)
    adopted = solve(session, other)
    assignment.adopt(session, other, adopted, now=NOW)
    going = request(session, other)

    mine = request(session, edition)

    assert [assignment.active_run(session, one) for one in (edition, other)] == [mine, going]
    assert [assignment.adopted_run(session, one) for one in (edition, other)] == [None, adopted]
