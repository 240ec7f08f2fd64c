"""From a problem to what the contenders get.

The rules are those of :mod:`solver.check`, which shares nothing with this solver: it judges
the contenders as well, so what they may choose from is exactly what it lets pass.
"""

from collections import defaultdict
from itertools import combinations

from benchmarks.market import Guest, Market
from benchmarks.market import Slot as MarketSlot
from solver import Problem
from solver.check.best import best_alone, points_of_rank
from solver.check.rules import can_make_both, maxima, unsuitable
from solver.problem import Slot, SlotState, Visitor


def market_of(problem: Problem) -> Market:
    """Return a problem as the contenders get it.

    Raises
    ------
    ValueError
        For pins, a previous plan, or a limit per organisation and moment: the textbook models
        and rules of thumb know none of them, and would be judged unfairly.
    """
    if problem.pins or problem.previous or problem.rules.max_absent_per_organisation:
        raise ValueError("contenders know no pins, previous plan or limit at one moment")
    number = {slot.id: index for index, slot in enumerate(problem.slots)}
    of_visit: dict[str, list[Slot]] = defaultdict(list)
    for slot in problem.slots:
        of_visit[slot.visit].append(slot)
    return Market(
        slots=tuple(
            MarketSlot(
                id=slot.id,
                host=problem.host(slot).id,
                visit=slot.visit,
                day=slot.day.isoformat(),
                capacity=slot.capacity,
                least=1 if slot.state is SlotState.FORCED else max(1, slot.minimum),
            )
            for slot in problem.slots
        ),
        guests=tuple(_guest(problem, who, of_visit, number) for who in problem.visitors),
        max_same_organisation=problem.rules.max_same_organisation_per_slot,
        objectives=tuple(str(objective) for objective in problem.objectives),
    )


def _guest(
    problem: Problem, visitor: Visitor, of_visit: dict[str, list[Slot]], number: dict[str, int]
) -> Guest:
    slots = [
        slot
        for visit in visitor.preferences
        for slot in of_visit[visit]
        if slot.state is not SlotState.CLOSED
        and visitor.seats <= slot.capacity
        and (visitor.id, slot.id) not in problem.bans
        and not any(unsuitable(problem, visitor, slot))
    ]
    rank = {visit: number for number, visit in enumerate(visitor.preferences, start=1)}
    most, most_per_day = maxima(problem, visitor)
    return Guest(
        id=visitor.id,
        organisation=visitor.organisation,
        sectors=tuple(sorted(visitor.sectors)),
        seats=visitor.seats,
        weight=visitor.weight,
        max_visits=most,
        max_visits_per_day=most_per_day,
        best=best_alone(problem, visitor, of_visit),
        slots=tuple(number[slot.id] for slot in slots),
        points=tuple(points_of_rank(rank[slot.visit]) for slot in slots),
        clashes=tuple(
            (one, other)
            for one, other in combinations(range(len(slots)), 2)
            if slots[one].visit == slots[other].visit
            or not can_make_both(problem, visitor, slots[one], slots[other])
        ),
    )
