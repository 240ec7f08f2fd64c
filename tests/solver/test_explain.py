"""Every claim of an explanation, against brute force that shares nothing with the solver."""

import copy
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from solver import InvalidPlan, Plan, PlanStatus, Problem, explain, problem_from_json, solve
from solver.check.measures import best_points, measure
from solver.check.rules import broken_rules
from solver.explain import Finding, ObstacleKind, PreferenceAnswer, Reason, SlotAnswer
from solver.problem import Pair
from tests.solver.oracle import every_plan
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

#: More of them, for a longer look: ``OPENDEUR_EXPLAIN_SEEDS=1000 pytest ...``.
SEEDS = range(int(os.environ.get("OPENDEUR_EXPLAIN_SEEDS", "40")))
NOON = "T12:30"


def crowded_problem(seed: int) -> Data:
    """Return a tiny problem in which seats, minima and maxima are what decides."""
    dice = random.Random(f"crowded {seed}")
    visits = [make_visit(f"v{i}", f"host{i}") for i in range(3)]
    days = [
        f"2026-11-{dice.randint(3, 4):02}T{dice.choice(['09', '10', '14'])}" for _ in "1234"
    ]
    slots = [
        make_slot(
            f"s{i}",
            f"v{i % 3}",
            start=f"{day}:00",
            end=f"{day}:{dice.choice(['45', '59'])}",
            capacity=dice.choice([1, 1, 2]),
            minimum=1,
        )
        for i, day in enumerate(days)
    ]
    for slot in slots:
        slot["minimum"] = dice.randint(1, slot["capacity"])
    busy = [
        [f"2026-11-{day}T{start}", f"2026-11-{day}T{end}"]
        for day in ("03", "04")
        for start, end in (("08:00", "12:30"), ("12:30", "18:00"), ("08:00", "18:00"))
    ]
    visitors = [
        make_visitor(
            f"p{i}",
            *dice.sample(["v0", "v1", "v2"], dice.randint(1, 3)),
            organisation=dice.choice([None, "o"]),
            busy=dice.sample(busy, dice.choice([0, 0, 1, 2])),
            max_visits=dice.choice([None, None, 1]),
            weight=dice.choice([1.0, 1.0, 1.5]),
        )
        for i in range(4)
    ]
    first = ["placed", "welfare", "points", "kept"]
    objectives = [*dice.sample(first, dice.randint(1, 2)), "slots", "away"]
    return make_problem(
        seed=seed,
        objectives=objectives[: dice.randint(1, 4)],
        organisations=[make_organisation(f"host{i}") for i in range(3)]
        + [make_organisation("o")],
        visits=visits,
        slots=slots,
        visitors=visitors,
        pins=pairs(("p0", "s0")) if dice.random() < 0.15 else [],
        previous={"placements": pairs(("p1", "s1"), ("p2", "s2"))},
        rules={
            "max_visits": 2,
            "max_visits_per_day": dice.choice([1, 2]),
            "max_absent_per_organisation": dice.choice([None, None, 1]),
        },
    )


class Oracle:
    """The optimal plans of a problem, by trying everything."""

    def __init__(self, data: Data) -> None:
        self.problem = problem_from_json(data)
        self._bests = best_points(self.problem)
        self._signs = [-1 if o.is_minimised else 1 for o in self.problem.objectives]
        self.plans = [(self._worth(plan), plan) for plan in every_plan(self.problem)]
        self.best = max((worth for worth, _ in self.plans), default=None)

    def _worth(self, placements: tuple[Pair, ...]) -> list[int]:
        metrics = measure(self.problem, placements, bests=self._bests)
        names = map(str, self.problem.objectives)
        figures = (int(metrics[name] or 0) for name in names)
        return [sign * figure for sign, figure in zip(self._signs, figures, strict=True)]

    def has(self, placements: tuple[Pair, ...], visitor: str, visit: str) -> bool:
        return any(
            who == visitor and self.problem.slot[slot].visit == visit
            for who, slot in placements
        )

    def best_with(self, visitor: str, visit: str) -> list[int] | None:
        return max(
            (worth for worth, plan in self.plans if self.has(plan, visitor, visit)),
            default=None,
        )

    def grants(self, visitor: str, visit: str) -> bool:
        return self.best_with(visitor, visit) == self.best


def every_change(data: Data, visitor: str, visit: str) -> Iterator[tuple[Data, Data]]:
    """Yield each change with the data after it, the smallest first, from the words alone."""

    def changed() -> tuple[Data, Data, dict[str, Data]]:
        after = copy.deepcopy(data)
        slots = {slot["id"]: slot for slot in after["slots"]}
        return after, next(p for p in after["visitors"] if p["id"] == visitor), slots

    before = next(p for p in data["visitors"] if p["id"] == visitor)
    slots = [slot for slot in data["slots"] if slot["visit"] == visit]
    for slot in slots:
        if slot["state"] != "closed":
            after, _, by_id = changed()
            by_id[slot["id"]]["capacity"] += 1
            figure = slot["capacity"] + 1
            yield {"kind": "seat-more", "slot": slot["id"], "figure": figure}, after
    for slot in slots:
        if slot["state"] == "open" and slot["minimum"] > 1:
            after, _, by_id = changed()
            by_id[slot["id"]]["minimum"] -= 1
            figure = slot["minimum"] - 1
            yield {"kind": "minimum-lower", "slot": slot["id"], "figure": figure}, after
    wanted = [slot for slot in data["slots"] if slot["visit"] in before["preferences"]]
    for day in sorted({slot["start"][:10] for slot in wanted}):
        for is_morning in (True, False):
            after, person, _ = changed()
            person["busy"] = list(_without_half(before["busy"], day, is_morning=is_morning))
            if person["busy"] != before["busy"]:
                half_day = {"day": day, "is_morning": is_morning}
                yield {"kind": "half-day-freed", "half_day": half_day}, after
    for kind, name in (
        ("visit-more", "max_visits"),
        ("visit-more-a-day", "max_visits_per_day"),
    ):
        after, person, _ = changed()
        own = before[name]
        person[name] = (data["rules"][name] if own is None else own) + 1
        yield {"kind": kind, "figure": person[name]}, after
    rank = before["preferences"].index(visit) + 1
    for distance in range(1, len(before["preferences"])):
        for other in (rank - distance, rank + distance):
            if 1 <= other <= len(before["preferences"]):
                after, person, _ = changed()
                person["preferences"].remove(visit)
                person["preferences"].insert(other - 1, visit)
                yield {"kind": "other-rank", "figure": other}, after


def _without_half(busy: list[list[str]], day: str, *, is_morning: bool) -> Iterator[list[str]]:
    noon = f"{day}{NOON}"
    for start, end in busy:
        if start[:10] != day or end[:10] != day:
            yield [start, end]
        elif is_morning:
            if end > noon:
                yield [max(start, noon), end]
        elif start < noon:
            yield [start, min(end, noon)]


def varied_problem(seed: int) -> Data:
    """Return a problem with every rule and one to ten objectives: fewer make more draws."""
    return random_problem(seed, objectives=1 + seed % 10)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [varied_problem, crowded_problem])
def test_every_claim_is_true_by_brute_force(make: Any, seed: int) -> None:
    data = make(seed)
    oracle = Oracle(data)
    plan = solve(oracle.problem)
    if plan.status is PlanStatus.INFEASIBLE:
        with pytest.raises(InvalidPlan, match="its conflict is the explanation"):
            explain(oracle.problem, plan)
        return

    explanation = explain(oracle.problem, plan)

    assert explanation.is_optimal is True
    for visitor in explanation.visitors:
        for answer in visitor.preferences:
            judge_placement(oracle, plan, visitor.visitor, answer)
            if answer.slot is None:
                judge_obstacles(oracle.problem, plan, visitor.visitor, answer)
                judge_cost(oracle, visitor.visitor, answer)
                judge_counterfactual(data, visitor.visitor, answer)


def judge_placement(oracle: Oracle, plan: Plan, visitor: str, answer: PreferenceAnswer) -> None:
    slots = [
        slot
        for who, slot in plan.placements
        if who == visitor and oracle.problem.slot[slot].visit == answer.visit
    ]
    assert ([] if answer.slot is None else [answer.slot]) == slots
    assert answer.is_proven
    is_drawn = not slots and oracle.grants(visitor, answer.visit)
    assert (answer.reason is Reason.DRAW) == is_drawn
    assert (answer.counterfactual.finding is Finding.NOT_NEEDED) == bool(slots or is_drawn)


def judge_cost(oracle: Oracle, visitor: str, answer: PreferenceAnswer) -> None:
    with_it, best = oracle.best_with(visitor, answer.visit), oracle.best
    assert best is not None
    if with_it is None or with_it == best:
        assert answer.cost is None
        return
    stages = zip(oracle.problem.objectives, best, with_it, strict=True)
    objective, value, value_with = next(stage for stage in stages if stage[1] != stage[2])
    sign = -1 if objective.is_minimised else 1
    assert answer.cost is not None
    assert answer.cost.objective == objective
    assert (answer.cost.best, answer.cost.best_with) == (sign * value, sign * value_with)


def judge_counterfactual(data: Data, visitor: str, answer: PreferenceAnswer) -> None:
    finding, claimed = answer.counterfactual.finding, answer.counterfactual.change
    if finding is Finding.NOT_NEEDED:
        return
    for change, after in every_change(data, visitor, answer.visit):
        if Oracle(after).grants(visitor, answer.visit):
            assert finding is Finding.FOUND
            assert claimed is not None
            assert as_data(claimed) == change
            problem = problem_from_json(after)
            drawn = {(p, problem.slot[s].visit) for p, s in solve(problem).placements}
            is_drawn = (visitor, answer.visit) in drawn
            assert answer.counterfactual.is_certain == is_drawn
            return
    assert finding is Finding.NONE


def as_data(change: Any) -> Data:
    data = {"kind": str(change.kind), "slot": change.slot, "figure": change.figure}
    if change.half_day is not None:
        day = change.half_day.day.isoformat()
        data["half_day"] = {"day": day, "is_morning": change.half_day.is_morning}
    return {key: value for key, value in data.items() if value is not None}


def judge_obstacles(
    problem: Problem, plan: Plan, visitor: str, answer: PreferenceAnswer
) -> None:
    slots = [slot.id for slot in problem.slots if slot.visit == answer.visit]
    assert [slot.slot for slot in answer.slots] == slots
    for slot in answer.slots:
        pair = (visitor, slot.slot)
        kinds = {obstacle.kind for obstacle in slot.obstacles}
        pins = tuple(pin for pin in problem.pins if pin[0] == visitor)
        alone = rules_broken_by(problem, (), pair) - {"rule 3 least"}
        with_pins = rules_broken_by(problem, pins, pair) & {"rule 2", "rule 4", "rule 6"}
        if alone or with_pins:
            rules = {rule.removesuffix(" most").removesuffix(" closed") for rule in alone}
            of_pins = {ObstacleKind.PINS, ObstacleKind.NO_VISITS}
            assert bool(kinds & of_pins) == bool(with_pins)
            assert {f"rule {kind.rule}" for kind in kinds - of_pins} == rules - {"rule 6"}
        else:
            assert kinds == in_the_way(problem, plan, pair)
        assert slot.is_possible == (not alone and not with_pins)
        judge_numbers(problem, plan, visitor, slot)


def rules_broken_by(problem: Problem, others: tuple[Pair, ...], pair: Pair) -> set[str]:
    """Return the rules that a placement breaks that were kept without it."""
    before = set(broken_rules(problem, others))
    found = set()
    for fault in set(broken_rules(problem, (*others, pair))) - before:
        rule = fault.partition(":")[0]
        if rule == "rule 3":
            rule += " closed" if "closed" in fault else " most" if "most" in fault else " least"
        found.add(rule)
    return found


def in_the_way(problem: Problem, plan: Plan, pair: Pair) -> set[ObstacleKind]:
    """Return what keeps a placement out of a plan that runs as it does."""
    kinds = {
        "rule 2": {ObstacleKind.CLASH},
        "rule 3 most": {ObstacleKind.FULL},
        "rule 4": {ObstacleKind.CLASH},
        "rule 10": {ObstacleKind.SAME_ORGANISATION},
        "rule 11": {ObstacleKind.ABSENT},
    }
    found = set()
    for rule in rules_broken_by(problem, plan.placements, pair):
        found |= kinds.get(rule, set())
    if pair[1] not in {slot for _, slot in plan.placements}:
        found.add(ObstacleKind.NOT_RUN)
    visitor, slot = problem.visitor[pair[0]], problem.slot[pair[1]]
    week = [problem.slot[s] for who, s in plan.placements if who == visitor.id]
    rules = problem.rules
    most = rules.max_visits if visitor.max_visits is None else visitor.max_visits
    per_day = visitor.max_visits_per_day
    per_day = rules.max_visits_per_day if per_day is None else per_day
    if len(week) >= most:
        found.add(ObstacleKind.MAXIMUM)
    if sum(other.start.date() == slot.start.date() for other in week) >= per_day:
        found.add(ObstacleKind.MAXIMUM_OF_DAY)
    return found


def judge_numbers(problem: Problem, plan: Plan, visitor: str, answer: SlotAnswer) -> None:
    slot = problem.slot[answer.slot]
    there = [problem.visitor[who] for who, s in plan.placements if s == slot.id]
    for obstacle in answer.obstacles:
        if obstacle.kind is ObstacleKind.FULL:
            taken = sum(other.seats for other in there)
            assert (obstacle.has, obstacle.limit) == (taken, slot.capacity)
        if obstacle.kind is ObstacleKind.NOT_RUN:
            could = [v for v in problem.visitors if could_be_there(problem, v.id, slot.id)]
            assert obstacle.has == sum(other.seats for other in could)
            assert obstacle.limit == (1 if slot.state == "forced" else max(1, slot.minimum))
        if obstacle.kind is ObstacleKind.CLASH:
            own = (visitor, slot.id)
            expected = tuple(
                s
                for who, s in plan.placements
                if who == visitor
                and rules_broken_by(problem, ((who, s),), own) & {"rule 2", "rule 4"}
            )
            assert obstacle.slots == expected


def could_be_there(problem: Problem, visitor: str, slot: str) -> bool:
    if (visitor, slot) in problem.pins:
        return True
    pins = tuple(pin for pin in problem.pins if pin[0] == visitor)
    broken = rules_broken_by(problem, pins, (visitor, slot))
    return not broken - {"rule 3 least"}
