"""Assignment runs: asked for, worked on under a lease, and adopted by an organiser."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload, undefer

from opendeur import limits
from opendeur.domain import editions
from opendeur.domain.assignment import problems
from opendeur.enums import EditionPhase, PlacementState, RunState
from opendeur.errors import Conflict, InvalidInput, NotAllowed
from opendeur.gateways import solver
from opendeur.models import Account, AssignmentRun, Edition, Placement, Visitor

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3
#: Phases in which a run can be asked for and adopted.
RUN_PHASES = (EditionPhase.PREFERENCES, EditionPhase.ASSIGNMENT, EditionPhase.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What adopting a run changed: how many placements are new, kept and gone."""

    new: int
    kept: int
    gone: int


def request_run(
    session: Session,
    edition: Edition,
    *,
    by: Account | None,
    time_limit_seconds: int = limits.DEFAULT_RUN_SECONDS,
    seed: int | None = None,
    now: datetime,
) -> AssignmentRun:
    """Queue a run of the solver on the edition as it is now.

    Raises
    ------
    NotAllowed
        When the edition's phase has no assignment.
    InvalidInput
        When nobody has submitted, nothing is offered, or the limit is out of range.
    Conflict
        When a run of this edition is queued or running.
    """
    editions.lock(session, edition)
    if edition.phase not in RUN_PHASES:
        raise NotAllowed("Runs are made from the phase of preferences until the week.")
    if not 1 <= time_limit_seconds <= limits.LONGEST_RUN_SECONDS:
        raise InvalidInput(
            "Give a time limit from 1 to %(most)s seconds.",
            field="time_limit_seconds",
            most=limits.LONGEST_RUN_SECONDS,
        )
    if active_run(session, edition) is not None:
        raise Conflict("A run is still going. Wait for it, or stop it first.")
    problem = problems.build_problem(session, edition, seed=seed)
    if not problem["visitors"]:
        raise InvalidInput("Nobody has submitted preferences yet.")
    if not problem["slots"]:
        raise InvalidInput("No visit in the programme has a slot yet.")
    text = problems.canonical(problem)
    last = session.scalar(
        select(func.max(AssignmentRun.number)).where(AssignmentRun.edition_id == edition.id)
    )
    run = AssignmentRun(
        edition_id=edition.id,
        number=(last or 0) + 1,
        seed=problem["seed"],
        time_limit_seconds=time_limit_seconds,
        problem=text,
        problem_sha256=problems.sha256(text),
        created_by_id=by.id if by else None,
        created_at=now,
    )
    session.add(run)
    session.flush()
    return run


def runs_of(session: Session, edition: Edition) -> list[AssignmentRun]:
    """Return the edition's runs, the last first."""
    return list(
        session.scalars(
            select(AssignmentRun)
            .where(AssignmentRun.edition_id == edition.id)
            .options(joinedload(AssignmentRun.created_by))
            .order_by(AssignmentRun.number.desc())
        )
    )


def find_run(session: Session, edition: Edition, number: int) -> AssignmentRun | None:
    """Return one run with its plan; problems are large and stay in the database."""
    return session.scalars(
        select(AssignmentRun)
        .where(AssignmentRun.edition_id == edition.id, AssignmentRun.number == number)
        .options(joinedload(AssignmentRun.created_by), undefer(AssignmentRun.plan))
    ).one_or_none()


def active_run(session: Session, edition: Edition) -> AssignmentRun | None:
    """Return the run that is queued or running, if there is one."""
    return session.scalars(
        select(AssignmentRun)
        .where(
            AssignmentRun.edition_id == edition.id,
            AssignmentRun.state.in_((RunState.QUEUED, RunState.RUNNING)),
        )
        .limit(1)
    ).one_or_none()


def adopted_run(session: Session, edition: Edition) -> AssignmentRun | None:
    """Return the run whose placements hold: the one adopted last."""
    return session.scalars(
        select(AssignmentRun)
        .where(AssignmentRun.edition_id == edition.id, AssignmentRun.adopted_at.is_not(None))
        .order_by(AssignmentRun.adopted_at.desc(), AssignmentRun.id.desc())
        .limit(1)
    ).one_or_none()


def changes_since(session: Session, edition: Edition, run: AssignmentRun) -> list[str]:
    """Return which parts of the edition's problem changed since a run was asked for.

    The names are those of the interchange format. What visitors knew before does not count:
    it changes when a run is adopted.
    """
    then = json.loads(run.problem)
    current = problems.build_problem(session, edition, seed=run.seed)
    return [name for name in current if name != "previous" and current[name] != then.get(name)]


def stop_run(run: AssignmentRun, *, now: datetime) -> None:
    """Ask the worker to end a run with the best plan it has.

    Raises
    ------
    Conflict
        When the run has ended.
    """
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        raise Conflict("This run has ended.")
    run.stop_requested_at = run.stop_requested_at or now


def claim_run(session: Session, *, now: datetime) -> AssignmentRun | None:
    """Lease the next run that waits, or whose worker died; None when there is none.

    A run whose worker died three times is given up.
    """
    run = session.scalars(
        select(AssignmentRun)
        .where(
            (AssignmentRun.state == RunState.QUEUED)
            | ((AssignmentRun.state == RunState.RUNNING) & (AssignmentRun.lease_until < now))
        )
        .order_by(AssignmentRun.id)
        .limit(1)
        .options(undefer(AssignmentRun.problem))
        .with_for_update(of=AssignmentRun, skip_locked=True)
    ).one_or_none()
    if run is None:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        _end(run, RunState.FAILED, now=now)
        run.error = "The worker ended three times during this run."
        session.flush()
        return claim_run(session, now=now)
    run.state = RunState.RUNNING
    run.lease_token = secrets.token_hex(16)
    run.lease_until = now + LEASE
    run.attempts += 1
    run.started_at = now
    run.progress = None
    session.flush()
    return run


def beat_run(
    session: Session,
    run_id: int,
    token: str,
    *,
    progress: dict[str, Any] | None,
    now: datetime,
) -> bool:
    """Prolong a lease and store progress; tell whether the run should go on.

    False when somebody asked to stop, or when the lease was lost.
    """
    values: dict[str, Any] = {"lease_until": now + LEASE}
    if progress is not None:
        values["progress"] = progress
    stop = session.execute(
        update(AssignmentRun)
        .where(
            AssignmentRun.id == run_id,
            AssignmentRun.lease_token == token,
            AssignmentRun.state == RunState.RUNNING,
        )
        .values(**values)
        .returning(AssignmentRun.stop_requested_at)
    ).one_or_none()
    return stop is not None and stop[0] is None


def finish_run(
    session: Session, run_id: int, token: str, outcome: solver.Outcome, *, now: datetime
) -> bool:
    """Store a run's outcome; False, and nothing stored, when the lease was lost."""
    run = _leased(session, run_id, token)
    if run is None:
        return False
    run.plan = outcome.plan
    run.plan_status = outcome.status
    run.metrics = {
        **outcome.metrics,
        "stages": outcome.stages,
        "faults": list(outcome.faults),
        "conflict": list(outcome.conflict),
    }
    _end(run, RunState.DONE, now=now)
    return True


def fail_run(session: Session, run_id: int, token: str, reason: str, *, now: datetime) -> None:
    """Note that a run ended without a plan."""
    run = _leased(session, run_id, token)
    if run is not None:
        _end(run, RunState.FAILED, now=now)
        run.error = reason[: limits.LONGEST_REASON]


def _leased(session: Session, run_id: int, token: str) -> AssignmentRun | None:
    return session.scalars(
        select(AssignmentRun)
        .where(AssignmentRun.id == run_id, AssignmentRun.lease_token == token)
        .with_for_update()
    ).one_or_none()


def _end(run: AssignmentRun, state: RunState, *, now: datetime) -> None:
    run.state = state
    run.finished_at = now
    run.lease_token = None
    run.lease_until = None


def adopt(session: Session, edition: Edition, run: AssignmentRun, *, now: datetime) -> Adoption:
    """Make a run's placements the real ones.

    Placements that are in the plan already stay as they are; the others end as *replaced*.
    Nothing is sent: see `invitations.draft`.

    Raises
    ------
    Conflict
        When the run has no plan, or its plan breaks a rule: of the problem that was solved,
        or of the edition as it is now.
    """
    editions.lock(session, edition)
    if run.state is not RunState.DONE or run.plan_status == "infeasible" or run.plan is None:
        raise Conflict("This run has no plan that could be adopted.")
    if run.metrics is None or run.metrics["faults"]:
        raise Conflict("The checker found a broken rule in this run. Start another one.")
    if edition.phase not in RUN_PHASES:
        raise Conflict("The week has begun. A run can no longer be adopted.")
    wanted = {
        (problems.row_number(visitor), problems.row_number(slot))
        for visitor, slot in solver.placements(run.plan)
    }
    _require_it_still_fits(session, edition, run)
    live = {
        (placement.visitor_id, placement.slot_id): placement
        for placement in live_placements(session, edition)
    }
    for pair in live.keys() - wanted:
        live[pair].state = PlacementState.REPLACED
        live[pair].ended_at = now
    session.flush()
    session.add_all(
        Placement(visitor_id=visitor, slot_id=slot, run_id=run.id, created_at=now)
        for visitor, slot in sorted(wanted - live.keys())
    )
    run.adopted_at = now
    if edition.phase is EditionPhase.PREFERENCES:
        edition.phase = EditionPhase.ASSIGNMENT
    session.flush()
    return Adoption(
        new=len(wanted - live.keys()),
        kept=len(wanted & live.keys()),
        gone=len(live.keys() - wanted),
    )


def live_placements(session: Session, edition: Edition) -> list[Placement]:
    """Return the placements of the edition that hold a seat."""
    return list(
        session.scalars(
            select(Placement)
            .join(Visitor, Visitor.id == Placement.visitor_id)
            .where(Visitor.edition_id == edition.id, Placement.state == PlacementState.PLACED)
            .order_by(Placement.id)
        )
    )


def _require_it_still_fits(session: Session, edition: Edition, run: AssignmentRun) -> None:
    """Hold the plan against the edition as it is now: people and hosts change things."""
    current = problems.canonical(problems.build_problem(session, edition, seed=run.seed))
    if solver.broken_rules(current, run.plan or ""):
        raise Conflict(
            "The edition changed since this run, and its plan no longer fits. Start another "
            "run."
        )
