"""What every way to deliver a message promises.

Delivery has one moment that matters: before it nothing was delivered, and the caller may try
again; after it the message may have arrived. A transport calls ``hand_over`` at that moment,
so that the caller can write it down first and never sends anything twice.

DeliveryError
├── DeliveryRefused    for good; nothing was delivered
│   └── SenderRefused      because of who sends it: another sender may be let through
├── DeliveryFailed     for now; nothing was delivered
│   └── ServerUnreachable  for now, and for every other message as well
└── DeliveryUncertain  contact was lost after the hand-over
"""

from collections.abc import Callable
from typing import Protocol


class DeliveryError(Exception):
    """Base class. `reason` is one line for the organiser, without any secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DeliveryRefused(DeliveryError):
    """The server does not want this message and never will. Nothing was delivered."""


class SenderRefused(DeliveryRefused):
    """The server does not take mail from this sender. Nothing was delivered."""


class DeliveryFailed(DeliveryError):
    """It did not work this time. Nothing was delivered; a later attempt may succeed."""


class ServerUnreachable(DeliveryFailed):
    """The mail server could not be reached: no other message can be delivered either."""


class DeliveryUncertain(DeliveryError):
    """Contact was lost after the hand-over: the message may or may not have arrived."""


class Transport(Protocol):
    """A way to deliver messages."""

    def deliver(
        self, *, raw: bytes, sender: str, recipient: str, hand_over: Callable[[], None]
    ) -> None:
        """Deliver one message to one recipient.

        Parameters
        ----------
        raw
            The whole message, every line ended by CRLF.
        sender, recipient
            Bare addresses of the envelope.
        hand_over
            Called once, at the moment from which the message may arrive. When it raises,
            nothing is delivered and the exception passes.

        Raises
        ------
        DeliveryRefused, DeliveryFailed, DeliveryUncertain
            As each class says.
        ValueError
            When an address or the message cannot be put on the wire.
        """
