"""Adopting a run: its placements become the real ones."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from opendeur.domain import editions, placements, queries
from opendeur.domain.assignment import problems
from opendeur.domain.assignment.results import placements_of, report_of
from opendeur.enums import Door, EditionPhase, PlacementOrigin, PlacementState, RunState
from opendeur.errors import Conflict
from opendeur.gateways import solver
from opendeur.models import Account, AssignmentRun, Edition, Slot


@dataclass(frozen=True, slots=True)
class Adoption:
    """What adopting a run changed: how many placements are new, kept and gone."""

    new: int
    kept: int
    gone: int


def adopt(
    session: Session,
    edition: Edition,
    run: AssignmentRun,
    *,
    by: Account | None = None,
    reason: str = "",
    now: datetime,
) -> Adoption:
    """Make a run's placements the real ones; `by` is the organiser who decides it.

    Placements that are in the plan already stay as they are; the others end as *replaced*.
    What is held for people who were asked is taken back: the plan gives those seats away.
    A run that does without a moment cancels that first, with the reason that everybody in it is
    told. Nothing is sent: see `invitations.draft`.

    Raises
    ------
    Conflict
        When the run has no plan, or its plan breaks a rule: of the problem that was solved,
        or of the edition as it is now.
    """
    editions.lock(session, edition)
    if run.state is not RunState.DONE or run.plan_status == "infeasible" or run.plan is None:
        raise Conflict("This run has no plan that could be adopted.")
    if report_of(run).faults:
        raise Conflict("The checker found a broken rule in this run. Start another one.")
    if not edition.takes_runs:
        raise Conflict("The week has begun. A run can no longer be adopted.")
    wanted = placements_of(run)
    _require_it_still_fits(session, edition, run)
    live = {
        (placement.visitor_id, placement.slot_id): placement
        for placement in session.scalars(queries.live_placements(edition))
    }
    if run.closes_slot is not None:
        _cancel(session, run.closes_slot, by=by, reason=reason, now=now)
    gone = [live[pair] for pair in sorted(live.keys() - wanted)]
    placements.end(
        session,
        [placement for placement in gone if placement.state is PlacementState.PLACED],
        PlacementState.REPLACED,
        door=Door.RUN,
        by=by,
        now=now,
    )
    placements.place(
        session,
        sorted(wanted - live.keys()),
        origin=PlacementOrigin.RUN,
        door=Door.RUN,
        by=by,
        run_id=run.id,
        now=now,
    )
    placements.end_passing_on(session, edition, now=now)
    run.adopted_at = now
    if edition.phase is EditionPhase.PREFERENCES:
        edition.phase = EditionPhase.ASSIGNMENT
    session.flush()
    return Adoption(
        new=len(wanted - live.keys()),
        kept=len(wanted & live.keys()),
        gone=len(gone),
    )


def _cancel(
    session: Session, slot: Slot, *, by: Account | None, reason: str, now: datetime
) -> None:
    """Cancel the moment that a run does without: the plan has whoever is in it now."""
    placements.cancel(
        session,
        slot,
        door=Door.DESK,
        by=by,
        reason=reason,
        seen=queries.seats_taken_in(session, slot),
        now=now,
    )


def _require_it_still_fits(session: Session, edition: Edition, run: AssignmentRun) -> None:
    """Hold the plan against the edition as it is now: people and hosts change things."""
    current = problems.canonical(
        problems.build_problem(session, edition, seed=run.seed, closing=run.closes_slot)
    )
    if solver.broken_rules(current, run.plan or ""):
        raise Conflict(
            "The edition changed since this run, and its plan no longer fits. Start another "
            "run."
        )
