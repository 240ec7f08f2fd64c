"""Plans that are quickly found: always valid, never better than the bound."""

from math import inf
from time import monotonic

from solver import Objective, Problem, Progress, check, problem_from_json, solve
from solver.check.rules import broken_rules
from solver.construct import construct
from solver.engines import Engine, open_search
from solver.large import Approach, is_large
from solver.linear import value_of
from solver.model import PlanModel
from tests.solver.problems import make_problem, make_slot, make_visitor, random_problem

BEST_WELFARE_ALONE = 1467926


def never() -> bool:
    return False


def approach(problem: Problem) -> tuple[PlanModel, dict[int, int], Approach]:
    model = PlanModel(problem)
    welfare = model.objective(Objective.WELFARE)
    search = open_search(model.linear, engine=Engine.HIGHS)
    made = Approach(model, search, welfare, deadline=monotonic() + 60, should_stop=never)
    return model, welfare, made


def test_plans_come_closer_and_never_pass_the_bound(zuid_oost: Problem) -> None:
    model, welfare, made = approach(zuid_oost)
    upper = list(model.linear.upper)

    plans = list(made.plans())

    assert made.bound is not None
    reached = [value_of(welfare, plan) for plan in plans]
    assert len(reached) == 2
    assert reached == sorted(reached)
    assert reached[-1] <= BEST_WELFARE_ALONE <= made.bound
    assert [model.linear.allows(plan) for plan in plans] == [True, True]
    assert [list(broken_rules(zuid_oost, model.placements(plan))) for plan in plans] == [[], []]
    assert model.linear.upper == upper


def test_the_bound_of_a_part_is_not_taken_for_a_bound_of_the_whole(zuid_oost: Problem) -> None:
    _, _, made = approach(zuid_oost)
    bound = made.bound

    list(made.plans())

    assert made.bound == bound


def test_no_time_is_no_bound(zuid_oost: Problem) -> None:
    model = PlanModel(zuid_oost)
    search = open_search(model.linear, engine=Engine.HIGHS)

    made = Approach(
        model,
        search,
        model.objective(Objective.WELFARE),
        deadline=monotonic() - 1,
        should_stop=never,
    )

    assert made.bound is None


def test_a_week_of_a_zone_is_not_large(zuid_oost: Problem) -> None:
    assert not is_large(PlanModel(zuid_oost).linear)


def test_a_constructed_plan_breaks_no_rule() -> None:
    found = 0
    for seed in range(300):
        problem = problem_from_json(random_problem(seed))
        model = PlanModel(problem)
        worth = model.objective(Objective.POINTS).__getitem__

        plan = construct(model, worth=worth, is_over=never)

        if plan is not None:
            found += 1
            assert list(broken_rules(problem, model.placements(plan))) == [], seed
    assert found > 200


def test_slots_that_stay_too_empty_are_given_up_for_those_that_fill() -> None:
    # Each would like v1 best, which needs four; two of them can fill v2.
    problem = problem_from_json(
        make_problem(
            visits=[{"id": v, "organisation": "host", "title": ""} for v in ("v1", "v2")],
            slots=[make_slot("s1", "v1", minimum=4), make_slot("s2", "v2", minimum=2)],
            visitors=[make_visitor(f"p{i}", "v1", "v2") for i in range(3)],
        )
    )
    model = PlanModel(problem)
    points = model.objective(Objective.POINTS)

    plan = construct(model, worth=lambda x: points.get(x, 0), is_over=never)

    assert plan is not None
    assert [slot for _, slot in model.placements(plan)] == ["s2", "s2", "s2"]


def test_a_construction_that_is_stopped_is_none(zuid_oost: Problem) -> None:
    assert construct(PlanModel(zuid_oost), worth=lambda x: 0, is_over=lambda: True) is None


def test_a_stop_at_the_first_plan_still_places_most_people(zuid_oost: Problem) -> None:
    news: list[Progress] = []

    plan = solve(
        zuid_oost, on_progress=news.append, should_stop=lambda: any(p.value for p in news)
    )

    report = check(zuid_oost, plan)
    assert report.faults == ()
    assert int(report.metrics["placed"] or 0) > 100


def test_a_search_without_an_end_is_possible() -> None:
    problem = problem_from_json(random_problem(1))

    assert solve(problem, time_limit_seconds=inf).status == "optimal"
