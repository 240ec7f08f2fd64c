"""Measure, and write what was seen into a page: ``python -m benchmarks [PART ...]``.

comparison: this solver beside others (about 25 minutes, the default)
speed: the table of time and memory that the project asks for; --huge adds 100,000 visitors
shapes: odd problems
site: the demonstration, and the pages of the site
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import comparison, odd, site, speed
from benchmarks.results import renew
from solver.plan import SOLVER_VERSION

PAGE = Path(__file__).parent / "RESULTS.md"
PICTURE = "comparison.svg"
HEADINGS = {
    "comparison": "This solver beside others",
    "speed": "Time and memory, as asked for",
    "shapes": "Odd problems",
    "site": "The site",
}


def main() -> None:
    """Measure the parts that were asked for, one after another."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--quick", action="store_true", help="compare on a tiny problem only")
    parser.add_argument("--huge", action="store_true", help="100,000 visitors too")
    parser.add_argument("--output", type=Path, default=PAGE, metavar="PAGE.md")
    options = parser.parse_args()
    parts = options.parts or ["comparison"]
    measure: dict[str, Callable[[], Iterator[str]]] = {
        "comparison": lambda: _compared(options.output, quick=options.quick),
        "speed": lambda: speed.report(with_huge=options.huge),
        "shapes": odd.report,
        "site": site.report,
    }
    if unknown := set(parts) - set(measure):
        parser.error(f"no part {', '.join(sorted(unknown))}")
    for part in parts:
        lines = [f"{about()}, `make bench BENCH={part}`.\n", *measure[part]()]
        renew(options.output, {HEADINGS[part]: lines}, order=HEADINGS.values())
    sys.stderr.write(f"Written: {options.output}\n")


def about() -> str:
    """Return when and on what this is measured."""
    today = datetime.now(UTC).date()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB"
    return f"{today}, {machine}, Python {platform.python_version()}, solver {SOLVER_VERSION}"


def _compared(page: Path, *, quick: bool) -> Iterator[str]:
    weeks, welfare = comparison.measure(quick=quick)
    why_not = comparison.draw(welfare, page.resolve().parent / PICTURE)
    yield from comparison.report(weeks, welfare, picture=PICTURE)
    if why_not:
        yield f"\n{why_not}"


if __name__ == "__main__":
    main()
