"""Advice against trying everything: each figure is what the best changed plan has."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from math import inf

import pytest

from solver import PlanStatus, Problem, problem_from_json, solve
from solver.advice import changes
from solver.advice.findings import Basis, Effect, RuleName, Verdict, Withdrawal
from solver.advice.looking import Looker
from solver.advice.resolving import Resolver
from solver.check.measures import best_points, measure
from solver.check.rules import broken_rules
from solver.problem import Objective, Pair, SlotState
from tests.solver.oracle import every_plan
from tests.solver.problems import OBJECTIVES, pairs, random_problem

BATCHES = [range(start, start + 8) for start in range(0, 24, 8)]
UNSCALED = tuple(name for name in OBJECTIVES if name not in ("welfare", "lowest"))
Faults = tuple[str, ...]
Values = list[int]
FAULT_OF_RULE = {
    RuleName.MAX_VISITS: r"rule 6: (?!.* on 2026)",
    RuleName.MAX_VISITS_PER_DAY: r"rule 6: .* on 2026",
    RuleName.MAX_SAME_ORGANISATION_PER_SLOT: r"rule 10:",
    RuleName.MAX_ABSENT_PER_ORGANISATION: r"rule 11:",
    RuleName.MINIMUM: r"rule 3: .* at least",
    RuleName.CAPACITY: r"rule 3: .* at most",
    RuleName.CLOSED: r"rule 3: .* is closed",
    RuleName.BUSY: r"rule 5:",
    RuleName.LANGUAGES: r"rule 7:",
    RuleName.AUDIENCE: r"rule 8:",
    RuleName.OWN_ORGANISATION: r"rule 9:",
    RuleName.BANS: r"rule 12: .* banned",
}


@cache
def small(seed: int, names: tuple[str, ...] = OBJECTIVES) -> Problem:
    """Return a problem so small that everything can be tried; it has a plan."""
    dice = random.Random(seed)
    data = random_problem(seed)
    slots, visitors = data["slots"][:3], data["visitors"][:3]
    every = [(visitor["id"], slot["id"]) for visitor in visitors for slot in slots]
    for slot in slots:
        slot["capacity"] = dice.randint(1, 3)
        slot["minimum"] = dice.randint(0, slot["capacity"] + 1)
    problem = problem_from_json(
        data
        | {
            "objectives": dice.sample(names, 3),
            "slots": slots,
            "visitors": visitors,
            "pins": pairs(*dice.sample(every, dice.choice([0, 0, 1]))),
            "bans": pairs(*dice.sample(every, dice.choice([0, 1, 2]))),
            "previous": {"placements": pairs(*dice.sample(every, 2))},
        }
    )
    has_plan = next(every_plan(problem), None) is not None
    return problem if has_plan else replace(problem, pins=frozenset())


#: What was judged last: a test asks about one problem again and again.
JUDGED: list[tuple[Problem, list[tuple[tuple[Pair, ...], Faults]]]] = []


def plans(problem: Problem) -> list[tuple[tuple[Pair, ...], Faults]]:
    """Return every set of placements, and what is wrong with it."""
    if not JUDGED or JUDGED[0][0] is not problem:
        every = [(who.id, slot.id) for who in problem.visitors for slot in problem.slots]
        sets = (
            chosen for size in range(len(every) + 1) for chosen in combinations(every, size)
        )
        JUDGED[:] = [(problem, [(some, tuple(broken_rules(problem, some))) for some in sets])]
    return JUDGED[0][1]


def best(
    problem: Problem,
    allows: Callable[[tuple[Pair, ...], Faults], bool] | None = None,
    order: Sequence[Objective] | None = None,
) -> dict[Objective, int] | None:
    """Return the value of each objective in the best of the plans that are allowed.

    Those are the plans that break no rule, unless `allows` says otherwise.
    """
    objectives = order or problem.objectives
    bests = best_points(problem)

    def worth(placements: tuple[Pair, ...]) -> Values:
        metrics = measure(problem, placements, bests=bests)
        return [
            int(metrics[str(name)] or 0) * (-1 if name.is_minimised else 1)
            for name in objectives
        ]

    allowed = (
        every_plan(problem)
        if allows is None
        else (placements for placements, faults in plans(problem) if allows(placements, faults))
    )
    found = max(map(worth, allowed), default=None)
    if found is None:
        return None
    return {
        name: -value if name.is_minimised else value
        for name, value in zip(objectives, found, strict=True)
    }


def without_own_maxima(problem: Problem) -> Problem:
    """Return a problem in which rule 6 is that of the organiser alone."""
    visitors = (
        replace(visitor, max_visits=None, max_visits_per_day=None)
        for visitor in problem.visitors
    )
    return replace(problem, visitors=tuple(visitors))


def looker(problem: Problem) -> Looker:
    plan = solve(problem)
    assert plan.status is PlanStatus.OPTIMAL
    return Looker(Resolver(problem, plan, deadline=inf, should_stop=lambda: False))


def values(effect: Effect) -> dict[Objective, int] | None:
    """Return the values of an effect, which are all proven; None where it cannot be."""
    assert effect.is_proven
    if effect.basis is Basis.IMPOSSIBLE:
        return None
    return {figure.objective: figure.value for figure in effect.figures}


@pytest.mark.parametrize("seeds", BATCHES)
def test_the_price_of_a_rule_is_what_the_best_plan_that_breaks_only_it_has(
    seeds: range,
) -> None:
    for seed in seeds:
        problem = without_own_maxima(small(seed, UNSCALED))
        subject = looker(problem)
        for rule, pattern in FAULT_OF_RULE.items():

            def breaks_only_it(
                _: tuple[Pair, ...], faults: Faults, rule: str = pattern
            ) -> bool:
                return all(re.match(rule, fault) for fault in faults)

            price = subject.price(rule)

            assert values(price.effect) == best(problem, breaks_only_it), (seed, rule)


@pytest.mark.parametrize("seeds", BATCHES)
def test_the_price_of_the_pins_and_of_the_travel_time_is_that_of_the_best_plan_without(
    seeds: range,
) -> None:
    for seed in seeds:
        problem = small(seed, UNSCALED)
        subject = looker(problem)

        def can_be_at_once(
            placements: tuple[Pair, ...], faults: Faults, problem: Problem = problem
        ) -> bool:
            weeks = combinations([(who, problem.slot[slot]) for who, slot in placements], 2)
            return all(fault.startswith("rule 4:") for fault in faults) and not any(
                who == other and one.start < two.end and two.start < one.end
                for (who, one), (other, two) in weeks
            )

        unpinned = replace(problem, pins=frozenset())
        assert values(subject.price(RuleName.PINS).effect) == best(unpinned), seed
        assert values(subject.price(RuleName.TRAVEL).effect) == best(problem, can_be_at_once)


@pytest.mark.parametrize("seeds", BATCHES)
def test_a_seat_more_is_worth_what_the_best_plan_with_one_over_the_capacity_has(
    seeds: range,
) -> None:
    for seed in seeds:
        problem = small(seed, UNSCALED)
        subject = looker(problem)
        scarce = {slot.id for slot in subject.scarce_slots()}
        for slot in problem.slots:
            one_over = f"rule 3: {slot.id} has {slot.capacity + 1} seats taken, at most"

            def fits(_: tuple[Pair, ...], faults: Faults, words: str = one_over) -> bool:
                return all(fault.startswith(words) for fault in faults)

            expected = best(problem, fits)

            if slot.id in scarce:
                assert values(subject.seat_worth(slot).effect) == expected, seed
            else:
                assert expected == best(problem), seed


@pytest.mark.parametrize("seeds", BATCHES)
def test_a_slot_that_does_not_run_does_with_the_minimum_that_is_named_and_with_none_higher(
    seeds: range,
) -> None:
    for seed in seeds:
        problem = small(seed)
        today = ranked(problem, best(problem))
        subject = looker(problem)
        for slot in subject.idle_slots():
            idle = subject.idle_slot(slot)

            highest = None
            if slot.state is SlotState.OPEN:
                for minimum in range(1, slot.minimum):
                    changed = changes.with_slot(problem, slot.id, minimum=minimum)
                    if ranked(problem, best(changed)) > today:
                        highest = minimum
            assert idle.lower_minimum == highest, seed


@pytest.mark.parametrize("seeds", BATCHES)
def test_a_slot_that_is_made_to_run_costs_what_the_best_plan_in_which_it_runs_lacks(
    seeds: range,
) -> None:
    for seed in seeds:
        problem = small(seed)
        subject = looker(problem)
        for slot in subject.idle_slots():

            def runs(
                placements: tuple[Pair, ...], faults: Faults, slot_id: str = slot.id
            ) -> bool:
                return not faults and slot_id in {slot for _, slot in placements}

            effect = subject.idle_slot(slot).made_to_run

            assert values(effect) == best(problem, runs), seed


@pytest.mark.parametrize("seeds", BATCHES)
def test_one_newcomer_is_named_exactly_where_one_makes_a_slot_run(seeds: range) -> None:
    for seed in seeds:
        problem = small(seed)
        today = ranked(problem, best(problem))
        subject = looker(problem)
        for slot in subject.idle_slots()[:1]:
            with_one = best(changes.with_newcomers(problem, slot.id, count=1))

            named = subject.idle_slot(slot).more_wanting

            assert (named == 1) == (ranked(problem, with_one) > today), seed


@pytest.mark.parametrize("seeds", BATCHES)
def test_a_slot_that_is_withdrawn_costs_what_the_best_plan_without_it_lacks(
    seeds: range,
) -> None:
    for seed in seeds:
        problem = small(seed)
        subject = looker(problem)
        for slot in subject.thin_slots():

            def is_without(
                placements: tuple[Pair, ...], faults: Faults, slot_id: str = slot.id
            ) -> bool:
                return not faults and slot_id not in {slot for _, slot in placements}

            assert values(subject.withdrawn([slot.id]).effect) == best(problem, is_without), (
                seed
            )


@pytest.mark.parametrize("seeds", BATCHES)
def test_slots_that_do_not_run_can_be_withdrawn_and_nobody_loses(seeds: range) -> None:
    for seed in seeds:
        problem = small(seed)

        found = looker(problem).unused()

        def is_without(
            placements: tuple[Pair, ...], faults: Faults, slots: Sequence[str] = found.slots
        ) -> bool:
            return not faults and {slot for _, slot in placements}.isdisjoint(slots)

        assert found.reason is Withdrawal.UNUSED
        assert found.effect.verdict is Verdict.SAME
        assert values(found.effect) == best(problem, is_without) == best(problem), seed


@pytest.mark.parametrize("seeds", BATCHES)
def test_fewer_slots_before_an_objective_cost_what_the_best_plan_in_that_order_lacks(
    seeds: range,
) -> None:
    for seed in seeds:
        problem = small(seed)
        subject = looker(problem)
        for objective in subject.after_fewer_slots():
            found = subject.fewer_slots(objective)

            order = changes.with_slots_before(problem, objective).objectives
            expected = best(problem, order=order)
            assert expected is not None
            assert found.running == expected[Objective.SLOTS], seed
            assert values(found.effect) == {name: expected[name] for name in problem.objectives}


def ranked(problem: Problem, found: dict[Objective, int] | None) -> Values:
    """Return values in the order of the objectives, so that the better is the higher."""
    assert found is not None
    return [-found[name] if name.is_minimised else found[name] for name in problem.objectives]
