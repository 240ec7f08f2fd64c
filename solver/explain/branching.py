"""Branch and bound that keeps its proof, so that the next problem is nearly solved already.

To explain a plan, a thousand problems are solved that hardly differ from one that is solved.
So the proof of that one is kept: the leaves of its tree, each with the multipliers of its
relaxation. What they prove changes in few places when the problem does, so most leaves stay
refuted for the price of a sum, and only the others are branched on again. That is inference
duality, the sensitivity analysis of integer programmes.

References
----------
M. W. Dawande, J. N. Hooker (2000), Inference-based sensitivity analysis for mixed
integer/linear programming, Operations Research 48, 623-634.
https://doi.org/10.1287/opre.48.4.623.12420
"""

from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from time import monotonic

import numpy as np

from solver.explain.programme import BinaryProgramme, Floats, Question, Ruling, Whole
from solver.explain.relaxation import Fixed, Relaxed, UndecidedError

ROUNDING = 1e-3
"""How far a sum of floats may be from the whole number that it stands for."""
INTEGRAL = 1e-6
RAY_SIZE = 1e8
"""What the proof of an empty leaf is multiplied by: its bound becomes as low as that."""
MOST_LOOKED_AT = 2
"""Columns of which both branches are solved before one column is chosen."""
MOST_LEAVES = 200
MOST_FIGURES = 20_000_000
"""The most that leaves times columns may be: what a proof may use of memory."""
MOST_NODES = 3_000
MOST_NODES_WITHOUT_PROOF = 300
"""Relaxations for one question; a larger tree is left to a solver with cutting planes, the
sooner where not even the stage itself could be proven.
"""


@dataclass(frozen=True)
class Solution:
    """The best values of a stage that were found, and what they are worth."""

    value: int
    x: Whole


class Tree:
    """The tree of one stage: proves the programme's own optimum, then answers questions."""

    def __init__(self, programme: BinaryProgramme, stage: int, *, deadline: float) -> None:
        self._stage = stage
        self._programme = programme
        self._deadline = deadline
        self._nodes = 0
        self._is_proof = True
        self._relaxed = Relaxed(programme, stage)
        self._leaves: list[Fixed] = []
        self._multipliers: list[Floats] = []
        self._prove(programme.targets[stage] + 1)
        multipliers = np.array(self._multipliers)
        self._y = multipliers
        self._reduced = np.array([programme.reduced(stage, y) for y in multipliers])
        self._lower, self._upper = (
            np.array(each)
            for each in zip(*map(self._relaxed.bounds, self._leaves), strict=True)
        )
        self._parts = np.maximum(self._reduced * self._lower, self._reduced * self._upper)
        rows = np.array([programme.row_part(stage, y) for y in multipliers])
        self._bounds = rows + self._parts.sum(axis=1)

    @property
    def is_plain(self) -> bool:
        """Tell whether the relaxation alone proves the stage."""
        return len(self._leaves) == 1

    def _prove(self, cutoff: float) -> None:
        """Grow the tree until no leaf can reach the cutoff, or it is large enough."""
        most = min(MOST_LEAVES, MOST_FIGURES // max(1, len(self._programme.lower)))
        height = len(self._programme.least) + self._stage
        stack: list[tuple[Fixed, Floats]] = [({}, np.zeros(height))]
        while stack:
            fixed, inherited = stack.pop()
            solved = self._solve(fixed)
            if solved is None:
                self._keep(fixed, self._farkas(fixed, inherited))
                continue
            x, y = solved
            bound = self._bound(self._programme, fixed, y)
            grown = len(self._leaves) + len(stack)
            if bound < cutoff - ROUNDING:
                self._keep(fixed, y)
                continue
            if grown >= most or monotonic() > self._deadline:
                # A leaf that proves too little is true still.
                self._is_proof = False
                self._keep(fixed, y)
                continue
            branches = self._branches(self._programme, fixed, x, bound, cutoff)
            if not branches:
                self._keep(fixed, y)
            stack += [(branch, y) for _, branch in branches]

    def _keep(self, fixed: Fixed, y: Floats) -> None:
        self._leaves.append(fixed)
        self._multipliers.append(y)

    def _farkas(self, fixed: Fixed, inherited: Floats) -> Floats:
        """Return multipliers that prove a leaf empty, as a very low bound.

        Where HiGHS has none, those of the node before are a bound still.
        """
        ray = self._relaxed.ray()
        if ray is None:
            return inherited
        programme, stage = self._programme, self._stage
        aside = replace(programme, costs=np.zeros_like(programme.costs))
        # The rows of the stages before are part of the proof, with their own coefficients.
        aside.costs[:stage] = programme.costs[:stage]
        for sign in (1, -1):
            y = programme.clipped(stage, sign * ray)
            bound = aside.bound(stage, y, *self._relaxed.bounds(fixed))
            if bound < 0:
                return np.asarray(y * min(RAY_SIZE, RAY_SIZE / -bound))
        return inherited

    def _solve(self, fixed: Fixed) -> tuple[Floats, Floats] | None:
        self._nodes += 1
        solved = None if self._relaxed.is_empty(fixed) else self._relaxed.solve(fixed)
        if solved is None:
            return None
        x, y = solved
        return x, self._programme.clipped(self._stage, y)

    def _bound(self, programme: BinaryProgramme, fixed: Fixed, y: Floats) -> float:
        return programme.bound(self._stage, y, *self._relaxed.bounds(fixed))

    def _branches(
        self, programme: BinaryProgramme, fixed: Fixed, x: Floats, bound: float, cutoff: float
    ) -> list[tuple[float, Fixed]]:
        """Return two branches with bounds on them; none where x is whole.

        The column is the one of which both branches lower the bound most. What is below the
        cutoff counts no more: it is refuted already.
        """
        away = np.abs(x - np.rint(x))
        fractional = np.flatnonzero(away > INTEGRAL)
        if not len(fractional):
            return []
        choosing = fractional[fractional < programme.choosers]
        pool = choosing if len(choosing) else fractional
        pool = pool[np.argsort(-away[pool], kind="stable")][:MOST_LOOKED_AT]
        enough = max(bound - cutoff + 1, 1e-6)
        record, chosen = -1.0, []
        for column in map(int, pool):
            branches = [
                (min(bound, self._bound_of_branch(programme, branch)), branch)
                for branch in ({**fixed, column: 0}, {**fixed, column: 1})
            ]
            gains = [min(enough, max(bound - below, 1e-6)) for below, _ in branches]
            if gains[0] * gains[1] > record:
                record, chosen = gains[0] * gains[1], branches
            if min(gains) == enough:
                break
        return chosen

    def _bound_of_branch(self, programme: BinaryProgramme, fixed: Fixed) -> float:
        solved = self._solve(fixed)
        return -np.inf if solved is None else self._bound(programme, fixed, solved[1])

    def best(
        self, question: Question, *, granted: bool, cutoff: float, any_will_do: bool = False
    ) -> Solution | None:
        """Return the best values with, or without, the preference; None where below the cutoff.

        With ``any_will_do`` the first that reach the cutoff are returned.

        Raises
        ------
        UndecidedError
            When too many relaxations would have to be solved, or time is up.
        """
        bounds = self._bounds_of(question, granted=granted)
        open_leaves = np.flatnonzero(bounds >= cutoff - ROUNDING)
        if not len(open_leaves):
            return None
        queue = [(-float(bounds[i]), int(i), self._leaves[i]) for i in open_leaves]
        self._nodes = 0
        self._relaxed.ask(question, granted=granted)
        try:
            programme = question.asked(granted=granted)
            return self._search(programme, queue, cutoff, any_will_do=any_will_do)
        finally:
            self._relaxed.forget()

    def most(self, question: Question, *, granted: bool) -> float:
        """Return a bound on the stage with, or without, the preference: a whole number."""
        bounds = self._bounds_of(question, granted=granted)
        return float(np.floor(bounds.max() + ROUNDING))

    def _search(
        self,
        programme: BinaryProgramme,
        queue: list[tuple[float, int, Fixed]],
        cutoff: float,
        *,
        any_will_do: bool,
    ) -> Solution | None:
        """Branch on what has the highest bound until nothing reaches the cutoff."""
        heapify(queue)
        number = len(self._leaves)
        most = MOST_NODES if self._is_proof else MOST_NODES_WITHOUT_PROOF
        found: Solution | None = None
        while queue and -queue[0][0] >= cutoff - ROUNDING:
            if self._nodes > most or monotonic() > self._deadline:
                raise UndecidedError("the tree grew too large")
            high, _, fixed = heappop(queue)
            solved = self._solve(fixed)
            if solved is None:
                continue
            x, y = solved
            bound = min(-high, self._bound(programme, fixed, y))
            if bound < cutoff - ROUNDING:
                continue
            branches = self._branches(programme, fixed, x, bound, cutoff)
            if not branches:
                whole = np.rint(x).astype(np.int64)
                value = programme.value(self._stage, whole)
                if not programme.allows(self._stage, whole):
                    raise UndecidedError("a solution of the relaxation is not exact")
                if value >= cutoff:
                    found, cutoff = Solution(value, whole), value + 1
                    if any_will_do:
                        return found
            for below, branch in branches:
                number += 1
                heappush(queue, (-below, number, branch))
        return found

    def _bounds_of(self, question: Question, *, granted: bool) -> Floats:
        """Return what the leaves' multipliers prove of the changed programme, for each leaf."""
        old, new, stage = self._programme, question.programme, self._stage
        height, size = len(old.least), len(old.lower)
        columns, possible = question.columns(granted=granted, size=size)
        steps = new.targets[:stage] - old.targets[:stage]
        bounds: Floats = self._bounds + self._y[:, height:] @ steps
        bounds -= self._parts[:, question.own].sum(axis=1)
        if question.entry is not None:
            row, column = new.rows[question.entry], new.columns[question.entry]
            step = new.entries[question.entry] - old.entries[question.entry]
            reduced = self._reduced[:, column] - self._y[:, row] * step
            lower, upper = self._lower[:, column], self._upper[:, column]
            bounds += np.maximum(reduced * lower, reduced * upper) - self._parts[:, column]
        chosen = columns[possible]
        if not len(chosen):
            return bounds if not granted and not question.must_go else bounds - np.inf
        priced = self._y[:, :height] @ new.dense(chosen)
        reduced = new.costs[stage, chosen] - priced
        reduced = reduced - self._y[:, height:] @ new.costs[:stage, chosen]
        best = reduced.max(axis=1)
        if not granted and not question.must_go:
            best = np.maximum(best, 0.0)
        bounds += best
        return bounds


class Judge:
    """Answers questions about one programme, stage after stage."""

    def __init__(self, programme: BinaryProgramme, *, deadline: float) -> None:
        self._programme = programme
        self._stages = len(programme.costs)
        self._deadline = deadline
        self._trees: dict[int, Tree] = {}

    def _tree(self, stage: int) -> Tree:
        if stage not in self._trees:
            self._trees[stage] = Tree(self._programme, stage, deadline=self._deadline)
        return self._trees[stage]

    def decide(self, question: Question, *, wants_cost: bool) -> Ruling:
        """Decide whether an optimal plan of the changed programme grants the preference.

        The targets of the question are what a known plan without the preference reaches.
        ``wants_cost`` asks for the best with it also where that is below them.

        Raises
        ------
        UndecidedError
            When that takes too many relaxations, or too long.
        """
        targets = question.programme.targets.copy()
        is_known = True
        skipped: list[int] = []
        for stage in range(self._stages):
            tree = self._tree(stage)
            asked = replace(question, programme=replace(question.programme, targets=targets))
            known = targets[stage] if is_known else -np.inf
            with_most, most = (tree.most(asked, granted=granted) for granted in (True, False))
            if with_most < known and not wants_cost:
                return Ruling(is_granted=False)
            if is_known and with_most == known and most <= known and tree.is_plain:
                # Whether it is reached shows in a later stage, which demands it.
                skipped.append(stage)
                continue
            floor = -np.inf if wants_cost else known
            with_it = tree.best(asked, granted=True, cutoff=floor)
            if with_it is None:
                return self._refuted(asked, skipped if wants_cost else [])
            if with_it.value < known:
                own = self._own(asked, with_it)
                return Ruling(False, False, stage, with_it.value, own)
            is_better = with_it.value > known
            without = tree.best(
                asked,
                granted=False,
                cutoff=with_it.value + (not is_better),
                any_will_do=not is_better,
            )
            if without is None and is_better:
                return Ruling(is_granted=True, is_only=True)
            if without is not None and without.value > with_it.value:
                return Ruling(is_granted=False)
            is_known = is_known and not is_better
            targets = targets.copy()
            targets[stage] = with_it.value
        if not self._programme.is_whole:
            raise UndecidedError("equal on all objectives of the programme")
        if skipped and skipped[-1] == self._stages - 1:
            asked = replace(question, programme=replace(question.programme, targets=targets))
            last = self._tree(self._stages - 1)
            if last.best(asked, granted=True, cutoff=targets[-1], any_will_do=True) is None:
                return self._refuted(asked, skipped if wants_cost else [])
        return Ruling(is_granted=True)

    def _refuted(self, question: Question, skipped: list[int]) -> Ruling:
        """Return the ruling on a preference that is not granted, with its cost if asked for.

        Where nothing with the preference reaches what the stages before do, it is one of
        those that were skipped that decides.
        """
        for stage in skipped:
            found = self._tree(stage).best(question, granted=True, cutoff=-np.inf)
            if found is None:
                break
            if found.value < question.programme.targets[stage]:
                own = self._own(question, found)
                return Ruling(False, False, stage, found.value, own)
        return Ruling(is_granted=False)

    def _own(self, question: Question, found: Solution) -> int:
        """Return which of the visitor's columns, old and then new, was chosen."""
        columns, _ = question.columns(granted=True, size=len(self._programme.lower))
        return int(np.flatnonzero(found.x[columns])[0])
