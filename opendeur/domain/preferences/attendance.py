"""Whether nothing but other people's wishes keeps a visitor from a slot."""

from collections.abc import Set as AbstractSet
from typing import NamedTuple

from opendeur.enums import SlotState
from opendeur.models import Slot, Visitor

#: From when until when, in seconds since 1970: numbers, because many are compared.
Seconds = tuple[int, int]


class Moment(NamedTuple):
    """What must be known of a slot, to tell who could attend it."""

    starts: int
    ends: int
    capacity: int
    languages: AbstractSet[str]
    organisation_id: int
    audience: AbstractSet[str]


class Guest(NamedTuple):
    """What must be known of a visitor, to tell what they could attend."""

    seats: int
    languages: AbstractSet[str]
    organisation_id: int | None
    sectors: AbstractSet[str]
    busy: tuple[Seconds, ...]

    def could_attend(self, moment: Moment) -> bool:
        """Tell whether nothing keeps the visitor from a slot that is not closed."""
        starts, ends, capacity, languages, organisation_id, audience = moment
        return (
            self.seats <= capacity
            and not self.languages.isdisjoint(languages)
            and self.organisation_id != organisation_id
            and not (audience and audience.isdisjoint(self.sectors))
            and not any(start < ends and starts < end for start, end in self.busy)
        )


def could_attend(visitor: Visitor, slot: Slot) -> bool:
    """Tell whether nothing but other people's wishes keeps a visitor from a slot."""
    guest = Guest(
        visitor.seats,
        visitor.languages,
        visitor.organisation_id,
        {sector.code for sector in visitor.sectors},
        tuple(
            (int(busy.starts_at.timestamp()), int(busy.ends_at.timestamp()))
            for busy in visitor.busy_periods
        ),
    )
    moment = Moment(
        int(slot.starts_at.timestamp()),
        int(slot.ends_at.timestamp()),
        slot.capacity,
        slot.languages,
        slot.visit.host.organisation_id,
        {sector.code for sector in slot.visit.audience},
    )
    return slot.state is not SlotState.CLOSED and guest.could_attend(moment)
