"""How long it takes to get from one slot to the next.

References
----------
R. W. Sinnott (1984), Virtues of the haversine, Sky and Telescope 68 (2), 159.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from math import asin, ceil, cos, radians, sin, sqrt

from solver.problem import Pair, Place, Problem, Slot

EARTH_RADIUS_KM = 6371.0088
MINUTE = timedelta(minutes=1)


def distance_km(one: Place, other: Place) -> float:
    """Return the great-circle distance in km."""
    lat, lon, other_lat, other_lon = map(radians, (one.lat, one.lon, other.lat, other.lon))
    north = sin((other_lat - lat) / 2) ** 2
    h = north + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


class TravelMatrix(Mapping[Pair, float]):
    """Minutes by pair of organisations, kept as rows: there may be millions of pairs.

    Parameters
    ----------
    places
        The ids of the organisations, all different.
    rows
        For each the minutes from there to every one of them, in the same order.
    """

    def __init__(self, places: Sequence[str], rows: Sequence[Sequence[float]]) -> None:
        self._number = {place: number for number, place in enumerate(places)}
        self._rows = rows

    def __getitem__(self, pair: Pair) -> float:
        """Return the minutes from one organisation to another."""
        origin, destination = pair
        return self._rows[self._number[origin]][self._number[destination]]

    def __iter__(self) -> Iterator[Pair]:
        """Yield every pair of organisations."""
        return ((a, b) for a in self._number for b in self._number)

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self._number) ** 2


class TravelTimes:
    """Travel times of one problem; remembers what it was asked before."""

    def __init__(self, problem: Problem) -> None:
        self._travel = problem.travel
        self._host = {slot.id: problem.host(slot) for slot in problem.slots}
        places = {slot.id: slot.place or self._host[slot.id].place for slot in problem.slots}
        self._places = [place for place in dict.fromkeys(places.values()) if place is not None]
        # Numbers are faster to look up than places.
        number_of = {place: number for number, place in enumerate(self._places)}
        self._number = {slot: number_of[place] for slot, place in places.items() if place}
        self._known: dict[tuple[int, int, float], int] = {}

    def minutes(self, origin: Slot, destination: Slot, *, speed_km_per_hour: float) -> float:
        """Return the minutes from one slot's place to another's; 0 where one is unknown."""
        if self._travel.matrix is not None and not (origin.place or destination.place):
            start, finish = self._host[origin.id], self._host[destination.id]
            return self._travel.matrix[start.id, finish.id]
        one, other = self._number.get(origin.id), self._number.get(destination.id)
        if one is None or other is None or one == other:
            return 0
        key = (one, other, speed_km_per_hour)
        if key not in self._known:
            distance = distance_km(self._places[one], self._places[other])
            ride = 60 * self._travel.detour * distance / speed_km_per_hour
            self._known[key] = ceil(self._travel.overhead_minutes + ride)
        return self._known[key]

    def fit(self, first: Slot, second: Slot, *, speed_km_per_hour: float) -> bool:
        """Tell whether one person can be in both slots (rules 2 and 4)."""
        if first.visit == second.visit:
            return False
        if second.start < first.start:
            first, second = second, first
        if second.start < first.end or first.day != second.day:
            return second.start >= first.end
        minutes = self.minutes(first, second, speed_km_per_hour=speed_km_per_hour)
        return (second.start - first.end) / MINUTE >= minutes
