"""Who could come where: what counting alone shows."""

from collections import Counter
from collections.abc import Iterable

from solver.advice.changes import without_rule
from solver.advice.findings import RuleName
from solver.itineraries import Options, Possibilities, list_itineraries
from solver.problem import Problem, SlotState, Visitor

MOST_COMPARED = 5_000
"""Weeks of one visitor that are listed to see whether a rule keeps any of them away."""
OF_ONE_VISITOR = frozenset(
    {
        RuleName.MAX_VISITS,
        RuleName.MAX_VISITS_PER_DAY,
        RuleName.CLOSED,
        RuleName.BUSY,
        RuleName.TRAVEL,
        RuleName.LANGUAGES,
        RuleName.AUDIENCE,
        RuleName.OWN_ORGANISATION,
        RuleName.BANS,
    }
)
"""Rules that do nothing but limit which weeks a visitor can have."""


class Demand:
    """What every visitor of a problem could do, and so who could be in each slot."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        possibilities = Possibilities(problem)
        self._options = [possibilities.of(visitor) for visitor in problem.visitors]
        self.wanted: Counter[str] = Counter()
        self._wanted_by: Counter[tuple[str, str]] = Counter()
        self._seats_of: Counter[str] = Counter()
        for options in self._options:
            visitor = options.visitor
            if visitor.organisation is not None:
                self._seats_of[visitor.organisation] += visitor.seats
            for slot in options.slots:
                self.wanted[slot.id] += visitor.seats
                if visitor.organisation is not None:
                    self._wanted_by[slot.id, visitor.organisation] += visitor.seats

    def is_always_roomy(self, slot_id: str) -> bool:
        """Tell whether one seat more in a slot could never be taken."""
        slot = self._problem.slot[slot_id]
        return (
            slot.state is SlotState.CLOSED or self.wanted[slot_id] <= slot.capacity
        ) and not any(self._waits_for(visitor, slot_id) for visitor in self._problem.visitors)

    def _waits_for(self, visitor: Visitor, slot_id: str) -> bool:
        slot = self._problem.slot[slot_id]
        return visitor.seats == slot.capacity + 1 and slot.visit in visitor.preferences

    def is_idle(self, rule: RuleName) -> bool:
        """Tell whether counting shows that a rule keeps nobody from anything."""
        problem = self._problem
        match rule:
            case RuleName.PINS:
                return not problem.pins
            case RuleName.MINIMUM:
                return all(
                    slot.minimum <= 1 or slot.state is not SlotState.OPEN
                    for slot in problem.slots
                )
            case RuleName.CAPACITY:
                largest = max((visitor.seats for visitor in problem.visitors), default=0)
                return all(
                    slot.state is SlotState.CLOSED
                    or max(largest, self.wanted[slot.id]) <= slot.capacity
                    for slot in problem.slots
                )
            case RuleName.MAX_SAME_ORGANISATION_PER_SLOT:
                return _are_within(
                    self._wanted_by.values(), problem.rules.max_same_organisation_per_slot
                )
            case RuleName.MAX_ABSENT_PER_ORGANISATION:
                return _are_within(
                    self._seats_of.values(), problem.rules.max_absent_per_organisation
                )
            case _:
                return rule in OF_ONE_VISITOR and self._has_same_weeks(
                    without_rule(problem, rule)
                )

    def _has_same_weeks(self, changed: Problem) -> bool:
        """Tell whether every visitor has the same weeks, and the same best one."""
        possibilities = Possibilities(changed)
        return all(
            _same_weeks(options, possibilities.of(visitor))
            for options, visitor in zip(self._options, changed.visitors, strict=True)
        )


def _are_within(seats: Iterable[int], most: int | None) -> bool:
    return most is None or all(count <= most for count in seats)


def _same_weeks(one: Options, other: Options) -> bool:
    if one.best != other.best:
        return False
    weeks = _weeks(one)
    return weeks is not None and weeks == _weeks(other)


def _weeks(options: Options) -> set[frozenset[str]] | None:
    listed = list_itineraries(options, most=MOST_COMPARED)
    if listed is None:
        return None
    return {frozenset(options.slots[i].id for i in week) for week in listed}
