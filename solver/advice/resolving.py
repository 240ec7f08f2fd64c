"""Solving changed problems again. All that advice knows of solving is here."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, isfinite
from time import monotonic

from solver.advice.findings import NOT_REACHED, Basis, Effect, Figure
from solver.check.measures import Metrics, measure
from solver.errors import NoPlanFound
from solver.plan import Plan, PlanStatus, Progress, ProgressCallback, StopCallback
from solver.problem import Objective, Pair, Problem
from solver.stages import solve

LARGEST_SHARE = 0.25
"""Of the time that is left, what one changed problem may use: the others want a turn."""
TIMES_LONGER = 1.5
"""A changed problem may use that many times what the plan took, up to half of what is left."""
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
        allows_today: bool = False,
        subtract: Mapping[Objective, int] | None = None,
        scale_changes: bool = False,
    ) -> Answer:
        """Return what a changed problem has as its best plan.

        Parameters
        ----------
        changed
            Has the objectives of the problem, in any order.
        allows_today
            Whether today's plan is possible still: it is taken where nothing better was
            found in time.
        subtract
            What the change itself adds to objectives.
        scale_changes
            Whether the change alters what the visitors' best weeks are.
        """
        plan = self._solved(changed, should_stop=self.is_over)
        if plan is None:
            return UNANSWERED
        if plan.status is PlanStatus.INFEASIBLE:
            return Answer(Effect(Basis.IMPOSSIBLE))
        found = plan.placements
        if allows_today and plan.status is not PlanStatus.OPTIMAL:
            found = max(found, self.placements, key=lambda pairs: _worth(changed, pairs))
        metrics = measure(changed, found)
        bounds = _bounds(plan, metrics)
        known = {visitor.id for visitor in self.problem.visitors}
        placements = tuple(pair for pair in found if pair[0] in known)
        todays = measure(self.problem, placements) if scale_changes else metrics
        figures = []
        for name, before in self.before.items():
            extra = (subtract or {}).get(name, 0)
            value, scaled = int(metrics[str(name)] or 0), int(todays[str(name)] or 0)
            is_scaled = name in SCALED and scaled != value
            figures.append(
                Figure(
                    objective=name,
                    before=before,
                    value=value - extra,
                    bound=bounds[name] - extra if name in bounds else None,
                    same_scale=scaled if is_scaled else None,
                )
            )
        return Answer(Effect(Basis.SOLVED, tuple(figures)), placements)

    def is_better(self, changed: Problem) -> bool | None:
        """Tell whether the best plan of a changed problem has better values than today's.

        It has the same objectives in the same order. None where time ran out before that was
        known. Quicker than to ask what a change brings: the first better plan will do.
        """
        watch = _Watch(changed, self.before)
        plan = self._solved(
            changed,
            on_progress=watch.see,
            should_stop=lambda: watch.has_seen_better or self.is_over(),
        )
        if plan is None:
            return None
        if _worth(changed, plan.placements) > _signed(self.before):
            return True
        return False if plan.status is PlanStatus.OPTIMAL else None

    def _solved(
        self,
        changed: Problem,
        *,
        should_stop: StopCallback,
        on_progress: ProgressCallback | None = None,
    ) -> Plan | None:
        left = self._deadline - monotonic()
        if should_stop() or left <= 0:
            return None
        limit = max(LARGEST_SHARE * left, min(left / 2, self._usual_seconds))
        try:
            return solve(
                changed,
                time_limit_seconds=limit,
                on_progress=on_progress,
                should_stop=should_stop,
                start=self.placements,
                # Only values are looked at.
                breaks_ties=False,
            )
        except NoPlanFound:
            return None


class _Watch:
    """Follows a search until it has a plan that is better than some values."""

    def __init__(self, problem: Problem, before: Mapping[Objective, int]) -> None:
        self._before = before
        self._order = problem.objectives
        self._seen: dict[str, int | None] = {}
        self.has_seen_better = False

    def see(self, progress: Progress) -> None:
        """Take news in: an objective counts once those before it are what they were."""
        self._seen[progress.objective] = progress.value
        for objective in self._order:
            value, before = self._seen.get(str(objective)), self._before[objective]
            if value is None or value == before:
                continue
            self.has_seen_better = (value < before) == objective.is_minimised
            return


def _worth(problem: Problem, placements: tuple[Pair, ...]) -> list[int]:
    """Return the values of the objectives in the problem's order, the higher the better."""
    metrics = measure(problem, placements)
    return _signed({name: int(metrics[str(name)] or 0) for name in problem.objectives})


def _signed(values: Mapping[Objective, int]) -> list[int]:
    return [-value if name.is_minimised else value for name, value in values.items()]


def _bounds(plan: Plan, metrics: Metrics) -> dict[Objective, int]:
    """Return the bounds of a plan that hold for one with these figures, which is as good.

    A bound holds given the values of the stages before it, so up to the first that differs.
    """
    bounds = {}
    for stage in plan.stages:
        objective = Objective(stage.objective)
        if isfinite(stage.bound):
            bounds[objective] = _whole(stage.bound, objective)
        if stage.value != metrics[stage.objective]:
            break
    return bounds


def _whole(bound: float, objective: Objective) -> int:
    """Return the nearest whole number that is a bound still; values are whole."""
    return ceil(bound - 1e-6) if objective.is_minimised else floor(bound + 1e-6)
