"""What each visitor could do in the week.

An *itinerary* is a set of slots that one visitor can make: all rules about one visitor
(1, 2, 4 to 9, and 12) are inside it, so that what is left concerns what visitors share.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from solver.objectives import points_by_visit
from solver.problem import Problem, Slot, SlotState, Visitor
from solver.travel import TravelTimes


@dataclass(frozen=True)
class Options:
    """The slots that one visitor may get, and how they can be combined.

    ``pinned`` slots are in every itinerary; ``free`` ones obey the rules 1 and 5 to 9, the
    most wanted visit first. ``fits[i]`` has bit ``j`` set when the visitor can make both
    ``slots[i]`` and ``slots[j]``; ``slots`` are the pinned ones, then the free ones.
    """

    visitor: Visitor
    pinned: tuple[Slot, ...]
    free: tuple[Slot, ...]
    fits: tuple[int, ...]
    max_visits: int
    max_visits_per_day: int
    best: int

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All slots, the pinned ones first."""
        return self.pinned + self.free

    @cached_property
    def points(self) -> tuple[int, ...]:
        """The points of each slot, 0 for a pin that is no preference."""
        worth = points_by_visit(self.visitor)
        return tuple(worth.get(slot.visit, 0) for slot in self.slots)

    @cached_property
    def on_day_of(self) -> tuple[int, ...]:
        """For each slot the bits of the slots on its date."""
        masks: dict[object, int] = defaultdict(int)
        for index, slot in enumerate(self.slots):
            masks[slot.day] |= 1 << index
        return tuple(masks[slot.day] for slot in self.slots)

    @cached_property
    def start(self) -> tuple[int, int]:
        """The bits of the pins, and of the free slots that can be added to them.

        Pins count towards the maxima but do not break them: they are exempt.
        """
        pins = (1 << len(self.pinned)) - 1
        allowed = ((1 << len(self.slots)) - 1) & ~pins
        for index in range(len(self.pinned)):
            allowed = self.left(pins, allowed, added=index)
        if len(self.pinned) >= self.max_visits or self.max_visits_per_day < 1:
            allowed = 0
        return pins, allowed

    def left(self, chosen: int, allowed: int, *, added: int) -> int:
        """Return which of the ``allowed`` slots are still so once ``added`` is chosen."""
        allowed &= self.fits[added]
        day = self.on_day_of[added]
        if (chosen & day).bit_count() >= self.max_visits_per_day:
            allowed &= ~day
        return allowed

    @property
    def pins_fit(self) -> bool:
        """Tell whether the pinned slots can be combined at all."""
        pins = (1 << len(self.pinned)) - 1
        return all(
            pins & ~(1 << index) & ~self.fits[index] == 0 for index in range(len(self.pinned))
        )


def list_itineraries(options: Options, *, most: int) -> list[tuple[int, ...]] | None:
    """Return every itinerary as indexes of slots, or None where there are over ``most``.

    The first is the one with the pins alone: nothing, for most visitors.
    """
    if not options.pins_fit:
        return []
    found: list[tuple[int, ...]] = []
    pins, allowed = options.start
    stack = [(tuple(range(len(options.pinned))), pins, allowed)]
    while stack:
        chosen, bits, allowed = stack.pop()
        found.append(chosen)
        if len(found) > most:
            return None
        if len(chosen) >= options.max_visits:
            continue
        while allowed:
            lowest = allowed & -allowed
            allowed ^= lowest
            index = lowest.bit_length() - 1
            with_it = bits | lowest
            rest = options.left(with_it, allowed, added=index)
            stack.append(((*chosen, index), with_it, rest))
    return found


def most_points(options: Options) -> int:
    """Return the most points of any set of the free slots, pins ignored.

    Branch and bound over the visits, the most wanted first: take one of its slots, or none.
    """
    visits: dict[str, int] = defaultdict(int)
    for index, slot in enumerate(options.slots):
        if index >= len(options.pinned):
            visits[slot.visit] |= 1 << index
    masks = list(visits.values())
    worth = [options.points[(mask & -mask).bit_length() - 1] for mask in masks]
    record = 0
    everything = ((1 << len(options.free)) - 1) << len(options.pinned)
    stack = [(0, 0, 0, 0, everything if options.max_visits_per_day > 0 else 0)]
    while stack:
        position, total, count, chosen, allowed = stack.pop()
        record = max(record, total)
        room = options.max_visits - count
        while position < len(masks) and not masks[position] & allowed:
            position += 1
        if room <= 0 or position == len(masks):
            continue
        reachable = [worth[i] for i in range(position, len(masks)) if masks[i] & allowed]
        if total + sum(reachable[:room]) <= record:
            continue
        stack.append((position + 1, total, count, chosen, allowed & ~masks[position]))
        candidates = masks[position] & allowed
        while candidates:
            lowest = candidates & -candidates
            candidates ^= lowest
            index = lowest.bit_length() - 1
            taken = chosen | lowest
            rest = options.left(taken, allowed, added=index)
            stack.append((position + 1, total + worth[position], count + 1, taken, rest))
    return record


class Possibilities:
    """The options of every visitor of one problem."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._times = TravelTimes(problem)
        self._fit: dict[tuple[str, str, float], bool] = {}
        self._slots_of: dict[str, list[Slot]] = defaultdict(list)
        for slot in problem.slots:
            self._slots_of[slot.visit].append(slot)
        self._pinned: dict[str, list[Slot]] = defaultdict(list)
        for visitor, slot_id in sorted(problem.pins):
            self._pinned[visitor].append(problem.slot[slot_id])

    def of(self, visitor: Visitor, *, running: frozenset[str] | None = None) -> Options:
        """Return what this visitor can do, within the slots that can run at all.

        ``running`` has the ids of those slots, None for all. The visitor's best week is
        that of the visitor alone, so it is found without looking at ``running``.
        """
        suitable = self._suitable(visitor)
        alone = self._options(visitor, pinned=[], free=suitable, best=0)
        best = most_points(alone)
        pinned = self._pinned[visitor.id]
        if not pinned and running is None:
            free = suitable
        else:
            ids = {slot.id for slot in pinned}
            free = [
                slot
                for slot in suitable
                if slot.id not in ids and (running is None or slot.id in running)
            ]
        return self._options(visitor, pinned=pinned, free=free, best=best)

    def _suitable(self, visitor: Visitor) -> list[Slot]:
        return [
            slot
            for visit in visitor.preferences
            for slot in self._slots_of[visit]
            if self._suits(visitor, slot)
        ]

    def _suits(self, visitor: Visitor, slot: Slot) -> bool:
        visit = self._problem.visit[slot.visit]
        return (
            slot.state is not SlotState.CLOSED
            and visitor.seats <= slot.capacity
            and (visitor.id, slot.id) not in self._problem.bans
            and visit.organisation != visitor.organisation
            and not visitor.languages.isdisjoint(slot.languages)
            and not (visit.audience and visit.audience.isdisjoint(visitor.sectors))
            and not any(start < slot.end and slot.start < end for start, end in visitor.busy)
        )

    def _options(
        self, visitor: Visitor, *, pinned: Iterable[Slot], free: Iterable[Slot], best: int
    ) -> Options:
        rules, travel = self._problem.rules, self._problem.travel
        slots = (*pinned, *free)
        speed = visitor.speed_km_per_hour or travel.speed_km_per_hour
        fits = [0] * len(slots)
        for i, one in enumerate(slots):
            for j in range(i):
                if self._can_make_both(slots[j], one, speed):
                    fits[i] |= 1 << j
                    fits[j] |= 1 << i
        return Options(
            visitor=visitor,
            pinned=tuple(pinned),
            free=tuple(free),
            fits=tuple(fits),
            max_visits=rules.max_visits if visitor.max_visits is None else visitor.max_visits,
            max_visits_per_day=rules.max_visits_per_day
            if visitor.max_visits_per_day is None
            else visitor.max_visits_per_day,
            best=best,
        )

    def _can_make_both(self, one: Slot, other: Slot, speed: float) -> bool:
        key = (one.id, other.id, speed)
        if key not in self._fit:
            self._fit[key] = self._times.fit(one, other, speed_km_per_hour=speed)
        return self._fit[key]
