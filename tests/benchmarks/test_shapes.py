"""The odd problems are what they are called, and the solver reads them."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.problems import Json
from benchmarks.results import renew
from benchmarks.shapes import pupils, region_for_pins, shapes, with_pins
from solver import problem_from_json


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in shapes()])
def test_an_odd_problem_can_be_read(data: Json) -> None:
    problem = problem_from_json(data)

    assert len(problem.visitors) == len(data["visitors"])


def test_pupils_have_six_wishes_and_five_hours_in_a_row() -> None:
    problem = pupils()

    hours = Counter(slot["start"] for slot in problem["slots"])
    assert len(problem["visitors"]) == 135
    assert {len(visitor["preferences"]) for visitor in problem["visitors"]} == {6}
    assert (len(problem["slots"]), len(hours)) == (58, 5)


def test_pins_are_the_first_of_a_plan() -> None:
    first = region_for_pins()["visitors"][0]["id"]
    slot = region_for_pins()["slots"][0]["id"]

    assert with_pins([(first, slot)])["pins"] == [{"visitor": first, "slot": slot}]


def test_results_keep_the_parts_that_were_not_measured_anew(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    renew(page, {"One": ["1"], "Two": ["old"]}, order=("One", "Two"))

    renew(page, {"Two": ["new", "", "### More"]}, order=("One", "Two"))

    assert page.read_text() == "# Measured\n\n## One\n\n1\n\n## Two\n\nnew\n\n### More\n"
