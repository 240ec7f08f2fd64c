"""The recipes: the same problem everywhere and always, so that results can be compared."""

import hashlib
import json

import pytest

from benchmarks.problems import RECIPES, Json, Recipe, for_welfare, make, named
from solver import problem_from_json

DIGESTS = {
    "zuid-oost": "43d14d9bc2aef23c46326432256e4f69f9f866d9ff6f734159f9b139e53e22d3",
    "region": "45e64b96524eb036d53796913d6c32d686ca1495bb8d61f497c6a897ed9c023c",
    "region-tight": "47c9672b6d19da6d72d853d16c66c02c1a1d50afb599a7cae5e06136c7c99292",
    "region-twice": "1857196efcf497d7b7da1b396e7970f8f625b1fe95bd2c88bd921fe625183f55",
    "dense": "b9b74ed124fac48ea043573a14f90aca0bb531516c6f821285ce2f821d323a6a",
}


def digest(problem: Json) -> str:
    text = json.dumps(problem, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("name", DIGESTS)
def test_a_recipe_gives_the_problem_that_results_were_published_for(name: str) -> None:
    assert digest(named(name)) == DIGESTS[name]


def test_a_recipe_gives_a_problem_that_the_solver_reads() -> None:
    recipe = Recipe(hosts=3, visitors=10, seed=7)

    problem = problem_from_json(make(recipe))

    assert len(problem.visitors) == 10


def test_the_large_problems_are_one_family() -> None:
    assert for_welfare(20_000) == RECIPES["welfare-20000"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no problem"):
        named("nowhere")
