"""Which moments of the programme fit a visitor, and what keeps them from the others."""

from collections.abc import Mapping

from opendeur.domain.offers import Offer
from opendeur.domain.preferences.attendance import Obstacle, wish_of
from opendeur.models import Visitor


def obstacles_of(visitor: Visitor, offer: Offer) -> Mapping[int, Obstacle]:
    """Return what keeps a visitor from moments, by their number; the others fit.

    The moments of one's own organisation are among the others: that is said of the visit.
    """
    # Sectors only matter where a visit is not meant for everybody.
    knows_sectors = any(visit.audience for visit in offer.visits.values())
    wish = wish_of(visitor, knows_sectors=knows_sectors)
    return {
        moment.id: found
        for moment in offer.moments
        if (found := wish.obstacle(moment, offer.visits[moment.visit_id].audience)) is not None
    }
