"""Preferences: who visitors are, what they prefer, and what that asks of the offer."""

from opendeur.domain.preferences.attendance import Obstacle, could_attend
from opendeur.domain.preferences.choices import Choice, Clash, choices_of
from opendeur.domain.preferences.demand import (
    EditionDemand,
    Level,
    SlotDemand,
    SlotLine,
    Strain,
    Turnout,
    demand_of_edition,
    groups_of_edition,
    sectors_of,
)
from opendeur.domain.preferences.fitting import obstacles_of
from opendeur.domain.preferences.host_demand import (
    Advice,
    HostDemand,
    SectorDemand,
    demand_of_hosts,
)
from opendeur.domain.preferences.host_lines import HostLine, hosts_of_edition
from opendeur.domain.preferences.rankings import (
    Listed,
    Ranking,
    add,
    is_own,
    move,
    ranking_of,
    ranks_of,
    remove,
    replace,
    submit,
    swap,
)
from opendeur.domain.preferences.visitors import (
    Introduction,
    introduce,
    last_introduction,
    most_seats,
    most_visits,
    set_limits,
)
from opendeur.domain.preferences.workplaces import Workplace, find_workplaces, workplaces_named

__all__ = [
    "Advice",  # what a host can do about a moment
    "Choice",  # a visit that somebody prefers, with its moments
    "Clash",  # a better choice that cannot be had too
    "EditionDemand",  # supply and demand of an edition
    "HostDemand",  # how much a host's visits are asked for
    "HostLine",  # a host in a list
    "Introduction",  # who somebody says they are
    "Level",  # how demand relates to supply
    "Listed",  # a visit as a list names it
    "Obstacle",  # what keeps a visitor from a slot
    "Ranking",  # a visitor's list
    "SectorDemand",  # how much a sector asks for a host
    "SlotDemand",  # a slot and who wants it and could come
    "SlotLine",  # a slot in a list, and how many people count for it
    "Strain",  # what is the matter with a slot
    "Turnout",  # how far people are with their preferences
    "Workplace",  # an organisation that somebody can say they work for
    "add",  # put a visit at the end of the list
    "choices_of",  # the choices in a list, with what fits
    "could_attend",  # whether nothing keeps a visitor from a slot
    "demand_of_edition",  # supply and demand of an edition
    "demand_of_hosts",  # how much hosts' visits are asked for
    "find_workplaces",  # organisations found as one types
    "groups_of_edition",  # slots and who has a seat in them
    "hosts_of_edition",  # the hosts of an edition as lines
    "introduce",  # register a visitor, or change who they are
    "is_own",  # whether a visit is to one's own organisation
    "last_introduction",  # what somebody said the last time
    "most_seats",  # how many colleagues can sign up as one
    "most_visits",  # how many visits a visitor gets at most
    "move",  # give a visit another rank
    "obstacles_of",  # the moments that do not fit a visitor, and why
    "ranking_of",  # a visitor's list as it counts now
    "ranks_of",  # the rank of each visit in the list
    "remove",  # take a visit out of the list
    "replace",  # put the list in another order
    "sectors_of",  # the sectors that offer some slots
    "set_limits",  # keep when a visitor cannot come
    "submit",  # hand the list in
    "swap",  # put a visit in the place of another one
    "workplaces_named",  # organisations with exactly a name
]
