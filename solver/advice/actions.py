"""The short list: what an organiser could do, what brings the most first."""

from collections.abc import Iterable, Sequence

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
from solver.problem import Problem

MOST_ACTIONS = 12
GIVEN = frozenset({RuleName.BUSY, RuleName.LANGUAGES, RuleName.TRAVEL, RuleName.CAPACITY})
"""Rules that an organiser cannot drop: their price tells what to ask of hosts and visitors."""
MOST_TO_FIND = 3
"""Slots that lack more seats than this are not worth a call."""


def actions(
    problem: Problem,
    withdrawals: Sequence[WithdrawnSlots],
    rules: Iterable[RulePrice],
    idle: Sequence[IdleSlot],
    seats: Iterable[SeatWorth],
) -> tuple[Action, ...]:
    """Return what to do: withdraw what nobody misses, then what brings the most.

    What brings more on an objective comes before all that brings less on it, whatever it
    brings on those after it. Last come the slots that lack only a few visitors, those of
    hosts without anyone first.
    """
    free = [
        Action(ActionKind.WITHDRAW, found.slots, None, found.effect)
        for found in withdrawals
        if found.slots and found.reason is not Withdrawal.FEWER
        if found.effect.verdict is Verdict.SAME
    ]
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
    return (*free, *better, *_to_find(problem, idle))[:MOST_ACTIONS]


def _to_find(problem: Problem, idle: Iterable[IdleSlot]) -> list[Action]:
    """Return slots that lack few visitors, in the order in which they were looked at."""
    return [
        Action(ActionKind.FIND_VISITORS, (slot.slot,), slot.more_wanting, slot.lowered)
        for slot in idle
        if slot.more_wanting is not None and slot.more_wanting <= MOST_TO_FIND
    ]
