"""The best plan by trying everything, judged by the checker alone."""

from collections.abc import Iterator
from itertools import chain, combinations, product

from solver import Problem
from solver.check.measures import measure
from solver.check.rules import broken_rules
from solver.problem import Pair

#: Broken by one visitor's own slots, whoever else there is.
OWN_RULES = tuple(f"rule {number}:" for number in (1, 2, 4, 5, 6, 7, 8, 9))


def every_plan(problem: Problem) -> Iterator[tuple[Pair, ...]]:
    """Yield every set of placements that breaks no rule."""
    weeks = [list(_weeks(problem, visitor.id)) for visitor in problem.visitors]
    for choice in product(*weeks):
        placements = tuple(chain.from_iterable(choice))
        if not any(broken_rules(problem, placements)):
            yield placements


def _weeks(problem: Problem, visitor: str) -> Iterator[tuple[Pair, ...]]:
    every = [(visitor, slot.id) for slot in problem.slots]
    for size in range(len(every) + 1):
        for week in combinations(every, size):
            faults = broken_rules(problem, week)
            if not any(fault.startswith(OWN_RULES) for fault in faults):
                yield week


def best_values(problem: Problem) -> list[int] | None:
    """Return the value of each stage of the best plan, or None where there is no plan."""
    names = [str(objective) for objective in problem.objectives]
    signs = [-1 if objective.is_minimised else 1 for objective in problem.objectives]

    def worth(placements: tuple[Pair, ...]) -> list[int]:
        metrics = measure(problem, placements)
        return [sign * int(metrics[name] or 0) for sign, name in zip(signs, names, strict=True)]

    best = max(map(worth, every_plan(problem)), default=None)
    return best and [sign * value for sign, value in zip(signs, best, strict=True)]
