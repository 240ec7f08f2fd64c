"""The command line, as a shell sees it."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solver import Plan, __version__, plan_to_json
from tests.solver.commands import call
from tests.solver.problems import make_problem, make_slot, make_visitor, pairs, random_problem

Writer = Callable[..., Path]
ROOT = Path(__file__).parents[2]
ZUID_OOST = Path(__file__).parent / "data" / "zuid-oost.json"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "solver", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.fixture
def problem_file(tmp_path: Path) -> Writer:
    def write(**changes: Any) -> Path:
        values = {"slots": [make_slot("s1")], "visitors": [make_visitor("p1", "v1")]}
        path = tmp_path / "problem.json"
        path.write_text(json.dumps(make_problem(**(values | changes))), encoding="utf-8")
        return path

    return write


def test_solve_writes_a_plan_that_check_accepts(tmp_path: Path, problem_file: Writer) -> None:
    problem, output = problem_file(), tmp_path / "plan.json"

    solved = run("solve", problem, "--output", output, "--seed", 7, "--workers", 2)
    checked = run("check", problem, output)

    plan = json.loads(output.read_text(encoding="utf-8"))
    assert (solved.returncode, solved.stdout) == (0, "")
    assert plan["placements"] == [{"visitor": "p1", "slot": "s1"}]
    assert plan["solver"] == {"name": "opendeur-solver", "version": __version__, "seed": 7}
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.splitlines()[0].split() == ["placed", "1"]


def test_progress_is_a_line_with_stage_value_bound_gap_and_seconds(
    tmp_path: Path, problem_file: Writer
) -> None:
    solved = call("solve", problem_file(), "--output", tmp_path / "plan.json")

    last = solved.stderr.splitlines()[-1]
    line = r" +\d+\.\d s  stage 2/2 ties: value (\d+), bound \1, gap 0\.00%"
    assert re.fullmatch(line, last), last


@pytest.mark.parametrize("engine", ["cp-sat", "highs"])
@pytest.mark.parametrize("most_listed", [0, 1000])
def test_engine_and_form_can_be_forced_and_change_nothing(
    tmp_path: Path, engine: str, most_listed: int
) -> None:
    output = tmp_path / "plan.json"
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(random_problem(5)), encoding="utf-8")
    call("solve", problem, "--output", output)
    expected = json.loads(output.read_text(encoding="utf-8"))

    call(
        *("solve", problem, "--output", output),
        *("--engine", engine, "--most-listed", most_listed),
    )

    assert json.loads(output.read_text(encoding="utf-8")) | {"seconds": 0} == (
        expected | {"seconds": 0}
    )


def test_check_tells_the_faults_of_a_plan(tmp_path: Path, problem_file: Writer) -> None:
    problem, output = problem_file(), tmp_path / "plan.json"
    call("solve", problem, "--output", output)
    plan = json.loads(output.read_text(encoding="utf-8"))
    output.write_text(json.dumps(plan | {"placements": []}), encoding="utf-8")

    checked = call("check", problem, output)

    assert checked.returncode == 1
    assert checked.stdout.splitlines()[0] == "claim: placed is 0, not 1"


def test_an_invalid_problem_has_a_line_for_each_fault(
    tmp_path: Path, problem_file: Writer
) -> None:
    problem = problem_file(visitors=[make_visitor("p1", "v98", "v99")])

    solved = call("solve", problem, "--output", tmp_path / "plan.json")

    assert solved.returncode == 2
    assert solved.stderr.splitlines() == [
        'visitors[0].preferences[0]: no visit "v98"',
        'visitors[0].preferences[1]: no visit "v99"',
    ]
    assert not (tmp_path / "plan.json").exists()


def test_a_contradiction_is_written_and_told(tmp_path: Path, problem_file: Writer) -> None:
    problem = problem_file(slots=[make_slot("s1", state="closed")], pins=pairs(("p1", "s1")))
    output = tmp_path / "plan.json"

    solved = call("solve", problem, "--output", output)

    conflict = ["pin: visitor p1 in slot s1", "rule 3: slot s1 is closed"]
    plan = json.loads(output.read_text(encoding="utf-8"))
    assert solved.returncode == 3
    assert solved.stderr.splitlines()[-2:] == conflict
    assert (plan["status"], plan["conflict"]) == ("infeasible", conflict)


def test_an_output_that_cannot_be_written_is_said(tmp_path: Path, problem_file: Writer) -> None:
    solved = call("solve", problem_file(), "--output", tmp_path / "nowhere" / "plan.json")

    assert solved.returncode == 2
    assert solved.stderr.splitlines()[-1].endswith("plan.json: No such file or directory")


def test_ctrl_c_writes_the_best_plan_so_far(tmp_path: Path) -> None:
    output = tmp_path / "plan.json"
    process = subprocess.Popen(
        command("solve", ZUID_OOST, "--output", output),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    with process, process.stderr as progress:
        # The first line, as long before the end as can be.
        assert "stage 1/" in progress.readline()
        process.send_signal(signal.SIGINT)
        progress.read()

    checked = call("check", ZUID_OOST, output)
    assert process.returncode == 130
    assert json.loads(output.read_text(encoding="utf-8"))["status"] == "feasible"
    assert checked.returncode == 0


def test_ctrl_c_in_a_terminal_ends_an_explanation_without_a_traceback(
    tmp_path: Path, zuid_oost_best: Plan
) -> None:
    output = tmp_path / "plan.json"
    output.write_text(json.dumps(plan_to_json(zuid_oost_best)), encoding="utf-8")
    explaining = subprocess.Popen(
        command("explain", ZUID_OOST, output),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert explaining.stderr is not None
    explaining.stderr.readline()

    # A terminal sends it to all processes of the group.
    os.killpg(explaining.pid, signal.SIGINT)
    _, errors = explaining.communicate()

    assert explaining.returncode == 130
    assert "Traceback" not in errors
