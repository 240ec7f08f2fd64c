"""What was measured, as tables in Markdown."""

import csv
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """A page as one person got it.

    ``milliseconds`` is CPU time of one request, ``again`` that of one that is answered with
    "the same as before", None where the page has no tag. ``rows`` were read from the database
    by ``queries``, None where they were not counted.
    """

    who: str
    path: str
    milliseconds: float
    again: float | None
    size: int
    sent: int
    queries: int
    rows: int | None


@dataclass(frozen=True)
class Load:
    """How many people were served: per second, and in how many milliseconds."""

    requests: int
    errors: int
    per_second: float
    p50: float
    p95: float


def median_of(rounds: Sequence[Sequence[Page]]) -> list[Page]:
    """Return each page with the median of its times; of the rest, the last round's."""
    times: dict[tuple[str, str], list[Page]] = {}
    for pages in rounds:
        for page in pages:
            times.setdefault((page.who, page.path), []).append(page)
    found = []
    for same in times.values():
        last = same[-1]
        agains = [page.again for page in same if page.again is not None]
        found.append(
            Page(
                last.who,
                last.path,
                statistics.median(page.milliseconds for page in same),
                statistics.median(agains) if agains else None,
                last.size,
                last.sent,
                last.queries,
                last.rows,
            )
        )
    return found


def pages(ours: Sequence[Page], theirs: Sequence[Page]) -> Iterator[str]:
    """Yield a table of pages, the most expensive first, each beside the other commit's."""
    others = {(page.who, page.path): page for page in theirs}
    names = [
        "page",
        "who",
        "ms",
        "before",
        "304",
        "kB",
        "sent",
        "before",
        "queries",
        "before",
        "rows",
    ]
    yield f"| {' | '.join(names)} |"
    yield f"| --- | --- |{' ---: |' * (len(names) - 2)}"
    for page in sorted(ours, key=lambda page: -page.milliseconds):
        other = others.pop((page.who, page.path), None)
        cells = (
            f"`{page.path}`",
            page.who,
            f"{page.milliseconds:.1f}",
            f"{other.milliseconds:.1f}" if other else "",
            f"{page.again:.1f}" if page.again is not None else "",
            f"{page.size / 1000:.1f}",
            f"{page.sent / 1000:.1f}",
            f"{other.sent / 1000:.1f}" if other else "",
            str(page.queries),
            str(other.queries) if other else "",
            str(page.rows) if page.rows is not None else "",
        )
        yield f"| {' | '.join(cells)} |"
    for page in others.values():
        yield f"| `{page.path}` | {page.who} | gone | {page.milliseconds:.1f} | | | | | | | |"


def loads(found: Mapping[tuple[str, str, str], Sequence[Load]]) -> Iterator[str]:
    """Yield a table of loads by what was done, database and commit; each run is a row."""
    yield "| load | database | commit | requests/s | p50, ms | p95, ms | requests | errors |"
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for (what, database, commit), runs in found.items():
        for run in runs:
            yield (
                f"| {what} | {database} | {commit} | {run.per_second:.1f} | {run.p50:.0f} "
                f"| {run.p95:.0f} | {run.requests} | {run.errors} |"
            )


def first_visit(sizes: Mapping[str, int]) -> Iterator[str]:
    """Yield what a first visit brings over the line, file by file."""
    yield "| file | bytes sent |"
    yield "| --- | ---: |"
    for name, size in sizes.items():
        yield f"| `{name}` | {size} |"
    yield f"| together | {sum(sizes.values())} |"


def read_locust(file: Path) -> Load:
    """Read the line of all requests together from the statistics that Locust writes."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows: Iterable[dict[str, str]] = csv.DictReader(lines)
        [total] = [row for row in rows if row["Name"] == "Aggregated"]
    return Load(
        requests=int(total["Request Count"]),
        errors=int(total["Failure Count"]),
        per_second=float(total["Requests/s"]),
        p50=_number(total["50%"]),
        p95=_number(total["95%"]),
    )


def _number(text: str) -> float:
    return float(text) if text not in ("", "N/A") else 0.0
