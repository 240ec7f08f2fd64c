"""A process that searches is killed or stopped: the best plan found, and true claims."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import inf
from pathlib import Path
from threading import Timer

import pytest

from opendeur.gateways import solver as gateway
from solver import NoPlanFound, Plan, PlanStatus, Problem, Progress, check, solve
from solver.engines import MOST_VARIABLES_OF_CP_SAT, Engine, open_search
from solver.errors import SearchEnded
from solver.files import problem_from_json
from solver.highs_pipe import HighsProcess
from solver.incumbent import WORTH_SHRINKING
from solver.linear import LinearModel
from solver.model import PlanModel
from solver.problem import Objective
from tests.solver.problems import Data, make_problem, make_slot, make_visitor, pairs

HERE = Path(__file__).parent
LIMIT_OF_STOPPED, GRACE = 2.0, 20.0
"""In seconds. The grace is for a machine with much else to do: a hang would last for ever."""
GARBAGE = ("text", "cut", "number", "unknown", "module", "huge")


@pytest.fixture(scope="session")
def best(part_best: Plan) -> Plan:
    return part_best


@pytest.fixture
def ill_child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Have all searches done by processes that end as is said (``ill_child.py``)."""

    def use(end: str) -> None:
        HighsProcess.end_idle()
        monkeypatch.setenv("ILL_CHILD", end)
        monkeypatch.setattr(HighsProcess, "program", HERE / "ill_child.py")

    yield use
    HighsProcess.end_idle()


@contextmanager
def nobody_waits_for_ever(program: str = "highs_process.py") -> Iterator[list[int]]:
    """Kill what searches when it is long over; yield those that had to be."""
    rescued: list[int] = []

    def rescue() -> None:
        for pid in children(program):
            rescued.append(pid)
            os.kill(pid, signal.SIGKILL)

    timer = Timer(LIMIT_OF_STOPPED + GRACE, rescue)
    timer.start()
    yield rescued
    timer.cancel()


def never() -> bool:
    return False


def is_running(process: HighsProcess) -> bool:
    return process._popen.poll() is None


def children(program: str = "highs_process.py") -> list[int]:
    """Return this process's own processes that run a program."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(parent) == os.getpid() and any(x.endswith(program.encode()) for x in words):
            found.append(int(folder.name))
    return found


def assert_every_claim_holds(problem: Problem, plan: Plan, best: Plan) -> None:
    """The checker's word, and that no bound is passed by the best plan there is."""
    assert check(problem, plan).faults == ()
    for stage, best_stage in zip(plan.stages, best.stages, strict=False):
        sign = -1 if Objective(stage.objective).is_minimised else 1
        assert sign * stage.bound >= sign * best_stage.value, stage
        if stage.value != best_stage.value:
            break
    if plan.status is PlanStatus.OPTIMAL:
        assert plan.placements == best.placements


def test_the_problem_of_these_tests_is_searched_in_a_process(part: Problem, best: Plan) -> None:
    assert len(PlanModel(part).linear.lower) > MOST_VARIABLES_OF_CP_SAT
    assert best.status is PlanStatus.OPTIMAL
    assert check(part, best).faults == ()


@pytest.mark.parametrize("end", ["0 SIGKILL", "1 SIGKILL", "1 SIGTERM", "1 text"])
def test_an_end_in_the_first_search_leaves_what_is_known(
    part: Problem, best: Plan, ill_child: Callable[[str], None], end: str
) -> None:
    ill_child(f"0 {end}")

    plan = solve(part)

    assert plan.status is PlanStatus.FEASIBLE
    assert [stage.objective for stage in plan.stages] == list(part.objectives)
    assert_every_claim_holds(part, plan, best)


@pytest.mark.parametrize("end", ["SIGKILL", *GARBAGE])
def test_what_is_no_message_is_an_end(ill_child: Callable[[str], None], end: str) -> None:
    ill_child(f"0 0 {end}")
    linear = LinearModel()
    one = linear.add_variable()
    search = open_search(linear, engine=Engine.HIGHS)

    with pytest.raises(SearchEnded, match="HiGHS ended before it was done"):
        search.maximise(
            {one: 1}, start=None, deadline=inf, should_stop=never, report=lambda found: None
        )


@pytest.mark.parametrize("answered", [1, 2])
@pytest.mark.parametrize("on_the_way", [0, 1])
def test_an_end_in_a_later_search_leaves_what_is_known(
    part: Problem,
    best: Plan,
    ill_child: Callable[[str], None],
    answered: int,
    on_the_way: int,
) -> None:
    ill_child(f"{answered} {on_the_way} SIGKILL")

    plan = solve(part)

    assert [stage.objective for stage in plan.stages] == list(part.objectives)
    assert_every_claim_holds(part, plan, best)


def test_a_better_plan_that_was_told_before_the_end_is_kept(
    part_data: Data, ill_child: Callable[[str], None]
) -> None:
    ill_child("0 99 SIGKILL")
    problem = problem_from_json(part_data | {"objectives": ["welfare"]})
    news: list[Progress] = []

    plan = solve(problem, on_progress=news.append)

    told = [progress.value for progress in news if progress.stage == 1]
    assert plan.stages[0].value == told[-1]
    assert plan.stages[0].bound == min(p.bound for p in news if p.bound is not None)


def test_a_value_that_a_later_search_makes_better_is_claimed_as_it_is(
    part: Problem, best: Plan
) -> None:
    killed: list[int] = []

    def kill_twice(progress: Progress) -> None:
        if progress.stage == 1 and len(killed) < 2:
            for pid in children():
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)

    HighsProcess.end_idle()
    plan = solve(part, on_progress=kill_twice)

    assert len(killed) == 2
    assert_every_claim_holds(part, plan, best)


def test_an_end_between_two_searches_is_made_up_for(part: Problem, best: Plan) -> None:
    killed: list[int] = []

    def kill_idle(progress: Progress) -> None:
        if progress.stage == 4 and not killed:
            for process in HighsProcess._idle:
                killed.append(process._popen.pid)
                os.kill(process._popen.pid, signal.SIGKILL)
                process._popen.wait()

    HighsProcess.end_idle()
    plan = solve(part, on_progress=kill_idle)

    assert killed != []
    assert (plan.status, plan.placements) == (PlanStatus.OPTIMAL, best.placements)
    assert_every_claim_holds(part, plan, best)


def test_an_end_while_ties_are_broken_leaves_proven_values(part: Problem, best: Plan) -> None:
    killed: list[int] = []

    def kill_in_ties(progress: Progress) -> None:
        if progress.stage == len(part.objectives) + 1 and not killed:
            for pid in children():
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)

    HighsProcess.end_idle()
    plan = solve(part, on_progress=kill_in_ties)

    assert killed != []
    assert plan.stages == best.stages
    assert_every_claim_holds(part, plan, best)


@pytest.mark.parametrize("on_the_way", [0, 1])
@pytest.mark.parametrize("answered", [0, 1])
def test_a_process_that_is_stopped_holds_nothing_up(
    part: Problem,
    best: Plan,
    ill_child: Callable[[str], None],
    answered: int,
    on_the_way: int,
) -> None:
    ill_child(f"{answered} {on_the_way} SIGSTOP")

    with nobody_waits_for_ever("ill_child.py") as rescued:
        plan = solve(part, time_limit_seconds=LIMIT_OF_STOPPED)

    assert rescued == []
    assert_every_claim_holds(part, plan, best)


def test_an_idle_process_that_is_stopped_holds_nothing_up(part: Problem, best: Plan) -> None:
    HighsProcess.end_idle()
    solve(part, breaks_ties=False)
    [idle] = HighsProcess._idle
    os.kill(idle._popen.pid, signal.SIGSTOP)

    with nobody_waits_for_ever() as rescued:
        plan = solve(part, time_limit_seconds=LIMIT_OF_STOPPED)

    assert rescued == []
    assert not is_running(idle)
    assert_every_claim_holds(part, plan, best)


@pytest.mark.parametrize("answered", [0, 1, 2])
def test_an_end_while_a_model_is_made_smaller_leaves_it_as_it_is(
    zuid_oost: Problem, ill_child: Callable[[str], None], answered: int
) -> None:
    # The relaxation comes after the first search, which is of two goals.
    whole = replace(zuid_oost, objectives=(Objective.WELFARE, Objective.SLOTS))
    assert len(PlanModel(whole).linear.lower) >= WORTH_SHRINKING
    ill_child(f"{answered} 0 SIGKILL")

    plan = solve(whole, time_limit_seconds=60, breaks_ties=False)

    assert [stage.objective for stage in plan.stages] == ["welfare", "slots"]
    assert check(whole, plan).faults == ()


def pinned() -> Data:
    """A problem in which a pin needs company, so that no plan is known at once."""
    return make_problem(
        slots=[make_slot("s1", minimum=2)],
        visitors=[make_visitor("p1", "v1"), make_visitor("p2", "v1")],
        pins=pairs(("p1", "s1")),
    )


def test_an_end_before_the_first_plan_is_said(ill_child: Callable[[str], None]) -> None:
    ill_child("0 0 SIGKILL")
    problem = problem_from_json(pinned() | {"objectives": []})

    with pytest.raises(NoPlanFound, match="HiGHS ended before it was done"):
        solve(problem, engine=Engine.HIGHS)


@pytest.mark.parametrize("end", ["0 1 SIGKILL", "1 0 SIGKILL"])
def test_the_site_gets_a_plan_that_it_can_adopt(
    part_data: Data, ill_child: Callable[[str], None], end: str
) -> None:
    ill_child(end)

    outcome = gateway.solve(
        json.dumps(part_data),
        time_limit_seconds=60,
        seed=1,
        on_progress=lambda progress: None,
        should_stop=never,
    )

    assert outcome.report.faults == ()
    assert outcome.status in (PlanStatus.FEASIBLE, PlanStatus.OPTIMAL)
    assert gateway.broken_rules(json.dumps(part_data), outcome.plan) == ()
