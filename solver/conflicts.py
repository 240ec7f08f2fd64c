"""Why no plan exists: a smallest set of pins and rules that contradict each other.

Without pins nobody has to go anywhere, so a contradiction always starts from pins. Pairs
that cannot be are found by looking. What is left is found by solving with parts left out.

References
----------
U. Junker (2004), QuickXplain: preferred explanations and relaxations for over-constrained
problems, AAAI-04, 167-172.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf

from solver.model import PlanModel
from solver.problem import Pair, Problem, Rules, Slot, SlotState
from solver.search import Search
from solver.travel import TravelTimes


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the problem that can be left out: a pin, or a rule about one slot or all."""

    kind: str
    subject: str | Pair
    words: str


def find_conflict(problem: Problem, *, should_stop: Callable[[], bool]) -> tuple[str, ...]:
    """Return what contradicts each other, in words; any one left out, there is a plan.

    The problem is known to have no plan. Where ``should_stop`` says so before the search
    ends, the answer is a contradiction still, but perhaps not a smallest one.
    """
    for pair in _plain_contradictions(problem):
        return pair
    return tuple(part.words for part in _smallest(problem, should_stop=should_stop))


def _pin(pair: Pair) -> str:
    return f"pin: visitor {pair[0]} in slot {pair[1]}"


def _plain_contradictions(problem: Problem) -> Iterable[tuple[str, ...]]:
    """Yield pins that cannot be, alone or with one other."""
    times = TravelTimes(problem)
    for pair in sorted(problem.pins):
        if pair in problem.bans:
            yield _pin(pair), f"rule 12: visitor {pair[0]} is banned from slot {pair[1]}"
        slot, visitor = problem.slot[pair[1]], problem.visitor[pair[0]]
        if slot.state is SlotState.CLOSED:
            yield _pin(pair), f"rule 3: slot {slot.id} is closed"
        if visitor.seats > slot.capacity:
            yield _pin(pair), f"rule 3: slot {slot.id} has a capacity of {slot.capacity} seats"
    for one, other in combinations(sorted(problem.pins), 2):
        if one[0] != other[0]:
            continue
        first, second = problem.slot[one[1]], problem.slot[other[1]]
        speed = problem.visitor[one[0]].speed_km_per_hour or problem.travel.speed_km_per_hour
        if first.visit == second.visit:
            words = f"rule 2: slots {first.id} and {second.id} are of one visit"
            yield _pin(one), _pin(other), words
        elif not times.fit(first, second, speed_km_per_hour=speed):
            words = f"rule 4: {one[0]} cannot make both {first.id} and {second.id}"
            yield _pin(one), _pin(other), words


def _parts(problem: Problem) -> list[_Part]:
    pinned = sorted({slot for _, slot in problem.pins})
    slots = [problem.slot[slot] for slot in pinned]
    parts = [_Part("pin", pair, _pin(pair)) for pair in sorted(problem.pins)]
    parts += [
        _Part("capacity", s.id, f"rule 3: slot {s.id} has a capacity of {s.capacity} seats")
        for s in slots
    ]
    parts += [
        _Part("minimum", s.id, f"rule 3: slot {s.id} runs with at least {s.minimum} seats")
        for s in slots
        if s.state is SlotState.OPEN and s.minimum > 1
    ]
    rules = problem.rules
    if rules.max_same_organisation_per_slot is not None:
        words = (
            f"rule 10: at most {rules.max_same_organisation_per_slot} seats in one slot go to"
            " visitors of one organisation"
        )
        parts.append(_Part("rule", "max_same_organisation_per_slot", words))
    if rules.max_absent_per_organisation is not None:
        words = (
            f"rule 11: at most {rules.max_absent_per_organisation} seats of one organisation"
            " are out at the same moment"
        )
        parts.append(_Part("rule", "max_absent_per_organisation", words))
    return parts


def _with_only(problem: Problem, parts: Iterable[_Part]) -> Problem:
    """Return the problem with these of its parts, the others left out."""
    kept = {(part.kind, part.subject) for part in parts}
    everyone = sum(visitor.seats for visitor in problem.visitors)
    pinned = {slot for _, slot in problem.pins}

    def relaxed(slot: Slot) -> Slot:
        if slot.id not in pinned:
            return slot
        return replace(
            slot,
            capacity=slot.capacity if ("capacity", slot.id) in kept else everyone,
            minimum=slot.minimum if ("minimum", slot.id) in kept else 0,
        )

    rules = problem.rules
    return replace(
        problem,
        pins=frozenset(pair for pair in problem.pins if ("pin", pair) in kept),
        slots=tuple(relaxed(slot) for slot in problem.slots),
        rules=Rules(
            max_visits=rules.max_visits,
            max_visits_per_day=rules.max_visits_per_day,
            max_same_organisation_per_slot=rules.max_same_organisation_per_slot
            if ("rule", "max_same_organisation_per_slot") in kept
            else None,
            max_absent_per_organisation=rules.max_absent_per_organisation
            if ("rule", "max_absent_per_organisation") in kept
            else None,
        ),
    )


def _smallest(problem: Problem, *, should_stop: Callable[[], bool]) -> list[_Part]:
    """Return an irreducible set of parts that has no plan, by QuickXplain."""

    def contradicts(parts: list[_Part]) -> bool:
        return not _has_plan(_with_only(problem, parts), should_stop=should_stop)

    def explain(kept: list[_Part], candidates: list[_Part], *, grew: bool) -> list[_Part]:
        if should_stop():
            return candidates
        if grew and contradicts(kept):
            return []
        if len(candidates) == 1:
            return candidates
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        of_second = explain(kept + first, second, grew=bool(first))
        of_first = explain(kept + of_second, first, grew=bool(of_second))
        return of_first + of_second

    return explain([], _parts(problem), grew=False)


def _has_plan(problem: Problem, *, should_stop: Callable[[], bool]) -> bool:
    """Tell whether a plan exists; also when stopped before that is known."""
    model = PlanModel(problem)
    outcome = Search(model.linear, workers=1).maximise(
        {}, start=None, deadline=inf, should_stop=should_stop, report=lambda *_: None
    )
    return not (outcome.values is None and outcome.is_proven)
