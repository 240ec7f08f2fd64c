"""Whether pinned slots can be filled up to their minimum.

Without pins nobody has to go anywhere, so a plan exists when one exists for the slots with
pins alone, and in those only who is needed to reach the minimum has to come besides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from itertools import combinations
from math import inf

from solver.conflicts.arithmetic import PinRules
from solver.conflicts.parts import Kept, Kind
from solver.engines import open_search
from solver.linear import Expression, LinearModel
from solver.problem import Pair, Problem, Slot, Visitor


class PinnedSlots:
    """The slots of one problem that have pins, and who could join those who are pinned."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rules = PinRules(problem)

    @cached_property
    def _wanting(self) -> dict[str, list[Visitor]]:
        visits = {self.problem.slot[slot].visit for _, slot in self.problem.pins}
        wanting: dict[str, list[Visitor]] = defaultdict(list)
        for visitor in self.problem.visitors:
            for visit in visits.intersection(visitor.preferences):
                wanting[visit].append(visitor)
        return wanting

    @cached_property
    def _pinned(self) -> dict[str, list[Visitor]]:
        pinned: dict[str, list[Visitor]] = defaultdict(list)
        for who, slot in sorted(self.problem.pins):
            pinned[slot].append(self.problem.visitor[who])
        return pinned

    def who_could_come(self, slot: Slot, kept: Kept) -> Iterator[Visitor]:
        """Yield, once each, who may be in a slot as far as the rules for everyone go.

        Whoever is pinned there by the problem may, also where the pin has been left out: it
        is the duty to come that is left out then, and not the permission.
        """
        exempt = {visitor.id for visitor in self._pinned[slot.id]}
        yield from self._pinned[slot.id]
        for visitor in self._wanting[slot.visit] if kept.rule(1) else self.problem.visitors:
            if visitor.id not in exempt and self._suits(visitor, slot, kept):
                yield visitor

    def _suits(self, visitor: Visitor, slot: Slot, kept: Kept) -> bool:
        visit = self.problem.visit[slot.visit]
        return not (
            (kept.rule(7) and visitor.languages.isdisjoint(slot.languages))
            or (kept.rule(8) and visit.audience and visit.audience.isdisjoint(visitor.sectors))
            or (kept.rule(9) and visit.organisation == visitor.organisation)
            or (
                kept.rule(5)
                and any(start < slot.end and slot.start < end for start, end in visitor.busy)
            )
        )

    def have_plan(self, kept: Kept, *, should_stop: Callable[[], bool]) -> bool | None:
        """Tell whether the pins have a plan under these rules; None when stopped before."""
        if any(self.rules.broken(kept)):
            return False
        filling = _Filling(self, kept)
        if not filling.needs:
            return True
        if not filling.can_each_be_filled():
            return False
        return filling.fill_greedily() or filling.search(should_stop)


class _Filling:
    """The search for who comes besides those who are pinned."""

    def __init__(self, pinned: PinnedSlots, kept: Kept) -> None:
        self._pinned, self._kept = pinned, kept
        self._problem = problem = pinned.problem
        self._seats_in: dict[str, int] = defaultdict(int)
        self._slots_of: dict[str, list[Slot]] = defaultdict(list)
        self._pinned_of: dict[str | None, list[tuple[int, Slot]]] = defaultdict(list)
        for who, slot_id in kept.pins:
            self._seats_in[slot_id] += problem.visitor[who].seats
            self._slots_of[who].append(problem.slot[slot_id])
            self._pinned_of[problem.visitor[who].organisation].append(
                (problem.visitor[who].seats, problem.slot[slot_id])
            )
        self._duties = frozenset(kept.pins)
        self.needs = {
            slot_id: problem.slot[slot_id].minimum - taken
            for slot_id, taken in sorted(self._seats_in.items())
            if kept.has(Kind.MINIMUM, slot_id) and taken < problem.slot[slot_id].minimum
        }
        self._new: dict[str, list[Slot]] = defaultdict(list)
        self._out: dict[str | None, list[tuple[int, Slot]]] = defaultdict(list)
        for organisation, places in self._pinned_of.items():
            self._out[organisation] = list(places)
        self._moments = sorted({problem.slot[slot_id].start for slot_id in self._seats_in})

    def _candidates(self, slot_id: str) -> Iterator[Visitor]:
        slot = self._problem.slot[slot_id]
        for visitor in self._pinned.who_could_come(slot, self._kept):
            if (visitor.id, slot_id) not in self._duties and self._may_join(visitor, slot):
                yield visitor

    def _may_join(self, visitor: Visitor, slot: Slot) -> bool:
        if self._kept.has(Kind.BAN, (visitor.id, slot.id)):
            return False
        if self._kept.has(Kind.CAPACITY, slot.id) and visitor.seats > self._room(slot):
            return False
        return not any(self._clash(visitor, slot, own) for own in self._slots_of[visitor.id])

    def _room(self, slot: Slot) -> int:
        return slot.capacity - self._seats_in[slot.id]

    def _clash(self, visitor: Visitor, one: Slot, other: Slot) -> bool:
        return (self._kept.rule(2) and one.visit == other.visit) or (
            self._kept.rule(4) and not self._pinned.rules.in_time(visitor, one, other)
        )

    def can_each_be_filled(self) -> bool:
        """Tell whether each slot alone has enough visitors who could come."""
        for slot_id, need in self.needs.items():
            hope = 0
            for visitor in self._candidates(slot_id):
                hope += visitor.seats
                if hope >= need:
                    break
            else:
                return False
        return True

    def fill_greedily(self) -> bool:
        """Tell whether taking whoever comes first fills every slot. If not, some other may."""
        for slot_id, need in self.needs.items():
            slot, left = self._problem.slot[slot_id], need
            for visitor in self._candidates(slot_id):
                if left <= 0:
                    break
                if self._allows(visitor, slot, room=self._room(slot) - need + left):
                    self._new[visitor.id].append(slot)
                    self._out[visitor.organisation].append((visitor.seats, slot))
                    left -= visitor.seats
            if left > 0:
                return False
        return True

    def _allows(self, visitor: Visitor, slot: Slot, *, room: int) -> bool:
        """Tell whether a candidate can join those who joined before."""
        kept, new = self._kept, self._new[visitor.id]
        if kept.has(Kind.CAPACITY, slot.id) and visitor.seats > room:
            return False
        if any(self._clash(visitor, slot, other) for other in new):
            return False
        if kept.rule(6) and not self._within_maxima(visitor, [*new, slot]):
            return False
        return visitor.organisation is None or all(
            visitor.seats
            + sum(seats for seats, s in self._out[visitor.organisation] if concerns(s))
            <= most
            for concerns, most in self._limits_of_organisations()
            if concerns(slot)
        )

    def _within_maxima(self, visitor: Visitor, new: list[Slot]) -> bool:
        most, most_per_day = maxima(self._problem, visitor)
        every = [*self._slots_of[visitor.id], *new]
        free = [s for s in new if (visitor.id, s.id) not in self._problem.pins]
        return not free or (
            len(every) <= most
            and all(sum(s.day == f.day for s in every) <= most_per_day for f in free)
        )

    def _limits_of_organisations(self) -> Iterator[tuple[Callable[[Slot], bool], int]]:
        """Yield which slots together may hold how many seats of one organisation."""
        rules = self._problem.rules
        if self._kept.rule(10):
            for slot_id in self.needs:
                yield _is(slot_id), rules.max_same_organisation_per_slot or 0
        if self._kept.rule(11):
            for moment in self._moments:
                yield _is_at(moment), rules.max_absent_per_organisation or 0

    def search(self, should_stop: Callable[[], bool]) -> bool | None:
        """Tell whether the slots can be filled, by an integer linear model."""
        model = LinearModel()
        joins = {
            (visitor.id, slot_id): model.add_variable()
            for slot_id in self.needs
            for visitor in self._candidates(slot_id)
        }
        by_slot: dict[str, Expression] = defaultdict(dict)
        by_visitor: dict[str, list[tuple[Slot, int]]] = defaultdict(list)
        for (who, slot_id), x in joins.items():
            by_slot[slot_id][x] = self._problem.visitor[who].seats
            by_visitor[who].append((self._problem.slot[slot_id], x))
        for slot_id, need in self.needs.items():
            has_capacity = self._kept.has(Kind.CAPACITY, slot_id)
            room = self._room(self._problem.slot[slot_id]) if has_capacity else None
            model.add_row(by_slot[slot_id], least=need, most=room)
        self._post_organisations(model, joins)
        for who, mine in by_visitor.items():
            self._post_visitor(model, self._problem.visitor[who], mine)
        return _has_values(model, should_stop)

    def _post_organisations(self, model: LinearModel, joins: dict[Pair, int]) -> None:
        by_organisation: dict[str, list[tuple[Slot, int, int]]] = defaultdict(list)
        for (who, slot_id), x in joins.items():
            visitor = self._problem.visitor[who]
            if visitor.organisation is not None:
                place = self._problem.slot[slot_id], x, visitor.seats
                by_organisation[visitor.organisation].append(place)
        for concerns, most in self._limits_of_organisations():
            for organisation, places in by_organisation.items():
                row = {x: seats for slot, x, seats in places if concerns(slot)}
                taken = sum(seats for seats, s in self._pinned_of[organisation] if concerns(s))
                if row:
                    model.add_row(row, most=most - taken)

    def _post_visitor(
        self, model: LinearModel, visitor: Visitor, mine: list[tuple[Slot, int]]
    ) -> None:
        for (one, x), (other, y) in combinations(mine, 2):
            if self._clash(visitor, one, other):
                model.add_row({x: 1, y: 1}, most=1)
        if not self._kept.rule(6):
            return
        most, most_per_day = maxima(self._problem, visitor)
        own = self._slots_of[visitor.id]
        for slot, x in mine:
            if (visitor.id, slot.id) not in self._problem.pins:
                others = [y for _, y in mine if y != x]
                _limit(model, x, others, most=most - len(own))
                others = [y for other, y in mine if y != x and other.day == slot.day]
                pinned = sum(other.day == slot.day for other in own)
                _limit(model, x, others, most=most_per_day - pinned)


def maxima(problem: Problem, visitor: Visitor) -> tuple[int, int]:
    """Return the most visits of one visitor, in all and on one date."""
    rules = problem.rules
    return (
        rules.max_visits if visitor.max_visits is None else visitor.max_visits,
        rules.max_visits_per_day
        if visitor.max_visits_per_day is None
        else visitor.max_visits_per_day,
    )


def _is(slot_id: str) -> Callable[[Slot], bool]:
    return lambda slot: slot.id == slot_id


def _is_at(moment: datetime) -> Callable[[Slot], bool]:
    return lambda slot: slot.start <= moment < slot.end


def _limit(model: LinearModel, x: int, others: list[int], *, most: int) -> None:
    """Demand that, where ``x`` is 1, no more than ``most`` are 1, itself included."""
    excess = len(others) + 1 - most
    if excess > 0:
        row = dict.fromkeys(others, 1)
        row[x] = excess
        model.add_row(row, most=len(others))


def _has_values(model: LinearModel, should_stop: Callable[[], bool]) -> bool | None:
    """Tell whether a model has values at all; None when stopped before that is known."""
    outcome = open_search(model).maximise(
        {}, start=None, deadline=inf, should_stop=should_stop, report=lambda *_: None
    )
    if outcome.values is not None:
        return True
    return False if outcome.is_proven else None
