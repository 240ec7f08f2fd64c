"""Reading problems and plans that may be anything."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import (
    InvalidPlan,
    InvalidProblem,
    SolverError,
    check,
    plan_from_json,
    plan_to_json,
    problem_from_json,
    solve,
)
from solver.files import read_json
from tests.solver.problems import (
    Data,
    make_organisation,
    make_problem,
    make_slot,
    make_visit,
    make_visitor,
    pairs,
    random_problem,
)

BUSY = ["2026-11-03T09:00", "2026-11-03T10:00"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def faults_of(data: object) -> tuple[str, ...]:
    with pytest.raises(InvalidProblem) as caught:
        problem_from_json(data)
    return caught.value.faults


def visitors(**changes: Any) -> Data:
    return {"visitors": [make_visitor("p1", "v1") | changes]}


def slots(**changes: Any) -> Data:
    return {"slots": [make_slot("s1", **changes)]}


def matrix(places: list[str], minutes: list[list[int]]) -> Data:
    return {
        "organisations": [make_organisation("host"), make_organisation("other")],
        "slots": [make_slot("s1")],
        "travel": {"matrix": {"places": places, "minutes": minutes}},
    }


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"format": "opendeur-problem/2"}, 'format: is not "opendeur-problem/1"'),
        ({"seed": 1.5}, "seed: 1.5 is not a whole number"),
        ({"seed": None}, "seed: null is not a whole number"),
        ({"objectives": ["fun"]}, 'objectives[0]: no objective "fun"'),
        (
            {"objectives": ["away", "away"]},
            'objectives[1]: the objective "away" was there before',
        ),
        ({"rules": {"max_visits": -1}}, "rules.max_visits: -1 is less than 0"),
        ({"rules": {"max_visits": True}}, "rules.max_visits: true is not a whole number"),
        ({"travel": {"detour": "1"}}, 'travel.detour: "1" is not a number'),
        (
            {"travel": {"speed_km_per_hour": 0}},
            "travel.speed_km_per_hour: 0 is less than 0.001",
        ),
        ({"slots": {}}, "slots: an object is not a list"),
        ({"slots": [7]}, "slots[0]: 7 is not an object"),
        (slots(visit="v99"), 'slots[0].visit: no visit "v99"'),
        (
            slots(start="9 am"),
            'slots[0].start: "9 am" is not a local time such as 2026-11-03T09:30',
        ),
        (
            slots(start="2026-02-30T09:00"),
            'slots[0].start: "2026-02-30T09:00" is not a local time such as 2026-11-03T09:30',
        ),
        (
            slots(end="2026-11-03T09:00"),
            'slots[0].end: "2026-11-03T09:00" is not after "2026-11-03T09:00"',
        ),
        (slots(capacity=10**9), "slots[0].capacity: 1000000000 is more than 1000000"),
        (slots(state="maybe"), 'slots[0].state: no state "maybe"'),
        (slots(place={"lat": 91, "lon": 4}), "slots[0].place.lat: 91 is more than 90"),
        (
            {"slots": [make_slot("s1"), make_slot("s1")]},
            'slots[1].id: "s1" was there before',
        ),
        ({"visits": [make_visit("v1", "x")]}, 'visits[0].organisation: no organisation "x"'),
        (visitors(preferences=["v1", "v99"]), 'visitors[0].preferences[1]: no visit "v99"'),
        (
            visitors(preferences=["v1", "v1"]),
            'visitors[0].preferences[1]: the visit "v1" was there before',
        ),
        (visitors(organisation="x"), 'visitors[0].organisation: no organisation "x"'),
        (visitors(seats=0), "visitors[0].seats: 0 is less than 1"),
        (visitors(busy=[BUSY[:1]]), "visitors[0].busy[0]: is not a start and an end"),
        (
            visitors(busy=[BUSY[::-1]]),
            'visitors[0].busy[0][1]: "2026-11-03T09:00" is not after "2026-11-03T10:00"',
        ),
        (
            {"pins": pairs(("p9", "s9"))},
            'pins[0].visitor: no visitor "p9"\npins[0].slot: no slot "s9"',
        ),
        ({"previous": []}, "previous: a list is not an object"),
        (
            matrix(["host"], [[0]]) | {"visits": [make_visit("v1", "other")]},
            'travel.matrix.places: the host organisation "other" is missing',
        ),
        (
            matrix(["host", "other"], [[0, 1]]),
            "travel.matrix.minutes: is not 2 rows of 2 numbers",
        ),
    ],
)
def test_a_fault_is_one_line_that_names_its_place(changes: Data, fault: str) -> None:
    assert faults_of(make_problem(**changes)) == tuple(fault.split("\n"))


def test_all_faults_are_told_at_once() -> None:
    data = make_problem(seed="1", slots=[make_slot("s1", minimum=-1)])
    del data["objectives"]

    assert faults_of(data) == (
        "slots[0].minimum: -1 is less than 0",
        'seed: "1" is not a whole number',
        "objectives: is missing",
    )


def test_a_line_of_a_fault_stays_one_line() -> None:
    [fault] = faults_of(make_problem(objectives=["a\nb" + "x" * 100]))

    assert len(fault.splitlines()) == 1
    assert len(fault) < 120


@pytest.mark.parametrize(
    ("weight", "words"), [(float("nan"), "NaN"), (float("-inf"), "-Infinity")]
)
def test_what_is_no_number_is_refused(weight: float, words: str) -> None:
    faults = faults_of(make_problem(**visitors(weight=weight)))

    assert faults == (f"visitors[0].weight: {words} is not a number",)


def test_unknown_keys_are_tolerated_and_part_of_the_digest() -> None:
    plain = problem_from_json(make_problem())
    extended = problem_from_json(make_problem(comment={"by": "Zoë"}))

    assert extended.objectives == plain.objectives
    assert extended.sha256 != plain.sha256


def test_the_digest_is_that_of_the_canonical_form() -> None:
    data = {"b": "é", "a": [1, 2.5, None]}
    problem = make_problem(extra=data)
    reordered = dict(reversed(list(problem.items())))

    assert problem_from_json(reordered).sha256 == problem_from_json(problem).sha256


def test_data_nested_too_deeply_is_refused() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]

    assert faults_of(make_problem(extra=nested)) == ("nested too deeply",)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_no_data_at_all_makes_the_reader_stumble(data: Data) -> None:
    with pytest.raises(InvalidProblem):
        problem_from_json(data)
    with pytest.raises(InvalidPlan):
        plan_from_json(data)


@given(st.sampled_from(sorted(make_problem())), JSON)
@settings(max_examples=200, deadline=None)
def test_no_value_of_any_key_makes_the_reader_stumble(key: str, value: object) -> None:
    with suppress(InvalidProblem):
        problem_from_json(random_problem(1) | {key: value})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b'{"a" 1}', "not JSON: Expecting ':' delimiter: line 1 column 6 (char 5)"),
        (b'{"a": NaN}', "not JSON: NaN is not a number"),
        (b'{"a": 1, "a": 2}', 'not JSON: the key "a" occurs 2 times in one object'),
        (b'"\xff"', "not UTF-8 at byte 1"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_not_json_is_refused_on_one_line(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content)

    with pytest.raises(SolverError) as caught:
        read_json(path)

    assert str(caught.value) == f"{path}: {words}"


def test_a_file_that_is_not_there_is_refused_on_one_line() -> None:
    with pytest.raises(SolverError, match=r"^nowhere\.json: No such file or directory$"):
        read_json(Path("nowhere.json"))


def test_a_plan_survives_its_file() -> None:
    problem = problem_from_json(random_problem(4))
    plan = solve(problem)

    data = json.loads(json.dumps(plan_to_json(plan)))
    read = plan_from_json(data)

    assert read.seconds == pytest.approx(plan.seconds, abs=0.001)
    assert plan_to_json(read) == plan_to_json(plan)
    assert check(problem, read) == check(problem, plan)


def test_faults_of_a_plan_name_their_place() -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json({"format": "opendeur-plan/1", "status": "great", "placements": [{}]})

    assert caught.value.faults == (
        'status: no status "great"',
        "placements[0].visitor: is missing",
        "placements[0].slot: is missing",
        "problem_sha256: is missing",
    )
