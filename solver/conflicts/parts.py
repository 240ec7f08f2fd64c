"""What can be left out of a problem: its pins, and the rules that they can run into."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from solver.problem import Pair, Problem, Slot, SlotState

RULES = {
    1: "visitors go only to visits that they prefer",
    7: "visitors go only where they share a language",
    8: "visitors go only where they belong to the audience",
    9: "nobody visits their own organisation",
    5: "nobody goes anywhere when busy",
    6: "nobody makes more visits than the maximum, in all and on one date",
    2: "nobody makes one visit twice",
    4: "nobody is in two slots at once, or without the time to travel",
}
"""Rules by number that hold for everyone; those that say the most come first."""


class Kind(StrEnum):
    """What a part is; its subject is a pair, a slot's id or a rule's number."""

    PIN = "pin"
    BAN = "ban"
    CLOSED = "closed"
    CAPACITY = "capacity"
    MINIMUM = "minimum"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a problem that can be left out, and what it says."""

    kind: Kind
    subject: str | int | Pair
    words: str


class Kept:
    """A selection of the parts of a problem, ready to be asked for."""

    def __init__(self, parts: Collection[Part]) -> None:
        self._parts = frozenset((part.kind, part.subject) for part in parts)
        self.pins = sorted(
            part.subject
            for part in parts
            if part.kind is Kind.PIN and isinstance(part.subject, tuple)
        )

    def has(self, kind: Kind, subject: str | int | Pair) -> bool:
        """Tell whether a part is among them."""
        return (kind, subject) in self._parts

    def rule(self, number: int) -> bool:
        """Tell whether a rule that holds for everyone is among them."""
        return (Kind.RULE, number) in self._parts


def pin(pair: Pair) -> Part:
    """Return the part that a pin is."""
    return Part(Kind.PIN, pair, f"pin: visitor {pair[0]} in slot {pair[1]}")


def ban(pair: Pair) -> Part:
    """Return the part that a ban is."""
    return Part(Kind.BAN, pair, f"rule 12: visitor {pair[0]} is banned from slot {pair[1]}")


def closed(slot: Slot) -> Part:
    """Return the part that says that a slot is closed."""
    return Part(Kind.CLOSED, slot.id, f"rule 3: slot {slot.id} is closed")


def capacity(slot: Slot) -> Part:
    """Return the part that says how many a slot holds."""
    words = f"rule 3: slot {slot.id} has a capacity of {_seats(slot.capacity)}"
    return Part(Kind.CAPACITY, slot.id, words)


def minimum(slot: Slot) -> Part:
    """Return the part that says how many a slot needs."""
    words = f"rule 3: slot {slot.id} runs with at least {_seats(slot.minimum)}"
    return Part(Kind.MINIMUM, slot.id, words)


def rule(number: int, problem: Problem) -> Part:
    """Return the part that is a rule for everyone."""
    rules = problem.rules
    if number == 10:
        most = _seats(rules.max_same_organisation_per_slot or 0)
        words = f"visitors of one organisation get at most {most} in one slot"
    elif number == 11:
        most = _seats(rules.max_absent_per_organisation or 0)
        words = f"visitors of one organisation take at most {most} at any one moment"
    else:
        words = RULES[number]
    return Part(Kind.RULE, number, f"rule {number}: {words}")


def _seats(count: int) -> str:
    return f"{count} seat" if count == 1 else f"{count} seats"


def all_pins(problem: Problem) -> list[Part]:
    """Return every pin, in the order of the visitors."""
    return [pin(pair) for pair in sorted(problem.pins)]


def all_rules(problem: Problem) -> list[Part]:
    """Return every rule that pins can run into, those first that say the most.

    Rules about slots without pins are not among them: nobody has to be there.
    """
    pinned = {slot for _, slot in problem.pins}
    slots = [problem.slot[slot] for slot in sorted(pinned)]
    parts = [closed(slot) for slot in slots if slot.state is SlotState.CLOSED]
    parts += [
        minimum(slot) for slot in slots if slot.state is SlotState.OPEN and slot.minimum > 1
    ]
    parts += [capacity(slot) for slot in slots]
    parts += [ban(pair) for pair in sorted(problem.bans) if pair[1] in pinned]
    parts += [rule(number, problem) for number in RULES]
    if problem.rules.max_same_organisation_per_slot is not None:
        parts.append(rule(10, problem))
    if problem.rules.max_absent_per_organisation is not None:
        parts.append(rule(11, problem))
    return parts
