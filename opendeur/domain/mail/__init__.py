"""Mail: letters that are written at once, and the outbox that sends everything."""

from opendeur.domain.mail.coming_back import CAME_BACK, has_come_back
from opendeur.domain.mail.copies import is_on_its_way, queue_copy
from opendeur.domain.mail.lists import (
    MESSAGE_ORDERS,
    MessageLine,
    count_messages,
    list_messages,
)
from opendeur.domain.mail.messages import (
    address_of,
    find_message,
    letterhead,
    new_message_id,
    queue_receipt,
    queue_sign_in,
    queue_written,
    sender_name,
    write,
)
from opendeur.domain.mail.outage import outage, server_answers, server_is_silent
from opendeur.domain.mail.outbox import (
    UNFINISHED,
    beat_message,
    claim_message,
    hand_over,
    held_message,
    mark_failed,
    mark_refused,
    mark_sent,
    mark_uncertain,
    put_back,
    send_again,
    sweep_outbox,
)
from opendeur.domain.mail.reading import open_mail
from opendeur.domain.mail.told import (
    REACHED,
    forget_answer,
    is_overtaken,
    put_behind,
    supersede,
)

__all__ = [
    "CAME_BACK",  # why nothing is sent to an address
    "MESSAGE_ORDERS",  # what a list of messages can be put in order by
    "REACHED",  # condition: a message that arrived or may arrive
    "UNFINISHED",  # states in which a message may still change
    "MessageLine",  # a message in a list
    "address_of",  # the address of a page, for a letter
    "beat_message",  # prolong the lease of a message
    "claim_message",  # lease the next message that is due
    "count_messages",  # how many messages are in each state
    "find_message",  # one message with its bytes
    "forget_answer",  # an answer is about another time or place
    "hand_over",  # note that the last byte is about to leave
    "has_come_back",  # whether mail to the address of a message came back
    "held_message",  # a message for the worker who holds its lease
    "is_on_its_way",  # whether a message about an invitation is about to be sent
    "is_overtaken",  # whether a later message is about the same
    "letterhead",  # what a letter shares with all others
    "list_messages",  # a page of an edition's messages
    "mark_failed",  # an attempt failed; try again later
    "mark_refused",  # the mail server will never take it
    "mark_sent",  # it was delivered
    "mark_uncertain",  # nobody can know whether it was delivered
    "new_message_id",  # an identifier for a message
    "open_mail",  # take a message apart that we wrote
    "outage",  # that the mail server cannot be reached
    "put_back",  # it was never tried
    "put_behind",  # it says nothing any more
    "queue_copy",  # send what was said last once more
    "queue_receipt",  # queue the receipt of preferences
    "queue_sign_in",  # queue the mail with a sign-in link
    "queue_written",  # queue a letter whose words are there
    "send_again",  # queue a message again
    "sender_name",  # whom a mail comes from
    "server_answers",  # the mail server can be reached
    "server_is_silent",  # the mail server cannot be reached
    "supersede",  # a later message is to go out
    "sweep_outbox",  # take back what dead workers left
    "write",  # write a message without a calendar for good
]
