"""Measure, and write what was seen into a page: ``python -m benchmarks [PART ...]``.

comparison: this solver beside others (about 20 minutes, the default)
speed: the table of time and memory that the project asks for; --huge adds 100,000 visitors
shapes: odd problems
site: the demonstration, and the pages of the site
web: what each page costs and how many people are served, beside another commit (--beside)
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import comparison, odd, site, speed
from benchmarks.results import renew
from benchmarks.web import measuring
from solver.plan import SOLVER_VERSION

PAGE = Path(__file__).parent / "RESULTS.md"
PICTURE = "comparison.svg"
HEADINGS = {
    "comparison": "This solver beside others",
    "speed": "Time and memory, as asked for",
    "shapes": "Odd problems",
    "site": "The site",
    "web": "What pages cost, and how many people are served",
}


def main() -> None:
    """Measure the parts that were asked for, one after another."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--quick", action="store_true", help="only to see that it works")
    parser.add_argument(
        "--beside", default=measuring.BEFORE, metavar="COMMIT", help="what web compares with"
    )
    parser.add_argument("--huge", action="store_true", help="100,000 visitors too")
    parser.add_argument("--output", type=Path, metavar="PAGE.md")
    options = parser.parse_args()
    parts = options.parts or ["comparison"]
    if unknown := set(parts) - set(HEADINGS):
        parser.error(f"no part {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        # What is quick is to see that it works, not to be kept.
        page = options.output or (Path(folder) / PAGE.name if options.quick else PAGE)
        for part in parts:
            lines = _measured(part, page, options)
            heading = f"{about()}, `make bench BENCH={part}`.\n"
            renew(page, {HEADINGS[part]: [heading, *lines]}, order=HEADINGS.values())
        if options.quick:
            sys.stdout.write(page.read_text(encoding="utf-8"))


def _measured(part: str, page: Path, options: argparse.Namespace) -> Iterator[str]:
    match part:
        case "comparison":
            return _compared(page, quick=options.quick)
        case "speed":
            return speed.report(with_huge=options.huge)
        case "shapes":
            return odd.report()
        case "web":
            effort = measuring.QUICK if options.quick else measuring.Effort()
            return measuring.report(commit=options.beside, effort=effort)
        case _:
            return site.report()


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
