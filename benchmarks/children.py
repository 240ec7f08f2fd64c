"""Running a program as a child, with its time and its memory measured, and a limit."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders.protocol import STARTED

SAMPLE_SECONDS = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Run:
    """How a child ended.

    ``seconds`` is wall-clock time from start to end, ``peak_bytes`` the most resident memory
    of it and all its children together, looked at ten times a second (memory that they share
    counts for each). ``said`` is what it wrote on standard error.
    """

    seconds: float
    peak_bytes: int
    status: int
    was_killed: bool
    said: str

    @property
    def last_line(self) -> str:
        """The last thing it said."""
        lines = self.said.strip().splitlines()
        return lines[-1] if lines else ""


def run(
    command: Sequence[str], *, folder: Path, limit: float, environment: Mapping[str, str] = {}
) -> Run:
    """Run a command in a folder; after ``limit`` seconds it is killed with all its children."""
    started = time.monotonic()
    more = {"PYTHONHASHSEED": "0", STARTED: str(started), **environment}
    with tempfile.TemporaryFile() as words:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            start_new_session=True,
        )
        peak, was_killed = 0, False
        try:
            while child.poll() is None:
                family = _family(child.pid)
                peak = max(peak, sum(map(_resident, family)))
                if time.monotonic() - started > limit:
                    was_killed = True
                    break
                try:
                    child.wait(SAMPLE_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
            seconds = time.monotonic() - started
        finally:
            family = _family(child.pid)
            _kill(family)
            child.wait()
            _wait_until_gone(family)
        words.seek(0)
        said = words.read().decode(errors="replace")
    return Run(seconds, peak, child.returncode, was_killed, said)


def _family(pid: int) -> list[int]:
    """Return a process and all that descend from it, as far as they still are there."""
    found, new = [], [pid]
    while new:
        found += new
        new = [child for parent in new for child in _children(parent)]
    return found


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        lists = [(task / "children").read_text().split() for task in tasks]
    except OSError:
        return []
    return [int(child) for children in lists for child in children]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _wait_until_gone(pids: Sequence[int]) -> None:
    """Wait for what was killed, so that it takes no time from whoever comes next."""
    given_up = time.monotonic() + 10
    while any(map(_resident, pids)) and time.monotonic() < given_up:
        time.sleep(SAMPLE_SECONDS)


def _kill(pids: Sequence[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
