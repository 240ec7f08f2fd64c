"""A problem as every contender gets it: who could get which slot, and what excludes what.

All rules about one visitor are worked out beforehand, outside the time that is measured, so
that no contender can break or miss one by accident. Only this solver reads the problem itself,
and its reading counts. Standard library only: contenders run in other environments too.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from math import log10
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Slot:
    """A moment of a visit; ``least`` is the smallest group with which it runs."""

    id: str
    host: str
    visit: str
    day: str
    capacity: int
    least: int


@dataclass(frozen=True)
class Guest:
    """A visitor. ``slots`` are indexes, the most wanted first, with the ``points`` of each.

    ``clashes`` has pairs of positions in ``slots`` of which this visitor can make only one;
    ``best`` is the most points that the visitor could have alone in the week.
    """

    id: str
    organisation: str | None
    sectors: tuple[str, ...]
    seats: int
    weight: float
    max_visits: int
    max_visits_per_day: int
    best: int
    slots: tuple[int, ...]
    points: tuple[int, ...]
    clashes: tuple[tuple[int, int], ...]

    def welfare(self, points: int) -> int:
        """Return what so many points are worth for the welfare of all."""
        satisfaction = min(1.0, points / self.best) if self.best else 0.0
        return self.seats * round(10_000 * self.weight * log10(1 + 9 * satisfaction))


@dataclass(frozen=True)
class Market:
    """Slots and guests, and the one rule that is left about both."""

    slots: tuple[Slot, ...]
    guests: tuple[Guest, ...]
    max_same_organisation: int | None
    objectives: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Market":
        """Read what :meth:`write` wrote."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            slots=tuple(Slot(**item) for item in data["slots"]),
            guests=tuple(_guest(item) for item in data["guests"]),
            max_same_organisation=data["max_same_organisation"],
            objectives=tuple(data["objectives"]),
        )


def _guest(item: dict[str, Any]) -> Guest:
    item["clashes"] = [tuple(pair) for pair in item["clashes"]]
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in item.items()
    }
    return Guest(**values)


class Week:
    """What one guest can still take: the rules about one visitor, kept while choosing."""

    def __init__(self, guest: Guest, slots: tuple[Slot, ...]) -> None:
        self.guest = guest
        self.chosen: list[int] = []
        self._days = [slots[index].day for index in guest.slots]
        self._clashes: dict[int, set[int]] = defaultdict(set)
        for one, other in guest.clashes:
            self._clashes[one].add(other)
            self._clashes[other].add(one)

    def admits(self, position: int) -> bool:
        """Tell whether one slot more can be added, by its position."""
        day = self._days[position]
        return (
            position not in self.chosen
            and len(self.chosen) < self.guest.max_visits
            and sum(self._days[other] == day for other in self.chosen)
            < self.guest.max_visits_per_day
            and self._clashes[position].isdisjoint(self.chosen)
        )


def itineraries(
    guest: Guest, slots: tuple[Slot, ...], *, among: Iterable[int] | None = None
) -> Iterator[tuple[int, ...]]:
    """Yield every set of slots that a guest can make, as positions; the empty one first.

    ``among`` has the positions to choose from, None for all.
    """
    positions = range(len(guest.slots)) if among is None else tuple(among)
    week = Week(guest, slots)

    def extend(start: int) -> Iterator[tuple[int, ...]]:
        yield tuple(week.chosen)
        for number in range(start, len(positions)):
            if week.admits(positions[number]):
                week.chosen.append(positions[number])
                yield from extend(number + 1)
                week.chosen.pop()

    return extend(0)


class Seats:
    """The seats taken so far, and the rules about what guests share, the minimum apart."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.taken = [0] * len(market.slots)
        self._by_team: dict[tuple[int, str], int] = defaultdict(int)
        self.guests_in: list[list[Guest]] = [[] for _ in market.slots]

    def has_room(self, guest: Guest, slot: int) -> bool:
        """Tell whether a guest could be added to a slot, by its index."""
        if self.taken[slot] + guest.seats > self._market.slots[slot].capacity:
            return False
        most = self._market.max_same_organisation
        if most is None or guest.organisation is None:
            return True
        return self._by_team[slot, guest.organisation] + guest.seats <= most

    def take(self, guest: Guest, slot: int) -> None:
        """Put a guest into a slot."""
        self.taken[slot] += guest.seats
        self.guests_in[slot].append(guest)
        if guest.organisation is not None:
            self._by_team[slot, guest.organisation] += guest.seats


@dataclass(frozen=True)
class Result:
    """What a contender found.

    ``trace`` has (seconds since the start, value) whenever it found something better, for the
    first objective, where it says so while it works. ``bound`` is proven, None where there is
    none. ``cancelled`` counts the placements lost because too few came.
    """

    placements: tuple[tuple[str, str], ...]
    is_proven: bool = False
    bound: float | None = None
    trace: tuple[tuple[float, float], ...] = ()
    cancelled: int = 0

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Result":
        """Read what :meth:`write` wrote; anything else in the file is left out."""
        wanted = {each.name for each in fields(cls)}
        found = json.loads(path.read_text(encoding="utf-8"))
        data = {name: value for name, value in found.items() if name in wanted}
        for name in ("placements", "trace"):
            data[name] = tuple(tuple(pair) for pair in data[name])
        return cls(**data)


def held(market: Market, chosen: Iterable[tuple[Guest, int]], **more: Any) -> Result:
    """Return the result of some choices, once slots with too few people are cancelled."""
    seats, pairs = [0] * len(market.slots), list(chosen)
    for guest, slot in pairs:
        seats[slot] += guest.seats
    kept = [
        (guest.id, market.slots[slot].id)
        for guest, slot in pairs
        if seats[slot] >= market.slots[slot].least
    ]
    return Result(placements=tuple(sorted(kept)), cancelled=len(pairs) - len(kept), **more)
