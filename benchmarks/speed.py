"""What the project asks of the solver in time and memory, and what was seen.

Everything goes through the command line, so starting, reading and building count.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import problems, shapes
from benchmarks.children import Run, run
from benchmarks.judging import ROOT
from benchmarks.problems import DEFAULT_OBJECTIVES, KNOWN_VALUES
from solver import Plan, check, plan_from_json, problem_from_json

KILLED_AFTER = 1.2
"""A command is killed after this many times its limit, and a minute."""


@dataclass(frozen=True)
class Goal:
    """A row of the table: seconds, the gap of the first objective, and gigabytes."""

    name: str
    must_seconds: float
    aim_seconds: float
    must_gap: float = 0.0
    aim_gap: float = 0.0
    must_gigabytes: float | None = None

    @property
    def must(self) -> str:
        """What must be, in words."""
        memory = f", {self.must_gigabytes:g} GB" if self.must_gigabytes else ""
        return f"{_gap(self.must_gap)}, {self.must_seconds:g} s{memory}"

    @property
    def aim(self) -> str:
        """What is aimed at, in words."""
        return f"{_gap(self.aim_gap)}, {self.aim_seconds:g} s"


def _gap(gap: float) -> str:
    return f"gap {100 * gap:g} %" if gap else "proven"


PUPILS = "135 pupils"
GOALS = (
    Goal("zuid-oost", 5, 2),
    Goal("region", 60, 20),
    Goal("region-twice", 180, 60),
    Goal(PUPILS, 5, 1),
    Goal("region-tight", 60, 15),
    Goal("dense", 30, 8),
    Goal("welfare-20000", 300, 120, must_gap=0.001, must_gigabytes=6),
    Goal("welfare-100000", 900, 900, must_gap=0.01, aim_gap=0.001, must_gigabytes=12),
)
EXPLAIN = Goal("explain everybody, zuid-oost", 120, 20)
CHANGE = Goal("minimal change after one cancelled slot, region", 20, 5)
LIMITS = (("zuid-oost", 1.0), ("region", 5.0), ("region-twice", 10.0), ("welfare-20000", 30.0))
HUGE = {"welfare-100000"}


@dataclass(frozen=True)
class Seen:
    """What came of one command."""

    run: Run
    plan: Plan | None
    faults: tuple[str, ...] = ()

    @property
    def gap(self) -> float | None:
        """How far the first objective may be from its best, as a share of the bound."""
        if self.plan is None or not self.plan.stages:
            return None
        first = self.plan.stages[0]
        return abs(first.bound - first.value) / max(1, abs(first.bound))

    def meets(self, *, seconds: float, gap: float, gigabytes: float | None) -> bool:
        """Tell whether it is as quick, as near and as small as that."""
        if self.plan is None or self.faults or self.run.seconds > seconds or self.gap is None:
            return False
        if gigabytes is not None and self.run.peak_bytes > gigabytes * 1e9:
            return False
        return self.gap <= gap if gap else self.plan.status == "optimal"


class Folder:
    """Where problems and plans are written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data: dict[str, dict[str, Any]] = {}

    def problem(self, name: str) -> Path:
        """Return the file of a problem, made when first asked for."""
        file = self.path / f"{name.replace(' ', '-')}.json"
        if not file.exists():
            data = shapes.pupils() if name == PUPILS else problems.named(name)
            file.write_text(json.dumps(data), encoding="utf-8")
        return file

    def solve(self, problem: Path, *, limit: float, output: str = "plan.json") -> Seen:
        """Solve a problem with two workers, and judge the plan."""
        target = self.path / output
        target.unlink(missing_ok=True)
        command = ("solve", str(problem), "--output", str(target), "--workers", "2")
        ended = self.command(*command, "--time-limit", str(limit), limit=limit)
        if not target.exists():
            return Seen(ended, None)
        plan = plan_from_json(json.loads(target.read_text(encoding="utf-8")))
        data = json.loads(problem.read_text(encoding="utf-8"))
        return Seen(ended, plan, check(problem_from_json(data), plan).faults)

    def command(self, *arguments: str, limit: float) -> Run:
        """Run a command of the solver."""
        sys.stderr.write(f"{' '.join(arguments[:2])} ({limit:g} s)\n")
        return run(
            [sys.executable, "-m", "solver", *arguments],
            folder=ROOT,
            limit=KILLED_AFTER * limit + 60,
        )


def report(*, with_huge: bool) -> Iterator[str]:
    """Measure every row, and yield the lines of the tables."""
    yield "Through the command line, with two workers: starting, reading, building, writing"
    yield "count. Memory is what was resident at most, children included.\n"
    yield "| problem | must | aim | seen | seconds | MB | must | aim |"
    yield "| --- | --- | --- | --- | ---: | ---: | --- | --- |"
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place))
        for goal in GOALS:
            if with_huge or goal.name not in HUGE:
                seen = folder.solve(folder.problem(goal.name), limit=goal.must_seconds)
                yield _row(goal, seen, _words(goal.name, seen))
        yield _explained(folder)
        yield _changed(folder)
        yield "\nLimits that are shorter than it needs, held within 5 % and 2 s:\n"
        yield "| problem | limit | seconds | status | held |"
        yield "| --- | ---: | ---: | --- | --- |"
        for name, limit in LIMITS:
            seen = folder.solve(folder.problem(name), limit=limit)
            status = seen.plan.status if seen.plan else "no plan"
            held = _tick(seen.run.seconds <= 1.05 * limit + 2)
            yield f"| {name} | {limit:g} | {seen.run.seconds:.1f} | {status} | {held} |"


def _row(goal: Goal, seen: Seen, words: str) -> str:
    must = seen.meets(
        seconds=goal.must_seconds, gap=goal.must_gap, gigabytes=goal.must_gigabytes
    )
    aim = seen.meets(seconds=goal.aim_seconds, gap=goal.aim_gap, gigabytes=goal.must_gigabytes)
    cells = (goal.name, goal.must, goal.aim, words, f"{seen.run.seconds:.1f}")
    memory = f"{seen.run.peak_bytes / 1e6:.0f}"
    return f"| {' | '.join(cells)} | {memory} | {_tick(must)} | {_tick(aim)} |"


def _tick(is_met: bool) -> str:
    return "yes" if is_met else "**no**"


def _words(name: str, seen: Seen) -> str:
    if seen.plan is None:
        return f"no plan, {how_it_ended(seen.run)}: {seen.run.last_line[:120]}"
    if seen.faults:
        return f"faults: {seen.faults[0]}"
    stages = seen.plan.stages
    values = tuple(stage.value for stage in stages)
    known = KNOWN_VALUES.get(name)
    words = f"{seen.plan.status}, {_proven(seen.plan)}"
    if known is not None:
        # Every proven stage must have the value that another solver proved.
        same = all(
            stage.value == value
            for stage, value in zip(stages, known, strict=False)
            if stage.value == stage.bound
        )
        words += ", known values" if values == known else f", known values: {_tick(same)}"
    if seen.gap:
        words += f", gap {100 * seen.gap:.4f} %"
    return words


def how_it_ended(ended: Run) -> str:
    """Return why a command brought nothing."""
    return f"killed after {ended.seconds:.0f} s" if ended.was_killed else "failed"


def _proven(plan: Plan) -> str:
    proven = sum(stage.value == stage.bound for stage in plan.stages)
    return f"{proven} of {len(plan.stages)} stages proven"


def _explained(folder: Folder) -> str:
    problem = folder.problem("zuid-oost")
    solved = folder.solve(problem, limit=60, output="week.json")
    ended = folder.command(
        "explain",
        str(problem),
        str(folder.path / "week.json"),
        limit=EXPLAIN.must_seconds,
    )
    is_done = ended.status == 0 and not ended.was_killed
    words = "done" if is_done else f"{how_it_ended(ended)}: {ended.last_line[:120]}"
    return _row(EXPLAIN, Seen(ended, solved.plan if is_done else None, solved.faults), words)


def _changed(folder: Folder) -> str:
    problem = folder.problem("region")
    before = folder.solve(problem, limit=120)
    if before.plan is None:
        return _row(CHANGE, before, _words("", before))
    changed = json.loads(problem.read_text(encoding="utf-8"))
    people = Counter(slot for _, slot in before.plan.placements)
    [(cancelled, lost)] = people.most_common(1)
    [slot] = [slot for slot in changed["slots"] if slot["id"] == cancelled]
    slot["state"] = "closed"
    known = [{"visitor": who, "slot": where} for who, where in before.plan.placements]
    changed |= {
        "previous": {"placements": known},
        "objectives": ["kept", *DEFAULT_OBJECTIVES],
    }
    after = folder.path / "changed.json"
    after.write_text(json.dumps(changed), encoding="utf-8")
    seen = folder.solve(after, limit=CHANGE.must_seconds)
    words = _words("", seen)
    if seen.plan is not None and seen.plan.stages:
        kept = seen.plan.stages[0].value
        words += f"; {lost} lost their visit, {len(known) - lost - kept} more had to move"
    return _row(CHANGE, seen, words)
