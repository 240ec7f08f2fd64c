"""Whether a single seat fits in somebody's week: the solver's checker is asked, as of a plan.

The rules stand once, in the solver. That a group is small keeps nobody out of it here.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from opendeur.domain.assignment.problems import build_problem, canonical
from opendeur.gateways import interchange, solver
from opendeur.models import Edition, Slot, Visitor

#: That a visit is no preference: whoever asks for a seat, or has it, wants it.
NO_PREFERENCE = "rule 1:"
#: What somebody's own week cannot hold: two visits too near, a busy time, too many.
OF_A_WEEK = ("rule 4:", "rule 5:", "rule 6:")

Pair = dict[str, str]


def has_room_for(session: Session, visitor: Visitor, slot: Slot) -> bool:
    """Tell whether one more seat breaks no rule that is not broken without it.

    That this person gave up the very seat does not count: they ask for it.
    """
    problem = _without_minima(session, visitor.edition)
    pair = {
        "visitor": interchange.visitor_id(visitor.id),
        "slot": interchange.slot_id(slot.id),
    }
    problem["bans"] = [ban for ban in problem["bans"] if ban != pair]
    held = _held(problem)
    news = set(_broken(problem, [*held, pair])) - set(_broken(problem, held))
    return not any(rule.startswith("rule ") for rule in news - _about(news, NO_PREFERENCE))


def kept_from(session: Session, slot: Slot) -> set[int]:
    """Return the numbers of the visitors of a slot who cannot be there beside their week."""
    problem = _without_minima(session, slot.visit.host.edition)
    here, day = interchange.slot_id(slot.id), f" on {slot.local_starts_at.date()}"
    held = _held(problem)
    people = {pair["visitor"] for pair in held if pair["slot"] == here}
    found: set[str] = set()
    for rule in _broken(problem, held):
        named = set(re.findall(r"\b[ps]\d+\b", rule))
        if rule.startswith(OF_A_WEEK) and (here in named or day in rule):
            found |= named & people
    return {interchange.row_number(identifier) for identifier in found}


def _without_minima(session: Session, edition: Edition) -> dict[str, Any]:
    problem = build_problem(session, edition)
    for slot in problem["slots"]:
        slot["minimum"] = 1
    return problem


def _held(problem: dict[str, Any]) -> list[Pair]:
    previous = problem["previous"]
    return list(previous["placements"]) if previous else []


def _broken(problem: dict[str, Any], placements: list[Pair]) -> tuple[str, ...]:
    return solver.broken_rules(canonical(problem), json.dumps({"placements": placements}))


def _about(rules: Iterable[str], beginning: str) -> set[str]:
    return {rule for rule in rules if rule.startswith(beginning)}
