"""What the solver does with odd problems."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.problems import Json
from benchmarks.shapes import region_for_pins, shapes, with_pins
from benchmarks.speed import Folder

LIMIT_SECONDS = 30.0


def report() -> Iterator[str]:
    """Solve each, and yield the lines of a table."""
    yield f"At most {LIMIT_SECONDS:g} s each, two workers, through the command line.\n"
    yield "| problem | visitors | slots | status | placed | seconds | MB | faults |"
    yield "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |"
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place))
        for name, data in _all(folder):
            sys.stderr.write(f"{name}\n")
            yield _row(folder, name, data)


def _all(folder: Folder) -> Iterator[tuple[str, Json]]:
    yield from shapes()
    file = folder.path / "before.json"
    file.write_text(json.dumps(region_for_pins()), encoding="utf-8")
    plan = folder.solve(file, limit=LIMIT_SECONDS).plan
    if plan is not None:
        yield "500 pins", with_pins(list(plan.placements))


def _row(folder: Folder, name: str, data: Json) -> str:
    file = folder.path / "odd.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    seen = folder.solve(file, limit=LIMIT_SECONDS)
    status = f"no plan: {seen.run.last_line[:100]}" if seen.plan is None else seen.plan.status
    placed = len({who for who, _ in seen.plan.placements}) if seen.plan else 0
    cells = (
        *(name, f"{len(data['visitors'])}", f"{len(data['slots'])}", status, f"{placed}"),
        *(f"{seen.run.seconds:.1f}", f"{seen.run.peak_bytes / 1e6:.0f}", f"{len(seen.faults)}"),
    )
    return f"| {' | '.join(cells)} |"
