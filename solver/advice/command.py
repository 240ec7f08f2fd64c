"""The command ``python -m solver advise``."""

import argparse
import sys
from pathlib import Path

from solver.advice.advising import advise
from solver.advice.files import advice_to_json
from solver.advice.words import advice_in_words
from solver.errors import InvalidPlan
from solver.files import plan_from_json, problem_from_json, read_json
from solver.terminal import interrupts, positive_count, positive_seconds, say, write_json

FAULTY, INTERRUPTED = 1, 130


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of a parser; it sets ``command`` to what runs it."""
    advising = commands.add_parser(
        "advise", help="what could be changed, and what it would bring"
    )
    advising.add_argument("problem", type=Path, metavar="PROBLEM.json")
    advising.add_argument("plan", type=Path, metavar="PLAN.json")
    advising.add_argument("--output", type=Path, metavar="ADVICE.json", help="as JSON as well")
    advising.add_argument("--time-limit", type=positive_seconds, default=300.0, metavar="S")
    advising.add_argument("--workers", type=positive_count, default=1, metavar="N")
    advising.set_defaults(command=_advise)


def _advise(options: argparse.Namespace) -> int:
    problem = problem_from_json(read_json(options.problem))
    plan = plan_from_json(read_json(options.plan))
    with interrupts() as was_interrupted:
        try:
            advice = advise(
                problem,
                plan,
                time_limit_seconds=options.time_limit,
                workers=options.workers,
                on_progress=_show,
                should_stop=was_interrupted,
            )
        except InvalidPlan as error:
            say("There is no advice on this plan:")
            say(str(error))
            return FAULTY
        if options.output is not None:
            write_json(advice_to_json(advice), options.output)
        for line in advice_in_words(advice):
            sys.stdout.write(f"{line}\n")
        return INTERRUPTED if was_interrupted() else 0


def _show(done: int, of_all: int, seconds: float) -> None:
    say(f"{seconds:7.1f} s  {done} of {of_all} looked at")
