"""What is in the way of a visitor and a slot: facts of the problem and of the plan.

Each obstacle is one rule that the placement would break, in itself or added to the plan.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from solver.explain.answers import Obstacle, ObstacleKind, Reason, SlotAnswer
from solver.explain.changes import maxima
from solver.itineraries import Options, Possibilities
from solver.problem import Pair, Problem, Slot, SlotState, Visitor
from solver.travel import TravelTimes


class Facts:
    """What a plan without faults says about its problem."""

    def __init__(self, problem: Problem, placements: Iterable[Pair]) -> None:
        self.problem = problem
        self._times = TravelTimes(problem)
        self._possibilities = Possibilities(problem)
        self.slots_of: dict[str, list[Slot]] = defaultdict(list)
        for slot in problem.slots:
            self.slots_of[slot.visit].append(slot)
        self.week: dict[str, list[Slot]] = defaultdict(list)
        self._there: dict[str, list[Visitor]] = defaultdict(list)
        self._out: dict[str | None, list[tuple[Visitor, Slot]]] = defaultdict(list)
        for visitor_id, slot_id in sorted(placements):
            visitor, slot = problem.visitor[visitor_id], problem.slot[slot_id]
            self.week[visitor_id].append(slot)
            self._there[slot_id].append(visitor)
            self._out[visitor.organisation].append((visitor, slot))

    def options_of(self, visitor: Visitor) -> Options:
        """Return what a visitor of the problem, perhaps changed, can do."""
        return self._possibilities.of(visitor)

    @cached_property
    def options(self) -> Mapping[str, Options]:
        """What every visitor can do, by id."""
        return {visitor.id: self.options_of(visitor) for visitor in self.problem.visitors}

    @cached_property
    def wanted(self) -> Mapping[str, int]:
        """By slot id the seats of all visitors who could be in it."""
        seats: Counter[str] = Counter()
        for options in self.options.values():
            if not any(self._too_large(options.visitor)):
                for slot in reachable(options):
                    seats[slot.id] += options.visitor.seats
        return seats

    def granted(self, visitor: Visitor, visit: str) -> str | None:
        """Return the slot in which the visitor has a visit, or None."""
        return next((slot.id for slot in self.week[visitor.id] if slot.visit == visit), None)

    def slot_answer(self, visitor: Visitor, slot: Slot) -> SlotAnswer:
        """Return what is in the way of a visitor and a slot that the plan does not give."""
        excluding = tuple(self._excluding(visitor, slot))
        return SlotAnswer(slot.id, excluding or tuple(self._in_the_plan(visitor, slot)))

    def _excluding(self, visitor: Visitor, slot: Slot) -> Iterator[Obstacle]:
        visit = self.problem.visit[slot.visit]
        if slot.state is SlotState.CLOSED:
            yield Obstacle(ObstacleKind.CLOSED)
        if visitor.seats > slot.capacity:
            yield Obstacle(ObstacleKind.TOO_SMALL, has=visitor.seats, limit=slot.capacity)
        if any(start < slot.end and slot.start < end for start, end in visitor.busy):
            yield Obstacle(ObstacleKind.BUSY)
        if visitor.languages.isdisjoint(slot.languages):
            yield Obstacle(ObstacleKind.LANGUAGE)
        if visit.audience and visit.audience.isdisjoint(visitor.sectors):
            yield Obstacle(ObstacleKind.AUDIENCE)
        if visit.organisation == visitor.organisation:
            yield Obstacle(ObstacleKind.OWN_ORGANISATION)
        yield from self._too_large(visitor)
        if (visitor.id, slot.id) in self.problem.bans:
            yield Obstacle(ObstacleKind.BAN)
        pins = [
            self.problem.slot[pinned]
            for who, pinned in sorted(self.problem.pins)
            if who == visitor.id
        ]
        clashing = self._clashing(visitor, slot, pins)
        if clashing:
            yield Obstacle(ObstacleKind.PINS, slots=clashing)
        for full in self._maxima_reached(visitor, slot, pins):
            kind = ObstacleKind.PINS if full.limit else ObstacleKind.NO_VISITS
            yield replace(full, kind=kind)

    def could_be(self, visitor: Visitor, slot: Slot) -> bool:
        """Tell whether a visitor could be in a slot after some change that is tried."""
        return slot.capacity + 1 >= visitor.seats and all(
            obstacle.kind in _CHANGEABLE for obstacle in self._excluding(visitor, slot)
        )

    def _too_large(self, visitor: Visitor) -> Iterator[Obstacle]:
        """Yield the limits of organisations that the visitor's own seats are over."""
        rules = self.problem.rules
        for kind, most in (
            (ObstacleKind.TEAM_FOR_SLOT, rules.max_same_organisation_per_slot),
            (ObstacleKind.TEAM_AWAY, rules.max_absent_per_organisation),
        ):
            if visitor.organisation is not None and most is not None and visitor.seats > most:
                yield Obstacle(kind, has=visitor.seats, limit=most)

    def _in_the_plan(self, visitor: Visitor, slot: Slot) -> Iterator[Obstacle]:
        there, week = self._there[slot.id], self.week[visitor.id]
        taken = sum(other.seats for other in there)
        if not there:
            wanted = self.wanted[slot.id]
            yield Obstacle(ObstacleKind.NOT_RUN, has=wanted, limit=needed(slot))
        if taken + visitor.seats > slot.capacity:
            yield Obstacle(ObstacleKind.FULL, has=taken, limit=slot.capacity)
        if visitor.organisation is not None:
            yield from self._of_organisation(visitor, slot)
        clashing = self._clashing(visitor, slot, week)
        if clashing:
            yield Obstacle(ObstacleKind.CLASH, slots=clashing)
        yield from self._maxima_reached(visitor, slot, week)

    def _of_organisation(self, visitor: Visitor, slot: Slot) -> Iterator[Obstacle]:
        rules, out = self.problem.rules, self._out[visitor.organisation]
        most = rules.max_same_organisation_per_slot
        colleagues = sum(other.seats for other, where in out if where.id == slot.id)
        if most is not None and colleagues + visitor.seats > most:
            yield Obstacle(ObstacleKind.SAME_ORGANISATION, has=colleagues, limit=most)
        most = rules.max_absent_per_organisation
        # More colleagues are out only from a moment on at which one of the slots starts.
        moments = {slot.start} | {s.start for _, s in out if slot.start <= s.start < slot.end}
        absent = max(
            sum(other.seats for other, s in out if s.start <= moment < s.end)
            for moment in moments
        )
        if most is not None and absent + visitor.seats > most:
            yield Obstacle(ObstacleKind.ABSENT, has=absent, limit=most)

    def _clashing(self, visitor: Visitor, slot: Slot, others: list[Slot]) -> tuple[str, ...]:
        speed = visitor.speed_km_per_hour or self.problem.travel.speed_km_per_hour
        return tuple(
            other.id
            for other in others
            if not self._times.fit(slot, other, speed_km_per_hour=speed)
        )

    def _maxima_reached(
        self, visitor: Visitor, slot: Slot, others: list[Slot]
    ) -> Iterator[Obstacle]:
        """Yield the maxima that leave no room for the slot beside the others."""
        most, most_per_day = maxima(self.problem, visitor)
        same_day = [other for other in others if other.day == slot.day]
        for kind, those, limit in (
            (ObstacleKind.MAXIMUM, others, most),
            (ObstacleKind.MAXIMUM_OF_DAY, same_day, most_per_day),
        ):
            if len(those) >= limit:
                used = tuple(other.id for other in those)
                yield Obstacle(kind, has=len(those), limit=limit, slots=used)

    def reason(self, visitor: Visitor, visit: str, slots: Sequence[SlotAnswer]) -> Reason:
        """Return the reason that the obstacles tell, the one nearest to being granted.

        A slot with nothing in the way comes first, then one of which only the seats are
        missing, then one that the organisation's limits or the visitor's own week shut.
        """
        possible = [slot for slot in slots if slot.is_possible]
        if not possible:
            only_bans = any(
                [obstacle.kind for obstacle in slot.obstacles] == [ObstacleKind.BAN]
                for slot in slots
            )
            return Reason.BAN if only_bans else Reason.NO_SLOT
        found = {self._reason_of_slot(visitor, visit, slot) for slot in possible}
        return next(reason for reason in _NEAREST_FIRST if reason in found)

    def _reason_of_slot(self, visitor: Visitor, visit: str, answer: SlotAnswer) -> Reason:
        obstacles = {obstacle.kind: obstacle for obstacle in answer.obstacles}
        for kind, reason in _REASON_OF.items():
            if kind not in obstacles:
                continue
            if reason in (Reason.MAXIMUM, Reason.CLASH) and not self._all_better(
                visitor, visit, obstacles[kind].slots
            ):
                continue
            return reason
        return Reason.WORSE

    def _all_better(self, visitor: Visitor, visit: str, slots: Iterable[str]) -> bool:
        """Tell whether the visitor wanted these slots more, or is pinned to them."""
        wanted = visitor.preferences.index(visit)
        better = visitor.preferences[:wanted]
        return all(
            self.problem.slot[slot].visit in better or (visitor.id, slot) in self.problem.pins
            for slot in slots
        )


_CHANGEABLE = frozenset(
    {
        ObstacleKind.TOO_SMALL,
        ObstacleKind.BUSY,
        ObstacleKind.PINS,
        ObstacleKind.NO_VISITS,
    }
)
_REASON_OF = {
    ObstacleKind.MAXIMUM: Reason.MAXIMUM,
    ObstacleKind.MAXIMUM_OF_DAY: Reason.MAXIMUM,
    ObstacleKind.CLASH: Reason.CLASH,
    ObstacleKind.NOT_RUN: Reason.NOT_RUN,
    ObstacleKind.SAME_ORGANISATION: Reason.ORGANISATION,
    ObstacleKind.ABSENT: Reason.ORGANISATION,
    ObstacleKind.FULL: Reason.FULL,
}
_NEAREST_FIRST = (
    Reason.WORSE,
    Reason.FULL,
    Reason.ORGANISATION,
    Reason.MAXIMUM,
    Reason.CLASH,
    Reason.NOT_RUN,
)


def reachable(options: Options) -> tuple[Slot, ...]:
    """Return the slots that can be in a week of the visitor: pins, and what fits with them."""
    _, allowed = options.start
    return tuple(
        slot
        for index, slot in enumerate(options.slots)
        if index < len(options.pinned) or allowed >> index & 1
    )


def needed(slot: Slot) -> int:
    """Return the fewest seats with which a slot has visitors at all."""
    return 1 if slot.state is SlotState.FORCED else max(1, slot.minimum)
