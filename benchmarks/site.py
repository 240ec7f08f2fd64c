"""The demonstration from an empty instance, and the pages of its edition."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import pages
from benchmarks.judging import ROOT

SLUG = "zuid-oost-2027"


def report() -> Iterator[str]:
    """Load the demonstration into a fresh folder, ask for its pages, and yield the lines."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        said = subprocess.run(
            [sys.executable, "-m", "opendeur", "demo", "--no-serve"],
            cwd=ROOT,
            env={**os.environ, "OPENDEUR_INSTANCE": folder},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        seconds = time.perf_counter() - start
        [line] = [row for row in said.splitlines() if "placed" in row]
        yield f"The demonstration, without serving: {seconds:.0f} s from an empty instance:"
        yield f"{line.replace(folder, 'instance')}\n"
        yield "The pages of its edition, rendered on the server:\n"
        yield from pages.report(Path(folder), SLUG)
