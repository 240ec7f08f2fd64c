"""The week of a zone in 2024, a part of it, and their best plans: each solved once."""

import json
from pathlib import Path

import pytest

from solver import Plan, Problem, problem_from_json, solve
from tests.solver.problems import Data

ZUID_OOST = Path(__file__).parent / "data" / "zuid-oost.json"


@pytest.fixture(scope="session")
def zuid_oost() -> Problem:
    return problem_from_json(json.loads(ZUID_OOST.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def zuid_oost_best(zuid_oost: Problem) -> Plan:
    return solve(zuid_oost)


@pytest.fixture(scope="session")
def part_data() -> Data:
    """A problem with few enough visitors to be solved in a second, with HiGHS."""
    data: Data = json.loads(ZUID_OOST.read_text(encoding="utf-8"))
    return data | {"visitors": data["visitors"][:80]}


@pytest.fixture(scope="session")
def part(part_data: Data) -> Problem:
    return problem_from_json(part_data)


@pytest.fixture(scope="session")
def part_best(part: Problem) -> Plan:
    return solve(part)


@pytest.fixture
def asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the clock of a run ask whether to stop each time, and not now and then."""
    monkeypatch.setattr("solver.clock.POLL_SECONDS", 0.0)
