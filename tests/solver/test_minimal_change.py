"""When something falls through after the plan is known: as few as possible are moved."""

import json
import random
from pathlib import Path

import pytest

from solver import Plan, PlanStatus, Problem, check, problem_from_json, solve
from solver.problem import Pair
from solver.replanning import replan
from tests.solver.oracle import every_plan
from tests.solver.problems import (
    Data,
    make_problem,
    make_slot,
    make_visit,
    make_visitor,
    pairs,
    random_problem,
)

ZUID_OOST = Path(__file__).parent / "data" / "zuid-oost.json"
BATCHES = [range(start, start + 10) for start in range(0, 60, 10)]


def known_plan(seed: int) -> tuple[Data, Plan]:
    """Return a tiny problem and its plan, in which at least one is placed."""
    data = random_problem(seed, objectives=3) | {"pins": [], "previous": None}
    return data, solve(problem_from_json(data))


def fewest_moved(problem: Problem) -> int:
    return min(len(problem.previous - set(plan)) for plan in every_plan(problem))


def moved(problem: Problem, plan: Plan) -> int:
    return len(problem.previous - set(plan.placements))


@pytest.mark.parametrize("seeds", BATCHES)
def test_a_cancelled_slot_moves_as_few_others_as_trying_everything(seeds: range) -> None:
    for seed in seeds:
        data, before = known_plan(seed)
        slots = sorted({slot for _, slot in before.placements})
        for slot in slots[:2]:
            problem = problem_from_json(replan(data, before.placements, cancelled_slots=[slot]))

            after = solve(problem)

            assert after.status is PlanStatus.OPTIMAL
            assert check(problem, after).faults == ()
            assert moved(problem, after) == fewest_moved(problem)
            assert after.stages[0].bound == len(problem.previous) - moved(problem, after)
            assert slot not in {slot for _, slot in after.placements}


@pytest.mark.parametrize("seeds", BATCHES)
def test_a_withdrawal_moves_as_few_others_as_trying_everything(seeds: range) -> None:
    for seed in seeds:
        data, before = known_plan(seed)
        for who in sorted({visitor for visitor, _ in before.placements})[:2]:
            problem = problem_from_json(
                replan(data, before.placements, withdrawn_visitors=[who])
            )

            after = solve(problem)

            assert after.status is PlanStatus.OPTIMAL
            assert check(problem, after).faults == ()
            assert moved(problem, after) == fewest_moved(problem)
            assert who not in {visitor for visitor, _ in after.placements}


def test_what_nobody_touched_is_kept_and_only_the_cancelled_visit_is_lost() -> None:
    data = json.loads(ZUID_OOST.read_text(encoding="utf-8")) | {"objectives": ["placed"]}
    before = solve(problem_from_json(data), time_limit_seconds=60)
    slot = random.Random(1).choice(sorted({slot for _, slot in before.placements}))
    in_it = {pair for pair in before.placements if pair[1] == slot}
    problem = problem_from_json(replan(data, before.placements, cancelled_slots=[slot]))

    after = solve(problem, time_limit_seconds=60)

    assert after.stages[0].objective == "kept"
    assert after.stages[0].value == after.stages[0].bound == len(before.placements) - len(in_it)
    assert check(problem, after).faults == ()


def test_a_withdrawal_that_leaves_a_group_too_small_moves_the_group_and_nobody_else() -> None:
    data = make_problem(
        objectives=["placed"],
        visits=[make_visit("v1"), make_visit("v2")],
        slots=[make_slot("s1", minimum=2), make_slot("s2", "v2", minimum=2)],
        visitors=[
            make_visitor("p1", "v1"),
            make_visitor("p2", "v1"),
            make_visitor("p3", "v2"),
            make_visitor("p4", "v2"),
        ],
    )
    before: list[Pair] = [("p1", "s1"), ("p2", "s1"), ("p3", "s2"), ("p4", "s2")]
    problem = problem_from_json(replan(data, before, withdrawn_visitors=["p1"]))

    after = solve(problem)

    assert after.placements == (("p3", "s2"), ("p4", "s2"))
    assert [(stage.objective, stage.value, stage.bound) for stage in after.stages] == [
        ("kept", 2, 2),
        ("placed", 2, 2),
    ]


def test_pins_and_bans_of_what_is_gone_go_with_it_and_unknown_keys_stay() -> None:
    data = make_problem(
        objectives=["welfare", "kept"],
        slots=[make_slot("s1"), make_slot("s2")],
        visitors=[make_visitor("p1", "v1"), make_visitor("p2", "v1")],
        pins=pairs(("p1", "s2"), ("p2", "s1"), ("p2", "s2")),
        bans=pairs(("p1", "s1"), ("p2", "s1")),
        note="of the site",
    )

    changed = replan(
        data, [("p1", "s1"), ("p2", "s1")], cancelled_slots=["s1"], withdrawn_visitors=["p1"]
    )

    assert changed == data | {
        "objectives": ["kept", "welfare"],
        "slots": [make_slot("s1", state="closed"), make_slot("s2")],
        "visitors": [make_visitor("p2", "v1")],
        "pins": pairs(("p2", "s2")),
        "bans": pairs(("p2", "s1")),
        "previous": {"placements": pairs(("p2", "s1"))},
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cancelled_slots": ["s9"]}, "no slot 's9'"),
        ({"withdrawn_visitors": ["p9"]}, "no visitor 'p9'"),
    ],
)
def test_what_the_problem_does_not_have_cannot_fall_through(changes: Data, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replan(make_problem(), [], **changes)
