"""Looking at one change after the other: rules, seats, slots that do not run, slots that do."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

from solver.advice import changes
from solver.advice.demand import Demand
from solver.advice.findings import (
    Basis,
    Effect,
    IdleSlot,
    RuleName,
    RulePrice,
    SeatWorth,
    Verdict,
    Withdrawal,
    WithdrawnSlots,
)
from solver.advice.resolving import Resolver
from solver.model import smallest_group
from solver.problem import Objective, Slot, SlotState

RESCALING = frozenset(
    {
        RuleName.MAX_VISITS,
        RuleName.MAX_VISITS_PER_DAY,
        RuleName.CAPACITY,
        RuleName.CLOSED,
        RuleName.BUSY,
        RuleName.TRAVEL,
        RuleName.LANGUAGES,
        RuleName.AUDIENCE,
        RuleName.OWN_ORGANISATION,
        RuleName.BANS,
    }
)
"""Rules without which the visitors' best weeks would be others."""


class Looker:
    """Answers what an organiser may ask about one plan."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._problem = resolver.problem
        self._demand = Demand(resolver.problem)
        self._taken: Counter[str] = Counter()
        for visitor, slot in resolver.placements:
            self._taken[slot] += self._problem.visitor[visitor].seats
        self._pinned = frozenset(slot for _, slot in self._problem.pins)

    def price(self, rule: RuleName) -> RulePrice:
        """Return what every objective would be without a rule."""
        if self._demand.is_idle(rule):
            return RulePrice(rule, self._resolver.unchanged())
        answer = self._resolver.answer(
            changes.without_rule(self._problem, rule),
            allows_today=rule is not RuleName.PINS,
            scale_changes=rule in RESCALING,
        )
        return RulePrice(rule, answer.effect)

    def scarce_slots(self) -> list[Slot]:
        """Return the slots in which a seat more could be taken, the fullest first."""
        slots = [
            slot
            for slot in self._problem.slots
            if slot.state is not SlotState.CLOSED and not self._demand.is_always_roomy(slot.id)
        ]
        wanted = self._demand.wanted
        return sorted(
            slots, key=lambda s: (s.capacity - self._taken[s.id], -wanted[s.id], s.id)
        )

    def seat_worth(self, slot: Slot) -> SeatWorth:
        """Return what one more seat in a slot would bring."""
        effect = self._resolver.answer(
            changes.with_more_seats(self._problem, {slot.id}),
            allows_today=True,
            scale_changes=any(v.seats == slot.capacity + 1 for v in self._problem.visitors),
        ).effect
        return self._seat_worth(slot, effect)

    def roomy_slots(self) -> list[SeatWorth]:
        """Return what one more seat would bring where all who could come have one: nothing."""
        return [
            self._seat_worth(slot, self._resolver.unchanged())
            for slot in self._problem.slots
            if slot.state is not SlotState.CLOSED and self._demand.is_always_roomy(slot.id)
        ]

    def _seat_worth(self, slot: Slot, effect: Effect) -> SeatWorth:
        return SeatWorth(
            slot.id, slot.capacity, self._taken[slot.id], self._demand.wanted[slot.id], effect
        )

    def idle_slots(self) -> list[Slot]:
        """Return the slots that do not run, those of hosts without anyone first."""
        problem, wanted = self._problem, self._demand.wanted
        hosts = {problem.host(problem.slot[slot]).id for slot in self._resolver.running}
        slots = [
            slot
            for slot in problem.slots
            if slot.state is not SlotState.CLOSED and slot.id not in self._resolver.running
        ]
        return sorted(
            slots,
            key=lambda s: (problem.host(s).id in hosts, s.minimum - wanted[s.id], s.id),
        )

    def idle_slot(self, slot: Slot) -> IdleSlot:
        """Return the nearest way to make a slot run."""
        wanted = self._demand.wanted[slot.id]
        minimum, lowered = self._lowered(slot, wanted)
        return IdleSlot(
            slot=slot.id,
            minimum=slot.minimum,
            wanted=wanted,
            lower_minimum=minimum,
            lowered=lowered,
            more_wanting=self._more_wanting(slot, wanted),
            made_to_run=self._made_to_run(slot),
        )

    def _lowered(self, slot: Slot, wanted: int) -> tuple[int | None, Effect]:
        """Return the largest minimum with which every best plan has a slot run; its effect.

        The lower the minimum, the more is possible: so the largest is found by halving.
        Where time runs out, it is the largest that was found.
        """
        if slot.state is SlotState.FORCED or slot.minimum <= 1 or not wanted:
            return None, self._resolver.unchanged()
        effects: dict[int, Effect] = {}

        def is_better(minimum: int) -> bool:
            changed = changes.with_minimum(self._problem, {slot.id: minimum})
            effects[minimum] = self._resolver.answer(changed, allows_today=True).effect
            return _is_better(effects[minimum])

        highest = min(slot.minimum - 1, wanted)
        with suppress(_Undecided):
            if not is_better(highest) and highest > 1 and is_better(1):
                _last(is_better, least=1, most=highest - 1)
        better = [m for m, effect in effects.items() if effect.verdict is Verdict.BETTER]
        if better:
            return max(better), effects[max(better)]
        return None, effects[min(effects)]

    def _more_wanting(self, slot: Slot, wanted: int) -> int | None:
        group = smallest_group(slot)

        def is_not_enough(count: int) -> bool:
            changed = changes.with_newcomers(self._problem, slot.id, count=count)
            is_better = self._resolver.is_better(changed)
            if is_better is None:
                raise _Undecided
            return not is_better

        least = max(1, group - wanted)
        try:
            if group > slot.capacity:
                return None
            if not is_not_enough(least):
                return least
            if least == group or is_not_enough(group):
                return None
            return 1 + _last(is_not_enough, least=least, most=group - 1)
        except _Undecided:
            return None

    def _made_to_run(self, slot: Slot) -> Effect:
        changed, subtract = changes.made_to_run(self._problem, slot.id)
        return self._resolver.answer(changed, subtract=subtract).effect

    def unused(self) -> WithdrawnSlots:
        """Return the slots that do not run: the best plan is the same without them."""
        idle = tuple(sorted(slot.id for slot in self.idle_slots()))
        running = len(self._resolver.running)
        return WithdrawnSlots(Withdrawal.UNUSED, idle, running, self._resolver.unchanged())

    def after_fewer_slots(self) -> list[Objective]:
        """Return the objectives that fewer slots could come before, but do not, last first."""
        objectives = self._problem.objectives
        place = len(objectives)
        if Objective.SLOTS in objectives:
            place = objectives.index(Objective.SLOTS)
        return list(reversed(objectives[1:place]))

    def fewer_slots(self, objective: Objective) -> WithdrawnSlots:
        """Return how few slots run, and what is lost, where that comes before an objective."""
        answer = self._resolver.answer(
            changes.with_slots_before(self._problem, objective), allows_today=True
        )
        idle = sorted(
            slot.id
            for slot in self._problem.slots
            if slot.state is not SlotState.CLOSED and slot.id not in answer.running
        )
        is_found = answer.effect.basis is Basis.SOLVED
        return WithdrawnSlots(
            reason=Withdrawal.FEWER,
            slots=tuple(idle) if is_found else (),
            running=len(answer.running),
            effect=answer.effect,
            before=objective,
        )

    def thin_slots(self) -> list[Slot]:
        """Return the slots that run and could be withdrawn, those with the fewest first."""
        slots = [self._problem.slot[s] for s in self._resolver.running - self._pinned]
        return sorted(slots, key=lambda s: (self._taken[s.id], self._demand.wanted[s.id], s.id))

    def withdrawn(self, slots: Sequence[str]) -> WithdrawnSlots:
        """Return what is lost where some slots that run do not."""
        answer = self._resolver.answer(changes.without_slots(self._problem, slots))
        reason = Withdrawal.SINGLE if len(slots) == 1 else Withdrawal.SEVERAL
        return WithdrawnSlots(reason, tuple(slots), len(answer.running), answer.effect)


class _Undecided(Exception):
    """Neither value nor bound tells whether a change makes the plan better."""


def _is_better(effect: Effect) -> bool:
    if effect.verdict is Verdict.UNKNOWN:
        raise _Undecided
    return effect.verdict is Verdict.BETTER


def _last(holds: Callable[[int], bool], *, least: int, most: int) -> int:
    """Return the last number up to ``most`` for which it holds; it does for ``least``."""
    while least < most:
        middle = (least + most + 1) // 2
        if holds(middle):
            least = middle
        else:
            most = middle - 1
    return least
