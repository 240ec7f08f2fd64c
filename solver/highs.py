"""Searching for the best values of a linear model, with HiGHS in a process of its own.

References
----------
Q. Huangfu and J. A. J. Hall (2018), Parallelizing the dual revised simplex method,
Mathematical Programming Computation 10, 119-142. https://doi.org/10.1007/s12532-017-0130-5
"""

import logging
from collections.abc import Callable
from itertools import chain
from time import monotonic
from typing import Any

import numpy as np
import numpy.typing as npt

from solver.errors import SearchEnded
from solver.highs_pipe import HighsProcess, Message
from solver.linear import Expression, LinearModel, Values
from solver.search import News, Relaxation, Report, SearchOutcome
from solver.search import whole_bound as whole

MOST_WHOLE_CHOICES = 60_000
"""With more, HiGHS is told that the choices are real numbers, which changes nothing but time:
it would partition an objective over Booleans into cliques, in time quadratic in their number.
"""
INFEASIBLE = ("Infeasible", "Primal infeasible or unbounded")
"""What HiGHS says; no model here is unbounded."""

Floats = npt.NDArray[np.float64]
logger = logging.getLogger(__name__)


class HighsSearch:
    """Searches with HiGHS; see :class:`solver.search.Search`."""

    def __init__(self, linear: LinearModel) -> None:
        self._linear = linear
        self._rows = _Rows(linear)

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
        if not self._linear.lower:
            # HiGHS would only say that the model is empty.
            return SearchOutcome([] if self._linear.allows([]) else None, 0, is_proven=True)
        known = News(start, None)

        def tell(message: Message) -> None:
            nonlocal known
            found = _found(message)
            known = News(
                known.values if found.values is None else found.values,
                known.bound if found.bound is None else found.bound,
            )
            report(found)

        try:
            answer = HighsProcess.ask(
                self._request(objective, start=start, deadline=deadline, presolve=presolve),
                is_over=lambda: monotonic() >= deadline or should_stop(),
                tell=tell,
            )
        except SearchEnded as error:
            if known.values is None:
                raise
            # What is known is a plan: unproven, but not to be lost.
            logger.warning("%s The best plan so far is kept.", error)
            answer = None
        if answer is None:
            return SearchOutcome(known.values, known.bound, is_proven=False)
        if answer["status"] in INFEASIBLE:
            return SearchOutcome(values=None, bound=None, is_proven=True)
        values = known.values if answer["values"] is None else answer["values"].tolist()
        is_proven = answer["status"] == "Optimal" and values is not None
        return SearchOutcome(values, whole(answer["bound"]), is_proven=is_proven)

    def relax(
        self, objective: Expression, *, deadline: float, should_stop: Callable[[], bool]
    ) -> Relaxation | None:
        """Return the relaxation's best; None where it was not found in time."""
        request = self._request(objective, start=None, deadline=deadline, presolve=True)
        try:
            answer = HighsProcess.ask(
                request | {"integral": None},
                is_over=lambda: monotonic() >= deadline or should_stop(),
                tell=lambda message: None,
            )
        except SearchEnded as error:
            logger.warning("%s The search goes on without its relaxation.", error)
            return None
        if answer is None:
            return None
        if answer["status"] in INFEASIBLE:
            return Relaxation(None)
        if answer["status"] != "Optimal":
            return None
        return Relaxation(
            answer["bound"], answer["reduced_costs"].tolist(), answer["values"].tolist()
        )

    def _request(
        self, objective: Expression, *, start: Values | None, deadline: float, presolve: bool
    ) -> dict[str, Any]:
        linear = self._linear
        cost = np.zeros(len(linear.lower))
        for variable, coefficient in objective.items():
            cost[variable] = coefficient
        integral = np.ones(len(linear.lower), dtype=bool)
        if len(linear.implied) > MOST_WHOLE_CHOICES:
            integral[linear.implied] = False
        return {
            "cost": cost,
            "lower": np.array(linear.lower, dtype=float),
            "upper": np.array(linear.upper, dtype=float),
            "integral": integral,
            "start": None if start is None else np.array(start, dtype=float),
            "options": {
                "threads": 1,
                "presolve": "on" if presolve else "off",
                "time_limit": max(0.01, deadline - monotonic()),
                # All figures are whole numbers: less than one apart is equal.
                "mip_rel_gap": 0.0,
                "mip_abs_gap": 0.99,
                # Both cost minutes with 200,000 variables, and bring nothing here.
                "mip_detect_symmetry": len(cost) <= MOST_WHOLE_CHOICES,
                "mip_heuristic_run_feasibility_jump": len(cost) <= MOST_WHOLE_CHOICES,
            },
        } | self._rows.arrays()


def _found(message: dict[str, Any]) -> News:
    if message["kind"] == "bound":
        return News(bound=whole(message["bound"]))
    return News(values=message["values"].tolist())


class _Rows:
    """The rows of a model as a compressed sparse matrix; only new ones are converted."""

    def __init__(self, linear: LinearModel) -> None:
        self._linear = linear
        self._known = 0
        self._lengths: list[npt.NDArray[np.int32]] = []
        self._columns: list[npt.NDArray[np.int32]] = []
        self._coefficients: list[Floats] = []
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        rows = self._linear.rows[self._known :]
        self._known += len(rows)
        self._lengths.append(np.array([len(row) for row, _, _ in rows], dtype=np.int32))
        size = int(self._lengths[-1].sum())
        columns = chain.from_iterable(row for row, _, _ in rows)
        self._columns.append(np.fromiter(columns, dtype=np.int32, count=size))
        coefficients = chain.from_iterable(row.values() for row, _, _ in rows)
        self._coefficients.append(np.fromiter(coefficients, dtype=float, count=size))
        no = float("inf")
        self._lower.append(np.array([-no if low is None else low for _, low, _ in rows], float))
        self._upper.append(
            np.array([no if most is None else most for _, _, most in rows], float)
        )
        lengths = np.concatenate(self._lengths)
        return {
            "starts": np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
            "columns": np.concatenate(self._columns),
            "coefficients": np.concatenate(self._coefficients),
            "row_lower": np.concatenate(self._lower),
            "row_upper": np.concatenate(self._upper),
        }
