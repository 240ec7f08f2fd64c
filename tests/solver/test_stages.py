"""The solver against the oracle, against itself, and against time."""

import json
from pathlib import Path

import pytest

from solver import PlanStatus, Progress, check, problem_from_json, solve
from solver.errors import NoPlanFound
from tests.solver.oracle import best_values
from tests.solver.problems import make_problem, make_slot, make_visitor, pairs, random_problem

ZUID_OOST = Path(__file__).parent / "data" / "zuid-oost.json"
EVERYTHING_LISTED, NOTHING_LISTED = 400, 0


@pytest.fixture(scope="module")
def zuid_oost():
    return problem_from_json(json.loads(ZUID_OOST.read_text(encoding="utf-8")))


@pytest.mark.parametrize("most_listed", [EVERYTHING_LISTED, NOTHING_LISTED])
@pytest.mark.parametrize("seed", range(40))
def test_every_stage_matches_the_oracle(seed, most_listed):
    problem = problem_from_json(random_problem(seed))

    plan = solve(problem, most_listed_itineraries=most_listed)

    expected = best_values(problem)
    if expected is None:
        assert plan.status is PlanStatus.INFEASIBLE
        assert plan.conflict != ()
        assert plan.placements == ()
    else:
        assert plan.status is PlanStatus.OPTIMAL
        assert [stage.value for stage in plan.stages] == expected
        assert [stage.bound for stage in plan.stages] == expected
    assert check(problem, plan).faults == ()
