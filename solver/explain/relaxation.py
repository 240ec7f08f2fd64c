"""Relaxations in HiGHS, solved over and over with little changed: each takes a millisecond.

HiGHS and OR-Tools cannot live in one process: this module is only used by
:mod:`solver.explain.process`, and must not be imported elsewhere.

References
----------
Q. Huangfu and J. A. J. Hall (2018), Parallelizing the dual revised simplex method,
Mathematical Programming Computation 10, 119-142. https://doi.org/10.1007/s12532-017-0130-5
"""

from typing import Any

import highspy
import numpy as np

from solver.explain.programme import BinaryProgramme, Floats, Question

Fixed = dict[int, int]
"""Columns that are fixed at 0 or 1."""


class UndecidedError(Exception):
    """The tree grew too large, time ran out, or HiGHS gave up."""


class Relaxed:
    """The relaxation of one stage in HiGHS, solved over and over with a few bounds changed."""

    def __init__(self, programme: BinaryProgramme, stage: int) -> None:
        self.programme = programme
        self.stage = stage
        self._size = len(programme.lower)
        self._height = len(programme.least)
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # a gap in HiGHS
        for name, value in (("output_flag", False), ("threads", 1), ("presolve", "choose")):
            self._highs.setOptionValue(name, value)
        self._highs.passModel(self._model())
        self._highs.run()
        self._basis = self._highs.getBasis()
        self._fixed: Fixed = {}
        self.lower, self.upper = programme.lower.copy(), programme.upper.copy()

    def _model(self) -> Any:
        programme, stage = self.programme, self.stage
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self._size, self._height + stage
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = programme.costs[stage]
        lp.col_lower_, lp.col_upper_ = programme.lower, programme.upper
        lp.row_lower_ = np.concatenate((programme.least, programme.targets[:stage]))
        lp.row_upper_ = np.concatenate((programme.most, np.full(stage, np.inf)))
        rows, columns, entries = [programme.rows], [programme.columns], [programme.entries]
        for k in range(stage):
            used = np.flatnonzero(programme.costs[k])
            rows.append(np.full(len(used), self._height + k))
            columns.append(used)
            entries.append(programme.costs[k][used])
        by_row = np.concatenate(rows)
        order = np.argsort(by_row, kind="stable")
        counts = np.bincount(by_row, minlength=self._height + stage)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate(columns)[order].astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate(entries)[order]
        return lp

    def ask(self, question: Question, *, granted: bool) -> None:
        """Change the relaxation to what is asked; :meth:`forget` changes it back."""
        old, new = self.programme, question.programme
        columns, possible = question.columns(granted=granted, size=self._size)
        self.lower, self.upper = new.lower.copy(), new.upper.copy()
        self.upper[columns[~possible]] = 0.0
        highs, height = self._highs, self._height
        for column in question.own:
            highs.changeColBounds(column, self.lower[column], self.upper[column])
            highs.changeColCost(column, new.costs[self.stage, column])
            for k in range(self.stage):
                if new.costs[k, column] != old.costs[k, column]:
                    highs.changeCoeff(height + k, column, new.costs[k, column])
        for k in range(self.stage):
            highs.changeRowBounds(height + k, new.targets[k], np.inf)
        highs.changeRowBounds(
            question.row, question.asked(granted=granted).least[question.row], 1.0
        )
        if question.entry is not None:
            place = question.entry
            highs.changeCoeff(new.rows[place], new.columns[place], new.entries[place])
        added = slice(len(old.entries), None)
        rows, entries = new.rows[added], new.entries[added]
        for column in range(self._size, len(new.lower)):
            mine = new.columns[added] == column
            stages = np.flatnonzero(new.costs[: self.stage, column])
            at = np.concatenate((rows[mine], height + stages)).astype(np.int32)
            what = np.concatenate((entries[mine], new.costs[stages, column]))
            cost, upper = new.costs[self.stage, column], self.upper[column]
            highs.addCol(cost, 0.0, upper, len(at), at, what)
        self._asked = question

    def forget(self) -> None:
        """Change the relaxation back to what it was before :meth:`ask`."""
        self.fix({})
        old, question, highs = self.programme, self._asked, self._highs
        extra = len(question.programme.lower) - self._size
        if extra:
            highs.deleteCols(extra, np.arange(self._size, self._size + extra, dtype=np.int32))
        self.lower, self.upper = old.lower.copy(), old.upper.copy()
        for column in question.own:
            highs.changeColBounds(column, old.lower[column], old.upper[column])
            highs.changeColCost(column, old.costs[self.stage, column])
            for k in range(self.stage):
                if question.programme.costs[k, column] != old.costs[k, column]:
                    highs.changeCoeff(self._height + k, column, old.costs[k, column])
        for k in range(self.stage):
            highs.changeRowBounds(self._height + k, old.targets[k], np.inf)
        row = question.row
        highs.changeRowBounds(row, old.least[row], old.most[row])
        if question.entry is not None:
            place = question.entry
            highs.changeCoeff(old.rows[place], old.columns[place], old.entries[place])
        highs.setBasis(self._basis)

    def fix(self, fixed: Fixed) -> None:
        """Fix these columns, and free those that were fixed before."""
        for column in self._fixed.keys() - fixed.keys():
            self._highs.changeColBounds(column, self.lower[column], self.upper[column])
        for column, value in fixed.items():
            if self._fixed.get(column) != value:
                # A branch in which the column cannot be 1 is empty, and found infeasible.
                self._highs.changeColBounds(column, float(value), float(value))
        self._fixed = fixed

    def bounds(self, fixed: Fixed) -> tuple[Floats, Floats]:
        """Return the bounds of the columns with some fixed."""
        lower, upper = self.lower.copy(), self.upper.copy()
        at = list(fixed)
        lower[at] = upper[at] = list(fixed.values())
        return lower, upper

    def is_empty(self, fixed: Fixed) -> bool:
        """Tell whether something is fixed at 1 that cannot be chosen."""
        return any(value > self.upper[column] for column, value in fixed.items())

    def solve(self, fixed: Fixed) -> tuple[Floats, Floats] | None:
        """Return values and multipliers of the optimum, or None where there is none."""
        self.fix(fixed)
        self._highs.run()
        status, known = self._highs.getModelStatus(), highspy.HighsModelStatus
        if status == known.kInfeasible:
            return None
        if status != known.kOptimal:
            raise UndecidedError(self._highs.modelStatusToString(status))
        solution = self._highs.getSolution()
        return np.array(solution.col_value), np.array(solution.row_dual)

    def ray(self) -> Floats | None:
        """Return multipliers that prove that there is no solution, if HiGHS has them."""
        _, has_ray, ray = self._highs.getDualRay()
        return np.array(ray) if has_ray else None
