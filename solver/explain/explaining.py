"""Explaining a plan: each preference of each visitor, granted or not, where and why."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from threading import Event
from time import monotonic
from typing import TypeVar

from solver.check import check
from solver.errors import InvalidPlan
from solver.explain.answers import (
    Counterfactual,
    Explanation,
    Finding,
    PreferenceAnswer,
    Reason,
    VisitorAnswer,
)
from solver.explain.changes import changes
from solver.explain.facts import Facts
from solver.explain.whatif import Best, NotInTimeError, WhatIf
from solver.plan import Plan, PlanStatus, StopCallback
from solver.problem import Problem, Visitor

T = TypeVar("T")

POLL_SECONDS = 0.1

ExplainProgress = Callable[[int, int, float], None]
"""Called with preferences done, preferences in all, seconds since the start."""


def explain(
    problem: Problem,
    plan: Plan,
    *,
    visitors: Sequence[str] | None = None,
    time_limit_seconds: float = 300.0,
    workers: int = 1,
    keeps_proofs: bool = True,
    on_progress: ExplainProgress | None = None,
    should_stop: StopCallback | None = None,
) -> Explanation:
    """Explain a plan, with a proven counterfactual for what was not granted.

    Parameters
    ----------
    problem, plan
        What was asked, and what is explained; the plan may be of any solver.
    visitors
        Ids of those to explain; None for all.
    time_limit_seconds
        Wall-clock limit, more than 0. What was not proven by then is said to be so.
    workers
        Threads to search with, at least 1. No answer depends on it.
    keeps_proofs
        False to solve every problem from the beginning, for comparison. No answer depends on
        it, except that a cost may be told of another best plan with the preference.
    on_progress
        Called from this thread after each preference.
    should_stop
        Asked often; once it is true, the rest is left unproven.

    Raises
    ------
    InvalidPlan
        When the plan is not one of this problem, breaks a rule, or places nobody because
        there is no plan: one line for each fault.
    ValueError
        When there is no time or no worker, or no such visitor.
    """
    started = monotonic()
    if time_limit_seconds <= 0:
        raise ValueError("time_limit_seconds must be more than 0")
    if workers < 1:
        raise ValueError("workers must be at least 1")
    unknown = [visitor for visitor in visitors or () if visitor not in problem.visitor]
    if unknown:
        raise ValueError(f'no visitor "{unknown[0]}"')
    if plan.status is PlanStatus.INFEASIBLE:
        raise InvalidPlan(["the plan says that there is none: its conflict is the explanation"])
    report = check(problem, plan)
    if report.faults:
        raise InvalidPlan(report.faults)
    run = _Run(
        problem,
        plan,
        values=tuple(
            (-1 if objective.is_minimised else 1) * int(report.metrics[str(objective)] or 0)
            for objective in problem.objectives
        ),
        started=started,
        deadline=started + time_limit_seconds,
        workers=workers,
        keeps_proofs=keeps_proofs,
        should_stop=should_stop,
    )
    wanted = set(problem.visitor if visitors is None else visitors)
    return run.explain(
        [visitor for visitor in problem.visitors if visitor.id in wanted], on_progress
    )


class _Run:
    """One explanation, from the plan to the answers."""

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        *,
        values: tuple[int, ...],
        started: float,
        deadline: float,
        workers: int,
        keeps_proofs: bool,
        should_stop: StopCallback | None,
    ) -> None:
        self._problem = problem
        self._values = values
        self._started = started
        self._workers = workers
        self._keeps_proofs = keeps_proofs
        self._should_stop = should_stop
        self._is_stopped = Event()
        self._facts = Facts(problem, plan.placements)
        self._what_if = WhatIf(
            self._facts,
            seed=plan.seed,
            deadline=deadline,
            should_stop=self._is_stopped.is_set,
        )
        self._is_optimal: bool | None = None

    def explain(
        self, visitors: Sequence[Visitor], on_progress: ExplainProgress | None
    ) -> Explanation:
        """Return the answers for some visitors.

        Threads do the work, so that this one can report and be told to stop: what a caller
        passes in is never called from another thread.
        """
        of_all = sum(len(visitor.preferences) for visitor in visitors)
        answers: dict[str, VisitorAnswer] = {}
        done = 0
        with closing(self._what_if), ThreadPoolExecutor(self._workers) as pool:
            try:
                for best in self._finished([pool.submit(self._best)]):
                    if best is not None and self._keeps_proofs:
                        self._what_if.keep_proofs(best)
                asked = [pool.submit(self._visitor, visitor) for visitor in visitors]
                for answer in self._finished(asked):
                    answers[answer.visitor] = answer
                    done += len(answer.preferences)
                    if on_progress is not None:
                        on_progress(done, of_all, monotonic() - self._started)
            finally:
                # Also where the caller's functions raise: no thread outlives its caller.
                self._is_stopped.set()
        return Explanation(
            problem_sha256=self._problem.sha256,
            is_optimal=self._is_optimal,
            visitors=tuple(answers[visitor.id] for visitor in visitors),
            seconds=monotonic() - self._started,
        )

    def _finished(self, futures: Iterable[Future[T]]) -> Iterator[T]:
        """Yield results as they come, asking the caller in between whether to stop."""
        waiting = set(futures)
        while waiting:
            finished, waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
            for future in finished:
                yield future.result()
            if self._should_stop is not None and self._should_stop():
                self._is_stopped.set()

    def _best(self) -> Best | None:
        """Return an optimal plan, and note whether the one that is explained is as good."""
        try:
            best = self._what_if.best()
        except NotInTimeError:
            return None
        self._is_optimal = best.values == self._values
        return best

    def _visitor(self, visitor: Visitor) -> VisitorAnswer:
        return VisitorAnswer(
            visitor=visitor.id,
            preferences=tuple(
                self._preference(visitor, visit, rank)
                for rank, visit in enumerate(visitor.preferences, start=1)
            ),
            unasked=tuple(
                slot.id
                for slot in self._facts.week[visitor.id]
                if slot.visit not in visitor.preferences
            ),
        )

    def _preference(self, visitor: Visitor, visit: str, rank: int) -> PreferenceAnswer:
        slot = self._facts.granted(visitor, visit)
        if slot is not None:
            return PreferenceAnswer(
                visit, rank, slot, None, True, (), None, Counterfactual(Finding.NOT_NEEDED)
            )
        slots = tuple(
            self._facts.slot_answer(visitor, slot) for slot in self._facts.slots_of[visit]
        )
        reason = self._facts.reason(visitor, visit, slots)
        try:
            decision = self._what_if.decide(visitor, visit, None)
        except NotInTimeError:
            unknown = Counterfactual(Finding.NOT_CHECKED)
            return PreferenceAnswer(visit, rank, None, reason, False, slots, None, unknown)
        if decision.is_granted:
            reason = Reason.DRAW if self._is_optimal else Reason.NOT_OPTIMAL
            found = Counterfactual(Finding.NOT_NEEDED)
        else:
            found = self._counterfactual(visitor, visit)
        return PreferenceAnswer(visit, rank, None, reason, True, slots, decision.cost, found)

    def _counterfactual(self, visitor: Visitor, visit: str) -> Counterfactual:
        try:
            for change in changes(self._problem, visitor, visit, self._facts.slots_of):
                decision = self._what_if.decide(visitor, visit, change)
                if decision.is_granted:
                    return Counterfactual(Finding.FOUND, change, decision.is_certain)
        except NotInTimeError:
            return Counterfactual(Finding.NOT_CHECKED)
        return Counterfactual(Finding.NONE)
