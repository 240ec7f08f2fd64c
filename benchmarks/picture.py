"""Value against time, and gap against size, as SVG.

Runs in the environment of ``requirements/bench.txt``:
``python -m benchmarks.picture ENTRIES.json OUT.svg``.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

Entry = dict[str, Any]

#: Colour, marker and line of each, told apart without colour too.
LOOKS = {
    "this solver": ("#0b5d8a", "o", "-"),
    "first come, first served": ("#8a6d00", "v", ":"),
    "random serial dictatorship": ("#6b7280", "^", ":"),
    "round robin (fairpyx)": ("#2f7d32", "s", ":"),
    "textbook CP-SAT": ("#b3261e", "x", "--"),
    "textbook HiGHS": ("#7b3fa0", "+", "-."),
    "Timefold": ("#c2570c", "D", "--"),
}
PLAIN = StrMethodFormatter("{x:g}")
SMALLEST_GAP = 1e-5
SHOWN_VISITORS = 1000
"""The size whose course over time is shown: the largest one up to this."""


def draw(entries: list[Entry], target: Path) -> None:
    """Draw both pictures side by side."""
    mpl.rcParams.update({"svg.hashsalt": "opendeur", "font.size": 9})
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    _value_against_time(left, _of_one_size(entries))
    _gap_against_size(right, [entry for entry in entries if entry["gap"] is not None])
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(target, format="svg", metadata={"Date": None})


def _of_one_size(entries: list[Entry]) -> list[Entry]:
    sizes = {entry["visitors"] for entry in entries}
    shown = max((size for size in sizes if size <= SHOWN_VISITORS), default=min(sizes))
    return [entry for entry in entries if entry["visitors"] == shown]


def _value_against_time(axes: Axes, entries: list[Entry]) -> None:
    bound = min(entry["bound"] for entry in entries if entry["bound"] is not None)
    for entry in entries:
        if entry["metrics"] is None:
            continue
        colour, marker, line = LOOKS[entry["contender"]]
        points = [tuple(point) for point in entry["trace"]]
        points.append((entry["seconds"], entry["metrics"]["welfare"]))
        seconds = [point[0] for point in points]
        shares = [100 * point[1] / bound for point in points]
        axes.plot(seconds, shares, color=colour, linestyle=line, drawstyle="steps-post")
        axes.plot(seconds[-1], shares[-1], color=colour, marker=marker)
    axes.set_xscale("log")
    axes.set_ylim(0, 103)
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_xlabel("seconds since the process started")
    axes.set_ylabel("welfare, % of the best proven bound")
    axes.set_title(f"Value against time: {entries[0]['problem']}")
    axes.grid(alpha=0.3)


def _gap_against_size(axes: Axes, entries: list[Entry]) -> None:
    of_contender = defaultdict(list)
    for entry in entries:
        of_contender[entry["contender"]].append(entry)
    for contender, found in of_contender.items():
        colour, marker, line = LOOKS[contender]
        found.sort(key=lambda entry: entry["visitors"])
        axes.plot(
            [entry["visitors"] for entry in found],
            [100 * max(SMALLEST_GAP, entry["gap"]) for entry in found],
            color=colour,
            marker=marker,
            linestyle=line,
            label=contender,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(sorted({entry["visitors"] for entry in entries}))
    axes.minorticks_off()
    axes.xaxis.set_major_formatter(PLAIN)
    axes.yaxis.set_major_formatter(PLAIN)
    axes.set_xlabel("visitors")
    axes.set_ylabel("% below the best proven bound (0.001: that or less)")
    axes.set_title("Gap against size")
    axes.grid(alpha=0.3)


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
