"""Placements: who has a seat where, as the visitor, the host and the desk see it."""

from opendeur.domain.placements.guests import Attendee, coming, guest_of
from opendeur.domain.placements.rosters import VisitorLine, roster_of
from opendeur.domain.placements.seats import end, place
from opendeur.domain.placements.weeks import Granted, VisitorWeek, find_seat, week_of

__all__ = [
    "Attendee",  # a guest, with languages and answer
    "Granted",  # a seat that a visitor has
    "VisitorLine",  # a visitor in a list
    "VisitorWeek",  # what a visitor has and did not get
    "coming",  # who comes to each slot
    "end",  # end placements, so that their seats are free
    "find_seat",  # one seat of a visitor
    "guest_of",  # a visitor as a host may know them
    "place",  # give visitors seats
    "roster_of",  # every visitor of an edition
    "week_of",  # the week of a visitor
]
