"""The model that a textbook would write, for any engine.

One Boolean for each visitor and slot; a row for each pair of slots that one visitor cannot
make both; a Boolean for each slot that runs. All objectives are added up with weights. The
welfare of a visitor is a concave function of the points: a variable below the lines through
neighbouring points of that function, the usual way. Standard library only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks.market import Guest, Market

Terms = dict[int, int]

WEIGHTS = {
    "placed": 20_000,
    "hosts": 20_000,
    "welfare": 1,
    "points": 100,
    "slots": -10,
    "mix": 1,
}
"""What one more of each is worth: placing somebody is more than any welfare of one visitor,
and less is asked of what an organiser ranks later. Minutes away are left to chance.
"""
MOST_LINES = 24
"""Of the lines over a visitor's welfare, how many are written down."""


@dataclass
class Rows:
    """An integer linear model to be maximised; every variable is whole, from 0 to its upper.

    A row is (terms, least, most), with None for no limit.
    """

    uppers: list[int] = field(default_factory=list)
    rows: list[tuple[Terms, int | None, int | None]] = field(default_factory=list)
    objective: Terms = field(default_factory=dict)

    def variable(self, upper: int = 1) -> int:
        """Add a variable, and return its number."""
        self.uppers.append(upper)
        return len(self.uppers) - 1

    def at_most(self, terms: Terms, most: int) -> None:
        """Add a row with an upper limit."""
        self.rows.append((terms, None, most))

    def at_least(self, terms: Terms, least: int) -> None:
        """Add a row with a lower limit."""
        self.rows.append((terms, least, None))


class Textbook:
    """The model of one market."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.model = Rows()
        self._weights = weights_of(market.objectives)
        self._chosen = [[self.model.variable() for _ in guest.slots] for guest in market.guests]
        self._members: list[list[tuple[Guest, int]]] = [[] for _ in market.slots]
        for guest, chosen in zip(market.guests, self._chosen, strict=True):
            for slot, x in zip(guest.slots, chosen, strict=True):
                self._members[slot].append((guest, x))
            self._add_guest(guest, chosen)
        self._runs = [self._add_slot(index) for index in range(len(market.slots))]
        if "hosts" in self._weights:
            self._add_hosts()
        if "mix" in self._weights:
            self._add_mix()

    def placements(self, values: list[int]) -> tuple[tuple[str, str], ...]:
        """Return what some values of the variables stand for."""
        return tuple(
            sorted(
                (guest.id, self.market.slots[slot].id)
                for guest, chosen in zip(self.market.guests, self._chosen, strict=True)
                for slot, x in zip(guest.slots, chosen, strict=True)
                if values[x]
            )
        )

    def _add_guest(self, guest: Guest, chosen: list[int]) -> None:
        model, weights = self.model, self._weights
        for one, other in guest.clashes:
            model.at_most({chosen[one]: 1, chosen[other]: 1}, 1)
        model.at_most(dict.fromkeys(chosen, 1), guest.max_visits)
        days: dict[str, list[int]] = defaultdict(list)
        for slot, x in zip(guest.slots, chosen, strict=True):
            days[self.market.slots[slot].day].append(x)
        for on_day in days.values():
            model.at_most(dict.fromkeys(on_day, 1), guest.max_visits_per_day)
        points = dict(zip(chosen, guest.points, strict=True))
        if "placed" in weights and chosen:
            placed = model.variable()
            model.at_most({placed: 1, **dict.fromkeys(chosen, -1)}, 0)
            model.objective[placed] = weights["placed"] * guest.seats
        if "points" in weights:
            for x, worth in points.items():
                model.objective[x] = weights["points"] * guest.seats * worth
        if "welfare" in weights and chosen:
            welfare = model.variable(upper=guest.welfare(guest.best))
            model.objective[welfare] = weights["welfare"]
            for width, rise, height in welfare_lines(guest):
                # width * welfare <= rise * points + height
                row = {x: -rise * worth for x, worth in points.items()}
                model.at_most({welfare: width, **row}, height)

    def _add_slot(self, index: int) -> int:
        model, slot = self.model, self.market.slots[index]
        runs = model.variable()
        seats = {x: guest.seats for guest, x in self._members[index]}
        model.at_most({runs: -slot.capacity, **seats}, 0)
        model.at_least({runs: -slot.least, **seats}, 0)
        if "slots" in self._weights:
            model.objective[runs] = self._weights["slots"]
        most = self.market.max_same_organisation
        teams: dict[str, Terms] = defaultdict(dict)
        for guest, x in self._members[index]:
            if guest.organisation is not None:
                teams[guest.organisation][x] = guest.seats
        for team in teams.values():
            if most is not None and sum(team.values()) > most:
                model.at_most(team, most)
        return runs

    def _add_hosts(self) -> None:
        by_host: dict[str, list[int]] = defaultdict(list)
        for slot, runs in zip(self.market.slots, self._runs, strict=True):
            by_host[slot.host].append(runs)
        for runs_of_host in by_host.values():
            self._reward("hosts", runs_of_host)

    def _add_mix(self) -> None:
        for members in self._members:
            by_sector: dict[str, list[int]] = defaultdict(list)
            for guest, x in members:
                for sector in guest.sectors:
                    by_sector[sector].append(x)
            for of_sector in by_sector.values():
                self._reward("mix", of_sector)

    def _reward(self, objective: str, any_of: Iterable[int]) -> None:
        there = self.model.variable()
        self.model.at_most({there: 1, **dict.fromkeys(any_of, -1)}, 0)
        self.model.objective[there] = self._weights[objective]


def weights_of(objectives: tuple[str, ...]) -> dict[str, int]:
    """Return the weights of the objectives; one alone has its own value."""
    if len(objectives) == 1:
        return {objectives[0]: 1}
    return {name: WEIGHTS[name] for name in objectives if name in WEIGHTS}


def welfare_lines(guest: Guest) -> list[tuple[int, int, int]]:
    """Return lines over a guest's welfare: ``width * welfare <= rise * points + height``.

    They are the upper hull of the welfare of all sums of points that could be reached, so the
    bound of the model is one of the problem. Of more than 24 some are left out, which keeps it
    a bound.
    """
    worth = dict(zip(guest.slots, guest.points, strict=True)).values()
    sums = {0}
    for points in sorted(set(worth)):
        sums |= {points + other for other in sums}
    reachable = sorted({min(total, guest.best) for total in sums})
    hull: list[tuple[int, int]] = []
    for point in ((points, guest.welfare(points)) for points in reachable):
        while len(hull) > 1 and _is_below(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    lines = [
        (x2 - x1, y2 - y1, (x2 - x1) * y1 - (y2 - y1) * x1)
        for (x1, y1), (x2, y2) in pairwise(hull)
    ]
    step = max(1, len(lines) / MOST_LINES)
    return [lines[int(number * step)] for number in range(int(len(lines) / step))]


def _is_below(first: tuple[int, int], middle: tuple[int, int], last: tuple[int, int]) -> bool:
    (x1, y1), (x2, y2), (x3, y3) = first, middle, last
    return (y2 - y1) * (x3 - x1) <= (y3 - y1) * (x2 - x1)
