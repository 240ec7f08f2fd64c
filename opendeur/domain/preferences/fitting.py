"""Which moments of the programme fit a visitor, and what keeps them from the others."""

from collections.abc import Mapping
from enum import StrEnum

from opendeur.domain import intervals
from opendeur.domain.intervals import Span
from opendeur.domain.offers import Offer, OfferedMoment, OfferedVisit
from opendeur.models import Visitor


class Obstacle(StrEnum):
    """What keeps a visitor from a moment, as far as the visitor can do something about it."""

    BUSY = "busy"
    LANGUAGE = "language"
    GROUP = "group"
    AUDIENCE = "audience"


def obstacles_of(visitor: Visitor, offer: Offer) -> Mapping[int, Obstacle]:
    """Return what keeps a visitor from moments, by their number; the others fit.

    The same rules as those of `could_attend`, except for one's own organisation, which is
    said of the visit.
    """
    sectors = {sector.code for sector in visitor.sectors}
    busy = [Span(period.starts_at, period.ends_at) for period in visitor.busy_periods]

    def obstacle(visit: OfferedVisit, moment: OfferedMoment) -> Obstacle | None:
        if visit.audience and visit.audience.isdisjoint(sectors):
            return Obstacle.AUDIENCE
        if moment.languages.isdisjoint(visitor.languages):
            return Obstacle.LANGUAGE
        if visitor.seats > moment.capacity:
            return Obstacle.GROUP
        if intervals.first_overlapping(busy, moment) is not None:
            return Obstacle.BUSY
        return None

    return {
        moment.id: found
        for moment in offer.moments
        if (found := obstacle(offer.visits[moment.visit_id], moment)) is not None
    }
