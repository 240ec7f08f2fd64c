"""Supply and demand of an edition: what is offered, who asks for it, and where it rubs.

There is one definition of demand, and everything that is shown of it adds up: at a moment
count all people whose preferences were submitted, who prefer its visit and could come then.
Who could come at several moments of a visit counts at each: that is how full it can become,
so that a moment under its smallest group does not reach it, whatever is assigned. A host and
a sector in a half day are sums of moments. The unit is people, which are seats: three
colleagues who signed up as one count thrice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import editions, intervals
from opendeur.domain.editions import HalfDay
from opendeur.domain.preferences.demand_rows import (
    SlotRow,
    VisitorRow,
    slots_in_programme,
    visitors_with_wishes,
)
from opendeur.models import Edition, Sector, Slot


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

    @property
    def is_short(self) -> bool:
        """Whether the smallest group is not reached."""
        return self in (Strain.NOBODY, Strain.THIN)


def strain_of(people: int, *, minimum: int, capacity: int) -> Strain:
    """Return what is the matter with a slot for which so many people count."""
    if people > capacity:
        return Strain.OVERRUN
    if people >= minimum:
        return Strain.NONE
    return Strain.THIN if people else Strain.NOBODY


@dataclass(frozen=True, slots=True)
class SlotDemand:
    """A slot and the seats of everybody who wants its visit and could come then."""

    slot: Slot
    seats: int

    @property
    def strain(self) -> Strain:
        """Whether too few or too many want to come."""
        slot = self.slot
        return strain_of(self.seats, minimum=slot.minimum, capacity=slot.capacity)


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot of the programme in a list, and how many people count for it.

    Before everybody's week is known these are those who ask for it, afterwards those who
    have a seat in it.
    """

    slot_id: int
    visit_id: int
    host_id: int
    host_name: str
    titles: tuple[str, str]
    starts_at: datetime
    half_day: HalfDay | None
    minimum: int
    capacity: int
    sectors: tuple[str, ...]
    people: int
    is_forced: bool = False

    @property
    def is_undecided(self) -> bool:
        """Whether too few people come, and nobody said that it takes place all the same."""
        return bool(self.people) and self.strain.is_short and not self.is_forced

    @property
    def strain(self) -> Strain:
        """Whether there are too few people or too many."""
        return strain_of(self.people, minimum=self.minimum, capacity=self.capacity)

    @property
    def share(self) -> float:
        """People over seats."""
        return self.people / self.capacity


@dataclass(frozen=True, slots=True)
class SectorName:
    """A sector and its names, apart from the database: supply and demand are kept a while."""

    code: str
    name_nl: str
    name_fr: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the name in one of the interface languages."""
        return {"nl": self.name_nl, "fr": self.name_fr}.get(language, self.name_en)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Seats asked for against seats on offer, of a sector in a half day."""

    half_day: HalfDay
    asked: int
    offered: int

    @property
    def level(self) -> Level:
        """How demand relates to supply; only asked of a cell with an offer."""
        share = self.asked / self.offered
        return next((level for end, level in _ENDS if share <= end), Level.OVERRUN)


@dataclass(frozen=True, slots=True)
class Turnout:
    """How far people are with their preferences, in people.

    `began` prefer something and did not submit, `silent` registered and prefer nothing yet.
    """

    submitted: int = 0
    began: int = 0
    silent: int = 0

    @property
    def people(self) -> int:
        """Everybody who registered."""
        return self.submitted + self.began + self.silent


@dataclass(frozen=True, slots=True)
class EditionDemand:
    """Supply and demand of an edition at one moment."""

    turnout: Turnout
    half_days: tuple[HalfDay, ...]
    #: One row for each sector that offers something.
    heat: tuple[tuple[SectorName, tuple[HeatCell, ...]], ...]
    #: Every slot in the programme that is not closed, in order of time.
    slots: tuple[SlotLine, ...]

    @property
    def offering(self) -> int:
        """How many hosts have a slot in the programme."""
        return len({slot.host_id for slot in self.slots})

    @property
    def seats(self) -> int:
        """How many seats there are."""
        return sum(slot.capacity for slot in self.slots)

    @property
    def short(self) -> int:
        """How many slots do not reach their smallest group."""
        return sum(slot.strain.is_short for slot in self.slots)

    @property
    def overrun(self) -> int:
        """How many slots have more demand than seats."""
        return sum(slot.strain is Strain.OVERRUN for slot in self.slots)


def demand_of_edition(session: Session, edition: Edition) -> EditionDemand:
    """Return supply and demand of an edition.

    Somebody could come when they share a language with the slot, are in the audience of its
    visit, do not work at its organisation, are not busy then, and fit into it. A slot counts
    in every sector of its organisation. Only slots that are in the programme and not closed
    take part.
    """
    rows = slots_in_programme(session, edition)
    visitors = list(visitors_with_wishes(session, edition))
    halves = tuple(editions.half_days_of(edition))
    people = _counts(rows, [visitor for visitor in visitors if visitor.has_submitted])
    slots = tuple(_counted(rows, people, halves))
    return EditionDemand(
        turnout=_turnout(visitors),
        half_days=halves,
        heat=tuple(_heat(slots, halves, sectors_of(session, slots))),
        slots=slots,
    )


def sectors_of(session: Session, slots: Iterable[SlotLine]) -> list[SectorName]:
    """Return the sectors that offer any of these slots, in their order."""
    offering = {code for slot in slots for code in slot.sectors}
    rows = session.execute(
        select(Sector.code, Sector.name_nl, Sector.name_fr, Sector.name_en).order_by(
            Sector.position
        )
    )
    return [SectorName(*row) for row in rows if row[0] in offering]


def groups_of_edition(session: Session, edition: Edition) -> tuple[SlotLine, ...]:
    """Return the slots in the programme with the people who have a seat in each."""
    rows = slots_in_programme(session, edition)
    halves = tuple(editions.half_days_of(edition))
    return tuple(_counted(rows, {row.id: row.taken for row in rows}, halves))


def _counted(
    rows: Sequence[SlotRow], people: dict[int, int], halves: Sequence[HalfDay]
) -> Iterator[SlotLine]:
    starts = {row.moment.starts: row.starts_at for row in rows}
    halves_of = {key: intervals.first_containing(halves, at) for key, at in starts.items()}
    for row in rows:
        start = row.moment.starts
        yield SlotLine(
            slot_id=row.id,
            visit_id=row.visit_id,
            host_id=row.host_id,
            host_name=row.host_name,
            titles=(row.title_nl, row.title_fr),
            starts_at=starts[start],
            half_day=halves_of[start],
            minimum=row.minimum,
            capacity=row.moment.capacity,
            sectors=row.sectors,
            people=people.get(row.id, 0),
            is_forced=row.is_forced,
        )


def _turnout(visitors: Iterable[VisitorRow]) -> Turnout:
    people: dict[str, int] = defaultdict(int)
    for visitor in visitors:
        part = "submitted" if visitor.has_submitted else "began" if visitor.visits else "silent"
        people[part] += visitor.guest.seats
    return Turnout(**people)


def _counts(rows: Iterable[SlotRow], visitors: Iterable[VisitorRow]) -> dict[int, int]:
    """Return how many people count for each slot, by its number."""
    of_visit: dict[int, list[SlotRow]] = defaultdict(list)
    for row in rows:
        of_visit[row.visit_id].append(row)
    people: dict[int, int] = defaultdict(int)
    for visitor in visitors:
        guest = visitor.guest
        for visit in visitor.visits:
            for row in of_visit.get(visit, ()):
                if guest.could_attend(row.moment):
                    people[row.id] += guest.seats
    return people


def _heat(
    slots: Iterable[SlotLine], halves: tuple[HalfDay, ...], sectors: Iterable[SectorName]
) -> Iterator[tuple[SectorName, tuple[HeatCell, ...]]]:
    asked: dict[tuple[str, HalfDay], int] = defaultdict(int)
    offered: dict[tuple[str, HalfDay], int] = defaultdict(int)
    for slot in slots:
        if slot.half_day is None:
            continue
        for code in slot.sectors:
            asked[code, slot.half_day] += slot.people
            offered[code, slot.half_day] += slot.capacity
    for sector in sectors:
        keys = [(sector.code, half) for half in halves]
        yield sector, tuple(HeatCell(key[1], asked[key], offered[key]) for key in keys)
