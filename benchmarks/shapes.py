"""Odd problems: each has something that no week has, or has it in excess."""

from collections.abc import Iterator
from random import Random
from typing import Any

from benchmarks.problems import ALL_ZONES, DEFAULT_OBJECTIVES, Recipe, empty, make, moment

Json = dict[str, Any]

NINE = 9 * 60
HOUR = 60
HERE = {"lat": 50.83, "lon": 4.4}
SMALL = Recipe(hosts=20, visitors=80, seed=7)


def pupils(*, seed: int = 1) -> Json:
    """Return 135 pupils with six wishes each, five lesson hours in a row, 58 slots.

    All in one building, so that one can go from any hour to the next: hundreds of itineraries
    for each pupil.
    """
    random = Random(seed)
    problem = empty(name="135 pupils, six wishes", objectives=("placed", "points"), seed=seed)
    problem["rules"] |= {
        "max_visits": 5,
        "max_visits_per_day": 5,
        "max_same_organisation_per_slot": None,
    }
    problem["organisations"] = [_organisation("school")]
    hours = [(visit, hour) for visit in range(20) for hour in range(5)]
    offered = {(visit, random.randrange(5)) for visit in range(20)}
    others = [place for place in hours if place not in offered]
    offered |= set(random.sample(others, 58 - len(offered)))
    problem["visits"] = [_visit(f"v{number}", "school") for number in range(20)]
    problem["slots"] = [
        _slot(
            f"s{number}",
            f"v{visit}",
            start=NINE + HOUR * hour,
            minutes=HOUR,
            capacity=random.randint(10, 15),
            minimum=random.randint(4, 6),
        )
        for number, (visit, hour) in enumerate(sorted(offered))
    ]
    problem["visitors"] = [
        _visitor(f"p{number}", [f"v{visit}" for visit in random.sample(range(20), 6)])
        for number in range(135)
    ]
    return problem


def many_preferences() -> Json:
    """Return a week in which one visitor wants 40 visits."""
    problem = make(Recipe(hosts=60, visitors=100, seed=3))
    wanted = [visit["id"] for visit in problem["visits"]][:40]
    problem["visitors"][0] |= {"preferences": wanted, "busy": [], "max_visits": None}
    return problem


def one_moment() -> Json:
    """Return a week whose slots are all at the same time."""
    problem = make(SMALL)
    for slot in problem["slots"]:
        slot |= {"start": moment(0, NINE), "end": moment(0, NINE + 90)}
    for visitor in problem["visitors"]:
        visitor["busy"] = []
    return problem


def single_seats() -> Json:
    """Return a week in which every slot has one seat."""
    problem = make(SMALL)
    for slot in problem["slots"]:
        slot |= {"capacity": 1, "minimum": 1}
    return problem


def full_or_nothing() -> Json:
    """Return a week in which every slot runs full or not at all."""
    problem = make(SMALL)
    for slot in problem["slots"]:
        slot["minimum"] = slot["capacity"]
    return problem


def nobody_compatible() -> Json:
    """Return a week in which nobody shares a language with any slot."""
    problem = make(SMALL)
    for visitor in problem["visitors"]:
        visitor["languages"] = ["de"]
    return problem


def one_host() -> Json:
    """Return a week of one host with 200 slots."""
    problem = make(SMALL)
    problem["visits"] = [_visit(f"v{number}", "o0") for number in range(50)]
    problem["slots"] = [
        _slot(
            f"s{number}",
            f"v{number % 50}",
            day=number // 40,
            start=NINE + 15 * (number % 24),
            minutes=45,
            capacity=4,
            minimum=2,
        )
        for number in range(200)
    ]
    random = Random(1)
    for visitor in problem["visitors"]:
        wanted = random.sample(range(50), 5)
        visitor |= {"organisation": "g0", "preferences": [f"v{number}" for number in wanted]}
    problem["rules"]["max_same_organisation_per_slot"] = None
    return problem


def matrix_travel() -> Json:
    """Return a week with travel times from a matrix, which need not be symmetric."""
    problem = make(SMALL)
    random = Random(5)
    places = [organisation["id"] for organisation in problem["organisations"]]
    problem["travel"]["matrix"] = {
        "places": places,
        "minutes": [[0 if a == b else random.randint(5, 60) for b in places] for a in places],
    }
    return problem


def one_organisation() -> Json:
    """Return a week whose visitors are all colleagues, three at most in one slot."""
    problem = make(SMALL)
    for visitor in problem["visitors"]:
        visitor["organisation"] = "g0"
    return problem


def with_pins(placements: list[tuple[str, str]], *, count: int = 500) -> Json:
    """Return a region's week with pins, taken from a plan of it."""
    problem = region_for_pins()
    problem["pins"] = [
        {"visitor": visitor, "slot": slot} for visitor, slot in sorted(placements)[:count]
    ]
    return problem


def region_for_pins() -> Json:
    """Return the week that the pins are for."""
    return make(Recipe(hosts=150, visitors=500, seed=6, zones=ALL_ZONES))


def empty_lists() -> Json:
    """Return a problem without anybody or anything."""
    return empty(name="nothing at all")


def shapes() -> Iterator[tuple[str, Json]]:
    """Yield all odd problems that need no plan first, each with its name."""
    yield "135 pupils, six wishes", pupils()
    yield "one visitor with 40 preferences", many_preferences()
    yield "all slots at one moment", one_moment()
    yield "capacity 1 everywhere", single_seats()
    yield "minimum equal to capacity", full_or_nothing()
    yield "nobody compatible", nobody_compatible()
    yield "one host with 200 slots", one_host()
    yield "travel by matrix", matrix_travel()
    yield "everybody from one organisation", one_organisation()
    yield "empty lists", empty_lists()


def every_objective(problem: Json) -> Json:
    """Return the same problem with all objectives but ``kept``, the usual ones first."""
    more = ("points", "top3", "lowest")
    return {**problem, "objectives": [*DEFAULT_OBJECTIVES, *more]}


def _organisation(identity: str) -> Json:
    return {"id": identity, "name": identity, "sectors": ["jeugd"], "place": HERE}


def _visit(identity: str, organisation: str) -> Json:
    return {"id": identity, "organisation": organisation, "title": identity, "audience": []}


def _slot(
    identity: str,
    visit: str,
    *,
    start: int,
    minutes: int,
    capacity: int,
    minimum: int,
    day: int = 0,
) -> Json:
    return {
        "id": identity,
        "visit": visit,
        "start": moment(day, start),
        "end": moment(day, start + minutes),
        "capacity": capacity,
        "minimum": minimum,
        "languages": ["fr"],
        "place": None,
        "state": "open",
    }


def _visitor(identity: str, preferences: list[str]) -> Json:
    return {
        "id": identity,
        "organisation": None,
        "sectors": ["jeugd"],
        "languages": ["fr"],
        "seats": 1,
        "weight": 1.0,
        "preferences": preferences,
        "busy": [],
        "max_visits": None,
        "max_visits_per_day": None,
        "speed_km_per_hour": None,
    }
