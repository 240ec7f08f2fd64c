"""Searching for the best values of a linear model, with OR-Tools CP-SAT.

The search runs in a thread of its own, so that the caller's thread can report progress and
ask whether to stop: what a caller passes in is never called from another thread.

References
----------
L. Perron, F. Didier and S. Gay (2023), The CP-SAT-LP solver, CP 2023, LIPIcs 280, 3:1-3:2.
https://doi.org/10.4230/LIPIcs.CP.2023.3
"""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from ortools.sat.python import cp_model

from solver.errors import SolverError
from solver.linear import Expression, LinearModel, Values
from solver.search import POLL_SECONDS, News, Relaxation, Report, SearchOutcome
from solver.search import whole_bound as whole

STRATEGIES = ("max_lp", "reduced_costs", "pseudo_costs", "default_lp", "lb_tree_search")
"""What several workers do, one each; the relaxation is strong here, so its friends come first.
Left to itself, CP-SAT with two workers hardly uses it, and is ten times slower.
"""
UNLIMITED = 1 << 50
"""Larger than any sum in a model: its seats, weights and numbers are limited."""

NewsQueue = SimpleQueue[News | None]


class CpSatSearch:
    """Searches with CP-SAT; see :class:`solver.search.Search`."""

    def __init__(self, linear: LinearModel, *, workers: int) -> None:
        self._linear = linear
        self._workers = workers
        self._model = cp_model.CpModel()
        self._variables: list[cp_model.IntVar] = []
        self._rows = 0

    def relax(
        self, objective: Expression, *, deadline: float, should_stop: Callable[[], bool]
    ) -> Relaxation | None:
        """Return nothing: CP-SAT keeps its relaxation to itself."""
        return None

    def maximise(
        self,
        objective: Expression,
        *,
        start: Values | None,
        deadline: float,
        should_stop: Callable[[], bool],
        report: Report,
        presolve: bool = False,
    ) -> SearchOutcome:
        """Find the values with the highest objective."""
        if should_stop():
            return SearchOutcome(values=None, bound=None, is_proven=False)
        self._bring_up_to_date(objective, start)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, deadline - monotonic())
        solver.parameters.num_workers = self._workers
        # CP-SAT would take the process's handler of Ctrl-C away.
        solver.parameters.catch_sigint_signal = False
        # With few workers CP-SAT leaves out the strong relaxation that this model lives on.
        solver.parameters.linearization_level = 2
        # One round of presolve finds nearly all there is, in a third less time.
        solver.parameters.max_presolve_iterations = 1
        # The start is complete, so there is nothing to search near it; trying to is slow.
        solver.parameters.hint_conflict_limit = 0
        if self._workers > 1:
            solver.parameters.subsolvers.extend(STRATEGIES[: self._workers])
        news: NewsQueue = SimpleQueue()
        callback = _Incumbents(news, self._variables)
        solver.best_bound_callback = lambda bound: news.put(News(bound=whole(bound)))
        statuses: list[cp_model.CpSolverStatus] = []

        def run() -> None:
            try:
                statuses.append(solver.solve(self._model, callback))
            finally:
                news.put(None)

        thread = Thread(target=run, name="solver-search")
        thread.start()
        try:
            _follow(news, should_stop=should_stop, stop=solver.stop_search, report=report)
        finally:
            # Also where the caller's functions raise: no search outlives its caller. A stop
            # that comes before the search has begun is lost, so it is repeated.
            while thread.is_alive():
                solver.stop_search()
                thread.join(POLL_SECONDS)
        return self._outcome(solver, statuses)

    def _outcome(
        self, solver: cp_model.CpSolver, statuses: list[cp_model.CpSolverStatus]
    ) -> SearchOutcome:
        if not statuses or statuses[0] == cp_model.MODEL_INVALID:
            raise SolverError(f"OR-Tools refused the model: {self._model.validate()}")
        [status] = statuses
        if status == cp_model.INFEASIBLE:
            return SearchOutcome(values=None, bound=None, is_proven=True)
        if status == cp_model.UNKNOWN:
            return SearchOutcome(values=None, bound=None, is_proven=False)
        return SearchOutcome(
            values=[solver.value(variable) for variable in self._variables],
            bound=whole(solver.best_objective_bound),
            is_proven=status == cp_model.OPTIMAL,
        )

    def _bring_up_to_date(self, objective: Expression, start: Values | None) -> None:
        linear, model = self._linear, self._model
        for number in range(len(self._variables), len(linear.lower)):
            self._variables.append(
                model.new_int_var(linear.lower[number], linear.upper[number], "")
            )
        for row, least, most in linear.rows[self._rows :]:
            model.add_linear_constraint(
                self._sum(row),
                -UNLIMITED if least is None else least,
                UNLIMITED if most is None else most,
            )
        self._rows = len(linear.rows)
        model.clear_objective()  # type: ignore[no-untyped-call]  # a gap in OR-Tools
        model.maximize(self._sum(objective))
        model.clear_hints()  # type: ignore[no-untyped-call]  # a gap in OR-Tools
        if start is not None:
            for variable, value in zip(self._variables, start, strict=True):
                model.add_hint(variable, value)

    def _sum(self, expression: Expression) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum(
            [self._variables[number] for number in expression], list(expression.values())
        )


class _Incumbents(cp_model.CpSolverSolutionCallback):
    def __init__(self, news: NewsQueue, variables: list[cp_model.IntVar]) -> None:
        super().__init__()
        self._news = news
        self._variables = variables

    def on_solution_callback(self) -> None:
        """Pass the values on; called from the search's thread."""
        values = [self.value(variable) for variable in self._variables]
        self._news.put(News(values, whole(self.best_objective_bound)))


def _follow(
    news: NewsQueue,
    *,
    should_stop: Callable[[], bool],
    stop: Callable[[], None],
    report: Report,
) -> None:
    """Report what comes until there is no more, and stop the search when asked to."""
    while True:
        try:
            found = news.get(timeout=POLL_SECONDS)
        except Empty:
            if should_stop():
                stop()
            continue
        if found is None:
            return
        report(found)
        if should_stop():
            stop()
