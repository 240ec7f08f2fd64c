"""How long somebody who is asked for a free seat may think about it."""

from sqlalchemy.orm import Session

from opendeur import limits
from opendeur.domain.editions.locking import lock
from opendeur.errors import InvalidInput
from opendeur.models import Edition


def set_seat_offer_hours(session: Session, edition: Edition, hours: int) -> None:
    """Set how many hours a free seat is held for somebody who is asked; fewer near the visit.

    Who was asked already keeps the deadline of their letter.

    Raises
    ------
    InvalidInput
        When it is less than an hour, or more than `limits.LONGEST_SEAT_OFFER_HOURS`.
    """
    lock(session, edition)
    if not 1 <= hours <= limits.LONGEST_SEAT_OFFER_HOURS:
        raise InvalidInput(
            "Give a number from %(low)s to %(high)s",
            field="hours",
            low=1,
            high=limits.LONGEST_SEAT_OFFER_HOURS,
        )
    edition.seat_offer_hours = hours
