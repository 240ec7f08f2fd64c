"""What would be, had one thing been different: every claim of an explanation is decided here.

A change *grants* a preference when some lexicographically optimal plan of the changed problem
has the visitor in a slot of that visit. That is decided by solving the changed problem, and
solving it again with the visitor pinned to each such slot: when one of these is as good on
every stage, an optimal plan grants it, and otherwise none does. The visitor can reach the
slot, so the pin exempts it from no rule; it only demands it.

That takes seconds for each change. Where every itinerary can be listed, the proof of the
problem as it is answers nearly all of it in milliseconds (:mod:`solver.explain.branching`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

from solver.errors import NoPlanFound
from solver.explain.answers import Change, ChangeKind, Cost
from solver.explain.changes import changed_problem, changed_visitor
from solver.explain.facts import Facts, needed, reachable
from solver.explain.formulation import Formulation, formulate
from solver.explain.proofs import AskingStoppedError, ProofKeeper
from solver.explain.worth import own_part
from solver.itineraries import Options, Possibilities, list_itineraries
from solver.plan import PlanStatus
from solver.problem import Pair, Problem, Slot, Visitor
from solver.stages import solve

MOST_COMPARED = 5_000
"""Itineraries of one visitor that are listed to see whether a change changes anything."""


class NotInTimeError(Exception):
    """Time ran out, or somebody stopped the explanation, before the answer was proven."""


@dataclass(frozen=True, slots=True)
class Best:
    """An optimal plan: the value of each stage, negated where less is better, and who goes."""

    values: tuple[int, ...]
    placements: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an optimal plan grants a preference.

    ``is_certain`` tells whether the plan that the seed draws does. ``cost`` says on which
    objective granting is worse; None where it is granted, or cannot be at all.
    """

    is_granted: bool
    is_certain: bool = False
    cost: Cost | None = None


class WhatIf:
    """Solves one problem again with something changed, and remembers the answers."""

    def __init__(
        self,
        facts: Facts,
        *,
        seed: int,
        deadline: float,
        should_stop: Callable[[], bool],
    ) -> None:
        self._facts = facts
        self._problem = facts.problem
        self._seed = seed
        self._deadline = deadline
        self._should_stop = should_stop
        self._known: dict[object, Best | None] = {}
        self._formulation: Formulation | None = None
        self._proofs: ProofKeeper | None = None

    def keep_proofs(self, best: Best) -> None:
        """Write the programme of which proofs are kept, if there can be one.

        ``best`` is an optimal plan. What can be decided by it is, until :meth:`close`.
        """
        self._formulation = formulate(self._facts)
        if self._formulation is None:
            return
        self._formulation.with_plan(best.values, best.placements)
        self._proofs = ProofKeeper(
            self._formulation.programme,
            deadline=self._deadline,
            should_stop=self._should_stop,
        )

    def close(self) -> None:
        """End what :meth:`keep_proofs` began."""
        if self._proofs is not None:
            self._proofs.close()

    def best(self) -> Best:
        """Return the optimal plan of the problem as it is.

        Raises
        ------
        NotInTimeError
            When none was proven in time.
        """
        best = self._best(None, self._problem)
        assert best is not None, "the plan that is explained shows that there is one"
        return best

    def decide(self, visitor: Visitor, visit: str, change: Change | None) -> Decision:
        """Decide whether an optimal plan grants a preference after a change, or as it is.

        Raises
        ------
        NotInTimeError
            When that was not proven in time.
        """
        options = self._options(visitor, visit, change)
        slots = [slot for slot in reachable(options) if slot.visit == visit]
        if not slots or (change is not None and self._changes_nothing(visitor, visit, change)):
            # Where nothing changes, the answer is that to the problem as it is: nobody asks
            # what would grant a preference that an optimal plan grants already.
            return Decision(is_granted=False)
        if change is None and self._grants(self.best(), visitor, visit):
            return Decision(is_granted=True, is_certain=True)
        decision = self._decide_by_proof(visitor, visit, options, change)
        return decision or self._decide_by_solving(visitor, visit, slots, change)

    def _decide_by_proof(
        self, visitor: Visitor, visit: str, options: Options, change: Change | None
    ) -> Decision | None:
        """Return the decision that follows from the proof of the best plan, if it does."""
        if self._formulation is None or self._proofs is None or self._lets_others_in(change):
            return None
        question = self._formulation.question(visitor, visit, options, change)
        if question is None:
            return None
        try:
            ruling = self._proofs.decide(question, wants_cost=change is None)
        except AskingStoppedError as error:
            raise NotInTimeError from error
        if ruling is None:
            return None
        if ruling.is_granted:
            is_certain = ruling.is_only or self._grants(
                self._best_after(visitor, visit, change), visitor, visit
            )
            return Decision(is_granted=True, is_certain=is_certain)
        if ruling.stage is None or change is not None:
            return Decision(is_granted=False)
        assert ruling.value is not None, "the stage that decides has a value"
        own_with = question.cost_of_choice(ruling.stage, ruling.own)
        return Decision(False, cost=self._cost(visitor, ruling.stage, ruling.value, own_with))

    def _decide_by_solving(
        self, visitor: Visitor, visit: str, slots: list[Slot], change: Change | None
    ) -> Decision:
        """Decide by solving from the beginning, as it is and with each slot pinned."""
        problem = changed_problem(self._problem, visitor, visit, change)
        best = self._best_after(visitor, visit, change)
        found: Best | None = None
        for slot in slots:
            pair = (visitor.id, slot.id)
            key = (_key(visitor, visit, change), pair)
            other = self._best(key, replace(problem, pins=problem.pins | {pair}))
            if other is not None and (found is None or other.values > found.values):
                found = other
        if found is None:
            return Decision(is_granted=False)
        if found.values == best.values:
            return Decision(is_granted=True, is_certain=self._grants(best, visitor, visit))
        if change is not None:
            return Decision(is_granted=False)
        pairs = zip(best.values, found.values, strict=True)
        stage = next(k for k, (value, with_it) in enumerate(pairs) if with_it < value)
        own_with = self._own(visitor, stage, found)
        return Decision(False, cost=self._cost(visitor, stage, found.values[stage], own_with))

    def _best_after(self, visitor: Visitor, visit: str, change: Change | None) -> Best:
        problem = changed_problem(self._problem, visitor, visit, change)
        best = self._best(_key(visitor, visit, change), problem)
        assert best is not None, "a looser problem, or another rank, has a plan as well"
        return best

    def _grants(self, best: Best, visitor: Visitor, visit: str) -> bool:
        slots = (slot for who, slot in best.placements if who == visitor.id)
        return any(self._problem.slot[slot].visit == visit for slot in slots)

    def _options(self, visitor: Visitor, visit: str, change: Change | None) -> Options:
        """Return what the visitor can do after a change."""
        if change is None:
            return self._facts.options[visitor.id]
        if change.slot is not None:
            problem = changed_problem(self._problem, visitor, visit, change)
            return Possibilities(problem).of(visitor)
        return self._facts.options_of(changed_visitor(visitor, visit, change))

    def _lets_others_in(self, change: Change | None) -> bool:
        """Tell whether some visitor fits a slot only after its capacity is changed."""
        if change is None or change.kind is not ChangeKind.SEAT_MORE:
            return False
        slot = self._problem.slot[str(change.slot)]
        return any(
            other.seats == change.figure and slot.visit in other.preferences
            for other in self._problem.visitors
        )

    def _changes_nothing(self, visitor: Visitor, visit: str, change: Change) -> bool:
        """Tell whether a change is known to leave all plans and values as they are."""
        if change.kind is ChangeKind.SEAT_MORE:
            slot = self._problem.slot[str(change.slot)]
            is_enough = self._facts.wanted[slot.id] <= slot.capacity
            return is_enough and not self._lets_others_in(change)
        if change.kind is ChangeKind.MINIMUM_LOWER:
            slot = self._problem.slot[str(change.slot)]
            return self._facts.wanted[slot.id] < needed(slot) - 1
        if change.kind is ChangeKind.OTHER_RANK:
            return False
        after = changed_visitor(visitor, visit, change)
        one, other = self._facts.options[visitor.id], self._facts.options_of(after)
        weeks = _weeks(one)
        return one.best == other.best and weeks is not None and weeks == _weeks(other)

    def _best(self, key: object, problem: Problem) -> Best | None:
        """Return the optimal plan of a problem, or None where there is no plan."""
        if key not in self._known:
            self._known[key] = self._solve(problem)
        return self._known[key]

    def _solve(self, problem: Problem) -> Best | None:
        left = self._deadline - monotonic()
        if left <= 0 or self._should_stop():
            raise NotInTimeError
        try:
            plan = solve(
                problem,
                time_limit_seconds=left,
                seed=self._seed,
                should_stop=self._should_stop,
            )
        except NoPlanFound as error:
            raise NotInTimeError from error
        if plan.status is PlanStatus.INFEASIBLE:
            return None
        if plan.status is not PlanStatus.OPTIMAL:
            raise NotInTimeError
        signs = (-1 if objective.is_minimised else 1 for objective in problem.objectives)
        stages = zip(signs, plan.stages, strict=True)
        values = tuple(sign * int(stage.value) for sign, stage in stages)
        return Best(values, plan.placements)

    def _cost(self, visitor: Visitor, stage: int, value: int, own_with: int | None) -> Cost:
        """Return what granting costs on the stage that decides; the value is a signed one."""
        objective, best = self._problem.objectives[stage], self.best()
        sign = -1 if objective.is_minimised else 1
        own = self._own(visitor, stage, best)
        return Cost(
            str(objective),
            best=sign * best.values[stage],
            best_with=sign * value,
            own=own,
            own_with=None if own is None else own_with,
        )

    def _own(self, visitor: Visitor, stage: int, best: Best) -> int | None:
        slots = [self._problem.slot[slot] for who, slot in best.placements if who == visitor.id]
        options = self._facts.options[visitor.id]
        return own_part(options, self._problem.objectives[stage], slots)


def _key(visitor: Visitor, visit: str, change: Change | None) -> object:
    """Return what a changed problem is known by: a changed slot is the same for everyone."""
    if change is None or change.slot is not None:
        return change
    is_rank = change.kind is ChangeKind.OTHER_RANK
    return (change, visitor.id, visit if is_rank else None)


def _weeks(options: Options) -> set[frozenset[str]] | None:
    listed = list_itineraries(options, most=MOST_COMPARED)
    if listed is None:
        return None
    return {frozenset(options.slots[i].id for i in week) for week in listed}
