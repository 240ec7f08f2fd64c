"""The short list: what an organiser could do, what brings the most first."""

from collections.abc import Iterable, Iterator, Sequence

from solver.advice.findings import (
    Action,
    ActionKind,
    IdleSlot,
    RuleName,
    RulePrice,
    SeatWorth,
    Verdict,
    Withdrawal,
    WithdrawnSlots,
)

MOST_ACTIONS = 12
GIVEN = frozenset({RuleName.BUSY, RuleName.LANGUAGES, RuleName.TRAVEL, RuleName.CAPACITY})
"""Rules that an organiser cannot drop: their price tells what to ask of hosts and visitors."""
MOST_TO_FIND = 3
"""Slots that lack more seats than this are not worth a call."""


def actions(
    withdrawals: Sequence[WithdrawnSlots],
    rules: Iterable[RulePrice],
    idle: Sequence[IdleSlot],
    seats: Iterable[SeatWorth],
) -> tuple[Action, ...]:
    """Return what to do: withdraw what nobody misses, then what brings the most.

    What brings more on an objective comes before all that brings less on it, whatever it
    brings on those after it. Last come the slots that lack only a few visitors, those of
    hosts without anyone first. A slot that the list would make run is not one to withdraw.
    """
    gains = [
        Action(ActionKind.LOWER_MINIMUM, (slot.slot,), slot.lower_minimum, slot.lowered)
        for slot in idle
        if slot.lower_minimum is not None
    ]
    gains += [Action(ActionKind.ADD_SEAT, (seat.slot,), None, seat.effect) for seat in seats]
    gains += [
        Action(ActionKind.DROP_RULE, (price.rule,), None, price.effect)
        for price in rules
        if price.rule not in GIVEN
    ]
    better = [action for action in gains if action.effect.verdict is Verdict.BETTER]
    better.sort(key=lambda action: action.effect.gains, reverse=True)
    others = (*better, *_to_find(idle))[: MOST_ACTIONS - 1]
    return (*_to_withdraw(withdrawals, others), *others)


def _to_withdraw(
    withdrawals: Iterable[WithdrawnSlots], others: Iterable[Action]
) -> Iterator[Action]:
    """Yield the withdrawal of what nobody misses, but for slots that others would have run."""
    kept = {subject for action in others for subject in action.subjects}
    for found in withdrawals:
        slots = tuple(slot for slot in found.slots if slot not in kept)
        if found.reason is Withdrawal.UNUSED and slots:
            yield Action(ActionKind.WITHDRAW, slots, None, found.effect)


def _to_find(idle: Iterable[IdleSlot]) -> list[Action]:
    """Return slots that lack few visitors, in the order in which they were looked at."""
    return [
        Action(ActionKind.FIND_VISITORS, (slot.slot,), slot.more_wanting, slot.lowered)
        for slot in idle
        if slot.more_wanting is not None and slot.more_wanting <= MOST_TO_FIND
    ]
