"""Solving: one objective after another, none given up for a later one.

Each stage maximises its objective, and then its value becomes a rule for the stages after
it. A last stage breaks ties: placements have weights that the seed draws, so that the plan
depends on the problem and the seed and not on the luck of the search.
"""

from dataclasses import dataclass
from time import monotonic

from solver.conflicts import find_conflict
from solver.errors import NoPlanFound
from solver.linear import Expression, highest_imaginable, times, value_of
from solver.model import MOST_LISTED_ITINERARIES, PlanModel
from solver.plan import Plan, PlanStatus, Progress, ProgressCallback, Stage, StopCallback
from solver.problem import Problem
from solver.search import Search

TIES = "ties"
"""The name under which the last stage reports its progress."""
LARGEST_SHARE = 0.5
"""Of the time that is left, what one stage may use, so that the others have a turn."""


def solve(
    problem: Problem,
    *,
    time_limit_seconds: float = 60.0,
    seed: int | None = None,
    workers: int = 1,
    on_progress: ProgressCallback | None = None,
    should_stop: StopCallback | None = None,
    most_listed_itineraries: int = MOST_LISTED_ITINERARIES,
) -> Plan:
    """Find the best plan for a problem.

    Parameters
    ----------
    problem
        What to solve; never changed.
    time_limit_seconds
        Wall-clock limit, more than 0. When it passes, the best plan so far is returned.
    seed
        Decides every tie; None for the problem's own.
    workers
        Threads to search with, at least 1. An optimal plan does not depend on it.
    on_progress
        Called from this thread when a stage starts, ends, or finds something better. The
        last stage, which breaks ties, is one more than there are objectives.
    should_stop
        Asked often, from this thread; once it is true, the best plan so far is returned.
    most_listed_itineraries
        A visitor with more is modelled in another form. The plan does not depend on it when
        it is optimal, only the time.

    Returns
    -------
    Plan
        Optimal; or feasible, where time ran out or a stop was asked for; or infeasible,
        with the pins and rules that contradict each other.

    Raises
    ------
    NoPlanFound
        When there are pins, and it was over before a plan with all of them was found.
    ValueError
        When there is no time, or no worker.
    """
    if time_limit_seconds <= 0:
        raise ValueError("time_limit_seconds must be more than 0")
    if workers < 1:
        raise ValueError("workers must be at least 1")
    run = _Run(
        problem,
        time_limit_seconds=time_limit_seconds,
        seed=problem.seed if seed is None else seed,
        workers=workers,
        on_progress=on_progress,
        should_stop=should_stop,
        most_listed_itineraries=most_listed_itineraries,
    )
    return run.plan()


class _Run:
    """One solving, from the problem to the plan."""

    def __init__(
        self,
        problem: Problem,
        *,
        time_limit_seconds: float,
        seed: int,
        workers: int,
        on_progress: ProgressCallback | None,
        should_stop: StopCallback | None,
        most_listed_itineraries: int,
    ) -> None:
        self._started = monotonic()
        self._deadline = self._started + time_limit_seconds
        self._problem = problem
        self._seed = seed
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._was_stopped = False
        self._model = PlanModel(problem, most_listed=most_listed_itineraries)
        self._search = Search(self._model.linear, workers=workers)
        self._stages: list[Stage] = []
        self._best: list[int] | None = self._model.pins_only()

    def plan(self) -> Plan:
        """Go through the stages, as far as time allows."""
        for number, objective in enumerate(self._problem.objectives, start=1):
            sign = -1 if objective.is_minimised else 1
            expression = times(sign, self._model.objective(objective))
            reached = self._maximise(expression, name=objective, number=number, sign=sign)
            if self._best is None:
                return self._no_plan(is_proven=reached.is_proven)
            value = value_of(expression, self._best)
            self._model.linear.add_row(expression, least=value)
            self._stages.append(Stage(str(objective), sign * value, sign * reached.bound))
            if self._is_over():
                break
        is_optimal = self._is_all_proven() and self._break_ties()
        if self._best is None:
            return self._no_plan(is_proven=is_optimal)
        return self._plan(PlanStatus.OPTIMAL if is_optimal else PlanStatus.FEASIBLE)

    def _is_all_proven(self) -> bool:
        return len(self._stages) == len(self._problem.objectives) and all(
            stage.value == stage.bound for stage in self._stages
        )

    def _break_ties(self) -> bool:
        weights = self._model.tie_break(seed=self._seed)
        number = len(self._problem.objectives) + 1
        return self._maximise(weights, name=TIES, number=number, sign=1).is_proven

    def _maximise(
        self, expression: Expression, *, name: str, number: int, sign: int
    ) -> "_Reached":
        """Improve the best values, and return how good they can be at most."""
        linear = self._model.linear
        if self._best is not None:
            self._best = linear.complete(self._best)
        value = None if self._best is None else value_of(expression, self._best)
        reached = _Reached(value, highest_imaginable(expression, linear))

        def report(value: int | None, bound: int | None) -> None:
            reached.improve(value, bound)
            self._tell(reached, name=name, number=number, sign=sign)

        report(None, None)
        outcome = self._search.maximise(
            expression,
            start=self._best,
            deadline=self._deadline_of_stage(),
            should_stop=self._is_over,
            report=report,
        )
        if outcome.values is not None:
            found = linear.complete(outcome.values)
            found_value = value_of(expression, found)
            if value is None or found_value >= value:
                self._best = found
                reached.improve(found_value, outcome.bound)
        reached.is_proven = outcome.is_proven
        report(None, reached.value if outcome.is_proven else None)
        return reached

    def _deadline_of_stage(self) -> float:
        left = self._deadline - monotonic()
        return monotonic() + LARGEST_SHARE * left

    def _is_over(self) -> bool:
        """Tell whether time is up, or a stop was asked for, now or before."""
        if not self._was_stopped and self._should_stop is not None:
            self._was_stopped = self._should_stop()
        return self._was_stopped or monotonic() >= self._deadline

    def _tell(self, reached: "_Reached", *, name: str, number: int, sign: int) -> None:
        if self._on_progress is None:
            return
        progress = Progress(
            stage=number,
            stages=len(self._problem.objectives) + 1,
            objective=str(name),
            value=None if reached.value is None else sign * reached.value,
            bound=sign * reached.bound,
            seconds=monotonic() - self._started,
        )
        self._on_progress(progress)

    def _no_plan(self, *, is_proven: bool) -> Plan:
        if not is_proven:
            raise NoPlanFound("No plan with all pins was found in the time given.")
        conflict = find_conflict(self._problem, should_stop=self._is_over)
        return self._plan(PlanStatus.INFEASIBLE, conflict=conflict)

    def _plan(self, status: PlanStatus, *, conflict: tuple[str, ...] = ()) -> Plan:
        placements = () if self._best is None else self._model.placements(self._best)
        return Plan(
            status=status,
            placements=placements,
            stages=tuple(self._stages),
            seconds=monotonic() - self._started,
            problem_sha256=self._problem.sha256,
            seed=self._seed,
            conflict=conflict,
        )


@dataclass
class _Reached:
    """How good the best values are in a stage, and how good they can be at most."""

    value: int | None
    bound: int
    is_proven: bool = False

    def improve(self, value: int | None, bound: int | None) -> None:
        """Take a better value or bound over; a bound is never below the value."""
        if value is not None and (self.value is None or value > self.value):
            self.value = value
        if bound is not None and bound < self.bound:
            self.bound = bound
        if self.value is not None:
            self.bound = max(self.bound, self.value)
