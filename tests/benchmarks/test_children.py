"""Measuring a child: its time, its memory and that of its children, and its limit."""

import sys
from pathlib import Path

from benchmarks.children import run

MEBIBYTE = 1 << 20


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_running(pid: str) -> bool:
    """Tell whether a process runs; one that ended and was not asked about has no command."""
    command = Path(f"/proc/{pid}/cmdline")
    return command.exists() and command.read_text() != ""


def test_a_child_that_ends_is_not_killed(tmp_path: Path) -> None:
    ended = run(python("import sys; sys.exit('done')"), folder=tmp_path, limit=60)

    assert (ended.status, ended.was_killed, ended.last_line) == (1, False, "done")


def test_a_child_is_killed_at_its_limit_with_its_children(tmp_path: Path) -> None:
    sleeper = f"import subprocess; subprocess.run([{sys.executable!r}, '-c', '{{}}'])"
    note = "import os, time; open(\\'pid\\', \\'w\\').write(str(os.getpid())); time.sleep(600)"

    ended = run(python(sleeper.format(note)), folder=tmp_path, limit=3)

    assert ended.was_killed
    assert not is_running((tmp_path / "pid").read_text())


def test_memory_of_a_grandchild_counts(tmp_path: Path) -> None:
    inner = "import time; held = b\\'1\\' * (300 << 20); time.sleep(1)"
    outer = f"import subprocess; subprocess.run([{sys.executable!r}, '-c', '{inner}'])"

    ended = run(python(outer), folder=tmp_path, limit=60)

    assert 300 < ended.peak_bytes / MEBIBYTE < 500
