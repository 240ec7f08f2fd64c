"""Pins that cannot be, found by looking at them alone: no search, no other visitors."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from solver.conflicts import parts
from solver.conflicts.parts import Kept, Kind, Part
from solver.problem import Pair, Problem, Slot, Visitor
from solver.travel import TravelTimes

Contradiction = tuple[list[Pair], list[Part]]
"""Pins, and the rules that they cannot all keep; none of either can be missed."""


class PinRules:
    """The rules of one problem that pins alone can break."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._times = TravelTimes(problem)
        self._everyone = sum(visitor.seats for visitor in problem.visitors)

    def broken(self, kept: Kept) -> Iterator[Contradiction]:
        """Yield what contradicts itself: at least once for each rule that is broken.

        Each has as few pins as it can, so a plan exists, as far as these pins and rules go,
        once any one of them is left out.
        """
        by_slot: dict[str, list[Pair]] = defaultdict(list)
        by_visitor: dict[str, list[Slot]] = defaultdict(list)
        for pair in kept.pins:
            by_visitor[pair[0]].append(self.problem.slot[pair[1]])
            by_slot[pair[1]].append(pair)
        for slot_id, pins in by_slot.items():
            yield from self._of_slot(self.problem.slot[slot_id], pins, kept)
        for who, slots in by_visitor.items():
            yield from self._of_visitor(self.problem.visitor[who], slots, kept)
        if kept.rule(11):
            yield from self._out_at_once(kept.pins)

    def _of_slot(self, slot: Slot, pins: list[Pair], kept: Kept) -> Iterator[Contradiction]:
        for pair in pins:
            if kept.has(Kind.BAN, pair):
                yield [pair], [parts.ban(pair)]
        if kept.has(Kind.CLOSED, slot.id):
            yield [pins[0]], [parts.closed(slot)]
        if kept.has(Kind.MINIMUM, slot.id):
            if slot.minimum > self._everyone:
                yield [pins[0]], [parts.minimum(slot)]
            elif slot.minimum > slot.capacity and kept.has(Kind.CAPACITY, slot.id):
                yield [pins[0]], [parts.minimum(slot), parts.capacity(slot)]
        if kept.has(Kind.CAPACITY, slot.id):
            too_many = self._fewest_over(slot.capacity, pins)
            if too_many:
                yield too_many, [parts.capacity(slot)]
        if kept.rule(10):
            most = self.problem.rules.max_same_organisation_per_slot or 0
            for colleagues in self._by_organisation(pins):
                too_many = self._fewest_over(most, colleagues)
                if too_many:
                    yield too_many, [parts.rule(10, self.problem)]

    def _of_visitor(
        self, visitor: Visitor, slots: list[Slot], kept: Kept
    ) -> Iterator[Contradiction]:
        who = visitor.id
        for one, other in combinations(slots, 2):
            both = [(who, one.id), (who, other.id)]
            if one.visit == other.visit and kept.rule(2):
                words = f"rule 2: slots {one.id} and {other.id} are of one visit"
                yield both, [Part(Kind.RULE, 2, words)]
            elif kept.rule(4) and not self.in_time(visitor, one, other):
                words = f"rule 4: {who} cannot make both {one.id} and {other.id}"
                yield both, [Part(Kind.RULE, 4, words)]

    def _out_at_once(self, pins: Sequence[Pair]) -> Iterator[Contradiction]:
        most = self.problem.rules.max_absent_per_organisation or 0
        slot = self.problem.slot
        for colleagues in self._by_organisation(pins):
            for moment in sorted({slot[slot_id].start for _, slot_id in colleagues}):
                out = [
                    pair
                    for pair in colleagues
                    if slot[pair[1]].start <= moment < slot[pair[1]].end
                ]
                too_many = self._fewest_over(most, out)
                if too_many:
                    yield too_many, [parts.rule(11, self.problem)]

    def _by_organisation(self, pins: Sequence[Pair]) -> list[list[Pair]]:
        groups: dict[str, list[Pair]] = defaultdict(list)
        for pair in pins:
            organisation = self.problem.visitor[pair[0]].organisation
            if organisation is not None:
                groups[organisation].append(pair)
        return list(groups.values())

    def _fewest_over(self, most: int, pins: Sequence[Pair]) -> list[Pair] | None:
        """Return the fewest pins that take more seats than that; None where all fit."""
        if sum(map(self._seats, pins)) <= most:
            return None
        chosen: list[Pair] = []
        taken = 0
        for pair in sorted(pins, key=lambda pair: (-self._seats(pair), pair)):
            chosen.append(pair)
            taken += self._seats(pair)
            if taken > most:
                break
        return sorted(chosen)

    def _seats(self, pair: Pair) -> int:
        return self.problem.visitor[pair[0]].seats

    def in_time(self, visitor: Visitor, one: Slot, other: Slot) -> bool:
        """Tell whether a visitor can make both slots, be they of one visit or not (rule 4)."""
        first, second = sorted((one, other), key=lambda slot: slot.start)
        pause = (second.start - first.end).total_seconds() / 60
        if pause < 0 or first.day != second.day:
            return pause >= 0
        speed = visitor.speed_km_per_hour or self.problem.travel.speed_km_per_hour
        return pause >= self._times.minutes(first, second, speed_km_per_hour=speed)
