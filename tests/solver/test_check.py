"""The checker, rule by rule and measure by measure, against what a hand works out."""

from typing import Any

import pytest

from solver import Plan, PlanStatus, Stage, check, problem_from_json
from tests.solver.problems import (
    Data,
    make_organisation,
    make_problem,
    make_slot,
    make_visit,
    make_visitor,
    pairs,
)

MORNING: Data = {"start": "2026-11-03T09:00", "end": "2026-11-03T10:30"}
NOON: Data = {"start": "2026-11-03T11:00", "end": "2026-11-03T12:30"}
EVENING: Data = {"start": "2026-11-03T17:00", "end": "2026-11-03T18:30"}
NEXT_DAY: Data = {"start": "2026-11-04T09:00", "end": "2026-11-04T10:30"}
#: 2.0 km apart, by the haversine formula.
ATOMIUM: Data = {"lat": 50.8949, "lon": 4.3415}
TWO_KM_NORTH: Data = {"lat": 50.8949 + 0.0179864, "lon": 4.3415}
TWO_KM_EAST: Data = {"lat": 50.8949, "lon": 4.3415 + 0.0285163}


def faults_of(data: Data, *placements: tuple[str, str]) -> tuple[str, ...]:
    problem = problem_from_json(data)
    return check(problem, plan_of(data, *placements)).faults


def plan_of(data: Data, *placements: tuple[str, str], **changes: Any) -> Plan:
    values: Data = {
        "status": PlanStatus.FEASIBLE,
        "placements": tuple(placements),
        "stages": (),
        "seconds": 0.0,
        "problem_sha256": problem_from_json(data).sha256,
        "seed": 1,
    }
    return Plan(**(values | changes))


def one_visitor(slot: Data | None = None, **visitor: Any) -> Data:
    return make_problem(
        organisations=[make_organisation("host"), make_organisation("guest")],
        slots=[make_slot("s1", **(slot or {}))],
        visitors=[make_visitor("p1", "v1") | visitor],
    )


def two_slots(first: Data, second: Data, **changes: Any) -> Data:
    values: Data = {
        "visits": [make_visit("v1"), make_visit("v2")],
        "slots": [make_slot("s1", "v1", **first), make_slot("s2", "v2", **second)],
        "visitors": [make_visitor("p1", "v1", "v2")],
    }
    return make_problem(**(values | changes))


def test_a_plan_that_keeps_to_the_rules_has_no_faults() -> None:
    assert faults_of(one_visitor(), ("p1", "s1")) == ()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (one_visitor(preferences=[]), "rule 1: p1 in s1: no preference"),
        (one_visitor({"minimum": 2}), "rule 3: s1 has 1 seats taken, at least 2"),
        (one_visitor({"capacity": 1}, seats=2), "rule 3: s1 has 2 seats taken, at most 1"),
        (one_visitor({"state": "closed"}), "rule 3: s1 is closed and has 1 seats taken"),
        (
            one_visitor(busy=[["2026-11-03T10:29", "2026-11-03T12:00"]]),
            "rule 5: p1 in s1: busy at the time",
        ),
        (one_visitor(max_visits=0), "rule 6: p1 has 1 visits, at most 0"),
        (
            one_visitor(max_visits_per_day=0),
            "rule 6: p1 has 1 visits on 2026-11-03, at most 0",
        ),
        (one_visitor(languages=["fr"]), "rule 7: p1 in s1: no language in common"),
        (
            one_visitor() | {"visits": [make_visit("v1", audience=["wonen"])]},
            "rule 8: p1 in s1: not in the audience",
        ),
        (
            one_visitor(organisation="host"),
            "rule 9: p1 in s1: the visitor's own organisation",
        ),
        (
            one_visitor() | {"bans": pairs(("p1", "s1"))},
            "rule 12: p1 is banned from s1 and in it",
        ),
    ],
)
def test_a_rule_about_one_placement(data: Data, fault: str) -> None:
    assert faults_of(data, ("p1", "s1")) == (fault,)


@pytest.mark.parametrize(
    "data",
    [
        one_visitor({"minimum": 2, "state": "forced"}),
        one_visitor(busy=[["2026-11-03T10:30", "2026-11-03T12:00"]]),
        one_visitor(max_visits=1, max_visits_per_day=1),
        one_visitor(organisation="guest"),
        one_visitor() | {"visits": [make_visit("v1", audience=["ggz", "wonen"])]},
    ],
)
def test_what_is_just_within_a_rule_is_no_fault(data: Data) -> None:
    assert faults_of(data, ("p1", "s1")) == ()


def test_a_pin_is_exempt_from_the_rules_1_and_5_to_9() -> None:
    data = one_visitor(
        preferences=[],
        busy=[["2026-11-03T08:00", "2026-11-03T12:00"]],
        max_visits=0,
        languages=["fr"],
        organisation="host",
    )
    data |= {"visits": [make_visit("v1", audience=["wonen"])], "pins": pairs(("p1", "s1"))}

    assert faults_of(data, ("p1", "s1")) == ()


def test_a_missing_pin_is_a_fault() -> None:
    data = one_visitor() | {"pins": pairs(("p1", "s1"))}

    assert faults_of(data) == ("rule 12: p1 is pinned to s1 and not in it",)


def test_one_visit_is_made_once() -> None:
    data = two_slots(MORNING, EVENING, slots=[make_slot("s1"), make_slot("s2", **EVENING)])

    assert faults_of(data, ("p1", "s1"), ("p1", "s2")) == (
        "rule 2: p1 in s1 and s2: one visit, v1",
    )


@pytest.mark.parametrize(
    ("km_per_hour", "faults"),
    # 30 minutes between the slots: 10 + 60 * 1.3 * 2 / 8 = 29.5, and / 7.5 = 30.8.
    [(8, ()), (7.5, ("rule 4: p1 in s1 and s2: cannot make both",))],
)
def test_travel_takes_overhead_and_the_detour_at_the_visitors_speed(
    km_per_hour: float, faults: tuple[str, ...]
) -> None:
    data = two_slots(
        {**MORNING, "place": ATOMIUM},
        {**NOON, "place": TWO_KM_NORTH},
        visitors=[make_visitor("p1", "v1", "v2", speed_km_per_hour=km_per_hour)],
    )

    assert faults_of(data, ("p1", "s1"), ("p1", "s2")) == faults


@pytest.mark.parametrize(
    ("there", "back", "faults"),
    [
        (30, 99, ()),
        (31, 0, ("rule 4: p1 in s2 and s1: cannot make both",)),
    ],
)
def test_a_matrix_is_read_from_the_first_slot_to_the_second(
    there: int, back: int, faults: tuple[str, ...]
) -> None:
    data = two_slots(
        MORNING,
        NOON,
        organisations=[make_organisation("host"), make_organisation("other")],
        visits=[make_visit("v1"), make_visit("v2", "other")],
        travel={"matrix": {"places": ["host", "other"], "minutes": [[0, there], [back, 0]]}},
    )

    assert faults_of(data, ("p1", "s2"), ("p1", "s1")) == faults


def test_slots_on_two_dates_need_no_travel_time() -> None:
    far: Data = {"place": {"lat": -50, "lon": 4}}
    data = two_slots({**MORNING, "place": ATOMIUM}, {**NEXT_DAY, **far})

    assert faults_of(data, ("p1", "s1"), ("p1", "s2")) == ()


def test_only_a_visit_that_is_not_pinned_breaks_a_maximum() -> None:
    data = two_slots(MORNING, EVENING, rules={"max_visits": 1, "max_visits_per_day": 1})
    both = (("p1", "s1"), ("p1", "s2"))
    expected = (
        "rule 6: p1 has 2 visits, at most 1",
        "rule 6: p1 has 2 visits on 2026-11-03, at most 1",
    )

    assert faults_of(data, *both) == expected
    assert faults_of(data | {"pins": pairs(both[0])}, *both) == expected
    assert faults_of(data | {"pins": pairs(*both)}, *both) == ()


def colleagues(rules: Data, **second: Any) -> Data:
    return make_problem(
        organisations=[make_organisation("host"), make_organisation("team")],
        visits=[make_visit("v1"), make_visit("v2")],
        slots=[make_slot("s1"), make_slot("s2", "v2", **second)],
        visitors=[
            make_visitor("p1", "v1", organisation="team"),
            make_visitor("p2", "v1", "v2", organisation="team", seats=2),
            make_visitor("p3", "v1"),
            make_visitor("p4", "v1"),
        ],
        rules=rules,
    )


def test_seats_of_one_organisation_in_one_slot_are_limited() -> None:
    data = colleagues({"max_same_organisation_per_slot": 2})

    assert faults_of(data, ("p1", "s1"), ("p2", "s1")) == (
        "rule 10: s1 has 3 seats of team, at most 2",
    )
    assert faults_of(data, ("p2", "s1"), ("p3", "s1"), ("p4", "s1")) == ()


def test_seats_of_one_organisation_out_at_one_moment_are_limited() -> None:
    rules = {"max_absent_per_organisation": 2}
    overlapping = colleagues(rules, start="2026-11-03T10:00", end="2026-11-03T11:00")
    after = colleagues(rules, start="2026-11-03T10:30", end="2026-11-03T11:00")

    assert faults_of(overlapping, ("p1", "s1"), ("p2", "s2")) == (
        "rule 11: team has 3 seats out at 2026-11-03T10:00, at most 2",
    )
    assert faults_of(after, ("p1", "s1"), ("p2", "s2")) == ()


def test_what_does_not_exist_or_is_there_twice_is_a_fault() -> None:
    data = one_visitor()

    faults = faults_of(data, ("p1", "s1"), ("p1", "s1"), ("p9", "s1"), ("p1", "s9"))

    assert faults == ("p1 is in s1 2 times", 'no visitor "p9"', 'no slot "s9"')


def test_every_measure_is_what_a_hand_count_gives() -> None:
    data = make_problem(
        organisations=[make_organisation("host"), make_organisation("other")],
        visits=[make_visit("v1"), make_visit("v2"), make_visit("v3", "other")],
        slots=[
            make_slot("s1", "v1", **MORNING),
            make_slot("s2", "v2", **EVENING),
            make_slot("s3", "v3", **NEXT_DAY),
        ],
        visitors=[
            # Best week 100 + 80 + 64 points; gets 80 + 64 of them.
            make_visitor("p1", "v1", "v2", "v3", seats=2, weight=1.5, sectors=["ggz", "wonen"]),
            # Best week 100 + 80; gets all.
            make_visitor("p2", "v3", "v1"),
            # Gets nothing out of 100.
            make_visitor("p3", "v2"),
            # Cannot be placed at all.
            make_visitor("p4"),
        ],
        previous={"placements": pairs(("p1", "s2"), ("p3", "s2"))},
    )
    placements = (("p1", "s2"), ("p1", "s3"), ("p2", "s1"), ("p2", "s3"))

    report = check(problem_from_json(data), plan_of(data, *placements))

    assert report.faults == ()
    assert report.metrics == {
        "placed": 3,
        "hosts": 2,
        # log10(1 + 9 * 144 / 244) = 0.80027..., times 1.5, for 2 seats; and 1 for p2.
        "welfare": 2 * 12002 + 10000,
        "points": 2 * 144 + 180,
        "top3": 3,
        "lowest": 0,
        "slots": 3,
        "mix": 5,
        "away": 2 * (90 + 90) + (90 + 90),
        "kept": 1,
        "visitors": 4,
        "unplaceable": 1,
        "placeable_with_nothing": 1,
        "satisfaction_mean": 0.5301,
        "satisfaction_lowest_tenth": 0.0,
        "placements": 4,
    }


def test_the_time_away_runs_from_the_first_start_to_the_last_end_of_a_date() -> None:
    data = two_slots(MORNING, EVENING)

    report = check(problem_from_json(data), plan_of(data, ("p1", "s1"), ("p1", "s2")))

    assert report.metrics["away"] == 9 * 60 + 30


@pytest.mark.parametrize(
    ("changes", "claims"),
    [
        ({"problem_sha256": "x"}, ["problem_sha256 is not that of this problem"]),
        ({"stages": (Stage("placed", 2, 2),)}, ["placed is 1, not 2"]),
        (
            {"stages": (Stage("placed", 1, 0),)},
            ["placed 1 is better than its own bound 0"],
        ),
        (
            {"stages": (Stage("hosts", 1, 1),)},
            ["the stages are ['hosts'], the objectives ['placed']"],
        ),
        (
            {"status": PlanStatus.OPTIMAL},
            ["the stages are [], the objectives ['placed']"],
        ),
        (
            {"status": PlanStatus.OPTIMAL, "stages": (Stage("placed", 1, 2),)},
            ["optimal, but placed is 1 with a bound of 2"],
        ),
        ({"status": PlanStatus.INFEASIBLE}, ["infeasible, but somebody is placed"]),
    ],
)
def test_a_false_claim_is_a_fault(changes: Data, claims: list[str]) -> None:
    data = one_visitor()

    report = check(problem_from_json(data), plan_of(data, ("p1", "s1"), **changes))

    assert report.faults == tuple(f"claim: {claim}" for claim in claims)


@pytest.mark.parametrize(
    ("km_per_hour", "faults"),
    # As above; a degree to the east is shorter than one to the north.
    [(8, ()), (7.5, ("rule 4: p1 in s1 and s2: cannot make both",))],
)
def test_travel_to_the_east_takes_as_long_as_to_the_north(
    km_per_hour: float, faults: tuple[str, ...]
) -> None:
    data = two_slots(
        {**MORNING, "place": ATOMIUM},
        {**NOON, "place": TWO_KM_EAST},
        visitors=[make_visitor("p1", "v1", "v2", speed_km_per_hour=km_per_hour)],
    )

    assert faults_of(data, ("p1", "s1"), ("p1", "s2")) == faults


@pytest.mark.parametrize("place", [None, ATOMIUM])
def test_no_time_is_needed_to_where_one_is_or_to_a_place_that_is_unknown(
    place: Data | None,
) -> None:
    right_after = {"start": MORNING["end"], "end": NOON["end"]}
    data = two_slots({**MORNING, "place": ATOMIUM}, {**right_after, "place": place})

    assert faults_of(data, ("p1", "s1"), ("p1", "s2")) == ()


def test_a_broken_rule_is_told_beside_a_false_claim() -> None:
    data = one_visitor(languages=["fr"])
    plan = plan_of(data, ("p1", "s1"), status=PlanStatus.INFEASIBLE)

    assert check(problem_from_json(data), plan).faults == (
        "rule 7: p1 in s1: no language in common",
        "claim: infeasible, but somebody is placed",
    )


@pytest.mark.parametrize(
    ("bound", "faults"), [(80, ()), (100, ("claim: away 90 is better than its own bound 100",))]
)
def test_what_is_kept_small_is_better_below_its_bound(
    bound: int, faults: tuple[str, ...]
) -> None:
    data = one_visitor() | {"objectives": ["away"]}
    plan = plan_of(data, ("p1", "s1"), stages=(Stage("away", 90, bound),))

    assert check(problem_from_json(data), plan).faults == faults


def test_the_lowest_tenth_is_told_exactly_where_there_are_more_than_ten_visitors() -> None:
    data = two_slots(
        {**MORNING, "capacity": 21},
        {**NEXT_DAY, "capacity": 21},
        visitors=[make_visitor(f"p{number:02}", "v1", "v2") for number in range(21)],
    )
    # The first has nothing, two have 80 and 100 of 180 points, and eighteen have all.
    placements = [("p01", "s2"), ("p02", "s1")]
    placements += [(f"p{number:02}", slot) for number in range(3, 21) for slot in ("s1", "s2")]

    metrics = check(problem_from_json(data), plan_of(data, *placements)).metrics

    told = ("lowest", "placeable_with_nothing", "satisfaction_lowest_tenth")
    assert [metrics[name] for name in told] == [0 + 4444 + 5556, 1, 0.2222]
