"""What each visitor could do in the week.

An *itinerary* is a set of slots that one visitor can make: all rules about one visitor
(1, 2, 4 to 9, and 12) are inside it, so that what is left concerns what visitors share.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from solver.best_week import most_points
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
    fits, day_of, per_day = options.fits, options.on_day_of, options.max_visits_per_day
    pins, allowed = options.start
    found = [tuple(range(len(options.pinned)))]
    stack = [(found[0], pins, allowed)]
    while stack:
        if len(found) > most:
            return None
        chosen, bits, allowed = stack.pop()
        is_last = len(chosen) + 1 >= options.max_visits
        while allowed:
            lowest = allowed & -allowed
            allowed ^= lowest
            index = lowest.bit_length() - 1
            longer = (*chosen, index)
            found.append(longer)
            if is_last:
                continue
            # As Options.left, written out: most of the time is spent here.
            with_it, left, day = bits | lowest, allowed & fits[index], day_of[index]
            if left & day and (with_it & day).bit_count() >= per_day:
                left &= ~day
            if left:
                stack.append((longer, with_it, left))
    return found if len(found) <= most else None


class Possibilities:
    """The options of every visitor of one problem."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._times = TravelTimes(problem)
        self._day = {slot.id: slot.day for slot in problem.slots}
        self._slots_of: dict[str, list[Slot]] = defaultdict(list)
        for slot in problem.slots:
            if slot.state is not SlotState.CLOSED:
                self._slots_of[slot.visit].append(slot)
        self._pinned: dict[str, list[Slot]] = defaultdict(list)
        for visitor, slot_id in sorted(problem.pins):
            self._pinned[visitor].append(problem.slot[slot_id])
        self._alone_of: dict[str, Options] = {}

    def of(self, visitor: Visitor, *, running: frozenset[str] | None = None) -> Options:
        """Return what this visitor can do, within the slots that can run at all.

        ``running`` has the ids of those slots, None for all. The visitor's best week is
        that of the visitor alone, so it is found without looking at ``running``.
        """
        alone = self._alone(visitor)
        pinned = self._pinned.get(visitor.id, [])
        ids = {slot.id for slot in pinned}
        free = [
            slot
            for slot in alone.free
            if slot.id not in ids and (running is None or slot.id in running)
        ]
        if not pinned and len(free) == len(alone.free):
            return alone
        return self._options(visitor, pinned=pinned, free=free, best=alone.best)

    def _alone(self, visitor: Visitor) -> Options:
        """Return what this visitor could do in the week without pins and without others."""
        known = self._alone_of.get(visitor.id)
        if known is None or known.visitor is not visitor:
            free = list(self._suitable(visitor))
            known = self._options(visitor, pinned=[], free=free)
            self._alone_of[visitor.id] = known
        return known

    def _suitable(self, visitor: Visitor) -> Iterator[Slot]:
        """Yield the slots that the rules 1, 5, 7 to 9 and the bans leave this visitor."""
        bans = self._problem.bans
        for visit_id in visitor.preferences:
            visit = self._problem.visit[visit_id]
            if visit.organisation == visitor.organisation or (
                visit.audience and visit.audience.isdisjoint(visitor.sectors)
            ):
                continue
            for slot in self._slots_of.get(visit_id, ()):
                if (
                    visitor.seats <= slot.capacity
                    and not visitor.languages.isdisjoint(slot.languages)
                    and not (visitor.busy and _overlaps(slot, visitor.busy))
                    and not (bans and (visitor.id, slot.id) in bans)
                ):
                    yield slot

    def _options(
        self, visitor: Visitor, *, pinned: list[Slot], free: list[Slot], best: int | None = None
    ) -> Options:
        """Return the options; without the ``best`` points known, they are found here."""
        rules, travel = self._problem.rules, self._problem.travel
        most, per_day = visitor.max_visits, visitor.max_visits_per_day
        most = rules.max_visits if most is None else most
        per_day = rules.max_visits_per_day if per_day is None else per_day
        speed = visitor.speed_km_per_hour or travel.speed_km_per_hour
        fits = self._fits([*pinned, *free], speed=speed)
        if best is None:
            best = most_points(
                free,
                points=points_by_visit(visitor),
                fits=fits,
                max_visits=most,
                max_visits_per_day=per_day,
            )
        return Options(
            visitor=visitor,
            pinned=tuple(pinned),
            free=tuple(free),
            fits=fits,
            max_visits=most,
            max_visits_per_day=per_day,
            best=best,
        )

    def _fits(self, slots: list[Slot], *, speed: float) -> tuple[int, ...]:
        fits = [0] * len(slots)
        day = self._day
        for i, one in enumerate(slots):
            for j, other in enumerate(slots[:i]):
                if day[one.id] != day[other.id]:
                    # Nearly all pairs, so without asking for the travel time.
                    fit = one.visit != other.visit and (
                        one.end <= other.start or other.end <= one.start
                    )
                else:
                    fit = self._times.fit(one, other, speed_km_per_hour=speed)
                if fit:
                    fits[i] |= 1 << j
                    fits[j] |= 1 << i
        return tuple(fits)


def _overlaps(slot: Slot, intervals: Iterable[tuple[datetime, datetime]]) -> bool:
    return any(start < slot.end and slot.start < end for start, end in intervals)
