"""How much a visit is asked for, and how many seats are taken: what everybody may know."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.models import Visit


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
    people = queries.people_preferring(session, visits)
    return {
        visit.id: VisitDemand(
            people=people.get(visit.id, 0),
            seats=sum(slot.capacity for slot in visit.open_slots),
            smallest=min((slot.minimum for slot in visit.open_slots), default=0),
        )
        for visit in visits
    }
