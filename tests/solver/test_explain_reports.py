"""What an explanation says of plans that are not the best, in words, and when stopped."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solver import (
    InvalidPlan,
    Plan,
    PlanStatus,
    explain,
    explanation_to_json,
    plan_to_json,
    problem_from_json,
    solve,
)
from solver.explain import (
    BusyHalfDay,
    Change,
    ChangeKind,
    Counterfactual,
    Finding,
    Reason,
    sentences,
)
from solver.explain.changes import busy_half_days
from tests.solver.commands import call
from tests.solver.problems import (
    Data,
    make_problem,
    make_slot,
    make_visit,
    make_visitor,
    random_problem,
)
from tests.solver.test_explain import crowded_problem


def two_for_one_seat(**changes: Any) -> Data:
    return make_problem(
        **{
            "objectives": ["welfare"],
            "slots": [make_slot("s1", capacity=1)],
            "visitors": [make_visitor("p1", "v1", weight=2), make_visitor("p2", "v1")],
        }
        | changes
    )


def empty_plan(data: Data, **changes: Any) -> Plan:
    plan = replace(solve(problem_from_json(data)), placements=(), stages=())
    return replace(plan, **({"status": PlanStatus.FEASIBLE} | changes))


def test_words_tell_the_reason_the_cost_and_what_would_have_done() -> None:
    problem = problem_from_json(two_for_one_seat())

    lines = list(sentences(explain(problem, solve(problem))))

    assert lines == [
        "p1: v1 (rank 1): granted, in slot s1.",
        "p2: v1 (rank 1): not granted. It is full. Slot s1: full, 1 of 1 seats are taken. "
        "The best plan with it has welfare 10000, not 20000: it brings 10000 here, elsewhere "
        "20000. With one seat more in s1 it would be granted (checked).",
    ]


def test_what_a_draw_decided_is_a_draw() -> None:
    data = two_for_one_seat(visitors=[make_visitor("p1", "v1"), make_visitor("p2", "v1")])
    problem = problem_from_json(data)

    explanation = explain(problem, solve(problem))

    reasons = {p.reason for visitor in explanation.visitors for p in visitor.preferences}
    assert reasons == {None, Reason.DRAW}


def test_a_plan_that_is_not_the_best_is_told_so_and_compared_with_one() -> None:
    data = two_for_one_seat()

    explanation = explain(problem_from_json(data), empty_plan(data))

    first, second = (visitor.preferences[0] for visitor in explanation.visitors)
    assert explanation.is_optimal is False
    assert (first.reason, second.reason) == (Reason.NOT_OPTIMAL, Reason.NOT_RUN)
    assert second.counterfactual == Counterfactual(
        Finding.FOUND, Change(ChangeKind.SEAT_MORE, slot="s1", figure=2), is_certain=True
    )
    assert next(sentences(explanation)).startswith("This plan is not the best one")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"problem_sha256": "0"}, "claim: problem_sha256 is not that of this problem"),
        (
            {"placements": (("p1", "s1"), ("p2", "s1"))},
            "rule 3: s1 has 2 seats taken, at most 1",
        ),
        ({"status": PlanStatus.INFEASIBLE}, "the plan says that there is none"),
    ],
)
def test_a_plan_that_is_none_of_the_problem_is_refused(changes: Data, words: str) -> None:
    data = two_for_one_seat()

    with pytest.raises(InvalidPlan, match=words):
        explain(problem_from_json(data), empty_plan(data, **changes))


def test_a_stop_leaves_the_facts_and_says_that_the_rest_was_not_checked() -> None:
    problem = problem_from_json(two_for_one_seat())

    explanation = explain(problem, solve(problem), should_stop=lambda: True)

    answer = explanation.visitors[1].preferences[0]
    assert explanation.is_optimal in (True, None)
    assert answer.reason is Reason.FULL
    assert not answer.is_proven
    assert answer.counterfactual == Counterfactual(Finding.NOT_CHECKED)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"time_limit_seconds": 0}, "time_limit_seconds must be more than 0"),
        ({"workers": 0}, "workers must be at least 1"),
        ({"visitors": ["p9"]}, 'no visitor "p9"'),
    ],
)
def test_a_mistake_of_the_caller_is_told(arguments: Data, words: str) -> None:
    problem = problem_from_json(two_for_one_seat())

    with pytest.raises(ValueError, match=words):
        explain(problem, solve(problem), **arguments)


def test_an_error_of_the_caller_ends_the_explanation() -> None:
    def refuse(done: int, of_all: int, seconds: float) -> None:
        raise RuntimeError("the page was closed")

    problem = problem_from_json(two_for_one_seat())

    with pytest.raises(RuntimeError, match="the page was closed"):
        explain(problem, solve(problem), on_progress=refuse)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("make", [random_problem, crowded_problem])
def test_no_answer_depends_on_how_it_was_decided(
    make: Callable[[int], Data], seed: int
) -> None:
    problem = problem_from_json(make(seed))
    plan = solve(problem)
    if plan.status is PlanStatus.INFEASIBLE:
        with pytest.raises(InvalidPlan, match="its conflict is the explanation"):
            explain(problem, plan)
        return

    def answers(**arguments: Any) -> list[object]:
        explanation = explain(problem, plan, **arguments)
        return [
            (visitor.visitor, p.visit, p.slot, p.reason, p.slots, p.counterfactual)
            for visitor in explanation.visitors
            for p in visitor.preferences
        ]

    assert answers() == answers(keeps_proofs=False) == answers(workers=2)


def test_a_half_day_is_busy_when_a_part_of_it_is() -> None:
    busy = [["2026-11-03T12:00", "2026-11-03T13:00"], ["2026-11-05T08:00", "2026-11-05T09:00"]]
    data = make_problem(slots=[make_slot("s1")], visitors=[make_visitor("p1", "v1", busy=busy)])
    [visitor] = problem_from_json(data).visitors
    day = problem_from_json(data).slots[0].day

    assert busy_half_days(visitor, [day]) == [BusyHalfDay(day, True), BusyHalfDay(day, False)]


def test_pins_that_nobody_asked_for_are_told() -> None:
    data = make_problem(
        visits=[make_visit("v1"), make_visit("v2")],
        slots=[make_slot("s1"), make_slot("s2", "v2")],
        visitors=[make_visitor("p1", "v1")],
        pins=[{"visitor": "p1", "slot": "s2"}],
    )
    problem = problem_from_json(data)

    explanation = explain(problem, solve(problem))

    assert explanation.visitors[0].unasked == ("s2",)
    assert list(sentences(explanation))[-1] == (
        "p1: s2: pinned by the organiser, not asked for."
    )


def test_the_data_has_codes_and_evidence() -> None:
    problem = problem_from_json(two_for_one_seat())

    data = explanation_to_json(explain(problem, solve(problem), visitors=["p2"]))

    assert json.loads(json.dumps(data)) == data
    assert data["visitors"] == [
        {
            "visitor": "p2",
            "preferences": [
                {
                    "visit": "v1",
                    "rank": 1,
                    "granted": False,
                    "reason": "full",
                    "is_proven": True,
                    "slots": [
                        {
                            "slot": "s1",
                            "is_possible": True,
                            "obstacles": [{"kind": "full", "rule": 3, "has": 1, "limit": 1}],
                        }
                    ],
                    "counterfactual": {
                        "finding": "found",
                        "change": {"kind": "seat-more", "slot": "s1", "figure": 2},
                        "is_certain": True,
                    },
                    "cost": {
                        "objective": "welfare",
                        "best": 20000,
                        "best_with": 10000,
                        "own": 0,
                        "own_with": 10000,
                    },
                }
            ],
            "unasked": [],
        }
    ]


def test_the_command_explains_one_visitor(tmp_path: Path) -> None:
    data = two_for_one_seat()
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(data), encoding="utf-8")
    solved = solve(problem_from_json(data))
    plan.write_text(json.dumps(plan_to_json(solved)), encoding="utf-8")

    why = tmp_path / "why.json"
    explained = call("explain", problem, plan, "--visitor", "p1", "--output", why)
    unknown = call("explain", problem, plan, "--visitor", "p9")
    plan.write_text(json.dumps(plan_to_json(replace(solved, problem_sha256="0"))))
    refused = call("explain", problem, plan)

    assert explained.returncode == 0
    assert explained.stdout == "p1: v1 (rank 1): granted, in slot s1.\n"
    assert json.loads(why.read_text())["is_optimal"] is True
    assert (unknown.returncode, unknown.stderr) == (2, f'{problem}: no visitor "p9"\n')
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[0] == "This plan cannot be explained:"
