"""Contradictions: in words, and no larger than they must be."""

import random
import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from solver import PlanStatus, Problem, problem_from_json, solve
from solver.check.rules import broken_rules
from solver.conflicts import find_conflict, plain_conflict
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

BATCHES = [range(start, start + 50) for start in range(0, 400, 50)]
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
        "rule 10: visitors of one organisation get at most 2 seats in one slot",
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
        "rule 4: nobody is in two slots at once, or without the time to travel",
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
        "rule 11: visitors of one organisation take at most 1 seat at any one moment",
    )


def test_a_pin_where_too_few_speak_the_language_and_want_to_come() -> None:
    data = make_problem(
        slots=[make_slot("s1", minimum=3)],
        visits=[make_visit("v1"), make_visit("v2")],
        visitors=[
            make_visitor("p1", "v1"),
            make_visitor("p2", "v1"),
            make_visitor("p3", "v1", languages=["fr"]),
            make_visitor("p4", "v2"),
        ],
        pins=pairs(("p1", "s1")),
    )

    assert conflict_of(data) == (
        "pin: visitor p1 in slot s1",
        "rule 3: slot s1 runs with at least 3 seats",
        "rule 1: visitors go only to visits that they prefer",
        "rule 7: visitors go only where they share a language",
    )


def test_of_many_contradictions_the_one_with_the_fewest_pins_is_named() -> None:
    data = team(
        make_slot("s1", capacity=2),
        make_slot("s2", "v2", **LATER),
        visitors=4,
        pins=[("p1", "s1"), ("p2", "s1"), ("p3", "s1"), ("p4", "s1"), ("p4", "s2")],
    )

    assert conflict_of(data) == (
        "pin: visitor p4 in slot s1",
        "pin: visitor p4 in slot s2",
        "rule 4: p4 cannot make both s1 and s2",
    )


def test_the_fewest_pins_over_the_capacity_are_those_with_the_most_seats() -> None:
    data = make_problem(
        slots=[make_slot("s1", capacity=5)],
        visitors=[make_visitor(f"p{i}", "v1", seats=i) for i in range(1, 5)],
        pins=pairs(("p1", "s1"), ("p2", "s1"), ("p3", "s1"), ("p4", "s1")),
    )

    assert conflict_of(data) == (
        "pin: visitor p3 in slot s1",
        "pin: visitor p4 in slot s1",
        "rule 3: slot s1 has a capacity of 5 seats",
    )


@pytest.mark.parametrize("seeds", BATCHES)
def test_a_contradiction_is_named_where_nothing_works_and_nothing_of_it_can_be_missed(
    seeds: Sequence[int],
) -> None:
    for seed in seeds:
        plans = broken_by_plan(seed)

        conflict = find_conflict(pinned(seed), should_stop=lambda: False)

        parts = {part_of(words) for words in conflict}
        assert (not parts) == has_plan(plans), f"seed {seed}"
        if parts:
            assert not has_plan(plans, parts), f"seed {seed}"
            assert all(has_plan(plans, parts - {part}) for part in parts), f"seed {seed}"


@pytest.mark.parametrize("seeds", BATCHES)
def test_counting_finds_a_contradiction_only_where_there_is_one(seeds: Sequence[int]) -> None:
    for seed in seeds:
        problem = pinned(seed)

        found = plain_conflict(problem)

        expected = find_conflict(problem, should_stop=lambda: False)
        assert found in (None, expected)


@cache
def pinned(seed: int) -> Problem:
    """Return a problem so small that everything can be tried, with many pins."""
    data = random_problem(seed, objectives=1)
    dice = random.Random(seed)
    slots, visitors = data["slots"][:3], data["visitors"][:3]
    every = [(visitor["id"], slot["id"]) for visitor in visitors for slot in slots]
    for slot in slots:
        slot["minimum"] = dice.randint(1, 5)
        slot["state"] = dice.choice(["open"] * 8 + ["forced", "closed"])
    changes = {
        "slots": slots,
        "visitors": visitors,
        "pins": pairs(*dice.sample(every, dice.randint(1, 4))),
        "bans": pairs(*dice.sample(every, dice.randint(0, 2))),
        "previous": None,
    }
    return problem_from_json(data | changes)


BrokenPart = tuple[str, ...]
PATTERNS = {
    "pin": r"pin: visitor (\w+) in slot (\w+)|rule 12: (\w+) is pinned to (\w+)",
    "ban": r"rule 12: (?:visitor )?(\w+) is banned from (?:slot )?(\w+)",
    "closed": r"rule 3: slot (\w+) is closed|rule 3: (\w+) is closed",
    "capacity": r"rule 3: slot (\w+) has a capacity|rule 3: (\w+) has .* at most",
    "minimum": r"rule 3: slot (\w+) runs with at least|rule 3: (\w+) has .* at least",
    "rule": r"rule (1|2|4|5|6|7|8|9|10|11):",
}


@cache
def part_of(words: str) -> BrokenPart:
    """Return what a line of a contradiction, or of the checker, is about."""
    for kind, pattern in PATTERNS.items():
        found = re.match(pattern, words)
        if found:
            return (kind, *(group for group in found.groups() if group))
    raise AssertionError(words)


def broken_by_plan(seed: int) -> list[set[BrokenPart]]:
    """Return for every set of placements what the checker says that it breaks."""
    problem = pinned(seed)
    every = [(visitor.id, slot.id) for visitor in problem.visitors for slot in problem.slots]
    return [
        {part_of(fault) for fault in broken_rules(problem, placements)}
        for size in range(len(every) + 1)
        for placements in combinations(every, size)
    ]


def has_plan(plans: list[set[BrokenPart]], parts: set[BrokenPart] | None = None) -> bool:
    """Tell whether some plan breaks none of the parts; None is all of them."""
    return any(not broken if parts is None else broken.isdisjoint(parts) for broken in plans)


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
