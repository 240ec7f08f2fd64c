"""Passing on: a seat that was given up goes to one person after another, until somebody has it.

Who waits is asked first, then who preferred the visit and has the least of their week. Each
has until a deadline; after the last the seat is open, and anybody may take it.
"""

from opendeur.domain.passing.chain import pass_on, slots_to_pass_on
from opendeur.domain.passing.deadlines import deadline_of
from opendeur.domain.passing.offers import (
    accept,
    decline,
    find_offer,
    make_up,
    offers_in,
    rank_of,
    refusal_of_offer,
    refusal_to_take,
    take,
)
from opendeur.domain.passing.standing import Standing, Wait, standing_of

__all__ = [
    "Standing",  # what is held for somebody, and what they wait for
    "Wait",  # that somebody waits for a seat
    "accept",  # take a seat that one was asked for
    "deadline_of",  # until when a seat is held
    "decline",  # pass it on to the next
    "find_offer",  # the offer that a link names
    "make_up",  # write the letter that asks
    "offers_in",  # who was asked for a seat in a slot
    "pass_on",  # take the next step in a slot
    "rank_of",  # which choice an offered visit was
    "refusal_of_offer",  # why an offered seat can no longer be had
    "refusal_to_take",  # why a seat cannot be taken by oneself
    "slots_to_pass_on",  # slots in which seats are passed on
    "standing_of",  # how somebody stands in the chain
    "take",  # take a seat that is open
]
