"""Files made to break the reader, and problems with anything in any place."""

import copy
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import (
    InvalidPlan,
    InvalidProblem,
    Problem,
    SolverError,
    check,
    plan_from_json,
    plan_to_json,
    problem_from_json,
)
from solver.fields import MOST_FAULTS
from solver.files import MOST_BYTES, read_json
from solver.itineraries import Possibilities
from tests.solver.problems import (
    Data,
    make_problem,
    make_slot,
    make_visitor,
    pairs,
    random_problem,
)

HALF_A_CHARACTER = "\ud800"
#: What somebody might write where something else should stand.
ODD_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        10**30,
        10**5000,
        -0.0,
        1e308,
        float("nan"),
        float("inf"),
        "",
        "v0",
        "p0",
        "9 am",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "line\nline",
        HALF_A_CHARACTER,
        [],
        [[]],
        [None],
        ["v0", "v0"],
        ["2026-11-03T10:00", "2026-11-03T09:00"],
        {},
        {"id": "p0"},
        {"lat": 91, "lon": "4"},
        {HALF_A_CHARACTER: 1},
        {1: "a key that is no text"},
        (),
        b"bytes",
    ]
)


def problem_with(**changes: Any) -> Data:
    values: Data = {"slots": [make_slot("s1")], "visitors": [make_visitor("p1", "v1")]}
    return make_problem(**(values | changes))


def problem_text(**changes: Any) -> str:
    return json.dumps(problem_with(**changes))


def with_member(text: str) -> bytes:
    """Return the text of a problem with one more member."""
    return f"{problem_text()[:-1]}, {text}}}".encode()


def faults_of_file(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    with pytest.raises(SolverError) as caught:
        problem_from_json(read_json(path))
    return str(caught.value).replace(f"{path}: ", "").splitlines()


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (
            with_member('"x": ' + "1" * 5000),
            ["not JSON: a number has thousands of digits"],
        ),
        (with_member('"x": {"y": [1, 1e999]}'), ["x.y[1]: Infinity is not a number"]),
        (with_member('"x": "\\ud800"'), ['x: "\\ud800" holds half a character']),
        (
            with_member('"x": [{"\\udfff": 1}]'),
            ['x[0]: of the keys, "\\udfff" holds half a character'],
        ),
        (with_member('"x": ' + "[" * 100_000), ["nested too deeply"]),
        (with_member('"x": ' + '{"a":' * 100_000), ["nested too deeply"]),
        (
            with_member('"x": {"id": 7, "a": 1, "a": 2, "b": 1, "b": 2, "b": 3}, "seed": 2'),
            [
                'not JSON: the key "a" occurs 2 times in the object with the id 7',
                'not JSON: the key "b" occurs 3 times in the object with the id 7',
                'not JSON: the key "seed" occurs 2 times in one object',
            ],
        ),
        (b"\x1f\x8b\x08\x00 no text", ["not UTF-8 at byte 1"]),
        (problem_text().encode("utf-16"), ["not UTF-8 at byte 0"]),
        (b"null", ["a problem is a JSON object"]),
        (
            problem_text(seed=10**30).encode(),
            [f"seed: {10**30} is more than {2**63 - 1}"],
        ),
        (
            problem_text(seed=10**100).encode(),
            [f"seed: a number of many digits is more than {2**63 - 1}"],
        ),
        (
            problem_text(slots=[make_slot("s1", start="0000-01-01T09:00")]).encode(),
            ['slots[0].start: "0000-01-01T09:00" is not a local time such as 2026-11-03T09:30'],
        ),
        (
            problem_text(slots=[make_slot("s1", end="2026-11-03T24:00")]).encode(),
            ['slots[0].end: "2026-11-03T24:00" is not a local time such as 2026-11-03T09:30'],
        ),
        (
            problem_text(visitors=[make_visitor("p1", languages=["nl", ["fr"], 3])]).encode(),
            [
                "visitors[0].languages[1]: a list is not a text",
                "visitors[0].languages[2]: 3 is not a text",
            ],
        ),
    ],
)
def test_what_would_break_a_reader_is_refused_with_its_place(
    tmp_path: Path, content: bytes, faults: list[str]
) -> None:
    assert faults_of_file(tmp_path / "problem.json", content) == faults


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + problem_text().encode(),
        with_member('"x": "\\ud83d\\ude00"'),
        with_member('"x": ' + "[" * 500 + "]" * 500),
        with_member('"x": 0.' + "1" * 1_000_000),
        problem_text().replace("2026-11-03", "0001-01-01").encode(),
        problem_text().replace("2026-11-03", "9999-12-31").encode(),
        problem_text(slots=[make_slot("s1", capacity=1, minimum=9)]).encode(),
        problem_text(slots=[], visitors=[], visits=[], organisations=[]).encode(),
    ],
)
def test_what_is_odd_but_valid_is_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content)

    assert len(problem_from_json(read_json(path)).sha256) == 64


def test_a_directory_is_refused_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(SolverError) as caught:
        read_json(tmp_path)

    assert str(caught.value) == f"{tmp_path}: Is a directory"


def test_a_file_that_never_ends_is_refused() -> None:
    with pytest.raises(SolverError) as caught:
        read_json(Path("/dev/zero"))

    assert str(caught.value) == f"/dev/zero: larger than {MOST_BYTES} bytes"


def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "problem.json"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(problem_text(), encoding="utf-8"))

    writer.start()
    data = read_json(pipe)
    writer.join()

    assert data == problem_with()


def test_of_very_many_faults_the_first_are_told_and_the_others_counted() -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem_from_json(problem_with(visitors=[7] * (MOST_FAULTS + 234)))

    faults = caught.value.faults
    assert len(faults) == MOST_FAULTS + 1
    assert faults[0] == "visitors[0]: 7 is not an object"
    assert faults[-1] == "and 234 faults more"


def test_figures_that_could_become_inexact_are_refused() -> None:
    crowd = [make_visitor(f"p{i}", "v1", seats=10**6, weight=1000) for i in range(200)]
    ages = {"start": "0001-01-01T00:00", "end": "9999-12-31T00:00"}

    with pytest.raises(InvalidProblem) as caught:
        problem_from_json(problem_with(visitors=crowd, slots=[make_slot("s1", **ages)]))

    assert caught.value.faults == (
        "visitors: the seats times the weights are too many in all",
        "slots: last 3652058 days in all, too long for 200000000 seats",
    )


@pytest.mark.parametrize("depth", [10, 100_000])
def test_a_plan_of_any_shape_is_refused_in_lines(depth: int) -> None:
    nested: object = 10**5000
    for _ in range(depth):
        nested = [nested]

    with pytest.raises(InvalidPlan) as caught:
        plan_from_json({"format": nested, "placements": nested, "solver": nested, "x": nested})

    assert "placements[0]: a list is not an object" in caught.value.faults
    assert "solver: a list is not an object" in caught.value.faults


def test_what_a_plan_has_more_is_kept() -> None:
    data = {
        "format": "opendeur-plan/1",
        "problem_sha256": "x",
        "status": "feasible",
        "placements": [{"visitor": "p1", "slot": "s1"}],
        "stages": [],
        "seconds": 1.5,
        "solver": {"name": "another", "version": "3", "seed": 7},
        "prices": {"s1": 80},
        "explanations": [["p1", "full"]],
    }

    assert plan_to_json(plan_from_json(data)) == data


def test_reading_leaves_the_data_as_it_was() -> None:
    data = random_problem(5) | {"unknown": {"b": [1, {"a": "é"}]}}
    before = copy.deepcopy(data)

    problem_from_json(data)

    assert data == before


def test_a_name_that_a_terminal_cannot_show_is_printed_all_the_same(tmp_path: Path) -> None:
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(problem_text(), encoding="utf-8")
    placements = pairs(("p1", "s1"), ("Zoë\n", "s1"))
    plan.write_text(json.dumps(EMPTY_PLAN | {"placements": placements}), encoding="utf-8")

    checked = subprocess.run(
        [sys.executable, "-m", "solver", "check", problem, plan],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (1, "")
    assert checked.stdout.splitlines()[0] == 'no visitor "Zo\\xeb\\n"'


def places(value: object, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where everything stands in some data, as the keys that lead to it."""
    if here:
        yield here
    if isinstance(value, dict):
        for key, member in value.items():
            yield from places(member, (*here, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*here, index))


VALID = random_problem(11) | {"pins": pairs(("p0", "s0"))}
EMPTY_PLAN: Data = {
    "format": "opendeur-plan/1",
    "problem_sha256": "",
    "status": "feasible",
    "placements": [],
}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(places(VALID))),
            st.one_of(st.none(), ODD_VALUES.map(lambda value: [value])),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=400, deadline=None)
def test_a_problem_with_anything_anywhere_is_read_or_refused(
    changes: list[tuple[tuple[str | int, ...], list[object] | None, bool]],
) -> None:
    data = copy.deepcopy(VALID)
    for keys, value, is_repeated in changes:
        _change(data, keys, value, is_repeated=is_repeated)

    problem, faults = read(data)

    assert all(fault.isprintable() and len(fault) < 300 for fault in faults)
    assert len(set(faults)) == len(faults)
    if problem is None:
        assert faults != ()
    else:
        options = [Possibilities(problem).of(visitor) for visitor in problem.visitors]
        assert len(options) == len(problem.visitors)
        assert check(problem, plan_from_json(EMPTY_PLAN)).metrics["placements"] == 0


def read(data: Data) -> tuple[Problem | None, tuple[str, ...]]:
    try:
        return problem_from_json(data), ()
    except InvalidProblem as error:
        return None, error.faults


def _change(
    data: Any, keys: tuple[str | int, ...], value: list[object] | None, *, is_repeated: bool
) -> None:
    """Put a value somewhere, or take away or repeat what is there, if it is there still."""
    *outer, last = keys
    try:
        for key in outer:
            data = data[key]
        if isinstance(data, list) and is_repeated:
            data.append(data[int(last)])
        elif value is None:
            del data[last]
        else:
            data[last] = value[0]
    except (KeyError, IndexError, TypeError, ValueError):
        pass
