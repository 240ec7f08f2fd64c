"""A small week whose runs are asked for, worked on and looked at."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import assignment
from opendeur.enums import PlacementState
from opendeur.gateways import solver
from opendeur.models import AssignmentRun, Edition, Placement, Visit, Visitor
from tests.factories import NOW, make_edition, make_offer, make_visitor


def make_week(session: Session, *, people: int = 2) -> tuple[Edition, Visit, list[Visitor]]:
    """Return an edition in which everybody can have the one visit on Monday or Tuesday."""
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    visitors = [make_visitor(session, edition, preferences=[visit]) for _ in range(people)]
    return edition, visit, visitors


def request(session: Session, edition: Edition, **values: Any) -> AssignmentRun:
    return assignment.request_run(
        session, edition, **{"by": None, "time_limit_seconds": 30, "now": NOW, **values}
    )


def solve(session: Session, edition: Edition, **values: Any) -> AssignmentRun:
    """Ask for a run and work on it as the worker does."""
    request(session, edition, **values)
    run = assignment.claim_run(session, now=NOW)
    assert run is not None
    outcome = solver.solve(
        run.problem,
        seed=run.seed,
        time_limit_seconds=run.time_limit_seconds,
        on_progress=lambda progress: None,
        should_stop=lambda: False,
    )
    assert assignment.finish_run(session, run.id, run.lease_token or "", outcome, now=NOW)
    session.flush()
    return run


def live(session: Session) -> list[tuple[int, int]]:
    rows = session.scalars(select(Placement).where(Placement.state == PlacementState.PLACED))
    return sorted((row.visitor_id, row.slot_id) for row in rows)
