"""The best plan by trying everything, judged by the checker alone."""

from collections.abc import Iterator
from itertools import combinations

from solver import Problem
from solver.check.measures import best_points, measure
from solver.check.rules import broken_rules
from solver.problem import Pair

#: Broken by one visitor's own slots, whoever else there is.
OWN_RULES = tuple(f"rule {number}:" for number in (1, 2, 4, 5, 6, 7, 8, 9))


def every_plan(problem: Problem) -> Iterator[tuple[Pair, ...]]:
    """Yield every set of placements that breaks no rule."""
    weeks = [list(_weeks(problem, visitor.id)) for visitor in problem.visitors]
    waiting: list[tuple[Pair, ...]] = [()]
    for others in weeks[:-1]:
        waiting = [
            some + week
            for some in waiting
            for week in others
            if not week or not _is_beyond_mending(problem, some + week)
        ]
    for some in waiting:
        for week in weeks[-1] if weeks else [()]:
            if not any(broken_rules(problem, some + week)):
                yield some + week


def _weeks(problem: Problem, visitor: str) -> Iterator[tuple[Pair, ...]]:
    """Yield what one visitor could do, with all of the visitor's pins."""
    pinned = {slot for who, slot in problem.pins if who == visitor}
    every = [(visitor, slot.id) for slot in problem.slots]
    for size in range(len(every) + 1):
        for week in combinations(every, size):
            faults = broken_rules(problem, week)
            if pinned <= {slot for _, slot in week} and not any(
                fault.startswith(OWN_RULES) for fault in faults
            ):
                yield week


def _is_beyond_mending(problem: Problem, placements: tuple[Pair, ...]) -> bool:
    return any(
        fault.startswith(("rule 10:", "rule 11:"))
        or (fault.startswith("rule 3:") and ("at most" in fault or "closed" in fault))
        for fault in broken_rules(problem, placements)
    )


def best_values(problem: Problem) -> list[int] | None:
    """Return the value of each stage of the best plan, or None where there is no plan."""
    names = [str(objective) for objective in problem.objectives]
    signs = [-1 if objective.is_minimised else 1 for objective in problem.objectives]
    bests = best_points(problem)

    def worth(placements: tuple[Pair, ...]) -> list[int]:
        metrics = measure(problem, placements, bests=bests)
        return [sign * int(metrics[name] or 0) for sign, name in zip(signs, names, strict=True)]

    best = max(map(worth, every_plan(problem)), default=None)
    return best and [sign * value for sign, value in zip(signs, best, strict=True)]
