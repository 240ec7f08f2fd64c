"""Problems of odd shapes: each solved, proven, and checked."""

import random
from typing import Any

import pytest

from solver import Plan, PlanStatus, check, problem_from_json, solve
from tests.solver.problems import (
    OBJECTIVES,
    Data,
    make_organisation,
    make_problem,
    make_slot,
    make_visit,
    make_visitor,
    pairs,
)

DEFAULT = ["placed", "hosts", "welfare", "slots", "mix", "away"]
DAYS = range(2, 7)
STARTS = (9, 11, 13, 15)


def times(day: int, hour: int) -> Data:
    return {
        "start": f"2026-11-{day:02}T{hour:02}:00",
        "end": f"2026-11-{day:02}T{hour + 1:02}:30",
    }


def moment(dice: random.Random) -> Data:
    return times(dice.choice(DAYS), dice.choice(STARTS))


def week(
    hosts: int,
    people: int,
    *,
    seed: int = 1,
    slots_each: int = 3,
    wanted: int = 4,
    **changes: Any,
) -> Data:
    """Return a week like those of the zones, of some size."""
    dice = random.Random(seed)
    places = [
        {"lat": 50.8 + dice.random() / 20, "lon": 4.3 + dice.random() / 20}
        for _ in range(hosts)
    ]
    visits = [make_visit(f"v{i}", f"o{i}") for i in range(hosts)]
    values: Data = {
        "objectives": DEFAULT,
        "organisations": [make_organisation(f"o{i}", place=p) for i, p in enumerate(places)],
        "visits": visits,
        "slots": [
            make_slot(
                f"s{i}-{j}", f"v{i}", capacity=dice.randint(3, 6), minimum=2, **moment(dice)
            )
            for i in range(hosts)
            for j in range(slots_each)
        ],
        "visitors": [
            make_visitor(
                f"p{i}",
                *(visit["id"] for visit in dice.sample(visits, min(hosts, wanted))),
                organisation=dice.choice([None, f"o{dice.randrange(hosts)}"]),
                sectors=dice.sample(["ggz", "wonen", "thuiszorg"], 1),
            )
            for i in range(people)
        ],
    }
    return make_problem(**(values | changes))


def solved(data: Data) -> Plan:
    """Return the plan, proven and without a fault."""
    problem = problem_from_json(data)
    plan = solve(problem, time_limit_seconds=120)
    assert check(problem, plan).faults == ()
    assert plan.status is PlanStatus.OPTIMAL
    assert [stage.objective for stage in plan.stages] == data["objectives"]
    return plan


def values(plan: Plan) -> dict[str, float]:
    return {stage.objective: stage.value for stage in plan.stages}


@pytest.mark.parametrize(
    ("limits", "visits"),
    [
        ({"max_visits": 4, "max_visits_per_day": 2}, 4),
        ({"max_visits": 10, "max_visits_per_day": 2}, 10),
        ({"max_visits": 40, "max_visits_per_day": 9}, 20),
    ],
)
def test_one_visitor_with_forty_preferences(limits: Data, visits: int) -> None:
    data = week(
        40,
        0,
        slots_each=4,
        visitors=[make_visitor("p", *(f"v{i}" for i in range(40)))],
        objectives=["placed", "hosts", "welfare", "slots"],
        rules=limits,
        travel={"overhead_minutes": 0, "speed_km_per_hour": 1000},
    )
    data |= {"slots": [slot | {"minimum": 1} for slot in data["slots"]]}

    plan = solved(data)

    # Twenty moments at which slots start, and a visit for each.
    assert len(plan.placements) == visits
    assert values(plan)["welfare"] == 10_000


def test_all_slots_at_the_same_moment() -> None:
    data = week(20, 40)
    data |= {"slots": [slot | times(3, 9) for slot in data["slots"]]}

    plan = solved(data)

    assert values(plan)["placed"] == len(plan.placements) == 40
    assert values(plan)["away"] == 40 * 90


def test_capacity_one_everywhere() -> None:
    data = week(10, 20)
    data |= {"slots": [slot | {"capacity": 1, "minimum": 1} for slot in data["slots"]]}

    plan = solved(data)

    assert values(plan)["placed"] == 20
    assert values(plan)["slots"] == len(plan.placements)


def test_minimum_equal_to_capacity() -> None:
    data = week(8, 12)
    data |= {"slots": [slot | {"capacity": 4, "minimum": 4} for slot in data["slots"]]}

    plan = solved(data)

    assert len(plan.placements) == 4 * values(plan)["slots"] > 0


def test_a_minimum_above_the_capacity_keeps_a_slot_empty() -> None:
    data = make_problem(
        objectives=DEFAULT,
        slots=[
            make_slot("s1", capacity=2, minimum=3),
            make_slot("s2", capacity=9, minimum=3, **times(4, 9)),
        ],
        visitors=[make_visitor(f"p{i}", "v1") for i in range(4)],
    )

    assert {slot for _, slot in solved(data).placements} == {"s2"}


@pytest.mark.parametrize("minimum", [0, 2])
def test_nobody_compatible(minimum: int) -> None:
    data = week(20, 40, objectives=list(OBJECTIVES))
    data |= {
        "slots": [slot | {"languages": ["fr"], "minimum": minimum} for slot in data["slots"]]
    }

    plan = solved(data)

    assert plan.placements == ()
    assert set(values(plan).values()) == {0}


def test_five_hundred_pins() -> None:
    free = week(60, 250, objectives=["placed", "welfare"])
    free["rules"]["max_visits"] = 2
    roomy = free | {"slots": [slot | {"capacity": 20, "minimum": 1} for slot in free["slots"]]}
    pins = solved(roomy).placements
    assert len(pins) >= 490

    plan = solved(roomy | {"pins": pairs(*pins)})

    assert set(pins) <= set(plan.placements)


def test_five_hundred_pins_that_contradict_each_other() -> None:
    data = week(60, 250)
    pins = [(f"p{i}", f"s{(7 * i + j) % 60}-{j}") for i in range(250) for j in range(2)]
    problem = problem_from_json(data | {"pins": pairs(*pins)})

    plan = solve(problem, time_limit_seconds=60)

    assert plan.status is PlanStatus.INFEASIBLE
    assert plan.conflict != ()
    assert check(problem, plan).faults == ()


def test_one_host_with_two_hundred_slots() -> None:
    dice = random.Random(1)
    data = make_problem(
        objectives=DEFAULT,
        slots=[make_slot(f"s{i}", capacity=8, minimum=3, **moment(dice)) for i in range(200)],
        visitors=[make_visitor(f"p{i}", "v1", sectors=["ggz"]) for i in range(8)],
    )

    plan = solved(data)

    assert values(plan) == {
        "placed": 8,
        "hosts": 1,
        "welfare": 80_000,
        "slots": 1,
        "mix": 1,
        "away": 8 * 90,
    }


def test_travel_by_matrix() -> None:
    dice = random.Random(2)
    data = week(10, 12, rules={"max_visits": 3, "max_visits_per_day": 3})
    places = [organisation["id"] for organisation in data["organisations"]]
    minutes = [[dice.choice([0, 20, 40, 90]) for _ in places] for _ in places]
    data["travel"]["matrix"] = {"places": places, "minutes": minutes}

    plan = solved(data)

    assert values(plan)["placed"] == 12


@pytest.mark.parametrize(
    ("rules", "most_in_a_slot"),
    [
        ({}, 6),
        ({"max_same_organisation_per_slot": 1}, 1),
        ({"max_absent_per_organisation": 3}, 3),
    ],
)
def test_everybody_from_one_organisation(rules: Data, most_in_a_slot: int) -> None:
    data = week(8, 12, rules=rules)
    data |= {
        "organisations": [*data["organisations"], make_organisation("team")],
        "visitors": [visitor | {"organisation": "team"} for visitor in data["visitors"]],
        "slots": [slot | {"minimum": 1} for slot in data["slots"]],
    }

    plan = solved(data)

    by_slot: dict[str, int] = {}
    for _, slot in plan.placements:
        by_slot[slot] = by_slot.get(slot, 0) + 1
    assert 0 < max(by_slot.values()) <= most_in_a_slot


def test_everybody_at_home() -> None:
    data = week(1, 10)
    data |= {"visitors": [visitor | {"organisation": "o0"} for visitor in data["visitors"]]}

    assert solved(data).placements == ()


@pytest.mark.parametrize(
    "empty",
    [
        ["visitors"],
        ["slots"],
        ["slots", "visitors"],
        ["organisations", "visits", "slots", "visitors"],
        ["objectives"],
    ],
)
def test_empty_lists(empty: list[str]) -> None:
    data = week(4, 6)
    data |= {key: [] for key in empty}
    if "visits" in empty:
        data["visitors"] = []

    plan = solved(data)

    assert plan.placements == () or empty == ["objectives"]


def test_seats_of_several_fill_slots_like_a_puzzle() -> None:
    sizes = [5, 4, 4, 3, 3, 3, 2, 2, 1, 1]
    data = make_problem(
        objectives=["placed", "slots"],
        slots=[make_slot(f"s{i}", capacity=7, minimum=7) for i in range(4)],
        visitors=[make_visitor(f"p{i}", "v1", seats=seats) for i, seats in enumerate(sizes)],
    )

    # 28 seats are wanted, and four slots of exactly seven hold them: 5+2, 4+3, 4+3, 3+2+1+1.
    assert values(solved(data)) == {"placed": 28, "slots": 4}


def test_a_year_of_slots_for_visitors_with_no_limits() -> None:
    data = make_problem(
        objectives=["points", "away"],
        visits=[make_visit(f"v{i}") for i in range(60)],
        slots=[
            make_slot(
                f"s{i}",
                f"v{i}",
                start=f"2026-{1 + i % 12:02}-{1 + i // 12:02}T09:00",
                end=f"2026-{1 + i % 12:02}-{1 + i // 12:02}T10:00",
            )
            for i in range(60)
        ],
        visitors=[make_visitor(f"p{i}", *(f"v{j}" for j in range(60))) for i in range(3)],
        rules={"max_visits": 1_000_000, "max_visits_per_day": 1_000_000},
    )

    assert len(solved(data).placements) == 180
