"""The command line: ``python -m solver solve``, ``check``, ``explain`` and ``advise``.

Exit status: 0 a plan was written, or no fault was found; 1 the plan has faults, or there was
no time to find one; 2 a file is not valid; 3 infeasible; 130 interrupted, with the best plan
found so far written.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from time import monotonic

from solver.advice.command import add_command as add_advise
from solver.check import check
from solver.engines import Engine
from solver.errors import NoPlanFound, SolverError
from solver.explain.command import add_command as add_explain
from solver.files import plan_from_json, plan_to_json, problem_from_json, read_json
from solver.plan import PlanStatus, Progress
from solver.problem import Problem
from solver.stages import solve
from solver.terminal import interrupts, positive_count, positive_seconds, say, write_json

FAULTY, INVALID, INFEASIBLE, INTERRUPTED = 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, and return the exit status."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A name may hold what the terminal cannot show.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except NoPlanFound as error:
        say(str(error))
        return FAULTY
    except SolverError as error:
        say(str(error))
        return INVALID


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m solver", description="Plan a week.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    solving = commands.add_parser("solve", help="find the best plan for a problem")
    solving.add_argument("problem", type=Path, metavar="PROBLEM.json")
    solving.add_argument("--output", type=Path, required=True, metavar="PLAN.json")
    solving.add_argument("--time-limit", type=positive_seconds, default=60.0, metavar="S")
    solving.add_argument("--seed", type=int, help="instead of the problem's own")
    solving.add_argument("--workers", type=positive_count, default=1, metavar="N")
    solving.add_argument(
        "--engine",
        type=Engine,
        choices=list(Engine),
        default=Engine.AUTO,
        help="what searches; auto chooses by size",
    )
    solving.add_argument(
        "--most-listed",
        type=_count,
        metavar="N",
        help="model a visitor with more itineraries slot by slot",
    )
    solving.set_defaults(command=_solve)
    checking = commands.add_parser("check", help="every broken rule, every metric of a plan")
    checking.add_argument("problem", type=Path, metavar="PROBLEM.json")
    checking.add_argument("plan", type=Path, metavar="PLAN.json")
    checking.set_defaults(command=_check)
    add_explain(commands)
    add_advise(commands)
    return parser


def _count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 1_000_000:
        raise argparse.ArgumentTypeError("must be from 0 to 1000000")
    return count


def _solve(options: argparse.Namespace) -> int:
    started = monotonic()
    problem = _read_problem(options.problem)
    with interrupts() as was_interrupted:
        plan = solve(
            problem,
            # The limit is for all that the command does, so what reading took is over.
            time_limit_seconds=max(1e-3, options.time_limit - (monotonic() - started)),
            seed=options.seed,
            workers=options.workers,
            on_progress=_show,
            should_stop=was_interrupted,
            engine=options.engine,
            most_listed_itineraries=options.most_listed,
        )
        write_json(plan_to_json(plan), options.output)
        for words in plan.conflict:
            say(words)
        if plan.status is PlanStatus.INFEASIBLE:
            return INFEASIBLE
        return INTERRUPTED if was_interrupted() else 0


def _check(options: argparse.Namespace) -> int:
    problem = _read_problem(options.problem)
    report = check(problem, plan_from_json(read_json(options.plan)))
    for fault in report.faults:
        sys.stdout.write(f"{fault}\n")
    for name, value in report.metrics.items():
        sys.stdout.write(f"{name:28} {value}\n")
    return FAULTY if report.faults else 0


def _read_problem(path: Path) -> Problem:
    return problem_from_json(read_json(path))


def _show(progress: Progress) -> None:
    gap = "" if progress.gap is None else f", gap {progress.gap:.2%}"
    say(
        f"{progress.seconds:7.1f} s  stage {progress.stage}/{progress.stages}"
        f" {progress.objective}: value {progress.value}, bound {progress.bound}{gap}"
    )


if __name__ == "__main__":
    sys.exit(main())
