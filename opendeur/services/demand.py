"""Supply and demand of an edition: what is offered, who asks for it, and where it rubs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur.enums import SlotState
from opendeur.models import Edition, Host, Organisation, Sector, Slot, Visit, Visitor
from opendeur.services import half_days
from opendeur.services.half_days import HalfDay


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
class Cell:
    """Asked against offered seats of a sector in a half day."""

    half_day: HalfDay
    asked: float
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
    """People of one organisation, None for the self-employed, who have not submitted."""

    organisation: Organisation | None
    visitors: tuple[Visitor, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Supply and demand of an edition at one moment."""

    figures: Figures
    half_days: tuple[HalfDay, ...]
    #: One row for each sector that offers something.
    heat: tuple[tuple[Sector, tuple[Cell, ...]], ...]
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


def survey(session: Session, edition: Edition) -> Survey:
    """Return supply and demand of an edition.

    The demand for a slot is the seats of all submitted visitors who prefer its visit and
    could attend it: they share a language with it, are in its audience, do not work at its
    organisation, are not busy then, and fit into it. Somebody who could attend three slots
    of a visit counts in each of them: that is how full a slot could become.

    In the heat table they count for a third in each, so that a row adds up to what people
    ask for. A slot counts in every sector of its organisation. Only slots that are in the
    programme and not closed take part.
    """
    hosts = _hosts(session, edition)
    visitors = _visitors(session, edition)
    by_visit = {
        visit.id: visit.open_slots
        for host in hosts
        for visit in host.visits
        if visit.is_offered
    }
    seats: dict[int, int] = defaultdict(int)
    spread: dict[int, float] = defaultdict(float)
    submitted = [visitor for visitor in visitors if visitor.submitted_at is not None]
    for visitor in submitted:
        for preference in visitor.preferences:
            slots = by_visit.get(preference.visit_id, [])
            attended = [slot for slot in slots if could_attend(visitor, slot)]
            for slot in attended:
                seats[slot.id] += visitor.seats
                spread[slot.id] += visitor.seats / len(attended)
    slots = sorted(
        (slot for slots in by_visit.values() for slot in slots),
        key=lambda slot: (slot.starts_at, slot.id),
    )
    demands = tuple(SlotDemand(slot, seats[slot.id]) for slot in slots)
    strains = [demand.strain for demand in demands]
    halves = tuple(half_days.of_edition(edition))
    return Survey(
        figures=Figures(
            hosts=len(hosts),
            offering=len({slot.visit.host_id for slot in slots}),
            slots=len(slots),
            seats=sum(slot.capacity for slot in slots),
            registered=len(visitors),
            submitted=len(submitted),
            under_minimum=strains.count(Strain.THIN) + strains.count(Strain.NOBODY),
            overrun=strains.count(Strain.OVERRUN),
        ),
        half_days=halves,
        heat=tuple(_heat(slots, spread, halves)),
        slots=demands,
        hosts=tuple(hosts),
        silent=tuple(_silent(visitors)),
    )


def could_attend(visitor: Visitor, slot: Slot) -> bool:
    """Tell whether nothing but other people's wishes keeps a visitor from a slot."""
    audience = {sector.code for sector in slot.visit.audience}
    return (
        slot.state is not SlotState.CLOSED
        and visitor.seats <= slot.capacity
        and not visitor.languages.isdisjoint(slot.languages)
        and (not audience or not audience.isdisjoint(s.code for s in visitor.sectors))
        and visitor.organisation_id != slot.visit.host.organisation_id
        and not any(
            busy.starts_at < slot.ends_at and slot.starts_at < busy.ends_at
            for busy in visitor.busy_periods
        )
    )


def _heat(
    slots: Iterable[Slot], spread: dict[int, float], halves: tuple[HalfDay, ...]
) -> Iterable[tuple[Sector, tuple[Cell, ...]]]:
    sectors: dict[str, Sector] = {}
    offered: dict[tuple[str, HalfDay], int] = defaultdict(int)
    asked: dict[tuple[str, HalfDay], float] = defaultdict(float)
    for slot in slots:
        half = next(
            (half for half in halves if half.starts_at <= slot.starts_at < half.ends_at), None
        )
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
            tuple(Cell(half, asked[code, half], offered[code, half]) for code, half in keys),
        )


def _silent(visitors: Iterable[Visitor]) -> list[Silent]:
    groups: dict[int | None, list[Visitor]] = defaultdict(list)
    for visitor in visitors:
        if visitor.submitted_at is None:
            groups[visitor.organisation_id].append(visitor)
    found = [Silent(members[0].organisation, tuple(members)) for members in groups.values()]
    return sorted(
        found,
        key=lambda s: (-len(s.visitors), s.organisation.name if s.organisation else ""),
    )


def _hosts(session: Session, edition: Edition) -> list[Host]:
    return list(
        session.scalars(
            select(Host)
            .join(Host.organisation)
            .where(Host.edition_id == edition.id)
            .options(
                joinedload(Host.organisation).selectinload(Organisation.sectors),
                selectinload(Host.visits).selectinload(Visit.slots),
                selectinload(Host.visits).selectinload(Visit.audience),
            )
            .order_by(Organisation.name, Host.id)
        )
    )


def _visitors(session: Session, edition: Edition) -> list[Visitor]:
    return list(
        session.scalars(
            select(Visitor)
            .where(Visitor.edition_id == edition.id)
            .options(
                joinedload(Visitor.account),
                joinedload(Visitor.organisation),
                selectinload(Visitor.sectors),
                selectinload(Visitor.busy_periods),
                selectinload(Visitor.preferences),
            )
            .order_by(Visitor.id)
        )
    )
