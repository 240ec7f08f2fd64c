"""The command ``python -m solver explain``."""

import argparse
import sys
from pathlib import Path

from solver.errors import InvalidPlan, SolverError
from solver.explain.explaining import explain
from solver.explain.files import explanation_to_json
from solver.explain.words import sentences
from solver.files import plan_from_json, problem_from_json, read_json
from solver.terminal import interrupts, positive_count, positive_seconds, say, write_json

FAULTY, INTERRUPTED = 1, 130


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of a parser; it sets ``command`` to what runs it."""
    explaining = commands.add_parser(
        "explain", help="why each preference was granted or not, and what would have done"
    )
    explaining.add_argument("problem", type=Path, metavar="PROBLEM.json")
    explaining.add_argument("plan", type=Path, metavar="PLAN.json")
    explaining.add_argument("--visitor", metavar="ID", help="only this one")
    explaining.add_argument("--output", type=Path, metavar="EXPLANATION.json", help="as JSON")
    explaining.add_argument("--time-limit", type=positive_seconds, default=300.0, metavar="S")
    explaining.add_argument("--workers", type=positive_count, default=2, metavar="N")
    explaining.set_defaults(command=_explain)


def _explain(options: argparse.Namespace) -> int:
    problem = problem_from_json(read_json(options.problem))
    plan = plan_from_json(read_json(options.plan))
    if options.visitor is not None and options.visitor not in problem.visitor:
        raise SolverError(f'{options.problem}: no visitor "{options.visitor}"')
    with interrupts() as was_interrupted:
        try:
            explanation = explain(
                problem,
                plan,
                visitors=None if options.visitor is None else [options.visitor],
                time_limit_seconds=options.time_limit,
                workers=options.workers,
                on_progress=_show,
                should_stop=was_interrupted,
            )
        except InvalidPlan as error:
            say("This plan cannot be explained:")
            say(str(error))
            return FAULTY
        if options.output is not None:
            write_json(explanation_to_json(explanation), options.output)
        for line in sentences(explanation):
            sys.stdout.write(f"{line}\n")
        return INTERRUPTED if was_interrupted() else 0


def _show(done: int, of_all: int, seconds: float) -> None:
    say(f"{seconds:7.1f} s  {done} of {of_all} preferences")
