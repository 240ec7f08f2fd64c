"""Whether nothing but other people's wishes keeps a visitor from a slot."""

from dataclasses import dataclass, field

from opendeur.domain import intervals
from opendeur.domain.intervals import Span
from opendeur.enums import SlotState
from opendeur.models import (
    Slot,
    Visitor,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor who submitted said: rows, not objects, because there are many."""

    seats: int
    languages: frozenset[str]
    organisation_id: int | None
    sectors: set[str] = field(default_factory=set)
    busy: list[Span] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)

    def could_attend(self, slot: Slot, audience: set[str]) -> bool:
        """See `demand.could_attend`; the slot is not closed."""
        return (
            self.seats <= slot.capacity
            and not self.languages.isdisjoint(slot.languages)
            and (not audience or not audience.isdisjoint(self.sectors))
            and self.organisation_id != slot.visit.host.organisation_id
            and intervals.first_overlapping(self.busy, slot) is None
        )


def could_attend(visitor: Visitor, slot: Slot) -> bool:
    """Tell whether nothing but other people's wishes keeps a visitor from a slot."""
    wish = Wish(
        visitor.seats,
        visitor.languages,
        visitor.organisation_id,
        sectors={sector.code for sector in visitor.sectors},
        busy=[Span(busy.starts_at, busy.ends_at) for busy in visitor.busy_periods],
    )
    audience = {sector.code for sector in slot.visit.audience}
    return slot.state is not SlotState.CLOSED and wish.could_attend(slot, audience)
