"""How much a visit is asked for, and how many seats are taken: what everybody may know."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.domain.offers.offer import read_offer
from opendeur.keeping import keep
from opendeur.models import Edition

#: About how many bytes the interest in one visit takes in memory.
BYTES_OF_VISIT = 300


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


@dataclass(frozen=True, slots=True)
class ProgrammeDemand:
    """Interest in every visit of the programme, by its number."""

    visits: Mapping[int, VisitDemand]
    #: Whether few enough visits lack people for a mark to stand out.
    points_out_thin: bool


def demand_of_programme(session: Session, edition: Edition) -> ProgrammeDemand:
    """Return the interest in the visits of an edition: people of visitors who submitted.

    It may be a little old: see `opendeur.keeping`.
    """
    return keep(
        session,
        edition,
        "demand of the programme",
        lambda: _demand(session, edition),
        ages=True,
        weigh=lambda found: BYTES_OF_VISIT * len(found.visits),
    )


def _demand(session: Session, edition: Edition) -> ProgrammeDemand:
    people = queries.people_preferring(session, edition)
    found = {
        visit.id: VisitDemand(people.get(visit.id, 0), visit.seats, visit.smallest)
        for visit in read_offer(session, edition).visits.values()
    }
    thin = sum(demand.is_thin for demand in found.values())
    return ProgrammeDemand(found, points_out_thin=2 * thin < len(found))


def seats_taken(session: Session, edition: Edition) -> Mapping[int, int]:
    """Return how many seats are taken, for every slot in which somebody is placed.

    It may be a little old: see `opendeur.keeping`.
    """
    return keep(
        session,
        edition,
        "seats taken",
        lambda: queries.seats_taken(session, edition),
        ages=True,
        weigh=lambda found: BYTES_OF_VISIT * len(found),
    )
