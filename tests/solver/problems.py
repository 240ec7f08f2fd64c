"""Problems for tests, as JSON data: small ones by hand, and random ones with every rule."""

import random
from collections.abc import Mapping
from typing import Any

Data = dict[str, Any]

OBJECTIVES = (
    "placed",
    "hosts",
    "welfare",
    "points",
    "top3",
    "lowest",
    "slots",
    "mix",
    "away",
    "kept",
)
SECTORS = ("ggz", "thuiszorg", "wonen")


def make_organisation(id: str, **changes: Any) -> Data:
    return {"id": id, "name": id, "sectors": [], "place": None} | changes


def make_visit(id: str, organisation: str = "host", **changes: Any) -> Data:
    return {"id": id, "organisation": organisation, "title": id, "audience": []} | changes


def make_slot(id: str, visit: str = "v1", **changes: Any) -> Data:
    return {
        "id": id,
        "visit": visit,
        "start": "2026-11-03T09:00",
        "end": "2026-11-03T10:30",
        "capacity": 8,
        "minimum": 1,
        "languages": ["nl"],
        "place": None,
        "state": "open",
    } | changes


def make_visitor(id: str, *preferences: str, **changes: Any) -> Data:
    return {
        "id": id,
        "organisation": None,
        "sectors": ["ggz"],
        "languages": ["nl"],
        "seats": 1,
        "weight": 1.0,
        "preferences": list(preferences),
        "busy": [],
        "max_visits": None,
        "max_visits_per_day": None,
        "speed_km_per_hour": None,
    } | changes


def make_problem(**changes: Any) -> Data:
    """Return a problem with one host "host" and one visit "v1", and what is passed in."""
    rules = {
        "max_visits": 4,
        "max_visits_per_day": 2,
        "max_same_organisation_per_slot": None,
        "max_absent_per_organisation": None,
    }
    travel = {"overhead_minutes": 10, "detour": 1.3, "speed_km_per_hour": 15, "matrix": None}
    return {
        "format": "opendeur-problem/1",
        "name": "test",
        "time_zone": "Europe/Brussels",
        "seed": 1,
        "objectives": ["placed"],
        "organisations": [make_organisation("host")],
        "visits": [make_visit("v1")],
        "slots": [],
        "visitors": [],
        "pins": [],
        "bans": [],
        "previous": None,
    } | {
        **changes,
        "rules": rules | changes.get("rules", {}),
        "travel": travel | changes.get("travel", {}),
    }


def pairs(*placements: tuple[str, str]) -> list[Mapping[str, str]]:
    return [{"visitor": visitor, "slot": slot} for visitor, slot in placements]


def random_problem(seed: int, *, objectives: int = len(OBJECTIVES)) -> Data:
    """Return a tiny problem in which every rule can matter, with objectives in any order."""
    dice = random.Random(seed)
    organisations = [
        make_organisation(f"o{i}", place=_random_place(dice)) for i in range(dice.randint(2, 3))
    ]
    ids = [organisation["id"] for organisation in organisations]
    visits = [
        make_visit(
            f"v{i}", dice.choice(ids), audience=dice.sample(SECTORS, dice.choice([0, 0, 0, 2]))
        )
        for i in range(3)
    ]
    slots = [_random_slot(dice, i, len(visits)) for i in range(dice.randint(4, 5))]
    visitors = [_random_visitor(dice, i, ids, len(visits)) for i in range(dice.randint(3, 4))]
    every = [(p["id"], s["id"]) for p in visitors for s in slots]
    matrix = None
    if dice.random() < 0.3:
        matrix = {
            "places": ids,
            "minutes": [[0 if a == b else dice.randint(0, 60) for a in ids] for b in ids],
        }
    return make_problem(
        seed=seed,
        objectives=dice.sample(OBJECTIVES, objectives),
        organisations=organisations,
        visits=visits,
        slots=slots,
        visitors=visitors,
        pins=pairs(*dice.sample(every, dice.choice([0, 0, 0, 0, 1, 2]))),
        bans=pairs(*dice.sample(every, dice.choice([0, 0, 1]))),
        previous={"placements": pairs(*dice.sample(every, 3))},
        rules={
            "max_visits": dice.randint(1, 3),
            "max_visits_per_day": dice.randint(1, 2),
            "max_same_organisation_per_slot": dice.choice([None, 1, 2, 3]),
            "max_absent_per_organisation": dice.choice([None, None, 1, 2]),
        },
        travel={"matrix": matrix},
    )


def _random_place(dice: random.Random) -> Data | None:
    if dice.random() < 0.3:
        return None
    return {"lat": 50.8 + dice.random() / 20, "lon": 4.3 + dice.random() / 20}


def _random_slot(dice: random.Random, number: int, visits: int) -> Data:
    day, hour = dice.randint(3, 4), dice.randint(9, 12)
    capacity = dice.randint(2, 4)
    return make_slot(
        f"s{number}",
        f"v{dice.randrange(visits)}",
        start=f"2026-11-{day:02}T{hour:02}:00",
        end=f"2026-11-{day:02}T{hour + 1:02}:{dice.choice(['00', '30'])}",
        capacity=capacity,
        minimum=min(capacity, dice.choice([0, 1, 1, 2, 2, 3])),
        languages=dice.choice([["nl"], ["nl", "fr"], ["nl", "fr"]]),
        place=_random_place(dice) if dice.random() < 0.2 else None,
        state=dice.choice(["open"] * 6 + ["forced", "closed"]),
    )


def _random_visitor(
    dice: random.Random, number: int, organisations: list[str], visits: int
) -> Data:
    names = [f"v{i}" for i in range(visits)]
    return make_visitor(
        f"p{number}",
        *dice.sample(names, dice.randint(2, visits)),
        organisation=dice.choice([None, *organisations]),
        sectors=dice.sample(SECTORS, dice.randint(0, 2)),
        languages=dice.choice([["nl"], ["nl", "fr"], ["nl", "fr"]]),
        seats=dice.choice([1, 1, 1, 2]),
        weight=dice.choice([1.0, 1.0, 1.2, 2]),
        busy=[["2026-11-03T08:00", "2026-11-03T10:15"]] if dice.random() < 0.3 else [],
        max_visits=dice.choice([None, None, 1, 2]),
        max_visits_per_day=dice.choice([None, None, 1, 3]),
        speed_km_per_hour=dice.choice([None, None, 4]),
    )
