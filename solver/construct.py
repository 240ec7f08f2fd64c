"""A good plan quickly: one visitor after another, and slots that stay too empty are given up.

It is where the searches start from, and what is left when there is hardly any time.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from solver.model import PlanModel, smallest_group
from solver.problem import Slot
from solver.weeks import WeekModel

MOST_ROUNDS = 60
GIVEN_UP_AT_ONCE = 4
"""Of the slots that are too empty, the emptiest of every so many are given up in a round."""

Worth = Callable[[int], float]
"""How good it is that a variable is 1, compared with others of the same visitor."""


def construct(
    model: PlanModel, worth: Worth, *, is_over: Callable[[], bool]
) -> list[int] | None:
    """Return values of a plan, or None where none was found this way.

    Every visitor in turn takes the best itinerary that still has room. Of the slots that
    stay below their minimum, some are given up, and who was in them chooses again; so on,
    until there are none. At last everybody may change to something better. Visitors whose
    itineraries are not listed are left with their pins.
    """
    values = [0] * len(model.linear.lower)
    for week in model.weeks:
        if not week.choices:
            for variable, value in week.pins_only().items():
                values[variable] = value
    crowd = _Crowd(model)
    waiting = [week for week in model.weeks if week.choices]
    options = {id(week): sorted(week.choices, key=worth, reverse=True) for week in model.weeks}
    # Who has little choice goes first.
    waiting.sort(key=lambda week: len(week.choices))
    everyone = waiting
    chosen: dict[int, int] = {}

    def settle(week: WeekModel) -> None:
        best = next((x for x in options[id(week)] if crowd.has_room(week, x)), None)
        if best is not None:
            chosen[id(week)] = best
            crowd.add(week, best)

    for _ in range(MOST_ROUNDS):
        for week in waiting:
            if is_over():
                return None
            settle(week)
        given_up = crowd.give_up_the_emptiest()
        if not given_up:
            break
        waiting = []
        for week in everyone:
            current = chosen.get(id(week))
            if current is not None and any(s.id in given_up for s in week.choices[current]):
                crowd.remove(week, chosen.pop(id(week)))
                waiting.append(week)
    crowd.close_what_does_not_run()
    for week in everyone:
        current = chosen.get(id(week))
        if is_over() or (current is not None and not crowd.can_leave(week, current)):
            continue
        if current is not None:
            crowd.remove(week, chosen.pop(id(week)))
        settle(week)
    for variable in chosen.values():
        values[variable] = 1
    completed = model.linear.complete(values)
    return completed if model.linear.allows(completed) else None


class _Crowd:
    """Who is in which slot so far."""

    def __init__(self, model: PlanModel) -> None:
        rules = model.problem.rules
        self._slot = model.problem.slot
        self._taken: Counter[str] = Counter()
        self._closed: set[str] = set()
        self._most_of_one = rules.max_same_organisation_per_slot
        self._of_one: Counter[tuple[str, str]] = Counter()
        self._most_absent = rules.max_absent_per_organisation
        self._absent: dict[str, Counter[tuple[datetime, datetime]]] = defaultdict(Counter)

    def has_room(self, week: WeekModel, variable: int) -> bool:
        """Tell whether a visitor can join all slots of an itinerary."""
        visitor = week.options.visitor
        slots = week.choices[variable]
        for slot in slots:
            if slot.id in self._closed or self._taken[slot.id] + visitor.seats > slot.capacity:
                return False
        own = visitor.organisation
        if own is None:
            return True
        if self._most_of_one is not None and any(
            self._of_one[slot.id, own] + visitor.seats > self._most_of_one for slot in slots
        ):
            return False
        return self._most_absent is None or self._can_spare(own, slots, visitor.seats)

    def _can_spare(self, own: str, slots: Sequence[Slot], seats: int) -> bool:
        assert self._most_absent is not None
        out = self._absent[own]
        moments = {slot.start for slot in slots} | {
            start for start, _ in out if any(s.start <= start < s.end for s in slots)
        }
        return all(
            seats + sum(n for (start, end), n in out.items() if start <= moment < end)
            <= self._most_absent
            for moment in moments
        )

    def add(self, week: WeekModel, variable: int, *, sign: int = 1) -> None:
        """Put a visitor into the slots of an itinerary."""
        visitor = week.options.visitor
        for slot in week.choices[variable]:
            self._taken[slot.id] += sign * visitor.seats
            if visitor.organisation is not None:
                self._of_one[slot.id, visitor.organisation] += sign * visitor.seats
                if self._most_absent is not None:
                    out = self._absent[visitor.organisation]
                    out[slot.start, slot.end] += sign * visitor.seats

    def remove(self, week: WeekModel, variable: int) -> None:
        """Take a visitor out of the slots of an itinerary."""
        self.add(week, variable, sign=-1)

    def can_leave(self, week: WeekModel, variable: int) -> bool:
        """Tell whether all slots of an itinerary still run without this visitor."""
        seats = week.options.visitor.seats
        return all(
            self._taken[slot.id] - seats >= smallest_group(slot)
            for slot in week.choices[variable]
        )

    def give_up_the_emptiest(self) -> set[str]:
        """Close some of the slots that are below their minimum, and return them."""
        missing = sorted(
            (-smallest_group(self._slot[slot_id]) + seats, slot_id)
            for slot_id, seats in self._taken.items()
            if 0 < seats < smallest_group(self._slot[slot_id])
        )
        count = -(-len(missing) // GIVEN_UP_AT_ONCE)
        given_up = {slot_id for _, slot_id in missing[:count]}
        self._closed |= given_up
        return given_up

    def close_what_does_not_run(self) -> None:
        """Close all slots that nobody is in."""
        self._closed |= {
            slot.id
            for slot in self._slot.values()
            if not self._taken[slot.id] and smallest_group(slot) > 1
        }
