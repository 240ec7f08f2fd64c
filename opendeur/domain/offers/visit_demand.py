"""How much a visit is asked for, and how many seats are taken: what everybody may know."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur.enums import PlacementState
from opendeur.models import Edition, Placement, Preference, Visit, Visitor


@dataclass(frozen=True, slots=True)
class VisitDemand:
    """Interest in a visit: people who prefer it, against seats in all its open slots.

    `smallest` is the smallest group with which one of the slots takes place.
    """

    people: int
    seats: int
    smallest: int

    @property
    def is_thin(self) -> bool:
        """Whether even the smallest group is not reached."""
        return self.people < self.smallest

    @property
    def is_overrun(self) -> bool:
        """Whether more people want to come than there are seats."""
        return self.people > self.seats


def demand_of_visits(session: Session, visits: Iterable[Visit]) -> dict[int, VisitDemand]:
    """Return the interest in visits by their number: people of visitors who submitted."""
    visits = list(visits)
    rows = session.execute(
        select(Preference.visit_id, func.sum(Visitor.seats))
        .join(Visitor, Visitor.id == Preference.visitor_id)
        .where(
            Visitor.submitted_at.is_not(None),
            Preference.visit_id.in_([visit.id for visit in visits]),
        )
        .group_by(Preference.visit_id)
    )
    people = {visit_id: int(seats) for visit_id, seats in rows}
    return {
        visit.id: VisitDemand(
            people=people.get(visit.id, 0),
            seats=sum(slot.capacity for slot in visit.open_slots),
            smallest=min((slot.minimum for slot in visit.open_slots), default=0),
        )
        for visit in visits
    }


def taken_seats(session: Session, edition: Edition) -> dict[int, int]:
    """Return how many seats are taken, for every slot in which somebody is placed."""
    rows = session.execute(
        select(Placement.slot_id, func.sum(Visitor.seats))
        .join(Visitor, Visitor.id == Placement.visitor_id)
        .where(Visitor.edition_id == edition.id, Placement.state == PlacementState.PLACED)
        .group_by(Placement.slot_id)
    )
    return {slot_id: int(seats) for slot_id, seats in rows}
