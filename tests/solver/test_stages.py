"""The solver against the oracle, against itself, and against time."""

from functools import cache
from time import monotonic
from typing import Any

import pytest

from solver import Plan, PlanStatus, Problem, Progress, check, problem_from_json, solve
from solver.engines import Engine
from solver.errors import NoPlanFound
from tests.solver.oracle import best_values
from tests.solver.problems import (
    Data,
    make_problem,
    make_slot,
    make_visitor,
    pairs,
    random_problem,
)

EVERYTHING_LISTED, NOTHING_LISTED = 1000, 0


@cache
def best_values_of_random_problem(seed: int) -> list[int] | None:
    return best_values(problem_from_json(random_problem(seed)))


@pytest.mark.parametrize("engine", [Engine.CP_SAT, Engine.HIGHS])
@pytest.mark.parametrize("most_listed", [EVERYTHING_LISTED, NOTHING_LISTED])
@pytest.mark.parametrize("seed", range(30))
def test_every_stage_matches_the_oracle(seed: int, most_listed: int, engine: Engine) -> None:
    problem = problem_from_json(random_problem(seed))

    plan = solve(problem, most_listed_itineraries=most_listed, engine=engine)

    expected = best_values_of_random_problem(seed)
    if expected is None:
        assert plan.status is PlanStatus.INFEASIBLE
        assert plan.conflict != ()
        assert plan.placements == ()
    else:
        assert plan.status is PlanStatus.OPTIMAL
        assert [stage.value for stage in plan.stages] == expected
        assert [stage.bound for stage in plan.stages] == expected
    assert check(problem, plan).faults == ()


def test_the_zone_of_2024_has_its_known_optimum(
    zuid_oost: Problem, zuid_oost_best: Plan
) -> None:
    plan = zuid_oost_best

    assert plan.status is PlanStatus.OPTIMAL
    assert {stage.objective: (stage.value, stage.bound) for stage in plan.stages} == {
        "placed": (140, 140),
        "hosts": (40, 40),
        "welfare": (1464292, 1464292),
        "slots": (61, 61),
        "mix": (290, 290),
        "away": (26370, 26370),
    }
    assert check(zuid_oost, plan).faults == ()


def drawn(seed: int, **changes: Any) -> Problem:
    """Ten visitors who all want the same two seats: only the seed can tell who gets them."""
    return problem_from_json(
        make_problem(
            seed=seed,
            slots=[make_slot("s1", capacity=2)],
            visitors=[make_visitor(f"p{i}", "v1") for i in range(10)],
            **changes,
        )
    )


def test_the_seed_alone_decides_who_wins_a_draw() -> None:
    winners = [solve(drawn(seed)).placements for seed in range(6)]

    assert winners == [solve(drawn(0), seed=seed).placements for seed in range(6)]
    assert len(set(winners)) > 1


@pytest.mark.parametrize("seed", range(8))
def test_the_plan_depends_on_neither_workers_nor_engine_nor_order_nor_form(seed: int) -> None:
    data = random_problem(seed)
    reordered = data | {
        key: data[key][::-1] for key in ("organisations", "visits", "slots", "visitors")
    }
    problem = problem_from_json(data)

    plan = solve(problem)

    assert solve(problem, workers=2).placements == plan.placements
    assert solve(problem, engine=Engine.HIGHS).placements == plan.placements
    assert solve(problem, most_listed_itineraries=0).placements == plan.placements
    assert solve(problem_from_json(reordered)).placements == plan.placements


@pytest.mark.usefixtures("asked_at_once")
def test_a_stop_returns_a_valid_plan_with_true_bounds(zuid_oost: Problem) -> None:
    news: list[Progress] = []

    def is_in_third_stage() -> bool:
        return bool(news) and news[-1].stage >= 3

    plan = solve(zuid_oost, on_progress=news.append, should_stop=is_in_third_stage)

    assert plan.status is PlanStatus.FEASIBLE
    assert [stage.objective for stage in plan.stages] == ["placed", "hosts", "welfare"]
    assert plan.stages[2].bound >= 1464292
    assert check(zuid_oost, plan).faults == ()


def test_a_stop_that_comes_at_once_is_heard(zuid_oost: Problem) -> None:
    plan = solve(zuid_oost, should_stop=lambda: True)

    assert plan.status is PlanStatus.FEASIBLE
    assert check(zuid_oost, plan).faults == ()


def test_what_lures_the_search_for_ties_is_small_enough_to_compute_with() -> None:
    # Nine coarse objectives once made a sum that OR-Tools refused.
    problem = problem_from_json(random_problem(75))

    plan = solve(problem, engine=Engine.CP_SAT)

    assert [stage.value for stage in plan.stages] == best_values(problem)


@pytest.mark.usefixtures("asked_at_once")
def test_a_known_plan_is_where_a_search_starts(part: Problem, part_best: Plan) -> None:
    news: list[Progress] = []

    plan = solve(
        part,
        start=part_best.placements,
        on_progress=news.append,
        should_stop=lambda: bool(news),
    )

    assert plan.placements == part_best.placements
    assert [(stage.objective, stage.value) for stage in plan.stages] == [
        (stage.objective, stage.value) for stage in part_best.stages[:3]
    ]
    assert solve(part, should_stop=lambda: True).placements == ()


@pytest.mark.parametrize("most_listed", [EVERYTHING_LISTED, NOTHING_LISTED])
@pytest.mark.parametrize("start", [[("p0", "s1")], [("p1", "s1")], [("nobody", "s1")]])
def test_a_start_that_is_no_plan_for_this_problem_is_left_alone(
    start: list[tuple[str, str]], most_listed: int
) -> None:
    problem = drawn(1, bans=pairs(("p0", "s1")), rules={"max_visits": 0})

    plan = solve(problem, start=start, most_listed_itineraries=most_listed)

    assert (plan.status, plan.placements) == (PlanStatus.OPTIMAL, ())


def test_a_time_that_is_too_short_returns_a_valid_plan(
    part: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    news: list[Progress] = []
    # An hour goes by once the first search has begun.
    monkeypatch.setattr("solver.clock.monotonic", lambda: monotonic() + 3600 * (len(news) > 2))

    plan = solve(part, on_progress=news.append)

    assert plan.status is PlanStatus.FEASIBLE
    assert [stage.objective for stage in plan.stages] == ["placed", "hosts", "welfare"]
    assert check(part, plan).faults == ()


def test_a_time_that_is_too_short_to_begin_returns_nobody_anywhere(zuid_oost: Problem) -> None:
    plan = solve(zuid_oost, time_limit_seconds=1e-6)

    assert (plan.status, plan.placements, plan.stages) == (PlanStatus.FEASIBLE, (), ())


def test_a_stop_before_the_pins_have_a_plan_is_said() -> None:
    data = make_problem(
        slots=[make_slot("s1", minimum=2)],
        visitors=[make_visitor("p1", "v1"), make_visitor("p2", "v1")],
        pins=pairs(("p1", "s1")),
    )
    problem = problem_from_json(data)

    with pytest.raises(NoPlanFound):
        solve(problem, should_stop=lambda: True)


def test_progress_tells_of_every_stage_and_never_beats_its_bound() -> None:
    news: list[Progress] = []
    problem = problem_from_json(random_problem(3))

    solve(problem, on_progress=news.append)

    assert {p.stages for p in news} == {11}
    assert sorted({p.stage for p in news}) == list(range(1, 12))
    assert [p.seconds for p in news] == sorted(p.seconds for p in news)
    for progress in news:
        if progress.value is not None and progress.bound is not None:
            slack = progress.bound - progress.value
            is_minimised = progress.objective in ("slots", "away")
            assert (-slack if is_minimised else slack) >= 0, progress


def test_an_error_of_the_caller_ends_the_search(zuid_oost: Problem) -> None:
    def refuse(progress: Progress) -> None:
        raise RuntimeError("the page was closed")

    with pytest.raises(RuntimeError, match="the page was closed"):
        solve(zuid_oost, on_progress=refuse)


@pytest.mark.parametrize("objectives", [[], ["lowest", "welfare", "away"]])
def test_nobody_and_nothing_is_a_plan(objectives: list[str]) -> None:
    problem = problem_from_json(make_problem(objectives=objectives))

    plan = solve(problem)

    assert plan.status is PlanStatus.OPTIMAL
    assert [(stage.value, stage.bound) for stage in plan.stages] == [(0, 0)] * len(objectives)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"time_limit_seconds": 0}, "time_limit_seconds must be more than 0"),
        ({"workers": 0}, "workers must be at least 1"),
    ],
)
def test_no_time_or_no_worker_is_a_mistake(arguments: Data, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        solve(drawn(1), **arguments)


def test_a_visitor_with_many_preferences_is_solved_in_the_other_form() -> None:
    days = [
        {"start": f"2026-11-{day:02}T{hour:02}:00", "end": f"2026-11-{day:02}T{hour + 1:02}:00"}
        for day in range(2, 7)
        for hour in (9, 11, 13, 15)
    ]
    problem = problem_from_json(
        make_problem(
            objectives=["welfare", "away", "lowest"],
            rules={"max_visits": 6, "max_visits_per_day": 3},
            visits=[{"id": f"v{i}", "organisation": "host", "title": ""} for i in range(20)],
            slots=[make_slot(f"s{i}", f"v{i}", **day) for i, day in enumerate(days)],
            visitors=[make_visitor("p1", *(f"v{i}" for i in range(20)))],
        )
    )

    plan = solve(problem)

    assert [slot for _, slot in plan.placements] == ["s0", "s1", "s2", "s4", "s5", "s6"]
    assert plan.status is PlanStatus.OPTIMAL
    assert check(problem, plan).faults == ()
