"""This solver, as anyone would call it. It reads the problem itself, not the market."""

import json
from collections.abc import Callable
from dataclasses import asdict

from benchmarks.contenders.protocol import parser, seconds_since_start
from benchmarks.market import Result
from solver import Plan, Problem, Progress, plan_to_json, problem_from_json, solve
from solver.files import read_json

TIME_TO_WRITE = 0.5


def main() -> None:
    """Solve a problem; write what all contenders write, and the whole plan beside it."""
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--workers", type=int, default=2)
    options = arguments.parse_args()
    problem = problem_from_json(read_json(options.input))
    trace: list[tuple[float, float]] = []
    plan = solve(
        problem,
        time_limit_seconds=max(1.0, options.time_limit - seconds_since_start() - TIME_TO_WRITE),
        workers=options.workers,
        on_progress=_noting(trace),
    )
    result = _result(problem, plan, trace)
    whole = plan_to_json(plan)
    options.output.write_text(json.dumps({**asdict(result), "plan": whole}), encoding="utf-8")


def _noting(trace: list[tuple[float, float]]) -> Callable[[Progress], None]:
    def note(progress: Progress) -> None:
        value = progress.value
        if progress.stage == 1 and value is not None and (not trace or trace[-1][1] != value):
            trace.append((seconds_since_start(), value))

    return note


def _result(problem: Problem, plan: Plan, trace: list[tuple[float, float]]) -> Result:
    first = plan.stages[0] if plan.stages else None
    is_alone = len(problem.objectives) == 1
    return Result(
        placements=plan.placements,
        is_proven=plan.status == "optimal",
        bound=first.bound if first is not None and is_alone else None,
        trace=tuple(trace),
    )


if __name__ == "__main__":
    main()
