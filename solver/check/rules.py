"""The rules that every plan must satisfy, told as broken ones. Part of :mod:`solver.check`."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from math import asin, ceil, cos, radians, sin, sqrt

from solver.problem import Pair, Problem, Slot, SlotState, Visitor

EARTH_RADIUS_KM = 6371.0088


def travel_minutes(problem: Problem, visitor: Visitor, first: Slot, then: Slot) -> float:
    """Return how long this visitor takes from one slot's place to another's."""
    travel = problem.travel
    here, there = problem.host(first), problem.host(then)
    if travel.matrix is not None and first.place is None and then.place is None:
        return travel.matrix[here.id, there.id]
    a, b = first.place or here.place, then.place or there.place
    if a is None or b is None or (a.lat, a.lon) == (b.lat, b.lon):
        return 0
    phi_a, phi_b = radians(a.lat), radians(b.lat)
    half_lon = (radians(b.lon) - radians(a.lon)) / 2
    haversine = sin((phi_b - phi_a) / 2) ** 2 + cos(phi_a) * cos(phi_b) * sin(half_lon) ** 2
    km = 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(haversine)))
    speed = visitor.speed_km_per_hour or travel.speed_km_per_hour
    return ceil(travel.overhead_minutes + 60 * travel.detour * km / speed)


def can_make_both(problem: Problem, visitor: Visitor, one: Slot, other: Slot) -> bool:
    """Tell whether this visitor gets from one slot to the other in time (rule 4)."""
    first, then = (one, other) if one.start <= other.start else (other, one)
    if first.end > then.start:
        return False
    if first.start.date() != then.start.date():
        return True
    pause = (then.start - first.end).total_seconds() / 60
    return travel_minutes(problem, visitor, first, then) <= pause


def unsuitable(problem: Problem, visitor: Visitor, slot: Slot) -> Iterator[str]:
    """Yield why this slot is not for this visitor: rules 5 and 7 to 9."""
    visit = problem.visit[slot.visit]
    if any(slot.start < end and slot.end > start for start, end in visitor.busy):
        yield "rule 5: busy at the time"
    if not visitor.languages & slot.languages:
        yield "rule 7: no language in common"
    if visit.audience and not visit.audience & visitor.sectors:
        yield "rule 8: not in the audience"
    if visitor.organisation is not None and visitor.organisation == visit.organisation:
        yield "rule 9: the visitor's own organisation"


def maxima(problem: Problem, visitor: Visitor) -> tuple[int, int]:
    """Return the most visits of this visitor, in all and on one date."""
    own, rules = visitor, problem.rules
    return (
        rules.max_visits if own.max_visits is None else own.max_visits,
        rules.max_visits_per_day if own.max_visits_per_day is None else own.max_visits_per_day,
    )


def broken_rules(problem: Problem, placements: tuple[Pair, ...]) -> Iterator[str]:
    """Yield a line for everything that is wrong with some placements."""
    known = []
    for (visitor, slot), times in Counter(placements).items():
        if visitor not in problem.visitor:
            yield f'no visitor "{visitor}"'
        elif slot not in problem.slot:
            yield f'no slot "{slot}"'
        else:
            known.append((problem.visitor[visitor], problem.slot[slot]))
        if times > 1:
            yield f"{visitor} is in {slot} {times} times"

    slots_of: dict[str, list[Slot]] = defaultdict(list)
    visitors_of: dict[str, list[Visitor]] = defaultdict(list)
    for person, moment in known:
        slots_of[person.id].append(moment)
        visitors_of[moment.id].append(person)
    for visitor, slots in slots_of.items():
        yield from _broken_by_visitor(problem, problem.visitor[visitor], slots)
    for slot, visitors in visitors_of.items():
        yield from _broken_by_slot(problem, problem.slot[slot], visitors)
    yield from _broken_by_absence(problem, known)
    for visitor, slot in sorted(problem.pins - set(placements)):
        yield f"rule 12: {visitor} is pinned to {slot} and not in it"
    for visitor, slot in sorted(problem.bans & set(placements)):
        yield f"rule 12: {visitor} is banned from {slot} and in it"


def _broken_by_visitor(problem: Problem, visitor: Visitor, slots: list[Slot]) -> Iterator[str]:
    who = visitor.id
    free = [slot for slot in slots if (who, slot.id) not in problem.pins]
    preferences = frozenset(visitor.preferences)
    for slot in free:
        if slot.visit not in preferences:
            yield f"rule 1: {who} in {slot.id}: no preference"
        for reason in unsuitable(problem, visitor, slot):
            rule, _, words = reason.partition(": ")
            yield f"{rule}: {who} in {slot.id}: {words}"
    for one, other in combinations(slots, 2):
        if one.visit == other.visit:
            yield f"rule 2: {who} in {one.id} and {other.id}: one visit, {one.visit}"
        elif not can_make_both(problem, visitor, one, other):
            yield f"rule 4: {who} in {one.id} and {other.id}: cannot make both"
    most, most_per_day = maxima(problem, visitor)
    if free and len(slots) > most:
        yield f"rule 6: {who} has {len(slots)} visits, at most {most}"
    on_date = Counter(slot.start.date() for slot in slots)
    for day in sorted({slot.start.date() for slot in free}):
        if on_date[day] > most_per_day:
            yield f"rule 6: {who} has {on_date[day]} visits on {day}, at most {most_per_day}"


def _broken_by_slot(problem: Problem, slot: Slot, visitors: list[Visitor]) -> Iterator[str]:
    seats = sum(visitor.seats for visitor in visitors)
    if slot.state is SlotState.CLOSED:
        yield f"rule 3: {slot.id} is closed and has {seats} seats taken"
    if seats > slot.capacity:
        yield f"rule 3: {slot.id} has {seats} seats taken, at most {slot.capacity}"
    if seats < slot.minimum and slot.state is not SlotState.FORCED:
        yield f"rule 3: {slot.id} has {seats} seats taken, at least {slot.minimum}"
    most = problem.rules.max_same_organisation_per_slot
    if most is None:
        return
    for organisation, taken in _seats_by_organisation(visitors).items():
        if taken > most:
            yield f"rule 10: {slot.id} has {taken} seats of {organisation}, at most {most}"


def _broken_by_absence(problem: Problem, known: list[tuple[Visitor, Slot]]) -> Iterator[str]:
    most = problem.rules.max_absent_per_organisation
    if most is None:
        return
    changes: dict[tuple[str, datetime], int] = defaultdict(int)
    for visitor, slot in known:
        if visitor.organisation is not None:
            changes[visitor.organisation, slot.start] += visitor.seats
            changes[visitor.organisation, slot.end] -= visitor.seats
    before, out = None, 0
    for (organisation, moment), change in sorted(changes.items()):
        out = change if organisation != before else out + change
        before = organisation
        if change > 0 and out > most:
            yield (
                f"rule 11: {organisation} has {out} seats out at {moment:%Y-%m-%dT%H:%M},"
                f" at most {most}"
            )


def _seats_by_organisation(visitors: list[Visitor]) -> Counter[str]:
    seats: Counter[str] = Counter()
    for visitor in visitors:
        if visitor.organisation is not None:
            seats[visitor.organisation] += visitor.seats
    return seats
