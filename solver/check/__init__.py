"""Checking a plan: every rule, every measure, every claim.

Written apart from what solves, and shares nothing with it but the data: where the two
disagree, one of them has a bug. It needs the standard library only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from solver.check import rules
from solver.check.best import points_of_rank
from solver.check.measures import Metrics, best_points, measure
from solver.plan import Plan, PlanStatus
from solver.problem import Objective, Pair, Problem

__all__ = ["MOST_FAULTS", "Report", "best_points", "broken_rules", "check", "points_of_rank"]

MOST_FAULTS = 10_000
"""Where there are more, only so many are looked for: a bad plan may break millions."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong with a plan, one line each, and how good it is.

    ``metrics`` is empty where the plan names visitors or slots that do not exist.
    """

    faults: tuple[str, ...]
    metrics: Metrics


def broken_rules(problem: Problem, placements: Iterable[Pair]) -> tuple[str, ...]:
    """Return the rules of a problem that some placements break, one line for each breach.

    Parameters
    ----------
    placements
        Pairs of a visitor's id and a slot's id, in any order. They may be of another problem:
        ids that this one does not have are breaches too.

    Returns
    -------
    tuple of str
        Lines such as ``rule 3: s1 has 9 seats taken, at most 8``; none where all rules hold,
        and no more than :data:`MOST_FAULTS`.
    """
    breaches = rules.broken_rules(problem, tuple(placements))
    return tuple(map(_on_one_line, islice(breaches, MOST_FAULTS)))


def check(problem: Problem, plan: Plan) -> Report:
    """Check a plan against its problem, and measure it."""
    faults = list(broken_rules(problem, plan.placements))
    is_known = all(
        visitor in problem.visitor and slot in problem.slot for visitor, slot in plan.placements
    )
    if plan.status is PlanStatus.INFEASIBLE:
        # Nobody is placed, so pins are not in the plan: that is the point of it.
        faults = [fault for fault in faults if not fault.startswith("rule 12")]
        faults += ["claim: infeasible, but somebody is placed"] if plan.placements else []
    metrics = measure(problem, plan.placements) if is_known else {}
    if plan.problem_sha256 != problem.sha256:
        faults.append("claim: problem_sha256 is not that of this problem")
    if metrics and plan.status is not PlanStatus.INFEASIBLE:
        faults += _false_claims(problem, plan, metrics)
    if len(faults) >= MOST_FAULTS:
        faults.append("and perhaps more")
    return Report(faults=tuple(map(_on_one_line, faults)), metrics=metrics)


def _on_one_line(fault: str) -> str:
    """Return a line that can be printed anywhere; it quotes names that may hold anything."""
    return fault if fault.isprintable() else fault.encode("unicode_escape").decode()


def _false_claims(problem: Problem, plan: Plan, metrics: Metrics) -> Iterator[str]:
    is_optimal = plan.status is PlanStatus.OPTIMAL
    names = [stage.objective for stage in plan.stages]
    wanted = [str(objective) for objective in problem.objectives]
    if names != wanted[: len(names)] or (is_optimal and len(names) < len(wanted)):
        yield f"claim: the stages are {names}, the objectives {wanted}"
    for stage in plan.stages:
        if stage.objective not in {objective.value for objective in Objective}:
            continue
        name, value, bound = stage.objective, stage.value, stage.bound
        if value != metrics[name]:
            yield f"claim: {name} is {metrics[name]}, not {value}"
        if (value - bound) * (-1 if Objective(name).is_minimised else 1) > 1e-6:
            yield f"claim: {name} {value} is better than its own bound {bound}"
        if is_optimal and abs(value - bound) > 1e-6:
            yield f"claim: optimal, but {name} is {value} with a bound of {bound}"
