"""What a plan is worth, on every objective. Part of :mod:`solver.check`."""

from collections import defaultdict
from datetime import date
from math import ceil, log10

from solver.check.rules import can_make_both, maxima, unsuitable
from solver.problem import Pair, Problem, Slot, SlotState, Visitor

Metrics = dict[str, int | float | None]


def points_of(visitor: Visitor, slot: Slot) -> int:
    """Return the points of this slot for this visitor; 0 where it is no preference."""
    if slot.visit not in visitor.preferences:
        return 0
    return max(1, round(100 * 0.8 ** visitor.preferences.index(slot.visit)))


def best_alone(problem: Problem, visitor: Visitor, slots_of: dict[str, list[Slot]]) -> int:
    """Return the most points that this visitor could have alone in the week.

    Tries every set of slots, but leaves a branch when all that could be added to it does
    not beat what was found before.
    """
    most, most_per_day = maxima(problem, visitor)
    record = 0

    def extend(chosen: list[Slot], total: int, possible: list[list[Slot]]) -> None:
        nonlocal record
        record = max(record, total)
        room = most - len(chosen)
        hope = sum(points_of(visitor, slots[0]) for slots in possible[: max(0, room)])
        if not possible or room <= 0 or total + hope <= record:
            return
        first, *others = possible
        for slot in first:
            with_it = [*chosen, slot]
            day = slot.start.date()
            day_is_full = sum(s.start.date() == day for s in with_it) >= most_per_day
            left = [
                [
                    s
                    for s in slots
                    if can_make_both(problem, visitor, slot, s)
                    and not (day_is_full and s.start.date() == day)
                ]
                for slots in others
            ]
            extend(with_it, total + points_of(visitor, slot), [s for s in left if s])
        extend(chosen, total, others)

    options = [
        [slot for slot in slots_of[visit] if _is_open_to(problem, visitor, slot)]
        for visit in visitor.preferences
    ]
    if most_per_day > 0:
        extend([], 0, [slots for slots in options if slots])
    return record


def _is_open_to(problem: Problem, visitor: Visitor, slot: Slot) -> bool:
    return (
        slot.state is not SlotState.CLOSED
        and visitor.seats <= slot.capacity
        and (visitor.id, slot.id) not in problem.bans
        and not any(unsuitable(problem, visitor, slot))
    )


def measure(problem: Problem, placements: tuple[Pair, ...]) -> Metrics:
    """Return the value of every objective, and some figures more.

    Every visitor and slot of the placements is known to be in the problem.
    """
    week: dict[str, list[Slot]] = defaultdict(list)
    for visitor_id, slot_id in sorted(set(placements)):
        week[visitor_id].append(problem.slot[slot_id])
    of_visit: dict[str, list[Slot]] = defaultdict(list)
    for slot in problem.slots:
        of_visit[slot.visit].append(slot)

    welfare = points = placed = top3 = away = 0
    placeable: list[float] = []
    for visitor in problem.visitors:
        slots = week[visitor.id]
        best = best_alone(problem, visitor, of_visit)
        got = sum(points_of(visitor, slot) for slot in slots)
        satisfaction = min(1.0, got / best) if best else 0.0
        if best:
            placeable.append(satisfaction)
        fair = log10(1 + 9 * satisfaction)
        welfare += visitor.seats * round(10000 * visitor.weight * fair)
        points += visitor.seats * got
        placed += visitor.seats * bool(slots)
        top3 += visitor.seats * any(slot.visit in visitor.preferences[:3] for slot in slots)
        away += visitor.seats * _minutes_away(slots)

    placeable.sort()
    tenth = placeable[: max(1, len(placeable) // 10)]
    lowest = sorted(round(10000 * s) for s in placeable)[: ceil(len(placeable) / 10)]
    sectors = {
        (slot_id, sector)
        for visitor_id, slot_id in placements
        for sector in problem.visitor[visitor_id].sectors
    }
    return {
        "placed": placed,
        "hosts": len({problem.host(problem.slot[slot]).id for _, slot in placements}),
        "welfare": welfare,
        "points": points,
        "top3": top3,
        "lowest": sum(lowest),
        "slots": len({slot for _, slot in placements}),
        "mix": len(sectors),
        "away": away,
        "kept": len(problem.previous & set(placements)),
        "visitors": len(problem.visitors),
        "unplaceable": len(problem.visitors) - len(placeable),
        "placeable_with_nothing": sum(s == 0 for s in placeable),
        "satisfaction_mean": round(sum(placeable) / len(placeable), 4) if placeable else None,
        "satisfaction_lowest_tenth": round(sum(tenth) / len(tenth), 4) if placeable else None,
        "placements": len(placements),
    }


def _minutes_away(slots: list[Slot]) -> int:
    days: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        days[slot.start.date()].append(slot)
    total = 0
    for day in days.values():
        away = max(slot.end for slot in day) - min(slot.start for slot in day)
        total += int(away.total_seconds()) // 60
    return total
