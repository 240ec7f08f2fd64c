"""How much a host's visits are asked for: numbers, and no names before publication.

When too little interest is pointed out
    Who has just published reads no alarm. That a moment lacks people is said once the time to
    choose the visit has run for `SETTLING`, or for half of all that it will last where that is
    less, and from then on. That time begins when the visit is in the programme and the first
    of the visitors who submitted signed up; it ends with the deadline for preferences.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import queries
from opendeur.domain.intervals import Span
from opendeur.domain.preferences.attendance import Wish
from opendeur.domain.preferences.demand import SlotDemand, Strain
from opendeur.models import Host, Preference, Sector, Slot, Visit, Visitor

#: Ranks that count as a wish close to the heart.
HIGH_RANK = 2
#: How long visitors can choose a visit before it is said that it lacks people.
SETTLING = timedelta(days=3)


class Advice(StrEnum):
    """What a host can do about a moment."""

    NOTHING = "nothing"
    #: It lacks people, and it is too early to say so.
    WAIT = "wait"
    #: It lacks people, and everybody who could come can also come at another moment.
    CLOSE = "close"
    #: It lacks people, and for some it is the only moment, or nothing is won by closing it.
    KEEP = "keep"
    #: More people than seats, also when they are shared out over all moments of the visit.
    ENLARGE = "enlarge"


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
    those among them for whom it is the first or second choice. `by_slot` counts those who
    chose the visit and could come then, as `demand_of_edition` does, and `only_then` those
    among them who could come at no other moment of the visit. Sectors and languages overlap,
    because people work in several and speak several. `began_at` is when the first of the
    visitors of the edition who submitted signed up.
    """

    people: int = 0
    by_visit: Counter[int] = field(default_factory=Counter)
    high_by_visit: Counter[int] = field(default_factory=Counter)
    by_slot: Counter[int] = field(default_factory=Counter)
    only_then: Counter[int] = field(default_factory=Counter)
    by_sector: list[SectorDemand] = field(default_factory=list)
    by_language: Counter[str] = field(default_factory=Counter)
    began_at: datetime | None = None

    def running(self, visit: Visit) -> int:
        """Return how many open slots of a visit can reach their minimum, at the very best."""
        return running_at_most(visit.open_slots, self.by_visit[visit.id])

    def of(self, slot: Slot) -> SlotDemand:
        """Return a slot with the seats of everybody who chose its visit and could come."""
        return SlotDemand(slot, self.by_slot[slot.id])

    def is_telling(self, visit: Visit, *, now: datetime) -> bool:
        """Tell whether too little interest means something by now: see above."""
        end = visit.host.edition.preferences_end_at
        if visit.published_at is None or self.began_at is None:
            return now >= end
        begin = min(max(visit.published_at, self.began_at), end)
        return now >= begin + min(SETTLING, (end - begin) / 2)

    def advice(self, slot: Slot, *, now: datetime) -> Advice:
        """Return what the host can do about an open moment of a visit in the programme."""
        strain = self.of(slot).strain
        if strain is Strain.OVERRUN and self._has_too_few_seats(slot.visit):
            return Advice.ENLARGE
        if strain in (Strain.OVERRUN, Strain.NONE) or slot.is_forced:
            return Advice.NOTHING
        if not self.is_telling(slot.visit, now=now):
            return Advice.WAIT
        return Advice.CLOSE if self._can_be_missed(slot) else Advice.KEEP

    def _has_too_few_seats(self, visit: Visit) -> bool:
        return self.by_visit[visit.id] > sum(slot.capacity for slot in visit.open_slots)

    def _can_be_missed(self, slot: Slot) -> bool:
        """Whether nobody loses a chance without the slot, and others gain by it.

        Only the one that the fewest could attend, the latest among equals: two that could
        each be missed are not missed together.
        """
        others = [other for other in slot.visit.open_slots if other is not slot]
        lacking = [
            other
            for other in slot.visit.open_slots
            if self.of(other).strain in (Strain.THIN, Strain.NOBODY)
            and not self.only_then[other.id]
            and not other.is_forced
        ]
        least = min(
            lacking,
            key=lambda other: (self.by_slot[other.id], -other.starts_at.timestamp()),
            default=None,
        )
        return slot is least and any(self.by_slot[other.id] for other in others)


def demand_of_hosts(session: Session, hosts: Collection[Host]) -> dict[int, HostDemand]:
    """Return the interest in each host's visits, by the host's number.

    Only what visitors submitted counts, and only for visits in the programme. The hosts are
    of one edition, with their visits and moments. What is of use only until results are shown
    is left out from then on: how many could come to a moment, and when it all began.
    """
    awaits_results = any(host.edition.awaits_results for host in hosts)
    first_sign_up = _first_sign_up(hosts)
    found = {host.id: HostDemand() for host in hosts}
    visits = {visit.id: visit for host in hosts for visit in host.visits}
    sectors: dict[int, dict[str, SectorDemand]] = defaultdict(dict)
    seen: set[tuple[int, int]] = set()
    columns = (Preference.visit_id, Preference.rank, Visit.host_id, first_sign_up)
    rows = session.execute(
        select(*columns, Visitor)
        .join(Visit, Visit.id == Preference.visit_id)
        .join(Visitor, Visitor.id == Preference.visitor_id)
        .where(
            Visit.host_id.in_(found),
            queries.IS_OFFERED,
            queries.HAS_SUBMITTED,
        )
        .options(
            joinedload(Visitor.sectors),
            *((joinedload(Visitor.busy_periods),) if awaits_results else ()),
        )
        .order_by(Visitor.id, Preference.rank)
    )
    found_rows = rows.unique().all()
    if awaits_results:
        began_at = found_rows[0][3] if found_rows else session.scalar(select(first_sign_up))
        for interest in found.values():
            interest.began_at = began_at
    for visit_id, rank, host_id, _began_at, visitor in found_rows:
        interest = found[host_id]
        interest.by_visit[visit_id] += visitor.seats
        if rank <= HIGH_RANK:
            interest.high_by_visit[visit_id] += visitor.seats
        if awaits_results:
            _count_moments(interest, visits[visit_id], visitor)
        if (host_id, visitor.id) in seen:
            continue
        seen.add((host_id, visitor.id))
        interest.people += visitor.seats
        spoken = dict.fromkeys(sorted(visitor.languages), visitor.seats)
        interest.by_language.update(spoken)
        for sector in visitor.sectors:
            row = sectors[host_id].setdefault(sector.code, SectorDemand(sector))
            row.people += visitor.seats
            row.languages.update(spoken)
    for host_id, by_code in sectors.items():
        found[host_id].by_sector = sorted(
            by_code.values(), key=lambda row: (-row.people, row.sector.position)
        )
    return found


def _first_sign_up(hosts: Collection[Host]) -> ScalarSelect[datetime]:
    return (
        select(func.min(Visitor.registered_at))
        .where(
            Visitor.edition_id.in_({host.edition_id for host in hosts}), queries.HAS_SUBMITTED
        )
        .correlate(None)
        .scalar_subquery()
    )


def _count_moments(interest: HostDemand, visit: Visit, visitor: Visitor) -> None:
    wish = Wish(
        visitor.seats,
        visitor.languages,
        visitor.organisation_id,
        sectors={sector.code for sector in visitor.sectors},
        busy=[Span(busy.starts_at, busy.ends_at) for busy in visitor.busy_periods],
    )
    audience = {sector.code for sector in visit.audience}
    attended = [slot for slot in visit.open_slots if wish.could_attend(slot, audience)]
    for slot in attended:
        interest.by_slot[slot.id] += visitor.seats
    if len(attended) == 1:
        interest.only_then[attended[0].id] += visitor.seats


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
