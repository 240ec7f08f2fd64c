"""Seconds for each stage of a problem, beside a textbook model; a Markdown table.

python benchmarks/solver_stages.py PROBLEM.json [--time-limit S]

The textbook model has one Boolean for each visitor and slot, and a row for each pair of slots
that one visitor cannot make both. It knows ``placed`` and ``points``, alone and unordered.
"""

import argparse
import sys
from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from time import perf_counter

from ortools.sat.python import cp_model

from solver import Objective, Problem, Progress, problem_from_json, solve
from solver.files import read_json
from solver.itineraries import Possibilities
from solver.model import smallest_group

Row = tuple[str, str, object, object, float]


def our_stages(problem: Problem, *, seconds: float) -> list[Row]:
    """Return a row for each stage of this solver."""
    last: dict[int, Progress] = {}

    def remember(progress: Progress) -> None:
        last[progress.stage] = progress

    solve(problem, time_limit_seconds=seconds, on_progress=remember)
    rows: list[Row] = []
    before = 0.0
    for progress in last.values():
        seconds_of_stage = progress.seconds - before
        value, bound = progress.value, progress.bound
        rows.append(("this solver", progress.objective, value, bound, seconds_of_stage))
        before = progress.seconds
    return rows


def textbook(problem: Problem, objective: Objective, *, seconds: float) -> Row:
    """Return the row of the textbook model for one objective."""
    started = perf_counter()
    model = cp_model.CpModel()
    possibilities = Possibilities(problem)
    taken: dict[str, list[cp_model.LinearExprT]] = defaultdict(list)
    teams: dict[tuple[str, str], list[cp_model.LinearExprT]] = defaultdict(list)
    worth: list[cp_model.LinearExprT] = []
    for visitor in problem.visitors:
        options = possibilities.of(visitor)
        chosen = [model.new_bool_var("") for _ in options.slots]
        model.add(sum(chosen) <= options.max_visits)
        for day in {slot.day for slot in options.slots}:
            on_day = [x for x, s in zip(chosen, options.slots, strict=True) if s.day == day]
            model.add(sum(on_day) <= options.max_visits_per_day)
        for one, other in combinations(range(len(chosen)), 2):
            if not options.fits[one] >> other & 1:
                model.add(chosen[one] + chosen[other] <= 1)
        for x, slot in zip(chosen, options.slots, strict=True):
            taken[slot.id].append(visitor.seats * x)
            if visitor.organisation is not None:
                teams[slot.id, visitor.organisation].append(visitor.seats * x)
        if objective is Objective.POINTS:
            points = zip(chosen, options.points, strict=True)
            worth += [visitor.seats * p * x for x, p in points]
        elif chosen:
            placed = model.new_bool_var("")
            model.add(placed <= sum(chosen))
            worth.append(visitor.seats * placed)
    for slot_id, seats in taken.items():
        slot, runs = problem.slot[slot_id], model.new_bool_var("")
        model.add(sum(seats) <= slot.capacity * runs)
        model.add(sum(seats) >= smallest_group(slot) * runs)
    most = problem.rules.max_same_organisation_per_slot
    if most is not None:
        for seats in teams.values():
            model.add(sum(seats) <= most)
    model.maximize(sum(worth))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.solve(model)
    value, bound = round(solver.objective_value), int(solver.best_objective_bound + 1e-6)
    return ("textbook", objective, value, bound, perf_counter() - started)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("problem", type=Path)
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S")
    options = parser.parse_args()
    problem = problem_from_json(read_json(options.problem))
    rows = our_stages(problem, seconds=options.time_limit)
    for objective in (Objective.PLACED, Objective.POINTS):
        alone = replace(problem, objectives=(objective,))
        rows.append(our_stages(alone, seconds=options.time_limit)[0])
        rows.append(textbook(problem, objective, seconds=options.time_limit))
    sys.stdout.write(f"{problem.name}\n\n| model | stage | value | bound | seconds |\n")
    sys.stdout.write("| --- | --- | ---: | ---: | ---: |\n")
    for model, stage, value, bound, took in rows:
        sys.stdout.write(f"| {model} | {stage} | {value} | {bound} | {took:.2f} |\n")


if __name__ == "__main__":
    main()
