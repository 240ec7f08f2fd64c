"""Mail that comes in: answers of calendars, bounces, and people's own words.

Each mail is a row, by the digest of its bytes, and read once. Nothing in it can do more than
the secret in the address that it was sent to may; the sender is never proof. What cannot be
applied waits for an organiser, who applies or dismisses it.
"""

from opendeur.domain.inbox.desk import (
    Unreachable,
    WaitingMail,
    apply,
    count_waiting,
    dismiss,
    find_waiting,
    unreachable_people,
    waiting_mail,
    write_again,
)
from opendeur.domain.inbox.proposals import refuse
from opendeur.domain.inbox.receiving import receive

__all__ = [
    "Unreachable",  # somebody to whom mail came back
    "WaitingMail",  # a mail that waits for an organiser
    "apply",  # note the answer in a mail that waits
    "count_waiting",  # how many mails wait
    "dismiss",  # put a mail aside
    "find_waiting",  # one mail that waits
    "receive",  # read a mail that came in, once
    "refuse",  # say no to another time that a calendar proposed
    "unreachable_people",  # to whom mail came back
    "waiting_mail",  # what waits for an organiser
    "write_again",  # write to an address again
]
