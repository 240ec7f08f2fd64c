"""Advice in plain English, for the command line."""

from collections.abc import Iterator, Sequence

from solver.advice.findings import (
    Action,
    ActionKind,
    Advice,
    Basis,
    Effect,
    Figure,
    IdleSlot,
    RuleName,
    SeatWorth,
    Verdict,
    Withdrawal,
    WithdrawnSlots,
)
from solver.problem import Objective

RULES = {
    RuleName.MAX_VISITS: "the most visits of a visitor",
    RuleName.MAX_VISITS_PER_DAY: "the most visits of a visitor on one date",
    RuleName.MAX_SAME_ORGANISATION_PER_SLOT: "the most seats of one organisation in a slot",
    RuleName.MAX_ABSENT_PER_ORGANISATION: "the most seats of one organisation out at once",
    RuleName.MINIMUM: "the minimum groups",
    RuleName.CAPACITY: "the capacities",
    RuleName.CLOSED: "the closing of slots",
    RuleName.BUSY: "the times at which visitors are busy",
    RuleName.TRAVEL: "the time to travel",
    RuleName.LANGUAGES: "the languages",
    RuleName.AUDIENCE: "the audiences",
    RuleName.OWN_ORGANISATION: "that nobody visits their own organisation",
    RuleName.PINS: "the pins",
    RuleName.BANS: "the bans",
}
MOST_NAMED = 6
"""Slots named in one line of the short list."""
UNITS = {
    Objective.PLACED: "seats of visitors with a visit",
    Objective.HOSTS: "hosts visited",
    Objective.SLOTS: "slots that run",
    Objective.AWAY: "minutes away",
}


def advice_in_words(advice: Advice) -> Iterator[str]:
    """Yield the lines of an advice: the short list first, then all that it rests on."""
    if not advice.is_optimal:
        yield "The plan was not proven the best: some gains may be had without a change."
    yield "What to do, what brings the most first:"
    for number, action in enumerate(advice.actions, start=1):
        yield f"{number:3}. {action_in_words(action)}"
    if not advice.actions:
        yield "     nothing was found that brings anything"
    yield from _section("Slots to withdraw:", map(_withdrawal, advice.withdrawals))
    yield from _section(
        "The price of each rule, that is what would be without:",
        (f"{RULES[price.rule]}: {effect_in_words(price.effect)}" for price in advice.rules),
    )
    yield from _section("Slots that do not run:", map(_idle, advice.idle))
    yield from _section("One seat more in a slot:", _seats(advice.seats))
    if not advice.is_complete:
        yield f"Not all was looked at in the {advice.seconds:.0f} s that there were."


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield title
        yield from (f"  {line}" for line in found)


def action_in_words(action: Action) -> str:
    """Return one line that says what to do, and what it brings."""
    effect = effect_in_words(action.effect)
    match action.kind:
        case ActionKind.WITHDRAW:
            return f"Withdraw {_slots(action.subjects)}: nobody loses by it."
        case ActionKind.LOWER_MINIMUM:
            return f"Let slot {action.subjects[0]} run with {action.amount}: {effect}."
        case ActionKind.ADD_SEAT:
            return f"Have one seat more in slot {action.subjects[0]}: {effect}."
        case ActionKind.DROP_RULE:
            return f"Do without {RULES[RuleName(action.subjects[0])]}: {effect}."
        case ActionKind.FIND_VISITORS:
            return (
                f"Find {_count(action.amount or 0, 'visitor')} more for slot"
                f" {action.subjects[0]}: then it runs."
            )


def _seats(seats: Sequence[SeatWorth]) -> Iterator[str]:
    scarce = [seat for seat in seats if seat.effect.basis is not Basis.COUNTED]
    for seat in scarce:
        yield (
            f"{seat.slot} ({seat.taken} of {seat.capacity} taken, {seat.wanted} could come):"
            f" {effect_in_words(seat.effect)}"
        )
    if len(seats) > len(scarce):
        others = _count(len(seats) - len(scarce), "slot")
        yield f"{others} with room for all who could come: nothing changes"


def _slots(ids: tuple[str, ...]) -> str:
    named = ", ".join(ids[:MOST_NAMED])
    if len(ids) > MOST_NAMED:
        return f"{len(ids)} slots that do not run, {named} and so on"
    return f"{'slot' if len(ids) == 1 else 'slots'} {named}"


def _withdrawal(found: WithdrawnSlots) -> str:
    effect = effect_in_words(found.effect)
    match found.reason:
        case Withdrawal.UNUSED:
            return (
                f"the {_count(len(found.slots), 'slot')} that do not run ({found.running} do):"
                f" {effect} ({', '.join(found.slots)})"
            )
        case Withdrawal.FEWER:
            running = f"down to {found.running} " if found.effect.basis is Basis.SOLVED else ""
            return f"{running}if fewer slots came before {found.before}: {effect}"
        case Withdrawal.SINGLE | Withdrawal.SEVERAL:
            return f"{', '.join(found.slots)}: {effect}"


def _idle(slot: IdleSlot) -> str:
    words = f"{slot.slot}: {slot.wanted} could come, {slot.minimum} are needed"
    if slot.lower_minimum is not None:
        words += f"; with a minimum of {slot.lower_minimum} it runs"
        words += f" ({effect_in_words(slot.lowered)})"
    elif slot.lowered.basis is Basis.SOLVED and slot.lowered.verdict is Verdict.SAME:
        words += "; no lower minimum makes it run"
    if slot.more_wanting is not None:
        words += f"; {_count(slot.more_wanting, 'visitor')} more would make it run"
    if slot.made_to_run.basis is Basis.SOLVED:
        words += f"; made to run: {effect_in_words(slot.made_to_run)}"
    return words


def effect_in_words(effect: Effect) -> str:
    """Return what changes, objective by objective."""
    match effect.basis:
        case Basis.COUNTED:
            return "nothing changes"
        case Basis.IMPOSSIBLE:
            return "it cannot be"
        case Basis.NOT_REACHED:
            return "not looked at in time"
        case Basis.SOLVED:
            figures = effect.figures
            if figures and not figures[0].is_proven and not any(effect.gains):
                return "nothing was found in time"
            changed = [words for figure in figures if (words := _figure(figure))]
            return ", ".join(changed) or "nothing changes (solved again)"


def _figure(figure: Figure) -> str:
    """Return a gain or loss in the objective's own direction; nothing where it is the same."""
    difference = figure.value - figure.before
    if figure.same_scale is not None:
        difference = figure.same_scale - figure.before
        return f"{_named(figure)} {difference:+} by today's best weeks"
    if figure.is_proven:
        return f"{_named(figure)} {difference:+}" if difference else ""
    most = "no bound" if figure.bound is None else f"{figure.bound - figure.before:+} at best"
    return f"{_named(figure)} {difference:+} or better ({most})"


def _named(figure: Figure) -> str:
    return UNITS.get(figure.objective, str(figure.objective))


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
