"""The gateway to the solver: a problem's text in, a plan's text and figures out."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import solver
from opendeur.gateways.interchange import Report, Stage

#: Called with what the solver says of its progress, ready to be stored as JSON.
OnProgress = Callable[[dict[str, Any]], None]


class UnsolvableProblem(Exception):
    """The solver refused the problem; each line says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A plan as text, its status, and what the checker found.

    Beside what the format asks for, the plan holds `best`: see `FoundPlan`.
    """

    plan: str
    status: str
    report: Report


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
    parsed = _parsed(problem)
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
    written["best"] = solver.best_points(parsed)
    return Outcome(
        plan=json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        status=plan.status,
        report=Report(
            figures=_plain(dict(report.metrics)),
            stages=tuple(
                Stage(stage["objective"], stage["value"], stage["bound"])
                for stage in written["stages"]
            ),
            faults=tuple(report.faults),
            conflict=tuple(plan.conflict),
        ),
    )


class Checker:
    """One problem, read once and asked often."""

    def __init__(self, problem: str) -> None:
        """Read a problem.

        Raises
        ------
        UnsolvableProblem
            When the text is no valid problem.
        """
        self._problem = _parsed(problem)

    def broken_rules(self, placements: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """Return every rule that placements break, as pairs of visitor and slot."""
        return solver.broken_rules(self._problem, tuple(placements))

    def best_points(self) -> dict[str, int]:
        """Return by visitor the most points that each could have alone in the week."""
        return solver.best_points(self._problem)


def broken_rules(problem: str, plan: str) -> tuple[str, ...]:
    """Return every rule of `problem` that a plan breaks, which may be another problem's.

    Raises
    ------
    UnsolvableProblem
        When the text is no valid problem.
    """
    placements = tuple(
        (placement["visitor"], placement["slot"])
        for placement in json.loads(plan)["placements"]
    )
    return Checker(problem).broken_rules(placements)


def points_of_rank(rank: int) -> int:
    """Return what a granted preference is worth; rank 1 is the first."""
    return solver.points_of_rank(rank)


def _parsed(problem: str) -> solver.Problem:
    try:
        return solver.problem_from_json(json.loads(problem))
    except solver.InvalidProblem as error:
        raise UnsolvableProblem("\n".join(error.faults)) from error


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values that JSON can hold: no infinite bound."""
    return {
        name: None if isinstance(value, float) and abs(value) == float("inf") else value
        for name, value in values.items()
    }
