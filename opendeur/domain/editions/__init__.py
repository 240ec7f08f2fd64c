"""Editions: finding them, and what their phase, deadlines and half days allow."""

from opendeur.domain.editions.deadline_extension import extend_deadlines
from opendeur.domain.editions.half_days import (
    HalfDay,
    half_days_of,
    other_periods,
    ticked_half_days,
)
from opendeur.domain.editions.locking import lock, share
from opendeur.domain.editions.lookup import find, listed
from opendeur.domain.editions.phases import change_phase, phases_from
from opendeur.domain.editions.seat_offers import set_seat_offer_hours
from opendeur.domain.editions.time_windows import require_hosting, require_preferences

__all__ = [
    "HalfDay",  # a morning or an afternoon of the week
    "change_phase",  # move an edition to another phase
    "extend_deadlines",  # give hosts or visitors more time
    "find",  # an edition by its name in addresses
    "half_days_of",  # the half days of the week
    "listed",  # the editions that everybody may know of
    "lock",  # make whoever decides about the same edition wait
    "other_periods",  # busy periods that are not half days
    "phases_from",  # the phases that can come next
    "require_hosting",  # let through while hosts can change their offer
    "require_preferences",  # let through while preferences can be given
    "set_seat_offer_hours",  # how long a free seat is held for somebody
    "share",  # keep an edition as it is, beside others who do
    "ticked_half_days",  # the half days that busy periods consist of
]
