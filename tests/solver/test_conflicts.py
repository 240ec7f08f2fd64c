"""Contradictions: in words, and no larger than they must be."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from solver import PlanStatus, problem_from_json, solve
from solver.problem import Pair
from tests.solver.problems import (
    Data,
    make_organisation,
    make_problem,
    make_slot,
    make_visit,
    make_visitor,
    pairs,
    random_problem,
)

LATER = {"start": "2026-11-03T10:00", "end": "2026-11-03T11:00"}


def team(*slots: Data, visitors: int = 3, pins: Sequence[Pair] = (), **changes: Any) -> Data:
    return make_problem(
        organisations=[make_organisation("host"), make_organisation("team")],
        visits=[make_visit("v1"), make_visit("v2")],
        slots=list(slots),
        visitors=[
            make_visitor(f"p{i}", "v1", "v2", organisation="team")
            for i in range(1, visitors + 1)
        ],
        pins=pairs(*pins),
        **changes,
    )


def conflict_of(data: Data) -> tuple[str, ...]:
    plan = solve(problem_from_json(data))
    assert plan.status is PlanStatus.INFEASIBLE
    return plan.conflict


def test_two_pins_at_one_moment() -> None:
    data = team(
        make_slot("s1"), make_slot("s2", "v2", **LATER), pins=(("p1", "s1"), ("p1", "s2"))
    )

    assert conflict_of(data) == (
        "pin: visitor p1 in slot s1",
        "pin: visitor p1 in slot s2",
        "rule 4: p1 cannot make both s1 and s2",
    )


def test_two_pins_in_one_visit() -> None:
    data = team(make_slot("s1"), make_slot("s2", **LATER), pins=(("p1", "s1"), ("p1", "s2")))

    assert conflict_of(data) == (
        "pin: visitor p1 in slot s1",
        "pin: visitor p1 in slot s2",
        "rule 2: slots s1 and s2 are of one visit",
    )


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ({"state": "closed"}, "rule 3: slot s1 is closed"),
        ({"capacity": 0}, "rule 3: slot s1 has a capacity of 0 seats"),
        ({"minimum": 4}, "rule 3: slot s1 runs with at least 4 seats"),
    ],
)
def test_a_pin_in_a_slot_that_cannot_be(slot: Data, words: str) -> None:
    data = team(make_slot("s1", **slot), pins=[("p1", "s1")])

    assert conflict_of(data) == ("pin: visitor p1 in slot s1", words)


def test_a_pin_that_is_banned() -> None:
    data = team(make_slot("s1"), pins=[("p1", "s1")], bans=pairs(("p1", "s1")))

    assert conflict_of(data) == (
        "pin: visitor p1 in slot s1",
        "rule 12: visitor p1 is banned from slot s1",
    )


def test_more_pins_than_a_rule_allows_but_no_more_than_that_are_named() -> None:
    pins = [(f"p{i}", "s1") for i in range(1, 6)]
    data = team(
        make_slot("s1"),
        visitors=5,
        pins=pins,
        rules={"max_same_organisation_per_slot": 2},
    )

    conflict = conflict_of(data)

    assert len([words for words in conflict if words.startswith("pin: ")]) == 3
    assert conflict[3:] == (
        "rule 10: at most 2 seats in one slot go to visitors of one organisation",
    )


def test_pins_that_leave_too_few_for_the_minimum() -> None:
    data = team(
        make_slot("s1", minimum=2),
        make_slot("s2", "v2", **LATER),
        visitors=2,
        pins=[("p1", "s1"), ("p2", "s2")],
    )

    assert conflict_of(data) == (
        "pin: visitor p1 in slot s1",
        "pin: visitor p2 in slot s2",
        "rule 3: slot s1 runs with at least 2 seats",
    )


def test_pins_that_take_too_many_out_at_once() -> None:
    data = team(
        make_slot("s1"),
        make_slot("s2", "v2", **LATER),
        pins=[("p1", "s1"), ("p2", "s2")],
        rules={"max_absent_per_organisation": 1},
    )

    assert conflict_of(data) == (
        "pin: visitor p1 in slot s1",
        "pin: visitor p2 in slot s2",
        "rule 11: at most 1 seats of one organisation are out at the same moment",
    )


@pytest.mark.parametrize("seed", range(30))
def test_a_random_contradiction_has_a_plan_once_any_one_of_its_pins_is_gone(seed: int) -> None:
    data = crowded(seed)
    plan = solve(problem_from_json(data))
    named = [pin for pin in data["pins"] if words_of(pin) in plan.conflict]

    with_all = solve(problem_from_json(data | {"pins": named}))
    without_one = [
        solve(problem_from_json(data | {"pins": [pin for pin in named if pin != left_out]}))
        for left_out in named
    ]

    assert plan.status is PlanStatus.INFEASIBLE
    assert with_all.status is PlanStatus.INFEASIBLE
    assert {each.status for each in without_one} == {PlanStatus.OPTIMAL}


def crowded(seed: int) -> Data:
    data = random_problem(seed, objectives=1)
    every = [(p["id"], s["id"]) for p in data["visitors"] for s in data["slots"]]
    return data | {"pins": pairs(*random.Random(seed).sample(every, 6))}


def words_of(pin: Data) -> str:
    return f"pin: visitor {pin['visitor']} in slot {pin['slot']}"
