"""Problems of any size, in the shape of a Brussels open-door week.

The figures behind the defaults are those of the south-east zone's week of 2024: about 50
services, 131 visiting professionals and 182 visits of an hour and a half, with more slots on
offer than were wanted. The same recipe gives the same problem, to the byte, on any machine
and in any version: results that were published for it stay comparable. So no draw may be
added, left out or moved. All names are invented.

    python -m benchmarks.problems --hosts 300 --visitors 1000 --seed 2 > problem.json
"""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

Json = dict[str, Any]
Range = tuple[int, int]

#: Postcode centres of each zone, within about a kilometre.
ZONES = {
    "noord": (
        (50.86568, 4.29579),
        (50.87436, 4.30967),
        (50.87695, 4.33146),
        (50.86413, 4.32351),
        (50.89434, 4.35585),
        (50.89528, 4.38825),
        (50.88651, 4.42321),
    ),
    "noord-oost": ((50.86169, 4.38956), (50.87090, 4.40611), (50.85468, 4.36651)),
    "zuid-oost": (
        (50.81646, 4.42618),
        (50.83022, 4.39020),
        (50.84747, 4.43992),
        (50.82950, 4.43372),
    ),
    "zuid": (
        (50.81502, 4.32652),
        (50.82003, 4.35982),
        (50.82890, 4.34439),
        (50.79749, 4.35890),
        (50.79556, 4.41376),
    ),
    "centrum-west": ((50.82826, 4.30300), (50.85409, 4.32321), (50.84828, 4.34895)),
}
ALL_ZONES = tuple(ZONES)
SECTORS = (
    "eerstelijn",
    "thuiszorg",
    "ziekenhuis",
    "ggz",
    "verslaving",
    "preventie",
    "perinataal",
    "jongekind",
    "jeugd",
    "ouderen",
    "handicap",
    "mantelzorg",
    "welzijn",
    "wonen",
    "armoede",
    "samenleving",
)
SLOT_LANGUAGES = (["fr"], ["fr", "nl"], ["nl"], ["fr", "nl", "en"])
STARTS = ((9, 0), (9, 30), (10, 0), (11, 0), (13, 0), (13, 30), (14, 0), (15, 0), (15, 30))
HALF_DAYS = (("08:00", "12:30"), ("12:30", "18:00"))
FIRST_DAY = date(2026, 11, 16)
DAYS = 5
VISIT_MINUTES = 90
DEFAULT_OBJECTIVES = ("placed", "hosts", "welfare", "slots", "mix", "away")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a problem is made of; ranges include both ends.

    ``popularity`` is how unequal the visits are wanted: 0 all alike, 1 and more overruns a few.
    """

    hosts: int
    visitors: int
    seed: int
    zones: tuple[str, ...] = ("zuid-oost",)
    preferences: Range = (1, 6)
    slots_per_visit: Range = (1, 3)
    capacity: Range = (4, 12)
    minimum: Range = (2, 4)
    popularity: float = 0.7
    objectives: tuple[str, ...] = DEFAULT_OBJECTIVES


RECIPES = {
    "zuid-oost": Recipe(hosts=50, visitors=140, seed=1),
    "region": Recipe(hosts=300, visitors=1000, seed=2, zones=ALL_ZONES),
    "region-twice": Recipe(hosts=700, visitors=2000, seed=3, zones=ALL_ZONES),
    "region-tight": Recipe(
        hosts=200,
        visitors=1000,
        seed=12,
        zones=ALL_ZONES,
        slots_per_visit=(1, 2),
        capacity=(3, 6),
        popularity=1.0,
        preferences=(3, 8),
    ),
    "dense": Recipe(hosts=60, visitors=220, seed=1, preferences=(4, 12)),
    "welfare-20000": Recipe(
        hosts=7000, visitors=20_000, seed=4, zones=ALL_ZONES, objectives=("welfare",)
    ),
    "welfare-100000": Recipe(
        hosts=35_000, visitors=100_000, seed=5, zones=ALL_ZONES, objectives=("welfare",)
    ),
}
#: Proven optimal, stage after stage, by a mixed-integer model that shares no code with ours.
KNOWN_VALUES = {
    "zuid-oost": (140, 40, 1464292, 61, 290, 26370),
    "region": (986, 242, 9710683, 373, 1820, 154620),
    "region-tight": (971, 181, 7284426, 284, 1260, 102000),
    "region-twice": (1992, 508, 19436592, 729, 3441, 304980),
    "welfare-20000": (186395806,),
}


def make(recipe: Recipe) -> Json:
    """Return the problem of a recipe."""
    return _Kitchen(recipe).problem()


def named(name: str) -> Json:
    """Return one of the known problems, or ``welfare-N`` for another number of visitors."""
    if name in RECIPES:
        return make(RECIPES[name])
    kind, _, visitors = name.rpartition("-")
    if kind == "welfare" and visitors.isdecimal():
        return make(for_welfare(int(visitors)))
    raise ValueError(f'no problem "{name}"')


def for_welfare(visitors: int) -> Recipe:
    """Return the recipe of the large problems, for any number of visitors."""
    few = RECIPES["welfare-20000"]
    return replace(few, hosts=round(visitors * 0.35), visitors=visitors, seed=4)


def empty(
    *, name: str, objectives: tuple[str, ...] = DEFAULT_OBJECTIVES, seed: int = 1
) -> Json:
    """Return a problem with the usual rules, and nobody in it."""
    return {
        "format": "opendeur-problem/1",
        "name": name,
        "time_zone": "Europe/Brussels",
        "seed": seed,
        "objectives": list(objectives),
        "rules": {
            "max_visits": 4,
            "max_visits_per_day": 2,
            "max_same_organisation_per_slot": 3,
            "max_absent_per_organisation": None,
        },
        "travel": {
            "overhead_minutes": 10,
            "detour": 1.3,
            "speed_km_per_hour": 15,
            "matrix": None,
        },
        "organisations": [],
        "visits": [],
        "slots": [],
        "visitors": [],
        "pins": [],
        "bans": [],
        "previous": None,
    }


class _Kitchen:
    """Making one problem. The order of the draws is part of the recipe."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._random = Random(recipe.seed)
        self._places = [place for zone in recipe.zones for place in ZONES[zone]]
        self._organisations: list[Json] = []
        self._visits: list[Json] = []
        self._slots: list[Json] = []

    def problem(self) -> Json:
        recipe = self._recipe
        for number in range(recipe.hosts):
            self._organisations.append(self._organisation(f"o{number}", f"Host {number}"))
            for _ in range(self._random.choice([1, 1, 1, 1, 2])):
                self._add_visit(f"o{number}")
        services = max(5, recipe.visitors // 6)
        for number in range(services):
            self._organisations.append(self._organisation(f"g{number}", f"Service {number}"))
        ranking = [visit["id"] for visit in self._visits]
        self._random.shuffle(ranking)
        pull = list(
            accumulate(1 / (place + 1) ** recipe.popularity for place in range(len(ranking)))
        )
        sectors = {item["id"]: item["sectors"] for item in self._organisations}
        visitors = [
            self._visitor(number, services, ranking, pull, sectors)
            for number in range(recipe.visitors)
        ]
        name = f"{recipe.hosts} hosts, {recipe.visitors} visitors, seed {recipe.seed}"
        return empty(name=name, objectives=recipe.objectives, seed=recipe.seed) | {
            "organisations": self._organisations,
            "visits": self._visits,
            "slots": self._slots,
            "visitors": visitors,
        }

    def _organisation(self, identity: str, name: str) -> Json:
        sectors = sorted(self._random.sample(SECTORS, self._random.choice([1, 1, 2])))
        lat, lon = self._random.choice(self._places)
        place = {
            "lat": round(lat + self._random.gauss(0, 0.006), 5),
            "lon": round(lon + self._random.gauss(0, 0.009), 5),
        }
        return {"id": identity, "name": name, "sectors": sectors, "place": place}

    def _add_visit(self, host: str) -> None:
        random, recipe = self._random, self._recipe
        number = len(self._visits)
        is_closed = random.random() < 0.04
        visit = {
            "id": f"v{number}",
            "organisation": host,
            "title": f"Visit {number}",
            "audience": sorted(random.sample(SECTORS, 6)) if is_closed else [],
        }
        self._visits.append(visit)
        languages = random.choices(SLOT_LANGUAGES, [5, 4, 1, 1])[0]
        taken = set()
        for _ in range(random.randint(*recipe.slots_per_visit)):
            day, (hour, minute) = random.randrange(DAYS), random.choice(STARTS)
            if (day, hour) in taken:
                continue
            taken.add((day, hour))
            start = hour * 60 + minute
            capacity = random.randint(*recipe.capacity)
            self._slots.append(
                {
                    "id": f"s{len(self._slots)}",
                    "visit": f"v{number}",
                    "start": moment(day, start),
                    "end": moment(day, start + VISIT_MINUTES),
                    "capacity": capacity,
                    "minimum": min(capacity, random.randint(*recipe.minimum)),
                    "languages": languages,
                    "place": None,
                    "state": "open",
                }
            )

    def _visitor(
        self,
        number: int,
        services: int,
        ranking: list[str],
        pull: list[float],
        sectors: dict[str, list[str]],
    ) -> Json:
        random = self._random
        kind = random.random()
        organisation = None  # self-employed
        if kind < 0.35:
            organisation = f"o{random.randrange(self._recipe.hosts)}"
        elif kind < 0.93:
            organisation = f"g{random.randrange(services)}"
        least, most = self._recipe.preferences
        count = min(len(ranking), round(random.triangular(least, most, (least + most) / 2)))
        drawn = dict.fromkeys(random.choices(ranking, cum_weights=pull, k=20 * count))
        busy = [
            [f"{FIRST_DAY + timedelta(days=day)}T{clock}" for clock in half]
            for day in range(DAYS)
            for half in HALF_DAYS
            if random.random() < 0.3
        ]
        is_host = organisation is not None and organisation.startswith("o")
        return {
            "id": f"p{number}",
            "organisation": organisation,
            "sectors": sectors[organisation] if organisation else [random.choice(SECTORS)],
            "languages": random.choices((["fr"], ["fr", "nl"], ["nl"]), [5, 4, 1])[0],
            "seats": 2 if random.random() < 0.04 else 1,
            "weight": 1.2 if is_host else 1.0,
            "preferences": list(drawn)[:count],
            "busy": busy,
            "max_visits": random.choice([1, 2, 2, 3, None]),
            "max_visits_per_day": None,
            "speed_km_per_hour": None,
        }


def moment(day: int, minutes: int) -> str:
    """Return a local time: minutes after midnight, so many days after the first one."""
    return f"{FIRST_DAY + timedelta(days=day)}T{minutes // 60:02}:{minutes % 60:02}"


def main() -> None:
    """Write a problem to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--visitors", type=int, default=140)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zones", nargs="+", default=["zuid-oost"], choices=ZONES)
    parser.add_argument("--preferences", type=int, nargs=2, default=(1, 6))
    parser.add_argument("--slots-per-visit", type=int, nargs=2, default=(1, 3))
    parser.add_argument("--capacity", type=int, nargs=2, default=(4, 12))
    parser.add_argument("--minimum", type=int, nargs=2, default=(2, 4))
    parser.add_argument("--popularity", type=float, default=0.7)
    parser.add_argument("--objectives", nargs="+", default=DEFAULT_OBJECTIVES)
    options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(parser.parse_args()).items()
    }
    json.dump(make(Recipe(**options)), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
