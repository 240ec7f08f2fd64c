"""Supply and demand of an edition: what is offered, who asks for it, and where it rubs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur.domain import editions, intervals, queries
from opendeur.domain.editions import HalfDay
from opendeur.domain.intervals import Span
from opendeur.domain.preferences.attendance import Wish
from opendeur.models import (
    BusyPeriod,
    Edition,
    Host,
    Organisation,
    Preference,
    Sector,
    Slot,
    Visitor,
)
from opendeur.models.visitor import visitor_sector


class Level(StrEnum):
    """How demand relates to supply, as it is shown in the heat table."""

    THIN = "c2"
    MODEST = "c1"
    BALANCED = "c0"
    STRONG = "w1"
    OVERRUN = "w2"


#: Up to which share of asked over offered seats each level goes; the last has no end.
_ENDS = (
    (0.35, Level.THIN),
    (0.60, Level.MODEST),
    (1.05, Level.BALANCED),
    (1.50, Level.STRONG),
)


class Strain(StrEnum):
    """What is the matter with a slot."""

    NONE = "none"
    NOBODY = "nobody"
    THIN = "thin"
    OVERRUN = "overrun"


@dataclass(frozen=True, slots=True)
class SlotDemand:
    """A slot and the seats of everybody who wants its visit and could come then."""

    slot: Slot
    seats: int

    @property
    def strain(self) -> Strain:
        """Whether too few or too many want to come."""
        if self.seats > self.slot.capacity:
            return Strain.OVERRUN
        if self.seats >= self.slot.minimum:
            return Strain.NONE
        return Strain.THIN if self.seats else Strain.NOBODY


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Asked against offered seats of a sector in a half day, asked ones rounded."""

    half_day: HalfDay
    asked: int
    offered: int

    @property
    def level(self) -> Level:
        """How demand relates to supply; only asked of a cell with an offer."""
        share = self.asked / self.offered
        return next((level for end, level in _ENDS if share <= end), Level.OVERRUN)


@dataclass(frozen=True, slots=True)
class Figures:
    """The edition in numbers. `offering` hosts have a slot in the programme."""

    hosts: int
    offering: int
    slots: int
    seats: int
    registered: int
    submitted: int
    under_minimum: int
    overrun: int


@dataclass(frozen=True, slots=True)
class Silent:
    """Visitors of one organisation, without a name the self-employed, who said nothing yet."""

    organisation_name: str | None
    visitors: int


@dataclass(frozen=True, slots=True)
class EditionDemand:
    """Supply and demand of an edition at one moment."""

    figures: Figures
    half_days: tuple[HalfDay, ...]
    #: One row for each sector that offers something.
    heat: tuple[tuple[Sector, tuple[HeatCell, ...]], ...]
    #: Every slot in the programme that is not closed, in order of time.
    slots: tuple[SlotDemand, ...]
    hosts: tuple[Host, ...]
    silent: tuple[Silent, ...]

    @property
    def attention(self) -> tuple[SlotDemand, ...]:
        """The slots with too little or too much demand, the least wanted first."""
        found = [demand for demand in self.slots if demand.strain is not Strain.NONE]
        return tuple(sorted(found, key=lambda demand: demand.seats / demand.slot.capacity))

    def of_host(self, host: Host) -> list[SlotDemand]:
        """Return the slots in the programme of one host."""
        return [demand for demand in self.slots if demand.slot.visit.host_id == host.id]


def demand_of_edition(session: Session, edition: Edition) -> EditionDemand:
    """Return supply and demand of an edition.

    The demand for a slot is the seats of all submitted visitors who prefer its visit and
    could attend it: they share a language with it, are in its audience, do not work at its
    organisation, are not busy then, and fit into it. Somebody who could attend three slots
    of a visit counts in each of them: that is how full a slot could become.

    In the heat table they count for a third in each, so that a row adds up to what people
    ask for. A slot counts in every sector of its organisation. Only slots that are in the
    programme and not closed take part.
    """
    hosts = sorted(
        queries.hosts_with_offers(session, edition),
        key=lambda host: (host.organisation.name, host.id),
    )
    wishes = _wishes(session, edition)
    silent = _silent(session, edition)
    offered = {visit.id: visit for host in hosts for visit in host.visits if visit.is_offered}
    by_visit = {number: visit.open_slots for number, visit in offered.items()}
    audiences = {
        number: {sector.code for sector in visit.audience} for number, visit in offered.items()
    }
    seats: dict[int, int] = defaultdict(int)
    spread: dict[int, float] = defaultdict(float)
    for wish in wishes:
        for visit in offered.keys() & wish.visits:
            attended = [
                slot for slot in by_visit[visit] if wish.could_attend(slot, audiences[visit])
            ]
            for slot in attended:
                seats[slot.id] += wish.seats
                spread[slot.id] += wish.seats / len(attended)
    slots = sorted(
        (slot for slots in by_visit.values() for slot in slots),
        key=lambda slot: (slot.starts_at, slot.id),
    )
    demands = tuple(SlotDemand(slot, seats[slot.id]) for slot in slots)
    strains = [demand.strain for demand in demands]
    halves = tuple(editions.half_days_of(edition))
    return EditionDemand(
        figures=Figures(
            hosts=len(hosts),
            offering=len({slot.visit.host_id for slot in slots}),
            slots=len(slots),
            seats=sum(slot.capacity for slot in slots),
            registered=len(wishes) + sum(group.visitors for group in silent),
            submitted=len(wishes),
            under_minimum=strains.count(Strain.THIN) + strains.count(Strain.NOBODY),
            overrun=strains.count(Strain.OVERRUN),
        ),
        half_days=halves,
        heat=tuple(_heat(slots, spread, halves)),
        slots=demands,
        hosts=tuple(hosts),
        silent=tuple(silent),
    )


def _heat(
    slots: Iterable[Slot], spread: dict[int, float], halves: tuple[HalfDay, ...]
) -> Iterable[tuple[Sector, tuple[HeatCell, ...]]]:
    sectors: dict[str, Sector] = {}
    offered: dict[tuple[str, HalfDay], int] = defaultdict(int)
    asked: dict[tuple[str, HalfDay], float] = defaultdict(float)
    for slot in slots:
        half = intervals.first_containing(halves, slot.starts_at)
        if half is None:
            continue
        for sector in slot.visit.host.organisation.sectors:
            sectors[sector.code] = sector
            offered[sector.code, half] += slot.capacity
            asked[sector.code, half] += spread[slot.id]
    for sector in sorted(sectors.values(), key=lambda sector: sector.position):
        keys = [(sector.code, half) for half in halves]
        yield (
            sector,
            tuple(
                HeatCell(half, round(asked[code, half]), offered[code, half])
                for code, half in keys
            ),
        )


def _wishes(session: Session, edition: Edition) -> list[Wish]:
    def rows(*columns: Any, of: Any) -> Iterable[Any]:
        joined = select(*columns).join(Visitor, Visitor.id == of)
        return session.execute(
            joined.where(Visitor.edition_id == edition.id, queries.HAS_SUBMITTED)
        )

    found = {
        number: Wish(seats, languages, organisation)
        for number, seats, languages, organisation in session.execute(
            queries.submitted_visitors(edition)
            .with_only_columns(
                Visitor.id, Visitor.seats, Visitor.languages, Visitor.organisation_id
            )
            .order_by(Visitor.id)
        )
    }
    link = visitor_sector.c
    for visitor, sector in rows(link.visitor_id, link.sector_code, of=link.visitor_id):
        found[visitor].sectors.add(sector)
    busy = BusyPeriod
    for visitor, start, end in rows(
        busy.visitor_id, busy.starts_at, busy.ends_at, of=busy.visitor_id
    ):
        found[visitor].busy.append(Span(start, end))
    wanted = Preference
    for visitor, visit in rows(wanted.visitor_id, wanted.visit_id, of=wanted.visitor_id):
        found[visitor].visits.append(visit)
    return list(found.values())


def _silent(session: Session, edition: Edition) -> list[Silent]:
    visitors = func.count(Visitor.id)
    rows = session.execute(
        select(Organisation.name, visitors)
        .select_from(Visitor)
        .join(Visitor.organisation, isouter=True)
        .where(Visitor.edition_id == edition.id, Visitor.submitted_at.is_(None))
        .group_by(Organisation.id, Organisation.name)
        .order_by(visitors.desc(), Organisation.name)
    )
    return [Silent(name, count) for name, count in rows]
