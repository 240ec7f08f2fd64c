"""The most points that a visitor could have alone in the week. Part of :mod:`solver.check`."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from solver.check.rules import can_make_both, maxima, unsuitable
from solver.problem import Problem, Slot, SlotState, Visitor


def points_of_rank(rank: int) -> int:
    """Return what a granted preference is worth, at least 1 point; rank 1 is the first.

    Raises
    ------
    ValueError
        When the rank is less than 1.
    """
    if rank < 1:
        raise ValueError("rank must be at least 1")
    return max(1, round(100 * 0.8 ** (rank - 1)))


def best_alone(problem: Problem, visitor: Visitor, slots_of: dict[str, list[Slot]]) -> int:
    """Return the most points that this visitor could have alone in the week.

    ``slots_of`` has the slots of every visit. The rules 1, 2 and 4 to 9 and the bans hold,
    closed slots are closed, and the visitor's seats are no more than the capacity.
    """
    most, most_per_day = maxima(problem, visitor)
    options = []
    for rank, visit in enumerate(visitor.preferences, start=1):
        slots = [slot for slot in slots_of[visit] if _is_open_to(problem, visitor, slot)]
        if slots:
            options.append((points_of_rank(rank), slots))
    if most < 1 or most_per_day < 1 or not options:
        return 0
    if most == 1 or len(options) == 1:
        return options[0][0]
    return _Week(problem, visitor, options).most_points()


def _is_open_to(problem: Problem, visitor: Visitor, slot: Slot) -> bool:
    return (
        slot.state is not SlotState.CLOSED
        and visitor.seats <= slot.capacity
        and (visitor.id, slot.id) not in problem.bans
        and not any(unsuitable(problem, visitor, slot))
    )


class _Week:
    """Tries every set of slots, but not those that can be seen to beat nothing.

    Slots are numbered by the moment at which the visitor is first able to be elsewhere on
    that date. Sets of slots are bits.
    """

    def __init__(
        self, problem: Problem, visitor: Visitor, options: list[tuple[int, list[Slot]]]
    ) -> None:
        self._most, self._most_per_day = maxima(problem, visitor)
        slots = [slot for _, of_visit in options for slot in of_visit]
        elsewhere = {slot.id: slot.end for slot in slots}
        both: dict[str, set[str]] = defaultdict(set)
        for slot in slots:
            again: list[datetime] = []
            for other in slots:
                if slot.visit != other.visit and can_make_both(problem, visitor, slot, other):
                    both[slot.id].add(other.id)
                    if other.start >= slot.end and other.start.date() == slot.start.date():
                        again.append(other.start)
            elsewhere[slot.id] = min(again, default=slot.end)
        slots.sort(key=lambda slot: elsewhere[slot.id])
        bit = {slot.id: 1 << number for number, slot in enumerate(slots)}
        self._visits = [(p, sum(bit[slot.id] for slot in of)) for p, of in options]
        self._with = [sum(bit[other] for other in both[slot.id]) for slot in slots]
        self._after = [
            sum(bit[other.id] for other in slots if other.start >= elsewhere[slot.id])
            for slot in slots
        ]
        self._on: dict[date, int] = defaultdict(int)
        for slot in slots:
            self._on[slot.start.date()] |= bit[slot.id]
        self._date = [slot.start.date() for slot in slots]

    def most_points(self) -> int:
        """Return the points of the best set."""
        record = 0
        possible = sum(self._on.values())
        # What is chosen, what can be added to it, and its points.
        waiting = [(0, possible, 0)]
        while waiting:
            chosen, possible, points = waiting.pop()
            record = max(record, points)
            if points + self._hope(chosen, possible) <= record:
                continue
            worth, visit = next(item for item in self._visits if item[1] & possible)
            waiting.append((chosen, possible & ~visit, points))
            for number in _numbers(visit & possible):
                waiting.append(self._add(number, chosen, possible, points + worth))
        return record

    def _add(
        self, number: int, chosen: int, possible: int, points: int
    ) -> tuple[int, int, int]:
        chosen |= 1 << number
        possible &= self._with[number]
        same_date = self._on[self._date[number]]
        if (chosen & same_date).bit_count() == self._most_per_day:
            possible &= ~same_date
        return chosen, possible, points

    def _hope(self, chosen: int, possible: int) -> int:
        """Return points that nothing possible can add more than.

        No more visits can be added than the maxima leave, and than there are slots on each
        date one after the other.
        """
        room = 0
        for same_date in self._on.values():
            left = self._most_per_day - (chosen & same_date).bit_count()
            in_time = possible & same_date
            while in_time and left > 0:
                first = (in_time & -in_time).bit_length() - 1
                in_time &= self._after[first]
                left -= 1
                room += 1
        room = min(room, self._most - chosen.bit_count())
        hope = 0
        for points, visit in self._visits:
            if room <= 0:
                break
            if visit & possible:
                hope += points
                room -= 1
        return hope


def _numbers(bits: int) -> Iterator[int]:
    while bits:
        number = bits.bit_length() - 1
        yield number
        bits ^= 1 << number
