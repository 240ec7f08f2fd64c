"""The best week that one visitor could have alone: what satisfaction is measured against.

Slots are bits of whole numbers here, as in :mod:`solver.itineraries`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from solver.problem import Slot


def most_points(
    slots: Sequence[Slot],
    *,
    points: Mapping[str, int],
    fits: Sequence[int],
    max_visits: int,
    max_visits_per_day: int,
) -> int:
    """Return the most points of any set of slots that one visitor can make.

    Parameters
    ----------
    slots
        Those that suit the visitor, the most wanted visit first.
    points
        By visit, what it is worth.
    fits
        ``fits[i]`` has bit ``j`` set when the visitor can make both ``slots[i]`` and
        ``slots[j]``; never, where they are of one visit.
    """
    room = max_visits if max_visits_per_day > 0 else 0
    worth = {slot.visit: points[slot.visit] for slot in slots}
    if len(worth) == 1 or room <= 1:
        return max(worth.values(), default=0) if room > 0 else 0
    search = _Search(slots, fits=fits, max_visits_per_day=max_visits_per_day)
    ceiling = sum(list(worth.values())[:room])
    if search.points_of_first_dive(worth, room=room) == ceiling:
        # The usual case: the best preferences can be had together.
        return ceiling
    return search.most_points(worth, room=room)


class _Search:
    """Branch and bound over the visits, the most wanted first: one of its slots, or none.

    A branch is left when all visits that it could still add, as many as there is room for,
    do not beat the record. The room is what the maxima leave, and on each date no more than
    the longest row of slots of which each begins when the visitor may be free again after
    the one before. That row is found as in interval scheduling: always the slot after which
    the visitor is free first (J. Kleinberg, E. Tardos, Algorithm Design, 2006, section 4.1).
    """

    def __init__(
        self, slots: Sequence[Slot], *, fits: Sequence[int], max_visits_per_day: int
    ) -> None:
        self._slots = slots
        self._fits = fits
        self._max_visits_per_day = max_visits_per_day
        self._days: dict[object, int] = defaultdict(int)
        for index, slot in enumerate(slots):
            self._days[slot.day] |= 1 << index
        self._day_of = [self._days[slot.day] for slot in slots]

    def _left(self, chosen: int, allowed: int, *, added: int) -> int:
        """Return which of the allowed slots are still so with one more among the chosen."""
        allowed &= self._fits[added]
        day = self._day_of[added]
        if (chosen & day).bit_count() >= self._max_visits_per_day:
            allowed &= ~day
        return allowed

    def points_of_first_dive(self, worth: Mapping[str, int], *, room: int) -> int:
        """Return the points of the first slots that fit, the most wanted visit first."""
        total = chosen = 0
        allowed = (1 << len(self._slots)) - 1
        while allowed and room:
            first = allowed & -allowed
            index = first.bit_length() - 1
            total, room = total + worth[self._slots[index].visit], room - 1
            chosen |= first
            allowed = self._left(chosen, allowed, added=index)
        return total

    def most_points(self, worth: Mapping[str, int], *, room: int) -> int:
        """Return the most points of any set, ``worth`` being those of each visit."""
        self._sort_by_when_free_again()
        masks = dict.fromkeys(worth, 0)
        for index, slot in enumerate(self._slots):
            masks[slot.visit] |= 1 << index
        visits = [(masks[visit], points) for visit, points in worth.items()]
        record = 0
        stack = [(0, 0, room, 0, (1 << len(self._slots)) - 1)]
        while stack:
            position, total, room, chosen, allowed = stack.pop()
            record = max(record, total)
            hope = [points for mask, points in visits[position:] if mask & allowed]
            if total + sum(hope[:room]) <= record:
                continue
            if total + sum(hope[: self._most_slots(chosen, allowed, room=room)]) <= record:
                continue
            while not visits[position][0] & allowed:
                position += 1
            mask, points = visits[position]
            position += 1
            stack.append((position, total, room, chosen, allowed & ~mask))
            nodes = []
            for index in _indexes(mask & allowed):
                taken = chosen | 1 << index
                left = self._left(taken, allowed, added=index)
                nodes.append((position, total + points, room - 1, taken, left))
            # The one that leaves most to choose from is looked at first, from the end.
            stack += sorted(nodes, key=lambda node: node[-1].bit_count())
        return record

    def _sort_by_when_free_again(self) -> None:
        """Renumber the slots by when the visitor may be free for one more on that date."""
        slots, count = self._slots, len(self._slots)
        free_again = [
            min(
                (
                    slots[j].start
                    for j in _indexes(self._fits[i] & self._day_of[i])
                    if slots[j].start >= slots[i].end
                ),
                default=slots[i].end,
            )
            for i in range(count)
        ]
        order = sorted(range(count), key=lambda i: (free_again[i], slots[i].start))
        number = {i: position for position, i in enumerate(order)}
        self._later = [
            sum(1 << number[j] for j in range(count) if slots[j].start >= free_again[i])
            for i in order
        ]
        self._fits = [sum(1 << number[j] for j in _indexes(self._fits[i])) for i in order]
        self._slots = [slots[i] for i in order]
        self._days = {
            day: sum(1 << number[i] for i in _indexes(bits)) for day, bits in self._days.items()
        }
        self._day_of = [self._days[slot.day] for slot in self._slots]

    def _most_slots(self, chosen: int, allowed: int, *, room: int) -> int:
        """Return a number that no set of the allowed slots has more of than can be added."""
        total = 0
        for day in self._days.values():
            row = allowed & day
            if row:
                left = self._max_visits_per_day - (chosen & day).bit_count()
                while row and left:
                    total, left = total + 1, left - 1
                    row &= self._later[(row & -row).bit_length() - 1]
                if total >= room:
                    return room
        return total


def _indexes(bits: int) -> list[int]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
