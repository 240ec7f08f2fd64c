"""Offers: hosts, their visits and slots, and the programme that these make."""

from opendeur.domain.offers.clashes import overlaps_of
from opendeur.domain.offers.hosts import (
    PracticalData,
    change_host,
    find_host,
    hosts_of,
    organisations_waiting,
    register_host,
    take_part,
)
from opendeur.domain.offers.offer import (
    Offer,
    OfferedMoment,
    OfferedSector,
    OfferedVisit,
    Place,
    read_offer,
)
from opendeur.domain.offers.programme import (
    FILTERS,
    FITS,
    FilterOption,
    Programme,
    find_in_programme,
    read_programme,
)
from opendeur.domain.offers.removals import (
    can_be_put_back_until,
    find_removed_slot,
    remove_slot,
    removed_lately,
    restore_slot,
)
from opendeur.domain.offers.slot_rules import Pattern, SlotData, faults_of, open_days
from opendeur.domain.offers.slots import (
    add_slots,
    change_slot,
    close_slot,
    find_slot,
    move_slot,
    reopen_slot,
)
from opendeur.domain.offers.timetable import WeekCell, week_table
from opendeur.domain.offers.visit_demand import (
    ProgrammeDemand,
    VisitDemand,
    demand_of_programme,
    seats_taken,
)
from opendeur.domain.offers.visits import (
    VisitData,
    add_visit,
    change_visit,
    delete_draft,
    find_visit,
    publish_visit,
    withdraw_visit,
)

__all__ = [
    "FILTERS",  # what the programme can be filtered by
    "FITS",  # the filter by what fits a person
    "FilterOption",  # a value to filter by
    "Offer",  # every visit in the programme with its open moments
    "OfferedMoment",  # a moment as everybody may read it
    "OfferedSector",  # a sector of those who offer something
    "OfferedVisit",  # a visit as everybody may read it
    "Pattern",  # what moments of several days have in common
    "Place",  # a postcode and its municipality
    "PracticalData",  # what visitors need to find a host
    "Programme",  # the visits that a reader asked for
    "ProgrammeDemand",  # the interest in every visit
    "SlotData",  # a moment as a host types it
    "VisitData",  # what a host shows
    "VisitDemand",  # people who prefer a visit, against its seats
    "WeekCell",  # what starts at one time on one day
    "add_slots",  # add a moment to a visit on each of some days
    "add_visit",  # describe a new visit
    "can_be_put_back_until",  # until when a removed moment can be put back
    "change_host",  # change what a host says about itself
    "change_slot",  # change a moment
    "change_visit",  # describe a visit anew
    "close_slot",  # close a moment: nobody is placed there
    "delete_draft",  # delete a visit that never was in the programme
    "demand_of_programme",  # how much each visit is asked for
    "faults_of",  # every rule that moments break
    "find_host",  # a host that this person speaks for
    "find_in_programme",  # a visit that is or was in the programme
    "find_removed_slot",  # a removed moment of a host that this person speaks for
    "find_slot",  # a slot of a host that this person speaks for
    "find_visit",  # a visit of a host that this person speaks for
    "hosts_of",  # the hosts that a person speaks for
    "move_slot",  # move a moment with people in it
    "open_days",  # the dates that are not closed all day
    "organisations_waiting",  # a person's organisations that do not take part yet
    "overlaps_of",  # other moments of the same people at the same hour, in words
    "publish_visit",  # put a visit in the programme
    "read_offer",  # what everybody may visit, kept
    "read_programme",  # the programme, filtered
    "register_host",  # add an organisation and let it host
    "remove_slot",  # remove a moment; it can be put back for a while
    "removed_lately",  # what can still be put back
    "reopen_slot",  # open a closed moment
    "restore_slot",  # put a removed moment back
    "seats_taken",  # how full moments are, once everybody may know
    "take_part",  # let an organisation of the directory host
    "week_table",  # moments as a table of the week
    "withdraw_visit",  # take a visit out of the programme
]
