"""Searching for the best values of a linear model, with HiGHS in a process of its own.

References
----------
Q. Huangfu and J. A. J. Hall (2018), Parallelizing the dual revised simplex method,
Mathematical Programming Computation 10, 119-142. https://doi.org/10.1007/s12532-017-0130-5
"""

import atexit
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from solver import highs_process
from solver.errors import SolverError
from solver.linear import Expression, LinearModel, Values
from solver.search import POLL_SECONDS, Found, News, Outcome, Relaxation, Report, follow
from solver.search import whole_bound as whole

MOST_WHOLE_CHOICES = 60_000
"""With more, HiGHS is told that the choices are real numbers, which changes nothing but time:
it would partition an objective over Booleans into cliques, in time quadratic in their number.
"""
INFEASIBLE = ("Infeasible", "Primal infeasible or unbounded")
"""What HiGHS says; no model here is unbounded."""

Floats = npt.NDArray[np.float64]


class HighsSearch:
    """Searches with HiGHS; see :class:`solver.search.Search`."""

    def __init__(self, linear: LinearModel, *, workers: int) -> None:
        self._linear = linear
        self._workers = workers
        self._rows = _Rows(linear)

    def maximise(
        self,
        objective: Expression,
        *,
        start: Values | None,
        deadline: float,
        should_stop: Callable[[], bool],
        report: Report,
    ) -> Outcome:
        """Find the values with the highest objective."""
        if should_stop():
            return Outcome(values=None, bound=None, is_proven=False)
        process = _Process.take()
        known = Found(start, None)
        done: list[dict[str, Any]] = []
        news: News = SimpleQueue()

        def listen() -> None:
            try:
                while (message := process.receive()) is not None:
                    if message["kind"] == "done":
                        done.append(message)
                        return
                    news.put(_found(message))
            finally:
                news.put(None)

        def note(found: Found) -> None:
            nonlocal known
            known = Found(
                known.values if found.values is None else found.values,
                known.bound if found.bound is None else found.bound,
            )
            report(found)

        listener = Thread(target=listen, name="solver-highs", daemon=True)
        listener.start()
        try:
            process.send(self._request(objective, start=start, deadline=deadline))
            follow(
                news,
                should_stop=lambda: monotonic() >= deadline or should_stop(),
                stop=process.kill,
                report=note,
            )
        finally:
            if not done:
                process.kill()
            listener.join()
        if not done:
            if not process.was_killed:
                raise SolverError("HiGHS ended before it was done; is there enough memory?")
            return Outcome(known.values, known.bound, is_proven=False)
        process.give_back()
        return self._outcome(done[0], known)

    def _outcome(self, done: dict[str, Any], known: Found) -> Outcome:
        if done["status"] in INFEASIBLE:
            return Outcome(values=None, bound=None, is_proven=True)
        values = known.values if done["values"] is None else done["values"].tolist()
        is_proven = done["status"] == "Optimal"
        return Outcome(values, whole(done["bound"]), is_proven=is_proven and values is not None)

    def relax(
        self, objective: Expression, *, deadline: float, should_stop: Callable[[], bool]
    ) -> Relaxation | None:
        """Return the relaxation's best; None where it was not found in time."""
        process = _Process.take()
        try:
            request = self._request(objective, start=None, deadline=deadline)
            process.send(request | {"integral": None})
            message = process.receive_until(lambda: monotonic() >= deadline or should_stop())
        finally:
            if process.is_busy:
                process.kill()
        if message is None:
            return None
        process.give_back()
        if message["status"] in INFEASIBLE:
            return Relaxation(None, ())
        if message["status"] != "Optimal":
            return None
        return Relaxation(message["bound"], tuple(message["reduced_costs"].tolist()))

    def _request(
        self, objective: Expression, *, start: Values | None, deadline: float
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
                "threads": self._workers,
                "time_limit": max(0.01, deadline - monotonic()),
                # All figures are whole numbers: less than one apart is equal.
                "mip_rel_gap": 0.0,
                "mip_abs_gap": 0.99,
                # Both cost minutes with 200,000 variables, and bring nothing here.
                "mip_detect_symmetry": len(cost) <= MOST_WHOLE_CHOICES,
                "mip_heuristic_run_feasibility_jump": len(cost) <= MOST_WHOLE_CHOICES,
            },
        } | self._rows.arrays()


def _found(message: dict[str, Any]) -> Found:
    if message["kind"] == "bound":
        return Found(bound=whole(message["bound"]))
    return Found(values=message["values"].tolist())


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


class _Process:
    """A HiGHS process. To start one takes a quarter of a second, so an idle one is kept."""

    _idle: ClassVar["list[_Process]"] = []
    _lock = Lock()

    def __init__(self) -> None:
        path = Path(highs_process.__file__)
        self.was_killed = False
        self.is_busy = False
        self._owner = os.getpid()
        # Not the folder of the file: what is beside it is this package.
        self._popen = subprocess.Popen(
            [sys.executable, "-P", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    @classmethod
    def take(cls) -> "_Process":
        """Return an idle process of this process's own, or a new one."""
        with cls._lock:
            while cls._idle:
                process = cls._idle.pop()
                if process.is_usable():
                    return process
        return cls()

    def is_usable(self) -> bool:
        """Tell whether it runs, and was not inherited from the process that forked this one."""
        return self._owner == os.getpid() and self._popen.poll() is None

    def give_back(self) -> None:
        """Keep this process for the next who needs one."""
        with self._lock:
            self._idle.append(self)

    @classmethod
    def end_all(cls) -> None:
        """End the idle ones."""
        with cls._lock:
            while cls._idle:
                process = cls._idle.pop()
                if process.is_usable():
                    process.kill()

    def send(self, message: dict[str, Any]) -> None:
        assert self._popen.stdin is not None
        self.is_busy = True
        try:
            highs_process.write(self._popen.stdin, message)
        except BrokenPipeError:
            raise SolverError("HiGHS could not be started; is highspy installed?") from None

    def receive(self) -> dict[str, Any] | None:
        """Return the next message, or None once the process has ended."""
        assert self._popen.stdout is not None
        message = highs_process.read(self._popen.stdout)
        if message is None or message["kind"] == "done":
            self.is_busy = False
        return message

    def receive_until(self, is_over: Callable[[], bool]) -> dict[str, Any] | None:
        """Return the next message, or None when there was none before it was over."""
        box: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        Thread(target=lambda: box.put(self.receive()), daemon=True).start()
        while not is_over():
            try:
                return box.get(timeout=POLL_SECONDS)
            except Empty:
                continue
        return None

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self.was_killed = True
        self._popen.kill()
        self._popen.wait()


atexit.register(_Process.end_all)
