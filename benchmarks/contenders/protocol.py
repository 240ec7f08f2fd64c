"""How a contender is called, and what it answers."""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.market import Market, Result

STARTED = "BENCHMARK_STARTED"
"""The environment variable with the moment of :func:`time.monotonic` at which it began."""


def parser(description: str) -> argparse.ArgumentParser:
    """Return the command line that all contenders share."""
    found = argparse.ArgumentParser(description=description)
    found.add_argument("input", type=Path)
    found.add_argument("output", type=Path)
    found.add_argument("--time-limit", type=float, default=60.0, metavar="S")
    found.add_argument("--seed", type=int, default=1)
    return found


def seconds_since_start() -> float:
    """Return how long ago the process was started, its own start-up included."""
    return time.monotonic() - float(os.environ.get(STARTED, _IMPORTED))


def run(
    description: str,
    find: Callable[[Market, argparse.Namespace], Result],
    *,
    variants: Sequence[str] = (),
) -> None:
    """Read the market, let the contender find something, and write it."""
    arguments = parser(description)
    if variants:
        arguments.add_argument("variant", choices=variants)
    options = arguments.parse_args()
    find(Market.read(options.input), options).write(options.output)


_IMPORTED = time.monotonic()
