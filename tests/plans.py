"""Runs that have ended, with a plan that a test chose instead of the solver."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from opendeur.domain import assignment
from opendeur.domain.assignment.problems import canonical, sha256
from opendeur.enums import RunState
from opendeur.models import AssignmentRun, Edition, Slot, Visitor
from tests.factories import NOW, make_run


def make_done_run(
    session: Session,
    edition: Edition,
    pairs: Iterable[tuple[Visitor, Slot]] = (),
    *,
    best: dict[Visitor, int] | None = None,
    status: str = "optimal",
    metrics: dict[str, Any] | None = None,
    **values: Any,
) -> AssignmentRun:
    session.flush()
    session.expire_all()
    text = canonical(assignment.build_problem(session, edition))
    plan = {
        "placements": [{"visitor": f"p{p.id}", "slot": f"s{s.id}"} for p, s in pairs],
        "best": {f"p{visitor.id}": points for visitor, points in (best or {}).items()},
    }
    return make_run(
        session,
        edition,
        state=RunState.DONE,
        problem=text,
        problem_sha256=sha256(text),
        plan=json.dumps(plan),
        plan_status=status,
        metrics={"stages": [], "faults": [], "conflict": [], **(metrics or {})},
        started_at=NOW,
        finished_at=NOW,
        **values,
    )
