"""Letting a contender work on a problem, and judging what it brings.

The judge is :mod:`solver.check`, for all alike. It shares no code with what solves, and its
verdict was compared with that of a checker written apart from this repository.
"""

import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.children import run
from benchmarks.contenders import OURS, Contender
from benchmarks.market import Result
from benchmarks.preparing import market_of
from solver import Plan, PlanStatus, Problem, check, plan_from_json, problem_from_json

ROOT = Path(__file__).resolve().parent.parent
GUESTS = ROOT / ".venv-bench" / "bin" / "python"
GRACE_SECONDS = 120.0
"""How much longer than its limit a contender may take before it is killed."""


@dataclass(frozen=True)
class Entry:
    """What one contender did with one problem.

    ``metrics`` is empty, and ``note`` says why, where it brought nothing.
    """

    problem: str
    visitors: int
    contender: str
    limit: float
    note: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    metrics: dict[str, Any] | None = None
    faults: tuple[str, ...] = ()
    cancelled: int = 0
    is_proven: bool = False
    bound: float | None = None
    trace: tuple[tuple[float, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


class Arena:
    """One problem, written to a folder for everybody to read."""

    def __init__(self, name: str, data: dict[str, Any], folder: Path) -> None:
        self.name = name
        self.problem: Problem = problem_from_json(data)
        self._folder = folder
        self._problem_file, self._market_file = folder / "problem.json", folder / "market.json"
        self._problem_file.write_text(json.dumps(data), encoding="utf-8")
        market_of(self.problem).write(self._market_file)

    def let(self, contender: Contender, *, limit: float, seed: int = 1) -> Entry:
        """Let a contender work on the problem for so many seconds, and judge the result."""
        about: dict[str, Any] = {
            "problem": self.name,
            "visitors": len(self.problem.visitors),
            "contender": contender.title,
            "limit": limit,
        }
        missing = why_skipped(contender, visitors=len(self.problem.visitors))
        if missing:
            return Entry(**about, note=f"skipped: {missing}")
        output = self._folder / "result.json"
        output.unlink(missing_ok=True)
        source = self._problem_file if contender is OURS else self._market_file
        ended = run(
            [
                str(GUESTS) if contender.is_guest else sys.executable,
                *("-m", contender.module, str(source), str(output)),
                *("--time-limit", str(limit), "--seed", str(seed), *contender.arguments),
            ],
            folder=ROOT,
            limit=limit + GRACE_SECONDS,
        )
        measured: dict[str, Any] = {
            "seconds": ended.seconds,
            "megabytes": ended.peak_bytes / 1e6,
        }
        if ended.was_killed:
            return Entry(**about, **measured, note=f"killed after {ended.seconds:.0f} s")
        if ended.status != 0:
            return Entry(**about, **measured, note=f"failed: {ended.last_line[:200]}")
        result = Result.read(output)
        report = check(self.problem, self._plan(contender, result, output))
        return Entry(
            **about,
            **measured,
            metrics=report.metrics,
            faults=report.faults,
            cancelled=result.cancelled,
            is_proven=result.is_proven,
            bound=result.bound,
            trace=result.trace,
        )

    def _plan(self, contender: Contender, result: Result, output: Path) -> Plan:
        if contender is OURS:
            return plan_from_json(json.loads(output.read_text(encoding="utf-8"))["plan"])
        return Plan(
            status=PlanStatus.FEASIBLE,
            placements=result.placements,
            stages=(),
            seconds=0.0,
            problem_sha256=self.problem.sha256,
            seed=self.problem.seed,
        )


def why_skipped(contender: Contender, *, visitors: int) -> str:
    """Return why a contender cannot take part here, or nothing."""
    if contender.is_guest and not GUESTS.exists():
        return "its environment is not there; `make bench` makes it"
    if contender.needs_java and shutil.which("java") is None:
        return "no Java here"
    if contender.most_visitors is not None and visitors > contender.most_visitors:
        return f"more than {contender.most_visitors} visitors are too many for it"
    return ""
