"""What must hold for every problem there is: against brute force, and against itself.

``SOLVER_EXAMPLES=2000 pytest tests/solver/test_properties.py`` tries more, each time others.
"""

import os
import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from solver import Plan, PlanStatus, check, problem_from_json, solve
from solver.check.measures import best_points
from solver.check.rules import broken_rules
from solver.itineraries import Possibilities, list_itineraries
from solver.travel import TravelTimes
from tests.solver.oracle import best_values
from tests.solver.problems import OBJECTIVES, Data, make_slot, make_visitor, pairs
from tests.solver.strategies import problems, rules

WANTED = os.environ.get("SOLVER_EXAMPLES")
#: What the most points of a visitor alone enter into.
OF_SATISFACTION = ("welfare", "lowest")


def examples(usual: int) -> Callable[..., Any]:
    return settings(
        max_examples=int(WANTED or usual),
        derandomize=WANTED is None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def solved(data: Data, **options: Any) -> Plan:
    """Return the plan, which is proven and has no fault."""
    problem = problem_from_json(data)
    plan = solve(problem, **options)
    assert plan.status is not PlanStatus.FEASIBLE
    assert check(problem, plan).faults == ()
    return plan


def values(plan: Plan) -> list[float] | None:
    """Return the value of every stage, or None where there is no plan."""
    if plan.status is PlanStatus.INFEASIBLE:
        return None
    return [stage.value for stage in plan.stages]


@given(problems())
@examples(150)
def test_every_stage_is_as_good_as_the_best_of_all_plans(data: Data) -> None:
    assert values(solved(data)) == best_values(problem_from_json(data))


@given(problems(objectives=st.just([])))
@examples(150)
def test_the_best_week_of_one_is_the_best_of_all_sets_of_slots(data: Data) -> None:
    problem = problem_from_json(data | {"pins": []})
    possibilities, bests = Possibilities(problem), best_points(problem)

    for visitor in problem.visitors:
        worth = {v: max(1, round(100 * 0.8**i)) for i, v in enumerate(visitor.preferences)}
        sets = [
            slots
            for size in range(len(problem.slots) + 1)
            for slots in combinations(problem.slots, size)
            if all(visitor.seats <= s.capacity and s.state != "closed" for s in slots)
            and not any(
                # The rules that concern others than this visitor.
                not re.match(r"rule (3|10|11):", fault)
                for fault in broken_rules(problem, tuple((visitor.id, s.id) for s in slots))
            )
        ]
        most = max(sum(worth[slot.visit] for slot in slots) for slots in sets)
        listed = list_itineraries(possibilities.of(visitor), most=1000)
        assert possibilities.of(visitor).best == most
        assert bests[visitor.id] == most
        assert listed is not None
        assert len(listed) == len(set(listed)) == len(sets)


@given(problems(), st.data())
@examples(50)
def test_what_can_run_limits_the_options_and_not_the_best_week(data: Data, more: Any) -> None:
    problem = problem_from_json(data)
    running = frozenset(more.draw(st.sets(st.sampled_from(sorted(problem.slot)))))
    possibilities, times = Possibilities(problem), TravelTimes(problem)

    for visitor in problem.visitors:
        every = possibilities.of(visitor)
        some = possibilities.of(visitor, running=running)

        speed = visitor.speed_km_per_hour or problem.travel.speed_km_per_hour
        assert some.best == every.best
        assert some.pinned == every.pinned
        assert some.free == tuple(slot for slot in every.free if slot.id in running)
        assert [
            [some.fits[i] >> j & 1 for j in range(len(some.slots))]
            for i in range(len(some.slots))
        ] == [
            [times.fit(one, other, speed_km_per_hour=speed) for other in some.slots]
            for one in some.slots
        ]


@given(problems(), st.randoms(use_true_random=False))
@examples(25)
def test_other_names_and_another_order_change_no_value(data: Data, dice: Any) -> None:
    other = renamed(data)
    for key in ("organisations", "visits", "slots", "visitors", "pins", "bans"):
        dice.shuffle(other[key])

    assert values(solved(other)) == values(solved(data))


def renamed(data: Any) -> Any:
    """Return the data with other ids, in another order of the alphabet."""
    if isinstance(data, dict):
        return {key: renamed(value) for key, value in data.items()}
    if isinstance(data, list):
        return [renamed(value) for value in data]
    if isinstance(data, str) and re.fullmatch(r"[ovsp]\d", data):
        return f"{9 - int(data[1])} é\n{data[0]}"
    return data


@given(problems(), st.integers(0, 3))
@examples(15)
def test_the_form_the_workers_and_the_seed_change_no_value(data: Data, seed: int) -> None:
    expected = values(solved(data))

    assert values(solved(data, seed=seed)) == expected
    assert values(solved(data, workers=2)) == expected
    assert values(solved(data, most_listed_itineraries=0)) == expected


#: Ways to loosen a limit of what visitors share: nobody's best week alone depends on it.
SHARED: dict[str, Callable[[Data], Any]] = {
    "a smaller minimum": lambda d: d["slots"][0].update(minimum=0),
    "a forced slot": lambda d: [
        s.update(state="forced") for s in d["slots"] if s["state"] == "open"
    ],
    "more of one organisation": lambda d: d["rules"].update(
        max_same_organisation_per_slot=None
    ),
    "more of one organisation out": lambda d: d["rules"].update(
        max_absent_per_organisation=None
    ),
}
#: Ways to loosen a limit of one visitor: a better best week makes the same points worth less.
OWN: dict[str, Callable[[Data], Any]] = {
    "a larger slot": lambda d: d["slots"][0].update(capacity=9),
    "more visits": lambda d: d["rules"].update(max_visits=9),
    "more visits of one": lambda d: d["visitors"][0].update(max_visits=9),
    "more visits on one date": lambda d: d["rules"].update(max_visits_per_day=9),
    "more time": lambda d: [v.update(busy=[]) for v in d["visitors"]],
    "more languages": lambda d: d["slots"][0].update(languages=["nl", "fr"]),
    "everyone may come": lambda d: [v.update(audience=[]) for v in d["visits"]],
    "no bans": lambda d: d.update(bans=[]),
    "no closed slots": lambda d: [
        s.update(state="open") for s in d["slots"] if s["state"] == "closed"
    ],
    "nobody's own organisation": lambda d: [v.update(organisation=None) for v in d["visitors"]],
    "quicker travel": lambda d: (
        d["travel"].update(overhead_minutes=0, matrix=None)
        if not d["travel"]["matrix"]
        else None
    ),
}


@pytest.mark.parametrize("way", [*SHARED, *OWN])
@given(data=problems())
@examples(8)
def test_a_looser_limit_never_makes_the_first_objective_worse(way: str, data: Data) -> None:
    first = data["objectives"][0]
    assume(way in SHARED or first not in OF_SATISFACTION)
    before = values(solved(data | {"objectives": [first]}))
    assume(before is not None)
    assert before is not None

    (SHARED | OWN)[way](data)
    after = values(solved(data | {"objectives": [first]}))

    assert after is not None
    sign = -1 if first in ("slots", "away") else 1
    assert sign * after[0] >= sign * before[0]


@st.composite
def two_problems(draw: st.DrawFn) -> tuple[Data, Data]:
    additive = [name for name in OBJECTIVES if name != "lowest"]
    objectives = draw(st.lists(st.sampled_from(additive), min_size=1, max_size=4, unique=True))
    common = draw(rules())
    one, other = (
        draw(
            problems(
                objectives=st.just(objectives),
                rules=st.just(common),
                prefix=prefix,
                with_matrix=False,
            )
        )
        for prefix in "ab"
    )
    return one, other


@given(two_problems())
@examples(25)
def test_problems_that_share_nothing_add_up(two: tuple[Data, Data]) -> None:
    one, other = two
    both = one | {
        key: one[key] + other[key]
        for key in ("organisations", "visits", "slots", "visitors", "pins", "bans")
    }
    both["previous"] = {
        "placements": [
            pair
            for data in two
            for pair in (data["previous"] or {"placements": []})["placements"]
        ]
    }

    apart = [values(solved(one)), values(solved(other))]

    if None in apart:
        assert values(solved(both)) is None
    else:
        assert values(solved(both)) == [sum(stage) for stage in zip(*apart, strict=True)]


@given(problems())
@examples(20)
def test_who_can_go_nowhere_and_what_nobody_can_see_change_nothing(data: Data) -> None:
    stranger = make_visitor("stranger", *(v["id"] for v in data["visits"]), languages=["ro"])
    lonely = make_slot("lonely", data["visits"][0]["id"], languages=["el"])
    closed = make_slot("closed", data["visits"][0]["id"], state="closed")

    plan = solved(data)
    larger = solved(
        data
        | {
            "visitors": [stranger, *data["visitors"]],
            "slots": [lonely, closed, *data["slots"]],
        }
    )

    assert values(larger) == values(plan)
    assert larger.placements == plan.placements


@given(problems(), st.data())
@examples(20)
def test_to_pin_what_is_in_the_best_plan_changes_no_value(data: Data, more: Any) -> None:
    plan = solved(data)
    assume(plan.placements)

    pinned = more.draw(st.lists(st.sampled_from(plan.placements), unique=True))
    known = [(pin["visitor"], pin["slot"]) for pin in data["pins"]]
    again = solved(data | {"pins": pairs(*{*known, *pinned})})

    assert values(again) == values(plan)


@given(problems())
@examples(20)
def test_a_plan_that_is_kept_first_and_still_possible_is_kept_whole(data: Data) -> None:
    plan = solved(data)
    assume(plan.status is PlanStatus.OPTIMAL)

    again = solved(
        data
        | {
            "objectives": ["kept", "slots"],
            "previous": {"placements": pairs(*plan.placements)},
        }
    )

    assert set(plan.placements) <= set(again.placements)
