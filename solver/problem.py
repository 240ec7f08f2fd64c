"""The problem: who wants to visit what, when that can be, and the rules.

Only data, all of it immutable. Times are naive local wall-clock times, to the minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property


class SlotState(StrEnum):
    """Who decides whether a slot runs."""

    OPEN = "open"
    """The solver decides."""
    FORCED = "forced"
    """It runs, whatever the minimum."""
    CLOSED = "closed"
    """It does not run."""


class Objective(StrEnum):
    """What can be optimised; the values are defined in ``docs/solver.md``."""

    PLACED = "placed"
    HOSTS = "hosts"
    WELFARE = "welfare"
    POINTS = "points"
    TOP3 = "top3"
    LOWEST = "lowest"
    SLOTS = "slots"
    MIX = "mix"
    AWAY = "away"
    KEPT = "kept"

    @property
    def is_minimised(self) -> bool:
        """True where less is better."""
        return self in (Objective.SLOTS, Objective.AWAY)


Pair = tuple[str, str]
"""A visitor's id and a slot's id."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the globe, in degrees, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Travel:
    """How long it takes to get from one place to another.

    ``matrix`` has minutes by organisation and organisation; without one, they follow from
    the distance (:mod:`solver.travel`).
    """

    overhead_minutes: float
    detour: float
    speed_km_per_hour: float
    matrix: Mapping[Pair, float] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits that hold for everyone; None is no limit."""

    max_visits: int
    max_visits_per_day: int
    max_same_organisation_per_slot: int | None = None
    max_absent_per_organisation: int | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A service: host, employer of visitors, or both."""

    id: str
    sectors: frozenset[str]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Visit:
    """What an organisation offers. An empty ``audience`` is everyone."""

    id: str
    organisation: str
    audience: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slot:
    """One moment of a visit, half-open: one that ends at ten and one that starts then fit."""

    id: str
    visit: str
    start: datetime
    end: datetime
    capacity: int
    minimum: int
    languages: frozenset[str]
    place: Place | None
    state: SlotState

    @property
    def day(self) -> date:
        """The date on which it starts."""
        return self.start.date()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who wants to visit; ``seats`` is more than one for colleagues who stay together.

    ``preferences`` has visits, the most wanted first. The maxima and the speed are None
    where those of the problem hold.
    """

    id: str
    organisation: str | None
    sectors: frozenset[str]
    languages: frozenset[str]
    seats: int
    weight: float
    preferences: tuple[str, ...]
    busy: tuple[tuple[datetime, datetime], ...]
    max_visits: int | None
    max_visits_per_day: int | None
    speed_km_per_hour: float | None


@dataclass(frozen=True)
class Problem:
    """All that a plan depends on. ``sha256`` is the digest of the canonical JSON."""

    name: str
    time_zone: str
    seed: int
    objectives: tuple[Objective, ...]
    rules: Rules
    travel: Travel
    organisations: tuple[Organisation, ...]
    visits: tuple[Visit, ...]
    slots: tuple[Slot, ...]
    visitors: tuple[Visitor, ...]
    pins: frozenset[Pair]
    bans: frozenset[Pair]
    previous: frozenset[Pair]
    sha256: str

    @cached_property
    def organisation(self) -> Mapping[str, Organisation]:
        """Organisations by id."""
        return {organisation.id: organisation for organisation in self.organisations}

    @cached_property
    def visit(self) -> Mapping[str, Visit]:
        """Visits by id."""
        return {visit.id: visit for visit in self.visits}

    @cached_property
    def slot(self) -> Mapping[str, Slot]:
        """Slots by id."""
        return {slot.id: slot for slot in self.slots}

    @cached_property
    def visitor(self) -> Mapping[str, Visitor]:
        """Visitors by id."""
        return {visitor.id: visitor for visitor in self.visitors}

    def host(self, slot: Slot) -> Organisation:
        """Return the organisation that receives visitors in this slot."""
        return self.organisation[self.visit[slot.visit].organisation]
