"""A process that keeps proofs is killed or stopped: no other answer, and none too late."""

from collections.abc import Callable
from pathlib import Path

import pytest

from solver import Explanation, Plan, Problem, explain, problem_from_json, solve
from solver.explain import Counterfactual, Finding
from solver.explain.proofs import ProofProcess
from tests.solver.problems import random_problem
from tests.solver.test_killed import LIMIT_OF_STOPPED, children, nobody_waits_for_ever

ILL_CHILD = Path(__file__).parent / "ill_child.py"


@pytest.fixture
def ill_proofs(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have all proofs kept by processes that end as is said (``ill_child.py``)."""

    def use(end: str) -> None:
        monkeypatch.setenv("ILL_CHILD", end)
        monkeypatch.setattr(ProofProcess, "program", ILL_CHILD)

    return use


@pytest.fixture(scope="module")
def small() -> tuple[Problem, Plan]:
    problem = problem_from_json(random_problem(9))
    return problem, solve(problem)


def findings(explanation: Explanation) -> list[Counterfactual | None]:
    return [p.counterfactual for v in explanation.visitors for p in v.preferences]


@pytest.mark.parametrize(
    "end",
    ["0 0 SIGKILL", "0 1 SIGKILL", "1 0 SIGKILL", "1 1 SIGTERM", "0 1 text", "0 1 number"],
)
def test_an_end_changes_no_answer(
    small: tuple[Problem, Plan], ill_proofs: Callable[[str], None], end: str
) -> None:
    healthy = findings(explain(*small))
    ill_proofs(end)

    assert findings(explain(*small)) == healthy
    assert children("ill_child.py") == []


@pytest.mark.parametrize("end", ["0 0 SIGSTOP", "0 1 SIGSTOP", "1 0 SIGSTOP"])
def test_a_process_that_is_stopped_holds_nothing_up(
    part: Problem, part_best: Plan, ill_proofs: Callable[[str], None], end: str
) -> None:
    # It does not fit into what a pipe holds while nobody reads.
    asked = [visitor.id for visitor in part.visitors[:3]]
    ill_proofs(end)

    with nobody_waits_for_ever("ill_child.py") as rescued:
        explanation = explain(
            part, part_best, visitors=asked, time_limit_seconds=LIMIT_OF_STOPPED
        )

    assert rescued == []
    assert Counterfactual(Finding.NOT_CHECKED) in findings(explanation)
    assert children("ill_child.py") == []
