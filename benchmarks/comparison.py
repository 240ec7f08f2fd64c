"""This solver beside others, on the same problems, judged by the same checker."""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import problems
from benchmarks.children import run
from benchmarks.contenders import CONTENDERS
from benchmarks.judging import GUESTS, ROOT, Arena, Entry

PICTURE_SECONDS = 120.0
ROUNDING = 0.5
"""What a bound of whole numbers may be off, computed with floating point."""


@dataclass(frozen=True)
class Case:
    """A problem, and the seconds that everybody has for it."""

    name: str
    limit: float
    objectives: tuple[str, ...] | None = None


WEEKS = (Case("zuid-oost", 20), Case("region", 40), Case("region-tight", 40))
WELFARE = (
    Case("zuid-oost", 20, ("welfare",)),
    Case("region", 20, ("welfare",)),
    Case("welfare-5000", 30),
    Case("welfare-20000", 100),
)
QUICK_WEEKS = (Case("tiny", 5),)
QUICK_WELFARE = (Case("tiny", 5, ("welfare",)),)
TINY = problems.Recipe(hosts=6, visitors=20, seed=1)

EXPLANATION = """\
Everybody gets the same seconds, two cores, one after another on an otherwise quiet machine, \
each as a process of its own. Seconds are wall-clock, from start to end of that process. All \
but this solver read a file in which the rules about one visitor are worked out already, which \
is not counted for them. Memory is the most that was resident, children included.

- *first come, first served*: in the order of the file, each books down the own list.
- *random serial dictatorship*: in a random order, each takes the best week still free.
- *round robin*: fairpyx, one visit a round, in a random order.
- *textbook* models: a Boolean for each visitor and slot, a row for each pair that clashes, a \
weighted sum of placed, hosts, welfare, slots and mix; CP-SAT with two workers, HiGHS as it is.
- *Timefold*: itineraries as values, late acceptance, the same weighted sum; its seconds begin \
when its search does, after Python was turned into Java.

With the first three, a slot with fewer people than its minimum is cancelled in the end: \
*cancelled* counts the visits that people had and lost. *Worst-off tenth* is the mean \
satisfaction of the tenth of the visitors with the least of it.
"""


def measure(*, quick: bool) -> tuple[list[Entry], list[Entry]]:
    """Let everybody work on everything: whole weeks, and welfare alone at growing sizes."""
    weeks = list(_entries(QUICK_WEEKS if quick else WEEKS))
    return weeks, list(_entries(QUICK_WELFARE if quick else WELFARE))


def _entries(cases: Sequence[Case]) -> Iterator[Entry]:
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            arena = Arena(case.name, _data(case), Path(folder))
            for contender in CONTENDERS:
                entry = arena.let(contender, limit=case.limit)
                sys.stderr.write(f"{case.name}: {contender.title}: {entry.seconds:.1f} s\n")
                yield entry


def _data(case: Case) -> dict[str, Any]:
    data = problems.make(TINY) if case.name == "tiny" else problems.named(case.name)
    return data if case.objectives is None else {**data, "objectives": list(case.objectives)}


def report(weeks: Sequence[Entry], welfare: Sequence[Entry], *, picture: str) -> Iterator[str]:
    """Yield the lines of the report in Markdown."""
    yield from EXPLANATION.splitlines()
    yield f"\n![Value against time, and gap against size]({picture})\n"
    for name in dict.fromkeys(entry.problem for entry in weeks):
        entries = [entry for entry in weeks if entry.problem == name]
        yield f"### The whole week: {_title(entries)}\n"
        yield from _week_table(entries)
        yield ""
    for name in dict.fromkeys(entry.problem for entry in welfare):
        entries = [entry for entry in welfare if entry.problem == name]
        yield f"### Welfare alone: {_title(entries)}\n"
        yield from _welfare_table(entries)
        yield ""
    faults = [*_faults((*weeks, *welfare)), *_false_bounds(welfare)]
    yield "Faults that were found:\n" if faults else "The checker found no fault in any plan."
    yield from faults


def _faults(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        if entry.faults:
            count, first = len(entry.faults), entry.faults[0]
            yield f"- {entry.contender}, {entry.problem}: {count}, the first: {first}"


def _false_bounds(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the bounds that a plan of somebody is better than."""
    best: dict[str, int] = {}
    for entry in entries:
        if entry.metrics is not None:
            best[entry.problem] = max(best.get(entry.problem, 0), entry.metrics["welfare"])
    for entry in entries:
        if entry.bound is not None and entry.bound < best.get(entry.problem, 0) - ROUNDING:
            yield f"- {entry.contender}, {entry.problem}: the bound {entry.bound} is false"


def _title(entries: Sequence[Entry]) -> str:
    first = entries[0]
    return f"{first.problem}, {first.visitors} visitors, {first.limit:.0f} s for everybody"


def _week_table(entries: Sequence[Entry]) -> Iterator[str]:
    heads = ("placed", "hosts", "welfare", "slots", "mix", "away")
    rest = ("cancelled", "worst-off tenth", "proven", "seconds", "MB", "faults")
    yield f"| | {' | '.join((*heads, *rest))} |"
    yield "| --- |" + " ---: |" * (len(heads) + len(rest))
    for entry in entries:
        found = entry.metrics
        if found is None:
            yield _without_result(entry, len(heads) + len(rest))
            continue
        tenth = found["satisfaction_lowest_tenth"]
        cells = (
            *(f"{found[name]}" for name in heads),
            *(f"{entry.cancelled}", "" if tenth is None else f"{tenth:.3f}"),
            *("yes" if entry.is_proven else "", f"{entry.seconds:.1f}"),
            *(f"{entry.megabytes:.0f}", f"{len(entry.faults)}"),
        )
        yield f"| {entry.contender} | {' | '.join(cells)} |"


def _welfare_table(entries: Sequence[Entry]) -> Iterator[str]:
    heads = (
        "welfare",
        "own bound",
        "below the best bound",
        "proven",
        "seconds",
        "MB",
        "faults",
    )
    yield f"| | {' | '.join(heads)} |"
    yield "| --- |" + " ---: |" * len(heads)
    for entry in entries:
        if entry.metrics is None:
            yield _without_result(entry, len(heads))
            continue
        distance = gap(entry, entries)
        cells = (
            f"{entry.metrics['welfare']}",
            "" if entry.bound is None else f"{entry.bound:.0f}",
            "" if distance is None else f"{100 * distance:.3f} %",
            *("yes" if entry.is_proven else "", f"{entry.seconds:.1f}"),
            *(f"{entry.megabytes:.0f}", f"{len(entry.faults)}"),
        )
        yield f"| {entry.contender} | {' | '.join(cells)} |"


def _without_result(entry: Entry, columns: int) -> str:
    return f"| {entry.contender} | {entry.note} |" + " |" * (columns - 1)


def gap(entry: Entry, entries: Sequence[Entry]) -> float | None:
    """Return how far a welfare is below the best bound that anybody proved, as a share."""
    bounds = [other.bound for other in entries if other.bound is not None]
    if not bounds or min(bounds) <= 0 or entry.metrics is None:
        return None
    welfare: int = entry.metrics["welfare"]
    return max(0.0, 1 - welfare / min(bounds))


def draw(welfare: Sequence[Entry], target: Path) -> str:
    """Draw the picture with the environment of the guests; return why not, or nothing."""
    if not GUESTS.exists():
        return "no picture: the environment for drawing is not there"
    sizes = dict.fromkeys(entry.problem for entry in welfare)
    of_size = {name: [e for e in welfare if e.problem == name] for name in sizes}
    data = [{**entry.to_json(), "gap": gap(entry, of_size[entry.problem])} for entry in welfare]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "entries.json"
        source.write_text(json.dumps(data), encoding="utf-8")
        ended = run(
            [str(GUESTS), "-m", "benchmarks.picture", str(source), str(target)],
            folder=ROOT,
            limit=PICTURE_SECONDS,
        )
    return "" if ended.status == 0 else f"no picture: {ended.last_line[:200]}"
