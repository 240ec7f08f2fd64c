"""The best plan, stage after stage: each objective without giving up those before it.

When every objective is proven, a last stage picks, among the plans that are equally good,
the one that the seed draws, so that the plan depends on the problem and the seed and not on
the luck of the search.
"""

from dataclasses import replace
from time import monotonic

from solver.conflicts import find_conflict
from solver.construct import construct
from solver.engines import Engine, open_search
from solver.errors import NoPlanFound
from solver.goals import FINE, Goal, Group, weigh
from solver.large import Approach, is_large
from solver.linear import Expression, times, total, value_of
from solver.model import MOST_LISTED_ITINERARIES, TIE_WEIGHT_BITS, PlanModel
from solver.plan import Plan, PlanStatus, Progress, ProgressCallback, Stage, StopCallback
from solver.problem import Problem
from solver.search import POLL_SECONDS, Found, Outcome, Report

TIES = "ties"
"""The name under which the last stage reports its progress."""
LARGEST_SHARE = 0.5
"""Of the time that is left, what one search may use while there are objectives after it."""
LURE_FACTOR = 10
"""How many steps of the figure after it a step of one figure is worth while ties are broken."""
WORTH_SHRINKING = 2_000
"""Variables of a model from which on it pays to look for those that can be left out."""


def solve(
    problem: Problem,
    *,
    time_limit_seconds: float = 60.0,
    seed: int | None = None,
    workers: int = 1,
    on_progress: ProgressCallback | None = None,
    should_stop: StopCallback | None = None,
    engine: Engine = Engine.AUTO,
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
    engine, most_listed_itineraries
        How to search, and the most itineraries with which a visitor is modelled by listing
        them. A plan does not depend on either when it is optimal, only the time.

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
        on_progress=on_progress,
        should_stop=should_stop,
    )
    try:
        run.build(engine=engine, workers=workers, most_listed=most_listed_itineraries)
    except TimeoutError:
        return run.plan_without_model()
    return run.plan()


class _Run:
    """One solving, from the problem to the plan."""

    def __init__(
        self,
        problem: Problem,
        *,
        time_limit_seconds: float,
        seed: int,
        on_progress: ProgressCallback | None,
        should_stop: StopCallback | None,
    ) -> None:
        self._started = monotonic()
        self._deadline = self._started + time_limit_seconds
        self._problem = problem
        self._seed = seed
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._was_stopped = False
        self._next_question = self._started
        self._goals: list[Goal] = []
        self._stages: list[Stage] = []
        self._best: list[int] | None = None
        self._is_impossible = False

    def build(self, *, engine: Engine, workers: int, most_listed: int) -> None:
        """Build the model; TimeoutError where it is over before that."""
        self._model = PlanModel(self._problem, most_listed=most_listed, is_over=self._is_over)
        self._linear = self._model.linear
        self._search = open_search(self._linear, engine=engine, workers=workers)
        self._best = self._model.pins_only()

    def plan_without_model(self) -> Plan:
        """Return the plan in which nobody goes anywhere, where no pin demands more."""
        if self._problem.pins:
            return self._no_plan()
        return self._plan(PlanStatus.FEASIBLE)

    def plan(self) -> Plan:
        """Go through the stages, as far as time allows."""
        while len(self._stages) < len(self._problem.objectives):
            if not self._optimise(self._next_group()):
                return self._no_plan()
            if self._is_over():
                break
        is_proven = len(self._stages) == len(self._problem.objectives) and all(
            stage.value == stage.bound for stage in self._stages
        )
        is_optimal = is_proven and self._break_ties()
        if self._best is None:
            return self._no_plan()
        return self._plan(PlanStatus.OPTIMAL if is_optimal else PlanStatus.FEASIBLE)

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

    def _next_group(self) -> Group:
        """Return the goals to search next: as many as can be searched as one."""
        first = len(self._stages)
        group = weigh([self._goal(first)])
        assert group is not None, "one goal is a group"
        for last in range(first + 1, len(self._problem.objectives)):
            larger = weigh([*group.goals, self._goal(last)])
            if larger is None:
                break
            group = larger
        return group

    def _optimise(self, group: Group) -> bool:
        """Finish some of the goals of a group, at least one; False where there is no plan."""
        outcome = self._maximise(group)
        if self._best is None:
            return False
        for position, goal in enumerate(group.goals):
            reached = [earlier.of_values(self._best) for earlier in group.goals[:position]]
            value = goal.of_values(self._best)
            bound = group.bound(position, most=outcome.bound, reached=reached)
            if value < bound and len(group.goals) > 1 and not self._is_over():
                alone = weigh([goal])
                assert alone is not None, "one goal is a group"
                bound = min(bound, self._maximise(alone).bound or bound)
            value_before, value = value, goal.of_values(self._best)
            self._finish(goal, value, max(value, bound))
            if value > value_before:
                # Another plan: the goals after this one are to be searched anew.
                break
        self._shrink()
        return True

    def _finish(self, goal: Goal, value: int, bound: int) -> None:
        self._linear.add_row(goal.figure, least=value)
        stage = Stage(goal.name, goal.step * value, goal.step * bound)
        self._stages.append(stage)
        self._tell(goal, value, bound)

    def _maximise(self, group: Group) -> Outcome:
        """Improve the best values, and return how good they can be at most."""
        first = group.goals[0]
        expression = group.expression
        bound = first.highest
        if not self._stages:
            self._tell(first, None, bound)
            self._begin(expression)
        if self._best is not None:
            self._best = self._linear.complete(self._best)
        value = None if self._best is None else first.of_values(self._best)

        def report(found: Found) -> None:
            nonlocal value, bound
            if found.values is not None:
                figure = first.of_values(found.values)
                value = figure if value is None else max(value, figure)
            bound = min(bound, group.bound(0, most=found.bound, reached=[]))
            self._tell(first, value, bound if value is None else max(value, bound))

        self._tell(first, value, bound)
        deadline = self._deadline_of(group)
        if is_large(self._linear):
            most = self._approach(expression, deadline=deadline, report=report)
        else:
            most = None
        outcome = self._improve(expression, deadline=deadline, report=report)
        if most is not None and (outcome.bound is None or most < outcome.bound):
            outcome = replace(outcome, bound=most)
        return outcome

    def _begin(self, expression: Expression) -> None:
        """Take a plan that is quickly found, where it is better than the pins alone."""
        begun = construct(
            self._model, worth=lambda x: expression.get(x, 0), is_over=self._is_over
        )
        if begun is not None and self._is_better(expression, begun):
            self._best = begun

    def _approach(
        self, expression: Expression, *, deadline: float, report: Report
    ) -> int | None:
        """Come close with a part of a large model; return a bound on the whole."""
        approach = Approach(
            self._model, self._search, expression, deadline=deadline, should_stop=self._is_over
        )
        if approach.bound is None:
            return None
        report(Found(bound=approach.bound))
        for found in approach.plans(self._best):
            if self._is_better(expression, found):
                self._best = found
                report(Found(values=found))
        return approach.bound

    def _is_better(self, expression: Expression, values: list[int]) -> bool:
        """Tell whether values are at least as good as the best so far."""
        return self._best is None or (
            value_of(expression, values)
            >= value_of(expression, self._linear.complete(self._best))
        )

    def _improve(self, expression: Expression, *, deadline: float, report: Report) -> Outcome:
        """Search for better values of an expression, and take them over."""
        outcome = self._search.maximise(
            expression,
            start=self._best,
            deadline=deadline,
            should_stop=self._is_over,
            report=report,
        )
        if outcome.values is None:
            self._is_impossible = outcome.is_proven and self._best is None
            return outcome
        found = self._linear.complete(outcome.values)
        # A solver that computes with rounding may be wrong: then what is known stays.
        if not self._linear.allows(found):
            return Outcome(None, outcome.bound, is_proven=False)
        value = value_of(expression, found)
        if self._is_better(expression, found):
            self._best = found
        return Outcome(found, value if outcome.is_proven else outcome.bound, outcome.is_proven)

    def _shrink(self) -> None:
        """Leave out what no plan that is as good as the best one could use.

        Where a variable would cost the relaxation more than what is between it and the
        value that must not be given up, the variable stays where it is.

        References
        ----------
        G. B. Dantzig, R. Fulkerson, S. Johnson (1954), Solution of a large-scale
        traveling-salesman problem, https://doi.org/10.1287/opre.2.4.393
        """
        goal = self._goals[len(self._stages) - 1]
        is_worth_it = len(self._linear.lower) >= WORTH_SHRINKING and goal.span > FINE
        if not is_worth_it or self._best is None or self._is_over():
            return
        relaxation = self._search.relax(
            goal.figure, deadline=self._deadline, should_stop=self._is_over
        )
        if relaxation is None or relaxation.bound is None:
            return
        # One more than needed: the relaxation is computed with rounding.
        slack = relaxation.bound - goal.of_values(self._best) + 1
        for variable, cost in enumerate(relaxation.reduced_costs):
            if cost < -slack:
                self._linear.upper[variable] = self._linear.lower[variable]
            elif cost > slack:
                self._linear.lower[variable] = self._linear.upper[variable]

    def _break_ties(self) -> bool:
        """Pick, among the best plans, the one that the seed draws; False where time ran out.

        The figures of the objectives cannot change any more. They are in what is maximised
        because the relaxation would change them, and is closer to the plans with them.
        """
        weights = self._model.tie_break(seed=self._seed)
        if self._best is not None:
            self._best = self._linear.complete(self._best)
        lure: list[Expression] = []
        weight = 1 << (TIE_WEIGHT_BITS - 1)
        for goal in reversed(self._goals):
            if goal.span > FINE:
                break
            lure.append(times(weight, goal.figure))
            weight *= LURE_FACTOR
        name, number = TIES, len(self._goals) + 1
        goal = Goal.of(weights, name=name, number=number, sign=1, linear=self._linear)
        value = None if self._best is None else goal.of_values(self._best)
        self._tell(goal, value, goal.highest)

        def report(found: Found) -> None:
            if found.values is not None:
                self._tell(goal, goal.of_values(found.values), goal.highest)

        expression = total([times(goal.step, goal.figure), *lure])
        outcome = self._improve(expression, deadline=self._deadline, report=report)
        if self._best is not None:
            value = goal.of_values(self._best)
            self._tell(goal, value, value if outcome.is_proven else goal.highest)
        return outcome.is_proven

    def _deadline_of(self, group: Group) -> float:
        now = monotonic()
        if group.goals[-1].number == len(self._problem.objectives):
            return self._deadline
        return now + LARGEST_SHARE * (self._deadline - now)

    def _is_over(self) -> bool:
        """Tell whether time is up, or a stop was asked for, now or before."""
        now = monotonic()
        may_ask = self._should_stop is not None and now >= self._next_question
        if may_ask and not self._was_stopped:
            assert self._should_stop is not None, "there is somebody to ask"
            self._next_question = now + POLL_SECONDS
            self._was_stopped = self._should_stop()
        return self._was_stopped or now >= self._deadline

    def _tell(self, goal: Goal, value: int | None, bound: int) -> None:
        if self._on_progress is None:
            return
        progress = Progress(
            stage=goal.number,
            stages=len(self._problem.objectives) + 1,
            objective=goal.name,
            value=None if value is None else goal.step * value,
            bound=goal.step * bound,
            seconds=monotonic() - self._started,
        )
        self._on_progress(progress)

    def _no_plan(self) -> Plan:
        if not self._is_impossible:
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
