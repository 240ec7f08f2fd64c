"""Advice as a whole: in time, in order, as JSON and in words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from solver import (
    InvalidPlan,
    Plan,
    PlanStatus,
    Problem,
    plan_to_json,
    problem_from_json,
    solve,
)
from solver.__main__ import main
from solver.advice import Advice, advice_in_words, advice_to_json, advise
from solver.advice.findings import Action, ActionKind, Basis, RuleName, Verdict
from tests.solver.problems import (
    Data,
    make_organisation,
    make_problem,
    make_slot,
    make_visit,
    make_visitor,
    pairs,
)


def week(**changes: object) -> Data:
    """Return a week with a full slot, one that lacks a visitor and two that nobody wants."""
    return make_problem(
        objectives=["placed", "hosts", "welfare", "slots"],
        organisations=[make_organisation("host"), make_organisation("small")],
        visits=[make_visit("v1"), make_visit("v2", "small"), make_visit("v3", "small")],
        slots=[
            make_slot("s1", capacity=2),
            make_slot("s2", "v2", minimum=2),
            make_slot("s3", "v3", minimum=2),
            make_slot("s4", "v3", minimum=4),
        ],
        visitors=[
            make_visitor("p1", "v1"),
            make_visitor("p2", "v1"),
            make_visitor("p3", "v1"),
            make_visitor("p4", "v2"),
        ],
    ) | dict(changes)


def advice_on(data: Data, **arguments: object) -> Advice:
    problem = problem_from_json(data)
    return advise(problem, solve(problem), **arguments)  # type: ignore[arg-type]


def kinds(actions: tuple[Action, ...]) -> list[tuple[ActionKind, tuple[str, ...], int | None]]:
    return [(action.kind, action.subjects, action.amount) for action in actions]


def test_the_short_list_begins_with_what_costs_nothing_then_what_brings_the_most() -> None:
    advice = advice_on(week())

    assert kinds(advice.actions) == [
        (ActionKind.WITHDRAW, ("s4",), None),
        (ActionKind.LOWER_MINIMUM, ("s2",), 1),
        (ActionKind.DROP_RULE, ("minimum",), None),
        (ActionKind.ADD_SEAT, ("s1",), None),
        (ActionKind.FIND_VISITORS, ("s2",), 1),
        (ActionKind.FIND_VISITORS, ("s3",), 2),
    ]
    assert [action.effect.gains[:3] for action in advice.actions[1:4]] == [
        (1, 1, 10000),
        (1, 1, 10000),
        (1, 0, 10000),
    ]
    assert (advice.is_optimal, advice.is_complete) == (True, True)


def test_a_seat_more_is_weighed_in_every_slot_and_counted_where_all_have_one() -> None:
    seats = {seat.slot: seat.effect for seat in advice_on(week()).seats}

    assert {slot: effect.basis for slot, effect in seats.items()} == {
        "s1": Basis.SOLVED,
        "s2": Basis.COUNTED,
        "s3": Basis.COUNTED,
        "s4": Basis.COUNTED,
    }
    assert {slot: effect.gains[0] for slot, effect in seats.items()} == {
        "s1": 1,
        "s2": 0,
        "s3": 0,
        "s4": 0,
    }


def test_every_rule_has_a_price_and_a_rule_that_keeps_nobody_away_has_none() -> None:
    advice = advice_on(week())

    assert [price.rule for price in advice.rules] == list(RuleName)
    assert {price.rule: price.effect.verdict for price in advice.rules} == dict.fromkeys(
        RuleName, Verdict.SAME
    ) | {RuleName.MINIMUM: Verdict.BETTER, RuleName.CAPACITY: Verdict.BETTER}
    assert {price.rule for price in advice.rules if price.effect.basis is Basis.SOLVED} == {
        RuleName.MINIMUM,
        RuleName.CAPACITY,
    }


def test_where_a_rule_keeps_best_weeks_small_welfare_is_told_by_those_of_today_too() -> None:
    data = make_problem(
        objectives=["welfare"],
        rules={"max_visits": 1},
        visits=[make_visit("v1"), make_visit("v2")],
        slots=[
            make_slot("s1"),
            make_slot("s2", "v2", start="2026-11-04T09:00", end="2026-11-04T10:00", capacity=1),
        ],
        visitors=[make_visitor("p1", "v1", "v2"), make_visitor("p2", "v2", "v1")],
    )

    [price] = [p for p in advice_on(data).rules if p.rule is RuleName.MAX_VISITS]

    [figure] = price.effect.figures
    assert (figure.before, figure.value, figure.bound) == (20000, 17782, 17782)
    assert (figure.same_scale, figure.gain, figure.most_gain) == (20000, 0, None)


def test_the_yardstick_is_kept_where_a_slot_is_withdrawn() -> None:
    data = make_problem(
        objectives=["welfare"],
        visits=[make_visit("v1"), make_visit("v2")],
        slots=[
            make_slot("s1"),
            make_slot("s2", "v2", start="2026-11-03T11:00", end="2026-11-03T12:00"),
        ],
        visitors=[make_visitor("p1", "v1", "v2")],
    )

    lost = {found.slots: found.effect.gains for found in advice_on(data).withdrawals}

    assert lost == {(): (0,), ("s1",): (-3010,), ("s2",): (-2218,)}


def test_time_that_is_too_short_is_said() -> None:
    advice = advice_on(week(), time_limit_seconds=1e-6)

    words = list(advice_in_words(replace(advice, seconds=3.2)))
    assert not advice.is_complete
    assert advice.actions == ()
    assert words[-1] == "Not all was looked at in the 3 s that there were."


def test_in_a_time_that_is_too_short_no_figure_beats_its_bound(
    zuid_oost: Problem, zuid_oost_best: Plan
) -> None:
    seen: list[int] = []

    advice = advise(
        zuid_oost,
        zuid_oost_best,
        time_limit_seconds=2,
        on_progress=lambda done, of_all, _: seen.append(done),
        # However quick the machine is.
        should_stop=lambda: len(seen) > 3,
    )

    effects = [withdrawal.effect for withdrawal in advice.withdrawals]
    effects += [price.effect for price in advice.rules]
    effects += [seat.effect for seat in advice.seats]
    figures = [figure for effect in effects for figure in effect.figures]
    assert not advice.is_complete
    assert [f for f in figures if f.most_gain is not None and f.most_gain < f.gain] == []


def test_a_stop_is_heard_and_what_was_found_is_returned() -> None:
    seen: list[tuple[int, int]] = []

    advice = advice_on(
        week(),
        on_progress=lambda done, of_all, _: seen.append((done, of_all)),
        should_stop=lambda: bool(seen),
    )

    assert len(advice.withdrawals) >= 1
    assert seen[-1][0] == seen[-1][1]


def test_an_error_of_the_caller_ends_the_search() -> None:
    def refuse(done: int, of_all: int, seconds: float) -> None:
        raise RuntimeError("the page was closed")

    with pytest.raises(RuntimeError, match="the page was closed"):
        advice_on(week(), on_progress=refuse)


def test_workers_change_no_figure() -> None:
    one, two = advice_on(week()), advice_on(week(), workers=2)

    assert replace(one, seconds=0) == replace(two, seconds=0)


def test_a_plan_that_is_not_proven_the_best_is_said_to_be_so() -> None:
    problem = problem_from_json(week())
    plan = replace(solve(problem), status=PlanStatus.FEASIBLE)

    advice = advise(problem, plan)

    assert not advice.is_optimal
    assert next(advice_in_words(advice)).startswith("The plan was not proven the best")
    assert {found.effect.is_proven for found in advice.withdrawals[:1]} == {False}


def infeasible(problem: Problem, plan: Plan) -> Plan:
    return replace(plan, status=PlanStatus.INFEASIBLE, placements=(), stages=())


def of_another_problem(problem: Problem, plan: Plan) -> Plan:
    return replace(plan, problem_sha256="0" * 64)


def overfull(problem: Problem, plan: Plan) -> Plan:
    return replace(plan, placements=(("p1", "s1"), ("p2", "s1"), ("p3", "s1")))


@pytest.mark.parametrize("spoil", [infeasible, of_another_problem, overfull])
def test_a_plan_with_a_fault_is_refused(spoil) -> None:  # type: ignore[no-untyped-def]
    problem = problem_from_json(week())

    with pytest.raises(InvalidPlan):
        advise(problem, spoil(problem, solve(problem)))


@pytest.mark.parametrize("arguments", [{"time_limit_seconds": 0}, {"workers": 0}])
def test_no_time_or_no_worker_is_a_mistake(arguments: Data) -> None:
    with pytest.raises(ValueError, match="must be"):
        advice_on(week(), **arguments)


def test_as_json_it_has_all_figures_and_the_short_list_in_words() -> None:
    advice = advice_on(week())

    data = json.loads(json.dumps(advice_to_json(advice)))

    assert data["format"] == "opendeur-advice/1"
    assert data["actions"][1]["words"] == (
        "Let slot s2 run with 1: seats of visitors with a visit +1, hosts visited +1,"
        " welfare +10000, slots that run +1."
    )
    assert data["seats"][:1] == [
        {
            "slot": "s1",
            "capacity": 2,
            "taken": 2,
            "wanted": 3,
            "effect": {
                "basis": "solved",
                "verdict": "better",
                "is_proven": True,
                "figures": [
                    {
                        "objective": name,
                        "before": before,
                        "value": before + gain,
                        "bound": before + gain,
                        "same_scale": None,
                        "gain": gain,
                        "most_gain": gain,
                    }
                    for name, before, gain in (
                        ("placed", 2, 1),
                        ("hosts", 1, 0),
                        ("welfare", 20000, 10000),
                        ("slots", 1, 0),
                    )
                ],
            },
        }
    ]


def test_the_command_prints_it_and_writes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, plan, output = (tmp_path / name for name in ("p.json", "plan.json", "advice.json"))
    problem.write_text(json.dumps(week()))
    plan.write_text(json.dumps(plan_to_json(solve(problem_from_json(week())))))

    status = main(["advise", str(problem), str(plan), "--output", str(output)])

    lines = capsys.readouterr().out.splitlines()
    assert status == 0
    assert lines[:3] == [
        "What to do, what brings the most first:",
        "  1. Withdraw slot s4: nobody loses by it.",
        "  2. Let slot s2 run with 1: seats of visitors with a visit +1, hosts visited +1,"
        " welfare +10000, slots that run +1.",
    ]
    assert json.loads(output.read_text())["is_complete"] is True


def test_the_command_refuses_a_plan_of_another_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, plan = tmp_path / "p.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(week(pins=pairs(("p1", "s1")))))
    plan.write_text(json.dumps(plan_to_json(solve(problem_from_json(week())))))

    status = main(["advise", str(problem), str(plan)])

    assert status == 1
    assert "problem_sha256 is not that of this problem" in capsys.readouterr().err
