"""How much a host's visits are asked for: numbers, and no names before publication."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from opendeur.domain import queries
from opendeur.models import Host, Preference, Sector, Slot, Visit, Visitor

#: Ranks that count as a wish close to the heart.
HIGH_RANK = 2


@dataclass(slots=True)
class SectorDemand:
    """How many people of a sector chose a host, and the languages that they speak."""

    sector: Sector
    people: int = 0
    languages: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class HostDemand:
    """How many people chose a host's visits.

    `people` counts everybody once, `by_visit` those who chose each visit, `high_by_visit`
    those among them for whom it is the first or second choice. Sectors overlap, because
    people work in several.
    """

    people: int = 0
    by_visit: Counter[int] = field(default_factory=Counter)
    high_by_visit: Counter[int] = field(default_factory=Counter)
    by_sector: list[SectorDemand] = field(default_factory=list)

    def running(self, visit: Visit) -> int:
        """Return how many open slots of a visit can reach their minimum, at the very best."""
        return running_at_most(visit.open_slots, self.by_visit[visit.id])


def demand_of_hosts(session: Session, hosts: Collection[Host]) -> dict[int, HostDemand]:
    """Return the interest in each host's visits, by the host's number.

    Only what visitors submitted counts, and only for visits in the programme.
    """
    found = {host.id: HostDemand() for host in hosts}
    sectors: dict[int, dict[str, SectorDemand]] = defaultdict(dict)
    seen: set[tuple[int, int]] = set()
    rows = session.execute(
        select(Preference.visit_id, Preference.rank, Visit.host_id, Visitor)
        .join(Visit, Visit.id == Preference.visit_id)
        .join(Visitor, Visitor.id == Preference.visitor_id)
        .where(
            Visit.host_id.in_(found),
            queries.IS_OFFERED,
            queries.HAS_SUBMITTED,
        )
        .options(selectinload(Visitor.sectors))
        .order_by(Visitor.id, Preference.rank)
    )
    for visit_id, rank, host_id, visitor in rows:
        interest = found[host_id]
        interest.by_visit[visit_id] += visitor.seats
        if rank <= HIGH_RANK:
            interest.high_by_visit[visit_id] += visitor.seats
        if (host_id, visitor.id) in seen:
            continue
        seen.add((host_id, visitor.id))
        interest.people += visitor.seats
        for sector in visitor.sectors:
            row = sectors[host_id].setdefault(sector.code, SectorDemand(sector))
            row.people += visitor.seats
            row.languages.update(dict.fromkeys(sorted(visitor.languages), visitor.seats))
    for host_id, by_code in sectors.items():
        found[host_id].by_sector = sorted(
            by_code.values(), key=lambda row: (-row.people, row.sector.position)
        )
    return found


def running_at_most(slots: Collection[Slot], people: int) -> int:
    """Return how many slots can reach their minimum with so many people, at the very best.

    Nobody counts twice, but nothing is known here of when people can come.
    """
    running = 0
    for minimum in sorted(slot.minimum for slot in slots):
        if people < minimum:
            break
        people -= minimum
        running += 1
    return running
