"""How long it takes to get from one slot to the next.

References
----------
R. W. Sinnott (1984), Virtues of the haversine, Sky and Telescope 68 (2), 159.
"""

from math import asin, ceil, cos, radians, sin, sqrt

from solver.problem import Place, Problem, Slot

EARTH_RADIUS_KM = 6371.0088


def distance_km(one: Place, other: Place) -> float:
    """Return the great-circle distance in km."""
    lat, lon, other_lat, other_lon = map(radians, (one.lat, one.lon, other.lat, other.lon))
    north = sin((other_lat - lat) / 2) ** 2
    h = north + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


class TravelTimes:
    """Travel times of one problem; remembers what it was asked before."""

    def __init__(self, problem: Problem) -> None:
        self._travel = problem.travel
        self._host = {slot.id: problem.host(slot) for slot in problem.slots}
        self._known: dict[tuple[Place, Place, float], int] = {}

    def minutes(self, origin: Slot, destination: Slot, *, speed_km_per_hour: float) -> float:
        """Return the minutes from one slot's place to another's; 0 where one is unknown."""
        start, finish = self._host[origin.id], self._host[destination.id]
        if self._travel.matrix is not None and not (origin.place or destination.place):
            return self._travel.matrix[start.id, finish.id]
        one = origin.place or start.place
        other = destination.place or finish.place
        if one is None or other is None or one == other:
            return 0
        key = (one, other, speed_km_per_hour)
        if key not in self._known:
            ride = 60 * self._travel.detour * distance_km(one, other) / speed_km_per_hour
            self._known[key] = ceil(self._travel.overhead_minutes + ride)
        return self._known[key]

    def fit(self, first: Slot, second: Slot, *, speed_km_per_hour: float) -> bool:
        """Tell whether one person can be in both slots (rules 2 and 4)."""
        if first.visit == second.visit:
            return False
        if second.start < first.start:
            first, second = second, first
        gap = (second.start - first.end).total_seconds() / 60
        if gap < 0 or first.day != second.day:
            return gap >= 0
        return gap >= self.minutes(first, second, speed_km_per_hour=speed_km_per_hour)
