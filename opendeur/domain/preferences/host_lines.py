"""The hosts of an edition, with what they offer and how much that is asked for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain.preferences.demand import SlotLine, Strain
from opendeur.models import Edition, Host, Organisation


@dataclass(frozen=True, slots=True)
class HostLine:
    """A host in a list, with its slots in the programme."""

    host_id: int
    name: str
    confirmed_at: datetime | None
    slots: tuple[SlotLine, ...]

    @property
    def seats(self) -> int:
        """How many seats there are."""
        return sum(slot.capacity for slot in self.slots)

    @property
    def people(self) -> int:
        """How many people count for the slots together."""
        return sum(slot.people for slot in self.slots)

    @property
    def running(self) -> int:
        """How many slots count anybody."""
        return sum(slot.people > 0 for slot in self.slots)

    @property
    def short(self) -> int:
        """How many slots do not reach their smallest group."""
        return sum(slot.strain.is_short for slot in self.slots)

    @property
    def overrun(self) -> int:
        """How many slots have more demand than seats."""
        return sum(slot.strain is Strain.OVERRUN for slot in self.slots)


def hosts_of_edition(
    session: Session, edition: Edition, slots: Iterable[SlotLine]
) -> list[HostLine]:
    """Return the hosts of an edition, with those of these slots that are theirs."""
    of_host: dict[int, list[SlotLine]] = defaultdict(list)
    for slot in slots:
        of_host[slot.host_id].append(slot)
    rows: Iterable[Any] = session.execute(
        select(
            Host.id,
            Organisation.name,
            Host.confirmed_at,
        )
        .join(Host.organisation)
        .where(Host.edition_id == edition.id)
        .order_by(Host.id)
    )
    return [
        HostLine(number, name, confirmed_at, tuple(of_host[number]))
        for number, name, confirmed_at in rows
    ]
