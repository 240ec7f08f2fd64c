"""Supply and demand of an edition: what is offered, who asks for it, and where it rubs.

There is one definition of demand, and everything that is shown of it adds up: everybody whose
preferences were submitted counts once for each visit that they prefer, at one of its moments
at which they could come, where most room is left. A moment, a host, a sector in a half day
and the whole week are sums of that. The unit is people, which are seats: three colleagues who
signed up as one count thrice.
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
from opendeur.models import Edition, Sector


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


@dataclass(frozen=True, slots=True)
class SlotDemand:
    """A slot in the programme that is not closed, and how many people count for it.

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

    @property
    def strain(self) -> Strain:
        """Whether there are too few people or too many."""
        if self.people > self.capacity:
            return Strain.OVERRUN
        if self.people >= self.minimum:
            return Strain.NONE
        return Strain.THIN if self.people else Strain.NOBODY

    @property
    def share(self) -> float:
        """People over seats."""
        return self.people / self.capacity


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Seats asked for against seats on offer, of a sector in a half day."""

    half_day: HalfDay
    asked: int
    offered: int

    @property
    def level(self) -> Level:
        """How demand relates to supply; only asked of a cell with an offer."""
        return level_of(self.asked, self.offered)


def level_of(asked: int, offered: int) -> Level:
    """Return how seats asked for relate to seats on offer."""
    share = asked / offered
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
    heat: tuple[tuple[Sector, tuple[HeatCell, ...]], ...]
    #: Every slot in the programme that is not closed, in order of time.
    slots: tuple[SlotDemand, ...]

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
    people = _spread(rows, [visitor for visitor in visitors if visitor.has_submitted])
    slots = tuple(_counted(rows, people, halves))
    return EditionDemand(
        turnout=_turnout(visitors),
        half_days=halves,
        heat=tuple(_heat(slots, halves, sectors_of(session, slots))),
        slots=slots,
    )


def sectors_of(session: Session, slots: Iterable[SlotDemand]) -> list[Sector]:
    """Return the sectors that offer any of these slots, in their order."""
    offering = {code for slot in slots for code in slot.sectors}
    sectors = session.scalars(select(Sector).order_by(Sector.position))
    return [sector for sector in sectors if sector.code in offering]


def groups_of_edition(session: Session, edition: Edition) -> tuple[SlotDemand, ...]:
    """Return the slots in the programme with the people who have a seat in each."""
    rows = slots_in_programme(session, edition)
    halves = tuple(editions.half_days_of(edition))
    return tuple(_counted(rows, {row.id: row.taken for row in rows}, halves))


def _counted(
    rows: Sequence[SlotRow], people: dict[int, int], halves: Sequence[HalfDay]
) -> Iterator[SlotDemand]:
    starts = {row.moment.starts: row.starts_at for row in rows}
    halves_of = {key: intervals.first_containing(halves, at) for key, at in starts.items()}
    for row in rows:
        start = row.moment.starts
        yield SlotDemand(
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
        )


def _turnout(visitors: Iterable[VisitorRow]) -> Turnout:
    people: dict[str, int] = defaultdict(int)
    for visitor in visitors:
        part = "submitted" if visitor.has_submitted else "began" if visitor.visits else "silent"
        people[part] += visitor.guest.seats
    return Turnout(**people)


def _spread(rows: Iterable[SlotRow], visitors: Iterable[VisitorRow]) -> dict[int, int]:
    """Return how many people count for each slot, by its number.

    Who could come at the fewest moments of a visit is put first, so that the others leave
    them room.
    """
    of_visit: dict[int, list[SlotRow]] = defaultdict(list)
    for row in rows:
        of_visit[row.visit_id].append(row)
    people: dict[int, int] = defaultdict(int)
    waiting: list[tuple[int, list[SlotRow]]] = []
    for visitor in visitors:
        guest = visitor.guest
        for visit in visitor.visits:
            could = [row for row in of_visit.get(visit, ()) if guest.could_attend(row.moment)]
            if len(could) == 1:
                people[could[0].id] += guest.seats
            elif could:
                waiting.append((guest.seats, could))
    waiting.sort(key=lambda wish: len(wish[1]))
    for seats, could in waiting:
        roomiest = min(could, key=lambda row: (people[row.id] + seats) / row.moment.capacity)
        people[roomiest.id] += seats
    return people


def _heat(
    slots: Iterable[SlotDemand], halves: tuple[HalfDay, ...], sectors: Iterable[Sector]
) -> Iterator[tuple[Sector, tuple[HeatCell, ...]]]:
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
