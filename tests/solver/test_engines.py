"""Both engines: the same answers, and nothing left behind when a search is stopped."""

import os
import random
import signal
import subprocess
import sys
import time
from itertools import product
from math import inf
from pathlib import Path
from time import monotonic

import pytest

from solver.engines import MOST_VARIABLES_OF_CP_SAT, Engine, open_search
from solver.highs_pipe import HighsProcess
from solver.linear import Expression, LinearModel, value_of
from solver.search import News, Search

ENGINES = [Engine.CP_SAT, Engine.HIGHS]


def random_model(seed: int) -> tuple[LinearModel, Expression]:
    dice = random.Random(seed)
    linear = LinearModel()
    variables = [linear.add_variable(upper=dice.choice([1, 1, 2])) for _ in range(7)]
    for _ in range(5):
        row = {v: dice.randint(-3, 4) for v in dice.sample(variables, 4)}
        linear.add_row(
            row,
            least=dice.choice([None, None, -2, 1]),
            most=dice.choice([None, 2, 3, 4]),
        )
    return linear, {v: dice.randint(-50, 100) for v in variables}


def best_by_trying(linear: LinearModel, objective: Expression) -> int | None:
    ranges = [range(a, b + 1) for a, b in zip(linear.lower, linear.upper, strict=True)]
    allowed = (values for values in product(*ranges) if linear.allows(values))
    return max((value_of(objective, values) for values in allowed), default=None)


def hard_model() -> tuple[LinearModel, Expression]:
    """A market split problem: small, and far too hard for any branch and bound.

    G. Cornuejols, M. Dawande (1999), https://doi.org/10.1287/ijoc.11.2.205
    """
    dice = random.Random(1)
    linear = LinearModel()
    variables = [linear.add_variable() for _ in range(60)]
    objective: Expression = {}
    for _ in range(7):
        row = {v: dice.randint(0, 99) for v in variables}
        over = linear.add_variable(upper=10_000)
        under = linear.add_variable(upper=10_000)
        half = sum(row.values()) // 2
        linear.add_row({**row, over: -1, under: 1}, least=half, most=half)
        objective |= {over: -1, under: -1}
    return linear, objective


def maximise(
    search: Search, objective: Expression, *, seconds: float = inf, stop=lambda: False
):
    news: list[News] = []
    outcome = search.maximise(
        objective,
        start=None,
        deadline=monotonic() + seconds,
        should_stop=stop,
        report=news.append,
    )
    return outcome, news


@pytest.mark.parametrize("engine", ENGINES)
def test_the_best_values_are_those_of_trying_all(engine: Engine) -> None:
    for seed in range(60):
        linear, objective = random_model(seed)
        expected = best_by_trying(linear, objective)

        outcome, _ = maximise(open_search(linear, engine=engine), objective)

        assert outcome.is_proven
        if expected is None:
            assert outcome.values is None
        else:
            assert outcome.values is not None
            assert linear.allows(outcome.values)
            assert value_of(objective, outcome.values) == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("least", "values"), [(0, []), (1, None)])
def test_a_model_without_variables_is_decided(
    engine: Engine, least: int, values: list[int] | None
) -> None:
    linear = LinearModel()
    linear.add_row({}, least=least)

    outcome, _ = maximise(open_search(linear, engine=engine), {})

    assert outcome.is_proven
    assert outcome.values == values


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_that_grows_between_searches_is_searched_as_it_is_then(engine: Engine) -> None:
    linear = LinearModel()
    one, other = linear.add_variable(), linear.add_variable()
    search = open_search(linear, engine=engine)

    assert maximise(search, {one: 3, other: 2})[0].values == [1, 1]
    linear.add_row({one: 1, other: 1}, most=1)
    assert maximise(search, {one: 3, other: 2})[0].values == [1, 0]
    third = linear.add_variable()
    linear.add_row({one: 1, third: 1}, most=1)
    assert maximise(search, {one: 3, other: 2, third: 2})[0].values == [0, 1, 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_stop_ends_the_search_with_what_was_found(engine: Engine) -> None:
    linear, objective = hard_model()
    found: list[News] = []

    outcome = open_search(linear, engine=engine).maximise(
        objective,
        start=None,
        deadline=inf,
        should_stop=lambda: any(news.values is not None for news in found),
        report=found.append,
    )

    assert not outcome.is_proven
    assert outcome.values is not None
    assert linear.allows(linear.complete(outcome.values))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_error_of_the_caller_passes_through(engine: Engine) -> None:
    linear, objective = hard_model()

    def refuse(found: News) -> None:
        raise RuntimeError("the page was closed")

    with pytest.raises(RuntimeError, match="the page was closed"):
        open_search(linear, engine=engine).maximise(
            objective, start=None, deadline=inf, should_stop=lambda: False, report=refuse
        )


def test_small_models_need_no_process() -> None:
    small, large = LinearModel(), LinearModel()
    for _ in range(MOST_VARIABLES_OF_CP_SAT):
        small.add_variable()
        large.add_variable()
    large.add_variable()

    names = [type(open_search(linear)).__name__ for linear in (small, large)]

    assert names == ["CpSatSearch", "HighsSearch"]


def test_the_relaxation_bounds_every_value_and_prices_every_variable() -> None:
    for seed in range(40):
        linear, objective = random_model(seed)
        search = open_search(linear, engine=Engine.HIGHS)

        relaxation = search.relax(objective, deadline=inf, should_stop=lambda: False)

        best = best_by_trying(linear, objective)
        assert relaxation is not None
        if relaxation.bound is None:
            assert best is None
            continue
        if best is not None:
            assert best <= relaxation.bound + 1e-6
        for variable, cost in enumerate(relaxation.reduced_costs):
            lower, upper = linear.lower[variable], linear.upper[variable]
            away = upper if cost < 0 else lower
            linear.lower[variable] = linear.upper[variable] = away
            there = best_by_trying(linear, objective)
            linear.lower[variable], linear.upper[variable] = lower, upper
            if there is not None:
                assert there <= relaxation.bound - abs(cost) * (upper - lower) + 1e-6


def test_one_process_answers_one_request_after_another() -> None:
    linear, objective = random_model(1)
    pids = set()
    for _ in range(3):
        maximise(open_search(linear, engine=Engine.HIGHS), objective)
        pids.add(idle_pids()[-1])

    assert len(pids) == 1


def idle_pids() -> list[int]:
    return [process._popen.pid for process in HighsProcess._idle]


def test_a_process_that_dies_leaves_what_it_found_and_is_replaced() -> None:
    linear, objective = hard_model()
    search = open_search(linear, engine=Engine.HIGHS)
    easy, worth = random_model(1)
    maximise(open_search(easy, engine=Engine.HIGHS), worth)
    [*_, pid] = idle_pids()
    found: list[News] = []

    def kill_at_values(news: News) -> None:
        found.append(news)
        if news.values is not None:
            os.kill(pid, signal.SIGKILL)

    outcome = search.maximise(
        objective, start=None, deadline=inf, should_stop=lambda: False, report=kill_at_values
    )

    [*_, last] = (news.values for news in found if news.values is not None)
    assert (outcome.values, outcome.is_proven) == (last, False)
    assert maximise(open_search(easy, engine=Engine.HIGHS), worth)[0].is_proven


def test_a_process_minds_no_signal_that_is_for_whoever_asks() -> None:
    linear, objective = random_model(1)
    maximise(open_search(linear, engine=Engine.HIGHS), objective)
    [*_, pid] = idle_pids()

    os.kill(pid, signal.SIGINT)
    os.kill(pid, signal.SIGTERM)

    assert maximise(open_search(linear, engine=Engine.HIGHS), objective)[0].is_proven
    assert idle_pids()[-1] == pid


def test_a_process_that_dies_while_idle_is_replaced() -> None:
    linear, objective = random_model(1)
    maximise(open_search(linear, engine=Engine.HIGHS), objective)
    for process in HighsProcess._idle:
        process._popen.kill()
        process._popen.wait()

    assert maximise(open_search(linear, engine=Engine.HIGHS), objective)[0].is_proven


def test_a_process_of_a_forked_parent_is_left_alone() -> None:
    linear, objective = random_model(1)
    maximise(open_search(linear, engine=Engine.HIGHS), objective)
    [*_, inherited] = HighsProcess._idle
    mine, inherited._owner = inherited._owner, -1

    maximise(open_search(linear, engine=Engine.HIGHS), objective)

    assert inherited not in HighsProcess._idle
    assert inherited._popen.poll() is None or inherited._popen.returncode == 0
    inherited._owner = mine
    inherited.close()


def test_a_process_ends_when_whoever_asked_is_killed(tmp_path: Path) -> None:
    program = (
        "from math import inf\n"
        "from solver.engines import Engine, open_search\n"
        "from solver.highs_pipe import HighsProcess\n"
        "from tests.solver.test_engines import hard_model\n"
        "linear, objective = hard_model()\n"
        "child = HighsProcess(); HighsProcess._idle.append(child)\n"
        "print(child._popen.pid, flush=True)\n"
        "open_search(linear, engine=Engine.HIGHS).maximise(objective, start=None, deadline=inf,"
        " should_stop=lambda: False, report=lambda found: print('searching', flush=True))\n"
    )
    root = Path(__file__).parents[2]
    asker = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert asker.stdout is not None
    pid = int(asker.stdout.readline())
    assert asker.stdout.readline() == "searching\n"

    asker.kill()
    asker.wait()
    asker.stdout.close()

    assert is_gone(pid)


def is_gone(pid: int) -> bool:
    """Wait until a process is gone, or is only waiting to be noticed."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
