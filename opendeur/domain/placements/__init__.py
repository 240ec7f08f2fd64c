"""Placements: who has a seat where, as the visitor, the host and the desk see it."""

from opendeur.domain.placements.guests import Guest, HostDemand, coming, demand_of_hosts
from opendeur.domain.placements.rosters import VisitorLine, roster_of
from opendeur.domain.placements.weeks import Granted, VisitorWeek, week_of

__all__ = [
    "Granted",  # a seat that a visitor has
    "Guest",  # somebody who comes, as the host may know them
    "HostDemand",  # how many people chose a host's visits
    "VisitorLine",  # a visitor in a list
    "VisitorWeek",  # what a visitor has and did not get
    "coming",  # who comes to each slot
    "demand_of_hosts",  # how many people chose each host's visits
    "roster_of",  # every visitor of an edition
    "week_of",  # the week of a visitor
]
