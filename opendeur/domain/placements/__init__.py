"""Placements: who has a seat where, as the visitor, the host and the desk see it."""

from opendeur.domain.placements.calling_off import cancel, dismiss, let_run, placed_in
from opendeur.domain.placements.freed import (
    end_passing_on,
    left_for_all,
    note_filled,
    offer_to_who_waits,
    open_seats,
    seats_held,
    seats_held_by_slot,
    take_back_held,
    takes_place,
)
from opendeur.domain.placements.giving_up import (
    decline,
    give_back,
    refusal_to_give_back,
    seat_of,
    withdraw,
)
from opendeur.domain.placements.groups import Member, find_slot, group_of
from opendeur.domain.placements.guests import (
    Attendee,
    coming,
    find_guest,
    find_placement,
    guest_of,
)
from opendeur.domain.placements.histories import (
    Step,
    history_of_host,
    history_of_slot,
    history_of_visitor,
    why_cancelled,
)
from opendeur.domain.placements.rosters import VisitorLine, roster_of
from opendeur.domain.placements.seats import end, place
from opendeur.domain.placements.waiting import (
    has_seat,
    join,
    leave,
    moments_to_wait_for,
    who_waits,
)
from opendeur.domain.placements.weeks import (
    Granted,
    Missed,
    VisitorWeek,
    find_own,
    find_seat,
    week_of,
)

__all__ = [
    "Attendee",  # a guest, with languages and answer
    "Granted",  # a seat that a visitor has
    "Member",  # somebody in the group of a slot
    "Missed",  # a preference without a seat
    "Step",  # a line of the history of seats
    "VisitorLine",  # a visitor in a list
    "VisitorWeek",  # what a visitor has and did not get
    "cancel",  # cancel a moment with everybody in it
    "coming",  # who comes to each slot
    "decline",  # end a seat: the answer is no
    "dismiss",  # end the seat of somebody who will not come
    "end",  # end placements, so that their seats are free
    "end_passing_on",  # hold no seat any more for people who were asked
    "find_guest",  # a seat at a host that this person speaks for
    "find_own",  # a seat that a visitor has or had
    "find_placement",  # a seat in an edition
    "find_seat",  # one seat of a visitor
    "find_slot",  # a slot of an edition
    "give_back",  # give a seat back that was given up
    "group_of",  # who has a seat in a slot, for the desk
    "guest_of",  # a visitor as a host may know them
    "has_seat",  # whether somebody has a seat in a visit
    "history_of_host",  # what happened to the seats of a host
    "history_of_slot",  # what happened to the seats of a slot
    "history_of_visitor",  # what happened to the seats of a visitor
    "join",  # wait for a seat
    "leave",  # wait no more
    "left_for_all",  # how many seats of a slot anybody may take, by its counts
    "let_run",  # decide that a moment takes place
    "moments_to_wait_for",  # moments of a visit that are full and suit somebody
    "note_filled",  # pass on no more seats than are left
    "offer_to_who_waits",  # pass open seats on to who waits for them
    "open_seats",  # how many seats anybody may take
    "place",  # give visitors seats
    "placed_in",  # the seats that people have in a slot
    "refusal_to_give_back",  # why a seat cannot be had back
    "roster_of",  # every visitor of an edition
    "seat_of",  # somebody's seat in a visit, or the last one
    "seats_held",  # how many seats are held for people who were asked
    "seats_held_by_slot",  # the same, of every slot
    "take_back_held",  # hold no seat any more in a slot that changed
    "takes_place",  # whether people come to a slot, or are asked to
    "week_of",  # the week of a visitor
    "who_waits",  # who waits for a seat in a slot
    "why_cancelled",  # the reason that was given for cancelling a moment
    "withdraw",  # give a seat up
]
