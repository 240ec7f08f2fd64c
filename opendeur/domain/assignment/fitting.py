"""Whether single seats fit in somebody's week: the solver's checker is asked, as of a plan.

The rules stand once, in the solver. That a group is small keeps nobody out of it here.
"""

import re

from sqlalchemy.orm import Session

from opendeur.domain.assignment.problems import build_problem, canonical
from opendeur.gateways import interchange, solver
from opendeur.models import Edition, Slot, Visitor

#: What says nothing about somebody who asks for a seat: that the visit is no preference, and
#: that they gave this very seat up before.
ASKED_FOR = ("rule 1:", "rule 12:")
#: What somebody's own week cannot hold: two visits too near, a busy time, too many.
OF_A_WEEK = ("rule 4:", "rule 5:", "rule 6:")

Pair = tuple[str, str]


class Fitting:
    """The seats that people have in an edition, read once, to ask which more would fit.

    Parameters
    ----------
    only
        The one visitor who is asked about: they and their colleagues are read, and of the
        seats of others nothing is known. They need not have submitted preferences.
    """

    def __init__(self, session: Session, edition: Edition, *, only: Visitor | None = None):
        self._session = session
        problem = build_problem(session, edition, only=only)
        for slot in problem["slots"]:
            slot["minimum"] = 1
        self._preferences = {
            visitor["id"]: visitor["preferences"] for visitor in problem["visitors"]
        }
        self._visit_of = {slot["id"]: slot["visit"] for slot in problem["slots"]}
        self._employer_of = {
            visitor["id"]: visitor["organisation"] for visitor in problem["visitors"]
        }
        previous = problem["previous"] or {"placements": []}
        self._held = [
            (placement["visitor"], placement["slot"])
            for placement in previous["placements"]
            if placement["slot"] in self._visit_of  # or its visit was withdrawn
        ]
        self._checker = solver.Checker(canonical(problem))
        self._best: dict[str, int] | None = None

    def has_room_for(self, visitor: Visitor, slot: Slot) -> bool:
        """Tell whether one more seat breaks no rule that is not broken without it."""
        pair = (interchange.visitor_id(visitor.id), interchange.slot_id(slot.id))
        if pair[1] not in self._visit_of or pair in self._held:
            return False
        if pair[0] not in self._preferences:  # they gave no preferences
            return has_room_for(self._session, visitor, slot)
        near = [held for held in self._held if self._can_collide(held, pair)]
        news = set(self._checker.broken_rules([*near, pair]))
        news -= set(self._checker.broken_rules(near))
        return all(rule.startswith(ASKED_FOR) for rule in news if rule.startswith("rule "))

    def satisfaction_of(self, visitor: Visitor) -> tuple[float, int]:
        """Return how much of their best week somebody has, from 0 to 1, and their points.

        Satisfaction is what the goals of a plan mean by it: points over the most that this
        visitor could have alone.
        """
        if self._best is None:
            self._best = self._checker.best_points()
        number = interchange.visitor_id(visitor.id)
        preferences = self._preferences.get(number, [])
        had = {self._visit_of[slot] for person, slot in self._held if person == number}
        points = sum(
            solver.points_of_rank(rank)
            for rank, visit in enumerate(preferences, start=1)
            if visit in had
        )
        best = self._best.get(number, 0)
        return (points / best if best else 1.0), points

    def kept_from(self, slot: Slot) -> set[int]:
        """Return the numbers of the visitors of a slot whose week keeps them from it."""
        here, day = interchange.slot_id(slot.id), f" on {slot.local_starts_at.date()}"
        people = {person for person, found in self._held if found == here}
        kept: set[str] = set()
        for person in people:
            week = [held for held in self._held if held[0] == person]
            for rule in self._checker.broken_rules(week):
                is_here = here in re.findall(r"\bs\d+\b", rule) or day in rule
                if rule.startswith(OF_A_WEEK) and is_here:
                    kept.add(person)
        return {interchange.row_number(person) for person in kept}

    def _can_collide(self, held: Pair, asked: Pair) -> bool:
        """Tell whether a rule can be about both: of one person, employer or slot."""
        (person, slot), (other, there) = held, asked
        employer = self._employer_of[person]
        is_colleague = employer is not None and employer == self._employer_of[other]
        return person == other or slot == there or is_colleague


def has_room_for(session: Session, visitor: Visitor, slot: Slot) -> bool:
    """Tell whether one more seat breaks no rule of somebody's own week, or of their employer.

    Whether the slot has a seat left is for who asks to know: see `placements.open_seats`. That
    this person gave up the very seat does not count: they ask for it.
    """
    return Fitting(session, visitor.edition, only=visitor).has_room_for(visitor, slot)


def kept_from(session: Session, slot: Slot) -> set[int]:
    """Return the numbers of the visitors of a slot who cannot be there beside their week."""
    return Fitting(session, slot.visit.host.edition).kept_from(slot)
