"""The best plan, stage after stage: each objective without giving up those before it.

When every objective is proven, a last stage picks, among the plans that are equally good,
the one that the seed draws, so that the plan depends on the problem and the seed and not on
the luck of the search.
"""

from collections.abc import Iterable

from solver.clock import Clock
from solver.conflicts import find_conflict, plain_conflict
from solver.engines import Engine, open_search
from solver.errors import NoPlanFound
from solver.goals import FINE, LARGEST_SUM, Goal, Group, weigh
from solver.incumbent import Incumbent
from solver.linear import Expression, times, total
from solver.model import TIE_WEIGHT_BITS, PlanModel
from solver.plan import Plan, PlanStatus, Progress, ProgressCallback, Stage, StopCallback
from solver.problem import Pair, Problem
from solver.search import News, SearchOutcome

TIES = "ties"
"""The name under which the last stage reports its progress."""
TOO_SHORT = "No plan with all pins was found in the time given."
LARGEST_SHARE = 0.5
"""Of the time that is left, what one search may use while there are objectives after it."""
LURE_FACTOR = 10
"""How many steps of the figure after it a step of one figure is worth while ties are broken."""


def solve(
    problem: Problem,
    *,
    time_limit_seconds: float = 60.0,
    seed: int | None = None,
    workers: int = 1,
    on_progress: ProgressCallback | None = None,
    should_stop: StopCallback | None = None,
    start: Iterable[Pair] = (),
    breaks_ties: bool = True,
    engine: Engine = Engine.AUTO,
    most_listed_itineraries: int | None = None,
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
    start
        Placements of a plan that is known; used where they are one for this problem.
    breaks_ties
        False where any of the best plans will do: then an optimal one is not the seed's.
    engine, most_listed_itineraries
        How to search, and the most itineraries with which a visitor is modelled by listing
        them; None for what suits the problem. A plan does not depend on either when it is
        optimal, only the time.

    Returns
    -------
    Plan
        Optimal; or feasible, where time ran out or a stop was asked for; or infeasible,
        with the pins and rules that contradict each other.

    Raises
    ------
    NoPlanFound
        When there are pins, and it was over before a plan with all of them was found, or the
        process that searches was killed before that.
    ValueError
        When there is no time, or no worker.
    """
    if time_limit_seconds <= 0:
        raise ValueError("time_limit_seconds must be more than 0")
    if workers < 1:
        raise ValueError("workers must be at least 1")
    run = _Run(
        problem,
        Clock(time_limit_seconds=time_limit_seconds, should_stop=should_stop),
        seed=problem.seed if seed is None else seed,
        on_progress=on_progress,
    )
    conflict = plain_conflict(problem) if problem.pins else None
    if conflict is not None:
        return run.no_plan(conflict)
    try:
        run.build(engine=engine, workers=workers, most_listed=most_listed_itineraries)
    except TimeoutError:
        return run.plan_without_model()
    return run.plan(start, breaks_ties=breaks_ties)


class _Run:
    """One solving, from the problem to the plan."""

    def __init__(
        self,
        problem: Problem,
        clock: Clock,
        *,
        seed: int,
        on_progress: ProgressCallback | None,
    ) -> None:
        self._problem = problem
        self._clock = clock
        self._seed = seed
        self._on_progress = on_progress
        self._goals: list[Goal] = []
        self._stages: list[Stage] = []

    def build(self, *, engine: Engine, workers: int, most_listed: int | None) -> None:
        """Build the model; TimeoutError where it is over before that."""
        self._model = PlanModel(
            self._problem, most_listed=most_listed, is_over=self._clock.is_over
        )
        self._linear = self._model.linear
        search = open_search(self._linear, engine=engine, workers=workers)
        self._best = Incumbent(self._model, search, self._clock)

    def plan_without_model(self) -> Plan:
        """Return the plan in which nobody goes anywhere, where no pin demands more."""
        if self._problem.pins:
            raise NoPlanFound(TOO_SHORT)
        return self._plan(PlanStatus.FEASIBLE)

    def no_plan(self, conflict: tuple[str, ...]) -> Plan:
        """Return that there is no plan, and why."""
        return self._plan(PlanStatus.INFEASIBLE, conflict=conflict)

    def plan(self, start: Iterable[Pair], *, breaks_ties: bool) -> Plan:
        """Go through the stages, as far as time allows."""
        known = tuple(start)
        if known:
            self._best.values = self._model.values_of(known) or self._best.values
        if self._problem.objectives:
            self._begin()
        while len(self._stages) < len(self._problem.objectives):
            if self._finish_what_cannot_be_better():
                continue
            if not self._optimise(self._next_group()):
                return self._plan_of_nobody()
            if self._clock.is_over():
                break
        is_optimal = len(self._stages) == len(self._problem.objectives) and all(
            stage.value == stage.bound for stage in self._stages
        )
        if is_optimal and (breaks_ties or self._best.values is None):
            is_optimal = self._break_ties()
        if self._best.values is None:
            return self._plan_of_nobody()
        status = PlanStatus.OPTIMAL if is_optimal else PlanStatus.FEASIBLE
        return self._plan(status, self._model.placements(self._best.values))

    def _goal(self, position: int) -> Goal:
        """Return the goal at a position; its variables are added when it is first asked for."""
        while len(self._goals) <= position:
            objective = self._problem.objectives[len(self._goals)]
            goal = Goal.of(
                self._model.objective(objective),
                name=str(objective),
                number=len(self._goals) + 1,
                sign=-1 if objective.is_minimised else 1,
                linear=self._linear,
            )
            self._goals.append(goal)
        return self._goals[position]

    def _begin(self) -> None:
        """Take a plan that is quickly found, where it is better than what is known."""
        group = self._next_group()
        self._tell(group.goals[0], None, group.goals[0].highest)
        self._best.begin(group.expression)

    def _finish_what_cannot_be_better(self) -> bool:
        """Finish the next goal without a search, where its highest figure is reached."""
        goal = self._goal(len(self._stages))
        if self._best.of(goal.of_values) != goal.highest:
            return False
        self._finish(goal, goal.highest, goal.highest)
        return True

    def _next_group(self) -> Group:
        """Return the goals to search next: as many as can be searched as one."""
        first = len(self._stages)
        group = Group.of_one(self._goal(first))
        for last in range(first + 1, len(self._problem.objectives)):
            larger = weigh([*group.goals, self._goal(last)])
            if larger is None:
                break
            group = larger
        return group

    def _optimise(self, group: Group) -> bool:
        """Finish some of the goals of a group, at least one; False where there is no plan."""
        outcome = self._maximise(group)
        if self._best.values is None:
            return False
        reached: list[int] = []
        for position, goal in enumerate(group.goals):
            value = goal.of_values(self._best.values)
            bound = group.bound(position, most=outcome.bound, reached=reached)
            if value < bound and len(group.goals) > 1 and not self._clock.is_over():
                alone = self._maximise(Group.of_one(goal)).bound
                bound = bound if alone is None else min(bound, alone)
            reached.append(goal.of_values(self._best.values))
            self._finish(goal, reached[-1], max(reached[-1], bound))
            if reached[-1] > value:
                # Another plan: the goals after this one are to be searched anew.
                break
        self._best.shrink(goal)
        return True

    def _finish(self, goal: Goal, value: int, bound: int) -> None:
        self._linear.add_row(goal.figure, least=value)
        stage = Stage(goal.name, goal.step * value, goal.step * bound)
        self._stages.append(stage)
        self._tell(goal, value, bound)

    def _maximise(self, group: Group) -> SearchOutcome:
        """Improve the best values, and return how good they can be at most."""
        first = group.goals[0]
        expression = group.expression
        bound = first.highest
        value = self._best.of(first.of_values)

        def report(found: News) -> None:
            nonlocal value, bound
            if found.values is not None:
                figure = first.of_values(found.values)
                value = figure if value is None else max(value, figure)
            bound = min(bound, group.bound(0, most=found.bound, reached=[]))
            self._tell(first, value, bound if value is None else max(value, bound))

        self._tell(first, value, bound)
        is_last = group.goals[-1].number == len(self._problem.objectives)
        outcome = self._best.improve(
            expression,
            deadline=self._clock.deadline_of_share(1.0 if is_last else LARGEST_SHARE),
            report=report,
            # Several coarse figures have a relaxation far from any plan: there it pays.
            presolve=len(group.goals) > 1 and not group.is_fine,
        )
        self._raise_finished()
        return outcome

    def _raise_finished(self) -> None:
        """Let finished stages have the values of the best plan, where those are better now.

        That is so where a search ended early, and a later one came upon what it missed. The
        bounds stay: they hold for all plans that are as good as the one before.
        """
        for position, stage in enumerate(self._stages):
            goal = self._goals[position]
            value = self._best.of(goal.of_values)
            if value is not None and goal.step * value != stage.value:
                self._linear.add_row(goal.figure, least=value)
                bound = max(value, int(stage.bound) // goal.step)
                self._stages[position] = Stage(goal.name, goal.step * value, goal.step * bound)

    def _break_ties(self) -> bool:
        """Pick, among the best plans, the one that the seed draws; False where time ran out.

        The figures of the objectives cannot change any more. They are in what is maximised
        because the relaxation would change them, and is closer to the plans with them.
        """
        goal = Goal.of(
            self._model.tie_break(seed=self._seed),
            name=TIES,
            number=len(self._goals) + 1,
            sign=1,
            linear=self._linear,
        )
        lure: list[Expression] = []
        weight = 1 << (TIE_WEIGHT_BITS - 1)
        for coarse in reversed(self._goals):
            if coarse.span > FINE or weight * coarse.span > LARGEST_SUM:
                break
            lure.append(times(weight, coarse.figure))
            weight *= LURE_FACTOR
        self._tell(goal, self._best.of(goal.of_values), goal.highest)

        def report(found: News) -> None:
            if found.values is not None:
                self._tell(goal, goal.of_values(found.values), goal.highest)

        outcome = self._best.improve(
            total([times(goal.step, goal.figure), *lure]),
            deadline=self._clock.deadline,
            report=report,
        )
        value = self._best.of(goal.of_values)
        if outcome.is_proven and value is not None:
            self._tell(goal, value, value)
        return outcome.is_proven

    def _tell(self, goal: Goal, value: int | None, bound: int) -> None:
        if self._on_progress is None:
            return
        progress = Progress(
            stage=goal.number,
            stages=len(self._problem.objectives) + 1,
            objective=goal.name,
            value=None if value is None else goal.step * value,
            bound=goal.step * bound,
            seconds=self._clock.seconds,
        )
        self._on_progress(progress)

    def _plan_of_nobody(self) -> Plan:
        if not self._best.is_impossible:
            raise NoPlanFound(TOO_SHORT)
        return self.no_plan(find_conflict(self._problem, should_stop=self._clock.is_over))

    def _plan(
        self,
        status: PlanStatus,
        placements: tuple[Pair, ...] = (),
        *,
        conflict: tuple[str, ...] = (),
    ) -> Plan:
        return Plan(
            status=status,
            placements=placements,
            stages=tuple(self._stages),
            seconds=self._clock.seconds,
            problem_sha256=self._problem.sha256,
            seed=self._seed,
            conflict=conflict,
        )
