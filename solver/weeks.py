"""One visitor's week in the model: every rule about one visitor, every measure of one.

Two forms, which say the same. *Listed*: one Boolean for each itinerary, of which at most one
is chosen; any measure is a plain coefficient, and the relaxation is tight. *Paired*: one
Boolean for each slot, for a visitor with more itineraries than can be listed.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Protocol

from solver.itineraries import Options
from solver.linear import Expression, LinearModel, Values, total, value_of
from solver.objectives import (
    TOP_PREFERENCES,
    minutes_away,
    minutes_between,
    satisfaction_units,
    welfare,
)
from solver.problem import Objective, Slot, Visitor

PointsMeasure = Callable[[int], int]


class WeekModel(Protocol):
    """What the model needs to know of one visitor."""

    options: Options
    presence: dict[str, Expression]
    """By slot id: 1 when the visitor is in that slot."""
    choices: dict[int, list[Slot]]
    """By variable the slots of each itinerary; empty where they are not listed."""

    def measure(self, objective: Objective) -> Expression:
        """Return what the week adds to an objective that sums over visitors."""

    def pins_only(self) -> dict[int, int]:
        """Return the values of this week's variables that are not 0 with the pins alone."""

    def of_points(self, figure: PointsMeasure) -> Expression:
        """Return any figure that follows from the points of the week."""

    def choose(self, slot_ids: set[str]) -> list[int] | None:
        """Return the variables that are 1 for exactly these slots; None where it cannot be."""


def measure_of_slots(options: Options, objective: Objective, slots: list[Slot]) -> int:
    """Return what a week with these slots, at least one, adds to an objective."""
    visitor = options.visitor
    if objective is Objective.PLACED:
        return visitor.seats
    if objective is Objective.AWAY:
        return visitor.seats * minutes_away(slots)
    if objective is Objective.TOP3:
        top = visitor.preferences[:TOP_PREFERENCES]
        return visitor.seats * any(slot.visit in top for slot in slots)
    raise ValueError(f"{objective} is not a sum over visitors")


class ListedWeek:
    """A visitor whose itineraries are all listed."""

    def __init__(
        self, model: LinearModel, options: Options, itineraries: list[tuple[int, ...]]
    ) -> None:
        self.options = options
        self.choices: dict[int, list[Slot]] = {}
        self._points: dict[int, int] = {}
        self._pins_only: dict[int, int] = {}
        choices_with: dict[str, Expression] = defaultdict(dict)
        for itinerary in itineraries:
            if not itinerary:
                continue
            chosen = model.add_variable()
            self.choices[chosen] = [options.slots[i] for i in itinerary]
            self._points[chosen] = sum(options.points[i] for i in itinerary)
            for slot in self.choices[chosen]:
                choices_with[slot.id][chosen] = 1
            if len(itinerary) == len(options.pinned):
                self._pins_only = {chosen: 1}
        model.choices.append(list(self.choices))
        self.presence = choices_with
        if any(len(slots) > 1 for slots in self.choices.values()):
            # Where every presence is whole, so is the choice.
            model.implied.extend(self.choices)
            self.presence = {
                slot_id: {model.add_sum(choices): 1}
                for slot_id, choices in choices_with.items()
            }
        one = dict.fromkeys(self.choices, 1)
        must_go = bool(options.pinned)
        if one or must_go:
            model.add_row(one, least=1 if must_go else None, most=1)

    def pins_only(self) -> dict[int, int]:
        """Return the itinerary of the pins alone, where there are pins that fit."""
        return self._pins_only

    def choose(self, slot_ids: set[str]) -> list[int] | None:
        """Return the itinerary with exactly these slots, where there is one."""
        if not slot_ids:
            return []
        for chosen, slots in self.choices.items():
            if {slot.id for slot in slots} == slot_ids:
                return [chosen]
        return None

    def measure(self, objective: Objective) -> Expression:
        """Return what the week adds to an objective: a coefficient by itinerary."""
        if objective is Objective.POINTS:
            return self.of_points(lambda points: self.options.visitor.seats * points)
        return {
            chosen: measure_of_slots(self.options, objective, slots)
            for chosen, slots in self.choices.items()
        }

    def of_points(self, figure: PointsMeasure) -> Expression:
        """Return a figure of the points, 0 for none."""
        return {chosen: figure(points) for chosen, points in self._points.items()}


class PairedWeek:
    """A visitor with one Boolean for each slot.

    Slots that exclude each other are held apart by cliques, which cover all such pairs.
    """

    def __init__(self, model: LinearModel, options: Options) -> None:
        self.options = options
        self.choices: dict[int, list[Slot]] = {}
        self._model = model
        pinned = len(options.pinned)
        self._chosen = [
            model.add_variable(lower=int(i < pinned)) for i in range(len(options.slots))
        ]
        self.presence = {
            slot.id: {chosen: 1}
            for slot, chosen in zip(options.slots, self._chosen, strict=True)
        }
        self._levels: dict[int, int] | None = None
        _, allowed = options.start
        for index in range(pinned, len(options.slots)):
            if not allowed >> index & 1:
                model.upper[self._chosen[index]] = 0
        self._post_limits()
        for clique in _cliques(options):
            model.add_row({self._chosen[i]: 1 for i in clique}, most=1)

    def pins_only(self) -> dict[int, int]:
        """Return the pinned slots."""
        return dict.fromkeys(self._chosen[: len(self.options.pinned)], 1)

    def choose(self, slot_ids: set[str]) -> list[int] | None:
        """Return the slots, where they are among those of this visitor."""
        by_id = {slot.id: x for slot, x in zip(self.options.slots, self._chosen, strict=True)}
        if not slot_ids <= by_id.keys():
            return None
        return [by_id[slot_id] for slot_id in sorted(slot_ids)]

    def _post_limits(self) -> None:
        free = list(range(len(self.options.pinned), len(self.options.slots)))
        by_day: dict[date, list[int]] = defaultdict(list)
        for index in free:
            by_day[self.options.slots[index].day].append(index)
        groups = [(free, len(self.options.pinned), self.options.max_visits)]
        for day, members in by_day.items():
            pins = sum(slot.day == day for slot in self.options.pinned)
            groups.append((members, pins, self.options.max_visits_per_day))
        for members, pins, most in groups:
            if len(members) > max(0, most - pins):
                row = {self._chosen[i]: 1 for i in members}
                self._model.add_row(row, most=max(0, most - pins))

    def measure(self, objective: Objective) -> Expression:
        """Return what the week adds to an objective, with variables that say so."""
        visitor = self.options.visitor
        if objective is Objective.POINTS:
            points = zip(self._chosen, self.options.points, strict=True)
            return {chosen: visitor.seats * worth for chosen, worth in points}
        if objective is Objective.PLACED:
            return {self._any_of(self._chosen): visitor.seats}
        if objective is Objective.TOP3:
            top = visitor.preferences[:TOP_PREFERENCES]
            wanted = zip(self._chosen, self.options.slots, strict=True)
            return {self._any_of([x for x, slot in wanted if slot.visit in top]): visitor.seats}
        if objective is Objective.AWAY:
            return dict.fromkeys(self._days_away(), visitor.seats)
        raise ValueError(f"{objective} is not a sum over visitors")

    def _any_of(self, chosen: list[int]) -> int:
        """Return a Boolean that may be 1 when one of these is, and is 1 when it is worth it."""
        return self._model.add_indicator(dict.fromkeys(chosen, 1))

    def _days_away(self) -> list[int]:
        """Return the minutes away on each date, which may not be less than they are."""
        by_day: dict[date, list[tuple[int, Slot]]] = defaultdict(list)
        for chosen, slot in zip(self._chosen, self.options.slots, strict=True):
            by_day[slot.day].append((chosen, slot))
        spans = []
        for members in by_day.values():
            longest = max(minutes_between(a, b) for _, a in members for _, b in members)
            span = self._model.add_variable(upper=longest, follows=_span_of(members))
            spans.append(span)
            for first, first_slot in members:
                for last, last_slot in members:
                    minutes = minutes_between(first_slot, last_slot)
                    if minutes <= 0:
                        continue
                    row: Expression = {span: 1, first: -minutes}
                    row[last] = row.get(last, 0) - (minutes if first != last else 0)
                    self._model.add_row(row, least=-minutes if first != last else 0)
        return spans

    def of_points(self, figure: PointsMeasure) -> Expression:
        """Return a figure of the points: exactly one reachable level of points holds."""
        if self._levels is None:
            levels = _reachable_points(self.options)
            of_slots = dict(zip(self._chosen, self.options.points, strict=True))
            self._levels = {
                points: self._model.add_variable(follows=_equals(of_slots, points))
                for points in sorted(levels)
            }
            self._model.choices.append(list(self._levels.values()))
            self._model.add_row(dict.fromkeys(self._levels.values(), 1), least=1, most=1)
            of_levels = {level: -points for points, level in self._levels.items()}
            self._model.add_row(total((of_slots, of_levels)), least=0, most=0)
        return {level: figure(points) for points, level in self._levels.items()}


def _span_of(members: list[tuple[int, Slot]]) -> Callable[[Values], int]:
    return lambda values: minutes_away(slot for chosen, slot in members if values[chosen])


def _equals(expression: Expression, figure: int) -> Callable[[Values], int]:
    return lambda values: int(value_of(expression, values) == figure)


def _reachable_points(options: Options) -> set[int]:
    """Return every sum of points that some slots could give, and perhaps a few more."""
    pins = sum(options.points[: len(options.pinned)])
    by_count: dict[int, set[int]] = {0: {pins}}
    room = max(0, options.max_visits - len(options.pinned))
    worth = {
        slot.visit: points
        for slot, points in zip(options.slots, options.points, strict=True)
        if slot in options.free
    }
    for points in worth.values():
        for count in sorted(by_count, reverse=True):
            if count < room:
                more = {reached + points for reached in by_count[count]}
                by_count.setdefault(count + 1, set()).update(more)
    return set().union(*by_count.values())


def _cliques(options: Options) -> list[list[int]]:
    """Return sets of slots that exclude each other, which together cover all such pairs."""
    everything = (1 << len(options.slots)) - 1
    clash = [everything & ~fits & ~(1 << i) for i, fits in enumerate(options.fits)]
    uncovered = list(clash)
    cliques = []
    for index in range(len(options.slots)):
        while uncovered[index]:
            members, candidates = [index], clash[index]
            wanted = uncovered[index]
            while candidates:
                pool = candidates & wanted or candidates
                other = (pool & -pool).bit_length() - 1
                members.append(other)
                candidates &= clash[other]
            bits = sum(1 << i for i in members)
            for i in members:
                uncovered[i] &= ~bits
            cliques.append(members)
    return cliques


def figure_of_points(objective: Objective, options: Options) -> PointsMeasure | None:
    """Return how an objective follows from a visitor's points; None where it does not."""
    visitor: Visitor = options.visitor
    if objective is Objective.WELFARE:
        return lambda points: welfare(visitor, points, best=options.best)
    if objective is Objective.LOWEST:
        return lambda points: satisfaction_units(points, best=options.best)
    return None
