"""Changed problems: what would be if an organiser decided otherwise."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from solver.advice.findings import RuleName
from solver.problem import Objective, Problem, Slot, SlotState, Visitor

NEWCOMER = "\0newcomer"
"""Begins the id of a visitor who is not in the problem."""
ANY_LANGUAGE = "\0any"


def with_slots(problem: Problem, change: Callable[[Slot], Slot]) -> Problem:
    """Return the problem with each slot changed."""
    return replace(problem, slots=tuple(map(change, problem.slots)))


def with_slot(problem: Problem, slot_id: str, **changes: Any) -> Problem:
    """Return the problem with one slot changed."""
    return with_slots(
        problem, lambda slot: replace(slot, **changes) if slot.id == slot_id else slot
    )


def with_minimum(problem: Problem, minimum_of: Mapping[str, int]) -> Problem:
    """Return the problem with other minimum groups, never higher than they are."""
    return with_slots(
        problem,
        lambda slot: replace(
            slot, minimum=min(slot.minimum, minimum_of.get(slot.id, slot.minimum))
        ),
    )


def with_more_seats(problem: Problem, slots: Collection[str], *, seats: int = 1) -> Problem:
    """Return the problem with more seats in some slots."""
    return with_slots(
        problem,
        lambda slot: (
            replace(slot, capacity=slot.capacity + seats) if slot.id in slots else slot
        ),
    )


def without_slots(problem: Problem, slots: Collection[str]) -> Problem:
    """Return the problem in which some slots do not run.

    They are not closed, since that would alter what a visitor's best week is, and so what
    satisfaction is counted by; they have a minimum that is out of reach.
    """
    unreachable = 1 + sum(visitor.seats for visitor in problem.visitors)
    return with_slots(
        problem,
        lambda slot: (
            replace(slot, minimum=unreachable, state=SlotState.OPEN)
            if slot.id in slots and slot.state is not SlotState.CLOSED
            else slot
        ),
    )


def with_newcomers(problem: Problem, slot_id: str, *, count: int) -> Problem:
    """Return the problem with visitors more, of one seat, who want one slot and no other."""
    slot = problem.slot[slot_id]
    visit = problem.visit[slot.visit]
    newcomers = tuple(
        replace(_newcomer(slot, str(number)), preferences=(slot.visit,), sectors=visit.audience)
        for number in range(count)
    )
    elsewhere = [s.id for s in problem.slots if s.visit == slot.visit and s.id != slot_id]
    bans = {(visitor.id, other) for visitor in newcomers for other in elsewhere}
    return replace(
        problem, visitors=problem.visitors + newcomers, bans=problem.bans | frozenset(bans)
    )


def made_to_run(problem: Problem, slot_id: str) -> tuple[Problem, dict[Objective, int]]:
    """Return the problem in which a slot runs with its minimum, and what to subtract.

    Somebody who counts for nothing else is pinned there, on a seat added for them. What they
    add to the objectives all the same is what is to be subtracted.
    """
    slot = problem.slot[slot_id]
    host = _newcomer(slot, "host")
    group = 1 if slot.state is SlotState.FORCED else max(1, slot.minimum)
    # Who did not fit before must not fit now, nor count it in a best week.
    too_many = {(v.id, slot_id) for v in problem.visitors if v.seats > slot.capacity}
    changed = with_slot(
        problem,
        slot_id,
        minimum=group + 1,
        capacity=slot.capacity + 1,
        state=SlotState.OPEN,
    )
    changed = replace(
        changed,
        visitors=(*problem.visitors, host),
        pins=problem.pins | {(host.id, slot_id)},
        bans=problem.bans | frozenset(too_many - problem.pins),
    )
    minutes = round((slot.end - slot.start).total_seconds() / 60)
    return changed, {Objective.PLACED: 1, Objective.AWAY: minutes}


def _newcomer(slot: Slot, name: str) -> Visitor:
    return Visitor(
        id=f"{NEWCOMER}\0{name}",
        organisation=None,
        sectors=frozenset(),
        languages=slot.languages,
        seats=1,
        weight=1.0,
        preferences=(),
        busy=(),
        max_visits=1,
        max_visits_per_day=1,
        speed_km_per_hour=None,
    )


def with_slots_before(problem: Problem, objective: Objective) -> Problem:
    """Return the problem that prefers fewer slots to an objective and what comes after it."""
    order: list[Objective] = [other for other in problem.objectives if other != Objective.SLOTS]
    place = order.index(objective)
    fewer = (*order[:place], Objective.SLOTS, *order[place:])
    return replace(problem, objectives=fewer)


def without_rule(problem: Problem, rule: RuleName) -> Problem:
    """Return the problem without a rule; an equal one where nothing is under it."""
    everyone = sum(visitor.seats for visitor in problem.visitors)
    match rule:
        case RuleName.MAX_VISITS:
            most = max(len(problem.visits), problem.rules.max_visits)
            return replace(problem, rules=replace(problem.rules, max_visits=most))
        case RuleName.MAX_VISITS_PER_DAY:
            most = max(len(problem.visits), problem.rules.max_visits_per_day)
            return replace(problem, rules=replace(problem.rules, max_visits_per_day=most))
        case RuleName.MAX_SAME_ORGANISATION_PER_SLOT:
            rules = replace(problem.rules, max_same_organisation_per_slot=None)
            return replace(problem, rules=rules)
        case RuleName.MAX_ABSENT_PER_ORGANISATION:
            rules = replace(problem.rules, max_absent_per_organisation=None)
            return replace(problem, rules=rules)
        case RuleName.MINIMUM:
            return with_slots(problem, lambda slot: replace(slot, minimum=0))
        case RuleName.CAPACITY:
            return with_slots(
                problem, lambda slot: replace(slot, capacity=max(slot.capacity, everyone))
            )
        case RuleName.CLOSED:
            return with_slots(
                problem,
                lambda slot: (
                    replace(slot, state=SlotState.OPEN)
                    if slot.state is SlotState.CLOSED
                    else slot
                ),
            )
        case RuleName.TRAVEL:
            at_once = replace(problem.travel, overhead_minutes=0, detour=0, matrix=None)
            return replace(problem, travel=at_once)
        case RuleName.AUDIENCE:
            visits = tuple(replace(visit, audience=frozenset()) for visit in problem.visits)
            return replace(problem, visits=visits)
        case RuleName.PINS:
            return replace(problem, pins=frozenset())
        case RuleName.BANS:
            return replace(problem, bans=frozenset())
        case RuleName.LANGUAGES:
            changed = with_slots(
                problem, lambda s: replace(s, languages=s.languages | {ANY_LANGUAGE})
            )
            return _with_visitors(
                changed, lambda v: replace(v, languages=v.languages | {ANY_LANGUAGE})
            )
        case RuleName.BUSY:
            return _with_visitors(problem, lambda visitor: replace(visitor, busy=()))
        case RuleName.OWN_ORGANISATION:
            # Rules 10 and 11 still know who are colleagues; rule 9 finds no such host.
            return _with_visitors(
                problem,
                lambda v: (
                    v if v.organisation is None else replace(v, organisation=_staff_of(v))
                ),
            )


def _with_visitors(problem: Problem, change: Callable[[Visitor], Visitor]) -> Problem:
    return replace(problem, visitors=tuple(map(change, problem.visitors)))


def _staff_of(visitor: Visitor) -> str:
    return f"\0staff of {visitor.organisation}"
