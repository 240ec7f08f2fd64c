"""Invitations: drafted from the placements, queued by an organiser, written by the worker.

A visitor has one invitation for each visit, a host's contact one for each slot that runs.
Drafts compare what should be known with what was said last; nothing is sent before an
organiser has seen the counts. A queued message is written by the worker that takes it, from
the facts of that moment, and keeps its bytes from then on.
"""

from opendeur.domain.invitations.answers import (
    answer,
    answer_address,
    find_invitation,
    overtaken,
    refusal_of,
    refusal_to_give_back,
    take_out,
    tell_at_once,
)
from opendeur.domain.invitations.composing import (
    make_up,
    preview,
    queue_example,
    reply_address,
    return_address,
)
from opendeur.domain.invitations.drafts import (
    Drafts,
    draft,
    drafts_of,
    has_said_no,
    queue_drafts,
)
from opendeur.domain.invitations.facts import said_sequence, said_times, visit_facts
from opendeur.domain.invitations.forecasting import forecast
from opendeur.domain.invitations.giving_up import cancel, dismiss, take_back, withdraw
from opendeur.domain.invitations.moving import move
from opendeur.domain.invitations.resending import send_again, send_failed
from opendeur.domain.invitations.standing import (
    Answers,
    DraftLine,
    answers_of,
    draft_lines,
    letters_of_cancelling,
)

__all__ = [
    "Answers",  # what visitors answered, in places
    "DraftLine",  # a draft in a list
    "Drafts",  # what would be sent
    "answer",  # note what somebody answered
    "answer_address",  # the page on which an invitation is answered
    "answers_of",  # what visitors answered
    "cancel",  # cancel a moment and draft what is told of it
    "dismiss",  # end the seat of somebody who will not come, and draft
    "draft",  # make the drafts anew
    "draft_lines",  # the drafts as a list
    "drafts_of",  # the edition's drafts
    "find_invitation",  # the invitation that a link names
    "forecast",  # drafts there would be with other placements
    "has_said_no",  # whether a calendar noted a no
    "letters_of_cancelling",  # whom cancelling a moment would write to
    "make_up",  # write a queued message for good
    "move",  # move a moment with people in it, and draft what they are told
    "overtaken",  # the times that an answer is about, and those said since
    "preview",  # write a draft as it would be sent now
    "queue_drafts",  # queue every draft
    "queue_example",  # send a draft to an organiser to look at
    "refusal_of",  # why an invitation cannot be answered
    "refusal_to_give_back",  # why a seat that was given up cannot be had back
    "reply_address",  # the address that only one invitation has
    "return_address",  # where a message comes back to
    "said_sequence",  # the sequence of what was said last
    "said_times",  # start and end as they were said last
    "send_again",  # send what one message should say now
    "send_failed",  # send what all that failed should say now
    "take_back",  # take back a seat that was given up
    "take_out",  # take an entry out that a calendar shows again
    "tell_at_once",  # send somebody what follows from their own act
    "visit_facts",  # what a letter says of a visit
    "withdraw",  # give a seat up, with what must be told of it
]
