"""The gateway to the solver: a problem's text in, a plan's text and figures out."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import solver

#: Called with what the solver says of its progress, ready to be stored as JSON.
OnProgress = Callable[[dict[str, Any]], None]


class UnsolvableProblem(Exception):
    """The solver refused the problem; each line says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A plan as text, with its status and every figure that the checker measured.

    `faults` are broken rules or false claims that the checker found; there should be none,
    and a plan with one is never adopted.
    """

    plan: str
    status: str
    metrics: dict[str, Any]
    stages: list[dict[str, Any]]
    faults: tuple[str, ...]
    conflict: tuple[str, ...]


def solve(
    problem: str,
    *,
    time_limit_seconds: float,
    seed: int,
    on_progress: OnProgress,
    should_stop: Callable[[], bool],
) -> Outcome:
    """Solve a problem and have the result checked by code that shares nothing with it.

    Raises
    ------
    UnsolvableProblem
        When the text is no valid problem.
    """
    try:
        parsed = solver.problem_from_json(json.loads(problem))
    except solver.InvalidProblem as error:
        raise UnsolvableProblem("\n".join(error.faults)) from error
    plan = solver.solve(
        parsed,
        time_limit_seconds=time_limit_seconds,
        seed=seed,
        workers=1,
        on_progress=lambda progress: on_progress(_plain(asdict(progress))),
        should_stop=should_stop,
    )
    report = solver.check(parsed, plan)
    written = solver.plan_to_json(plan)
    return Outcome(
        plan=json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        status=plan.status,
        metrics=_plain(dict(report.metrics)),
        stages=written["stages"],
        faults=tuple(report.faults),
        conflict=tuple(plan.conflict),
    )


def placements(plan: str) -> list[tuple[str, str]]:
    """Return a plan's placements as (visitor, slot) identifiers."""
    return [(x["visitor"], x["slot"]) for x in json.loads(plan)["placements"]]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values that JSON can hold: no infinite bound."""
    return {
        name: None if isinstance(value, float) and abs(value) == float("inf") else value
        for name, value in values.items()
    }
