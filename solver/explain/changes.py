"""The single changes that could have granted a preference, the smallest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import chain

from solver.explain.answers import BusyHalfDay, Change, ChangeKind
from solver.problem import Problem, Slot, SlotState, Visitor

NOON = time(12, 30)
"""Where the morning ends and the afternoon begins."""

Interval = tuple[datetime, datetime]


def changes(
    problem: Problem, visitor: Visitor, visit: str, slots_of: Mapping[str, Sequence[Slot]]
) -> Iterator[Change]:
    """Yield every change that is tried for one preference, in order of size.

    ``slots_of`` has the slots by visit. A seat or a minimum is changed in a slot of the visit
    itself, a half day in which the visitor could be at a preferred visit is freed.
    """
    slots = slots_of.get(visit, ())
    for slot in slots:
        if slot.state is not SlotState.CLOSED:
            yield Change(ChangeKind.SEAT_MORE, slot=slot.id, figure=slot.capacity + 1)
    for slot in slots:
        if slot.state is SlotState.OPEN and slot.minimum > 1:
            yield Change(ChangeKind.MINIMUM_LOWER, slot=slot.id, figure=slot.minimum - 1)
    days = (slot.day for other in visitor.preferences for slot in slots_of.get(other, ()))
    for half_day in busy_half_days(visitor, days):
        yield Change(ChangeKind.HALF_DAY_FREED, half_day=half_day)
    most, most_per_day = maxima(problem, visitor)
    yield Change(ChangeKind.VISIT_MORE, figure=most + 1)
    yield Change(ChangeKind.VISIT_MORE_A_DAY, figure=most_per_day + 1)
    ranks = range(1, len(visitor.preferences) + 1)
    own = visitor.preferences.index(visit) + 1
    for rank in sorted(ranks, key=lambda rank: (abs(rank - own), rank)):
        if rank != own:
            yield Change(ChangeKind.OTHER_RANK, figure=rank)


def maxima(problem: Problem, visitor: Visitor) -> tuple[int, int]:
    """Return the most visits of a visitor, in all and on one date."""
    rules = problem.rules
    return (
        rules.max_visits if visitor.max_visits is None else visitor.max_visits,
        rules.max_visits_per_day
        if visitor.max_visits_per_day is None
        else visitor.max_visits_per_day,
    )


def changed_visitor(visitor: Visitor, visit: str, change: Change) -> Visitor:
    """Return the visitor after a change; the same one where a slot is changed."""
    match change.kind:
        case ChangeKind.HALF_DAY_FREED:
            assert change.half_day is not None, "the half day is known"
            free = _bounds(change.half_day)
            parts = (_without(interval, free) for interval in visitor.busy)
            return replace(visitor, busy=tuple(chain.from_iterable(parts)))
        case ChangeKind.VISIT_MORE:
            return replace(visitor, max_visits=change.figure)
        case ChangeKind.VISIT_MORE_A_DAY:
            return replace(visitor, max_visits_per_day=change.figure)
        case ChangeKind.OTHER_RANK:
            assert change.figure is not None, "the rank is known"
            others = [other for other in visitor.preferences if other != visit]
            others.insert(change.figure - 1, visit)
            return replace(visitor, preferences=tuple(others))
        case _:
            return visitor


def changed_problem(
    problem: Problem, visitor: Visitor, visit: str, change: Change | None
) -> Problem:
    """Return the problem after a change, or as it is where there is none."""
    if change is None:
        return problem
    if change.slot is not None:
        assert change.figure is not None, "the capacity or minimum is known"
        slot = problem.slot[change.slot]
        if change.kind is ChangeKind.SEAT_MORE:
            slot = replace(slot, capacity=change.figure)
        else:
            slot = replace(slot, minimum=change.figure)
        slots = tuple(slot if other.id == slot.id else other for other in problem.slots)
        return replace(problem, slots=slots)
    after = changed_visitor(visitor, visit, change)
    visitors = tuple(after if v.id == after.id else v for v in problem.visitors)
    return replace(problem, visitors=visitors)


def busy_half_days(visitor: Visitor, days: Iterable[date]) -> list[BusyHalfDay]:
    """Return every half day of some dates in which the visitor is busy, at least in part."""
    return [
        half_day
        for day in sorted(set(days))
        for half_day in (BusyHalfDay(day, is_morning=True), BusyHalfDay(day, is_morning=False))
        if any(_overlap(interval, _bounds(half_day)) for interval in visitor.busy)
    ]


def _bounds(half_day: BusyHalfDay) -> Interval:
    noon = datetime.combine(half_day.day, NOON)
    if half_day.is_morning:
        return datetime.combine(half_day.day, time()), noon
    if half_day.day == date.max:
        return noon, datetime.combine(half_day.day, time.max)
    return noon, datetime.combine(half_day.day + timedelta(days=1), time())


def _overlap(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _without(interval: Interval, free: Interval) -> list[Interval]:
    """Return what is left of an interval with another taken out."""
    if not _overlap(interval, free):
        return [interval]
    parts = [(interval[0], free[0]), (free[1], interval[1])]
    return [(start, end) for start, end in parts if start < end]
