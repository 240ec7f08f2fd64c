"""What the commands of the command line have in common."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from solver.errors import SolverError


def positive_seconds(text: str) -> float:
    """Return a time limit that was typed, in seconds."""
    seconds = float(text)
    if not 0 < seconds <= 10_000_000:
        raise argparse.ArgumentTypeError("must be more than 0 seconds")
    return seconds


def positive_count(text: str) -> int:
    """Return a number of workers that was typed."""
    count = int(text)
    if not 0 < count <= 1000:
        raise argparse.ArgumentTypeError("must be from 1 to 1000")
    return count


def say(line: str) -> None:
    """Write a line to standard error, at once."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def write_json(data: dict[str, Any], path: Path) -> None:
    """Write JSON data to a file.

    Raises
    ------
    SolverError
        When the file cannot be written.
    """
    text = json.dumps(data, ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise SolverError(f"{path}: {error.strerror}") from error


@contextmanager
def interrupts() -> Iterator[Callable[[], bool]]:
    """Turn Ctrl-C and a request to end into something that can be asked for."""
    received: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, remember)
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
