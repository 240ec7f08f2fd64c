"""Assignment runs: asked for, worked on under a lease, and adopted by an organiser."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from opendeur import limits
from opendeur.domain import editions, leases, queries
from opendeur.domain.assignment import problems
from opendeur.enums import RunState
from opendeur.errors import Conflict, InvalidInput, NotAllowed
from opendeur.gateways.interchange import PosedProblem
from opendeur.gateways.solver import Outcome
from opendeur.models import Account, AssignmentRun, Edition, Slot

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3


def request_run(
    session: Session,
    edition: Edition,
    *,
    by: Account | None,
    time_limit_seconds: int = limits.DEFAULT_RUN_SECONDS,
    seed: int | None = None,
    keeps_places: bool = False,
    closes: Slot | None = None,
    now: datetime,
) -> AssignmentRun:
    """Queue a run of the solver on the edition as it is now.

    Parameters
    ----------
    keeps_places
        Whether people keep the places they have wherever that is possible, before any other
        goal: they were told of them.
    closes
        A moment to do without, as a try: adopting the run cancels it as well.

    Raises
    ------
    NotAllowed
        When the edition's phase has no assignment.
    InvalidInput
        When nobody has submitted, nothing is offered, or the limit is out of range.
    Conflict
        When a run of this edition is queued or running, or the moment to do without was
        cancelled, has begun, or has nobody in it.
    """
    editions.lock(session, edition)
    if closes is not None:
        _require_people_ahead(session, closes, now=now)
    if not edition.takes_runs:
        raise NotAllowed("Runs are made from the phase of preferences until the week.")
    if not 1 <= time_limit_seconds <= limits.LONGEST_RUN_SECONDS:
        raise InvalidInput(
            "Give a time limit from 1 to %(most)s seconds.",
            field="time_limit_seconds",
            most=limits.LONGEST_RUN_SECONDS,
        )
    if active_run(session, edition) is not None:
        raise Conflict("A run is still going. Wait for it, or stop it first.")
    problem = problems.build_problem(
        session, edition, seed=seed, keeps_places=keeps_places, closing=closes
    )
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
        keeps_places=keeps_places,
        closes_slot=closes,
        problem=text,
        problem_sha256=problems.sha256(text),
        created_by_id=by.id if by else None,
        created_at=now,
    )
    session.add(run)
    session.flush()
    return run


def _require_people_ahead(session: Session, slot: Slot, *, now: datetime) -> None:
    is_ahead = not slot.is_closed and slot.starts_at > now
    if not is_ahead or not queries.seats_taken_in(session, slot):
        raise Conflict(
            "This moment was cancelled meanwhile, has begun, or has nobody in it. Look again."
        )


def runs_of(session: Session, edition: Edition) -> list[AssignmentRun]:
    """Return the edition's runs, the last first."""
    return list(
        session.scalars(
            select(AssignmentRun)
            .where(AssignmentRun.edition_id == edition.id)
            .options(
                joinedload(AssignmentRun.created_by),
                joinedload(AssignmentRun.closes_slot).options(*queries.SLOT_WITH_PLACE),
            )
            .order_by(AssignmentRun.number.desc())
        )
    )


def find_run(session: Session, edition: Edition, number: int) -> AssignmentRun | None:
    """Return one run with its plan; problems are large and stay in the database."""
    return session.scalars(
        select(AssignmentRun)
        .where(AssignmentRun.edition_id == edition.id, AssignmentRun.number == number)
        .options(
            joinedload(AssignmentRun.created_by),
            undefer(AssignmentRun.plan),
            joinedload(AssignmentRun.closes_slot).options(*queries.SLOT_WITH_PLACE),
        )
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
    then = PosedProblem.from_text(run.problem).parts
    current = problems.build_problem(
        session,
        edition,
        seed=run.seed,
        keeps_places=run.keeps_places,
        closing=run.closes_slot,
    )
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
    is_abandoned = (AssignmentRun.state == RunState.RUNNING) & leases.is_lost(
        AssignmentRun, now=now
    )
    waiting = (
        select(AssignmentRun)
        .where((AssignmentRun.state == RunState.QUEUED) | is_abandoned)
        .order_by(AssignmentRun.id)
        .options(undefer(AssignmentRun.problem))
    )
    while run := leases.claim(session, AssignmentRun, waiting, lasts=LEASE, now=now):
        if run.attempts <= MOST_ATTEMPTS:
            run.state = RunState.RUNNING
            run.started_at = now
            run.progress = None
            session.flush()
            return run
        _end(run, RunState.FAILED, now=now)
        run.error = "The worker ended three times during this run."
        session.flush()
    return None


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
    news = {} if progress is None else {"progress": progress}
    is_held = leases.beat(
        session, AssignmentRun, run_id, token, lasts=LEASE, now=now, news=news
    )
    return is_held and not session.scalar(
        select(AssignmentRun.stop_requested_at.is_not(None)).where(AssignmentRun.id == run_id)
    )


def finish_run(
    session: Session, run_id: int, token: str, outcome: Outcome, *, now: datetime
) -> bool:
    """Store a run's outcome; False, and nothing stored, when the lease was lost."""
    run = leases.held(session, AssignmentRun, run_id, token)
    if run is None:
        return False
    run.plan = outcome.plan
    run.plan_status = outcome.status
    run.metrics = outcome.report.to_column()
    _end(run, RunState.DONE, now=now)
    return True


def fail_run(session: Session, run_id: int, token: str, reason: str, *, now: datetime) -> None:
    """Note that a run ended without a plan."""
    run = leases.held(session, AssignmentRun, run_id, token)
    if run is not None:
        _end(run, RunState.FAILED, now=now)
        run.error = reason[: limits.LONGEST_REASON]


def _end(run: AssignmentRun, state: RunState, *, now: datetime) -> None:
    run.state = state
    run.finished_at = now
    leases.let_go(run)
