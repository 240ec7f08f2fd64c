"""Why no plan exists: a smallest set of pins and rules that contradict each other.

Without pins nobody has to go anywhere, so a contradiction always starts from pins. Pairs
that cannot be are found by looking. What is left is found by solving with parts left out.

References
----------
U. Junker (2004), QuickXplain: preferred explanations and relaxations for over-constrained
problems, AAAI-04, 167-172.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
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
    """Return pins and rules that contradict each other, in words.

    With any one of the pins left out, the others have a plan; with any one of the rules left
    out, all of them have. The problem is known to have no plan. Where ``should_stop`` says so
    before the end, the answer is a contradiction still, but perhaps a larger one.
    """

    def contradicts(parts: list[_Part]) -> bool:
        return not _has_plan(_with_only(problem, parts), should_stop=should_stop)

    rules = _rules(problem)
    suspects = next((pins for pins, _ in _plain_contradictions(problem)), sorted(problem.pins))
    pins = _smallest(
        [_Part("pin", pair, _pin(pair)) for pair in suspects],
        contradicts=lambda parts: contradicts(parts + rules),
        should_stop=should_stop,
    )
    for pair, words in _plain_contradictions(problem):
        if list(pair) == [part.subject for part in pins]:
            return (*(part.words for part in pins), words)
    broken = _smallest(
        rules, contradicts=lambda parts: contradicts(pins + parts), should_stop=should_stop
    )
    return tuple(part.words for part in pins + broken)


def _pin(pair: Pair) -> str:
    return f"pin: visitor {pair[0]} in slot {pair[1]}"


def _plain_contradictions(problem: Problem) -> Iterator[tuple[list[Pair], str]]:
    """Yield pins that cannot be, alone or with one other, and why."""
    times = TravelTimes(problem)
    slots_of: dict[str, list[Slot]] = defaultdict(list)
    for pair in sorted(problem.pins):
        slot, visitor = problem.slot[pair[1]], problem.visitor[pair[0]]
        slots_of[visitor.id].append(slot)
        if pair in problem.bans:
            yield [pair], f"rule 12: visitor {pair[0]} is banned from slot {pair[1]}"
        if slot.state is SlotState.CLOSED:
            yield [pair], f"rule 3: slot {slot.id} is closed"
        if visitor.seats > slot.capacity:
            yield [pair], _capacity(slot)
    for who, slots in slots_of.items():
        speed = problem.visitor[who].speed_km_per_hour or problem.travel.speed_km_per_hour
        for one, other in combinations(slots, 2):
            both = [(who, one.id), (who, other.id)]
            if one.visit == other.visit:
                yield both, f"rule 2: slots {one.id} and {other.id} are of one visit"
            elif not times.fit(one, other, speed_km_per_hour=speed):
                yield both, f"rule 4: {who} cannot make both {one.id} and {other.id}"


def _capacity(slot: Slot) -> str:
    return f"rule 3: slot {slot.id} has a capacity of {slot.capacity} seats"


def _rules(problem: Problem) -> list[_Part]:
    """Return the rules that can be left out: those about slots with pins, and two for all."""
    slots = [problem.slot[slot] for slot in sorted({slot for _, slot in problem.pins})]
    parts = [_Part("capacity", slot.id, _capacity(slot)) for slot in slots]
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


def _smallest(
    parts: list[_Part],
    *,
    contradicts: Callable[[list[_Part]], bool],
    should_stop: Callable[[], bool],
) -> list[_Part]:
    """Return an irreducible part of the parts that contradicts still, by QuickXplain."""

    def explain(kept: list[_Part], candidates: list[_Part], *, grew: bool) -> list[_Part]:
        if should_stop():
            return candidates
        if grew and contradicts(kept):
            return []
        if len(candidates) <= 1:
            return candidates
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        of_second = explain(kept + first, second, grew=bool(first))
        of_first = explain(kept + of_second, first, grew=bool(of_second))
        return of_first + of_second

    return explain([], parts, grew=False)


def _has_plan(problem: Problem, *, should_stop: Callable[[], bool]) -> bool:
    """Tell whether a plan exists; also when stopped before that is known."""
    model = PlanModel(problem)
    outcome = Search(model.linear, workers=1).maximise(
        {}, start=None, deadline=inf, should_stop=should_stop, report=lambda *_: None
    )
    return not (outcome.values is None and outcome.is_proven)
