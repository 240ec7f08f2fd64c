"""Solving changed problems again. All that advice knows of solving is here."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, isfinite
from time import monotonic

from solver.advice.findings import NOT_REACHED, Basis, Effect, Figure
from solver.check.measures import measure
from solver.errors import NoPlanFound
from solver.plan import Plan, PlanStatus, StopCallback
from solver.problem import Objective, Pair, Problem
from solver.stages import solve

LARGEST_SHARE = 0.25
"""Of the time that is left, what one changed problem may use: the others want a turn."""
TIMES_LONGER = 3.0
"""A changed problem may use that many times what the plan took, whatever its share."""
SCALED = (Objective.WELFARE, Objective.LOWEST)
"""Objectives that are counted by the visitors' best weeks."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The effect of a change, and the placements of the plan that has it."""

    effect: Effect
    placements: tuple[Pair, ...] = ()

    @property
    def running(self) -> frozenset[str]:
        """The slots that have visitors in that plan."""
        return frozenset(slot for _, slot in self.placements)


UNANSWERED = Answer(NOT_REACHED)


class Resolver:
    """Answers what changes of one problem bring, compared with one plan of it.

    Several threads may ask at once; ``should_stop`` is called from all of them.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        *,
        deadline: float,
        should_stop: StopCallback,
    ) -> None:
        self.problem = problem
        self.placements = plan.placements
        metrics = measure(problem, plan.placements)
        self.before = {name: int(metrics[str(name)] or 0) for name in problem.objectives}
        self.running = frozenset(slot for _, slot in plan.placements)
        self.is_optimal = plan.status is PlanStatus.OPTIMAL
        self._usual_seconds = TIMES_LONGER * plan.seconds
        self._deadline = deadline
        self._should_stop = should_stop

    def is_over(self) -> bool:
        """Tell whether time is up, or a stop was asked for."""
        return self._should_stop() or monotonic() >= self._deadline

    def unchanged(self) -> Effect:
        """Return the effect of a change that alters nothing."""
        return Effect(
            Basis.COUNTED,
            tuple(
                Figure(name, value, value, value if self.is_optimal else None)
                for name, value in self.before.items()
            ),
        )

    def answer(
        self,
        changed: Problem,
        *,
        is_looser: bool = False,
        subtract: Mapping[Objective, int] | None = None,
        scale_changes: bool = False,
    ) -> Answer:
        """Return what a changed problem has as its best plan.

        Parameters
        ----------
        changed
            Has the objectives of the problem, in any order.
        is_looser
            Whether all that was possible is possible still: then today's plan is taken where
            no better one was found in time.
        subtract
            What the change itself adds to objectives.
        scale_changes
            Whether the change alters what the visitors' best weeks are.
        """
        plan = None if self.is_over() else self._solved(changed)
        if plan is None:
            return UNANSWERED
        if plan.status is PlanStatus.INFEASIBLE:
            return Answer(Effect(Basis.IMPOSSIBLE))
        values = {Objective(s.objective): (s.value, s.bound) for s in plan.stages}
        known = {visitor.id for visitor in self.problem.visitors}
        placements = tuple(pair for pair in plan.placements if pair[0] in known)
        metrics = measure(changed, plan.placements)
        todays = measure(self.problem, placements) if scale_changes else {}
        figures = []
        for name, before in self.before.items():
            extra = (subtract or {}).get(name, 0)
            value, bound = values.get(name, (metrics[str(name)], None))
            if bound is not None and not isfinite(bound):
                bound = None
            scaled = todays.get(str(name)) if name in SCALED else None
            figures.append(
                Figure(
                    name,
                    before,
                    int(value or 0) - extra,
                    None if bound is None else _whole(bound, name) - extra,
                    None if scaled is None or scaled == value else int(scaled),
                )
            )
        effect = Effect(Basis.SOLVED, tuple(figures))
        if is_looser and not scale_changes and effect.gains < (0,) * len(figures):
            return self._with_todays_plan(effect)
        return Answer(effect, placements)

    def _with_todays_plan(self, effect: Effect) -> Answer:
        """Return the effect with today's plan, which is better than what was found."""
        figures = []
        is_first = True
        for figure in effect.figures:
            # Later bounds hold for what was found, and say nothing of a better plan.
            bound = figure.bound if is_first else None
            is_first = is_first and figure.value == figure.before
            figures.append(Figure(figure.objective, figure.before, figure.before, bound))
        return Answer(Effect(Basis.SOLVED, tuple(figures)), self.placements)

    def _solved(self, changed: Problem) -> Plan | None:
        left = self._deadline - monotonic()
        limit = max(LARGEST_SHARE * left, min(left, self._usual_seconds))
        try:
            return solve(
                changed,
                time_limit_seconds=max(0.01, limit),
                should_stop=self.is_over,
            )
        except NoPlanFound:
            return None


def _whole(bound: float, objective: Objective) -> int:
    """Return the nearest whole number that is a bound still; values are whole."""
    return ceil(bound - 1e-6) if objective.is_minimised else floor(bound + 1e-6)
