"""Whether nothing but other people's wishes keeps a visitor from a slot."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from opendeur.domain import intervals
from opendeur.domain.intervals import Span
from opendeur.enums import SlotState
from opendeur.models import (
    Slot,
    Visitor,
)


class Obstacle(StrEnum):
    """What keeps a visitor from a slot, whoever else wants it."""

    AUDIENCE = "audience"
    LANGUAGE = "language"
    SEATS = "seats"
    BUSY = "busy"


class Moment(Protocol):
    """What must be known of a slot to tell whether somebody could be there."""

    @property
    def starts_at(self) -> datetime:
        """The first instant."""

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""

    @property
    def capacity(self) -> int:
        """How many seats there are."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the visit then."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor who submitted said: rows, not objects, because there are many."""

    seats: int
    languages: frozenset[str]
    organisation_id: int | None
    sectors: set[str] = field(default_factory=set)
    busy: list[Span] = field(default_factory=list)

    def could_attend(self, slot: Slot, audience: set[str]) -> bool:
        """See `demand.could_attend`; the slot is not closed."""
        return (
            self.seats <= slot.capacity
            and not self.languages.isdisjoint(slot.languages)
            and (not audience or not audience.isdisjoint(self.sectors))
            and self.organisation_id != slot.visit.host.organisation_id
            and intervals.first_overlapping(self.busy, slot) is None
        )

    def obstacle(self, slot: Moment, audience: Set[str]) -> Obstacle | None:
        """Return what keeps the visitor from a slot of another organisation, if anything."""
        if audience and audience.isdisjoint(self.sectors):
            return Obstacle.AUDIENCE
        if self.languages.isdisjoint(slot.languages):
            return Obstacle.LANGUAGE
        if self.seats > slot.capacity:
            return Obstacle.SEATS
        if intervals.first_overlapping(self.busy, slot) is not None:
            return Obstacle.BUSY
        return None


def wish_of(visitor: Visitor, *, knows_sectors: bool = True) -> Wish:
    """Return what a visitor said, apart from the list; sectors only where they are asked."""
    return Wish(
        visitor.seats,
        visitor.languages,
        visitor.organisation_id,
        sectors={sector.code for sector in visitor.sectors} if knows_sectors else set(),
        busy=[Span(busy.starts_at, busy.ends_at) for busy in visitor.busy_periods],
    )


def could_attend(visitor: Visitor, slot: Slot) -> bool:
    """Tell whether nothing but other people's wishes keeps a visitor from a slot."""
    audience = {sector.code for sector in slot.visit.audience}
    wish = wish_of(visitor, knows_sectors=bool(audience))
    return slot.state is not SlotState.CLOSED and wish.could_attend(slot, audience)
