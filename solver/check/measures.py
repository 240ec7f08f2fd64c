"""What a plan is worth, on every objective. Part of :mod:`solver.check`."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from math import ceil, log10

from solver.check.best import best_alone, points_of_rank
from solver.problem import Pair, Problem, Slot

Metrics = dict[str, int | float | None]


def best_points(problem: Problem) -> dict[str, int]:
    """Return by visitor id the most points that each could have alone in the week.

    0 for whom no visit of theirs is possible. Pins are left aside, bans are not.
    """
    of_visit: dict[str, list[Slot]] = defaultdict(list)
    for slot in problem.slots:
        of_visit[slot.visit].append(slot)
    return {v.id: best_alone(problem, v, of_visit) for v in problem.visitors}


def measure(
    problem: Problem, placements: tuple[Pair, ...], *, bests: Mapping[str, int] | None = None
) -> Metrics:
    """Return the value of every objective, and some figures more.

    Every visitor and slot of the placements is known to be in the problem. ``bests`` is what
    :func:`best_points` returns, where many plans of one problem are measured.
    """
    week: dict[str, list[Slot]] = defaultdict(list)
    for visitor_id, slot_id in sorted(set(placements)):
        week[visitor_id].append(problem.slot[slot_id])
    if bests is None:
        bests = best_points(problem)

    welfare = points = placed = top3 = away = 0
    placeable: list[float] = []
    for visitor in problem.visitors:
        slots = week[visitor.id]
        best = bests[visitor.id]
        rank_of = {visit: rank for rank, visit in enumerate(visitor.preferences, start=1)}
        ranks = [rank_of[slot.visit] for slot in slots if slot.visit in rank_of]
        got = sum(points_of_rank(rank) for rank in ranks)
        satisfaction = min(1.0, got / best) if best else 0.0
        if best:
            placeable.append(satisfaction)
        fair = log10(1 + 9 * satisfaction)
        welfare += visitor.seats * round(10000 * visitor.weight * fair)
        points += visitor.seats * got
        placed += visitor.seats * bool(slots)
        top3 += visitor.seats * any(rank <= 3 for rank in ranks)
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
