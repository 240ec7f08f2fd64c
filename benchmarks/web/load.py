"""Fifty people at once, by Locust, in a process of its own beside the site."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.judging import ROOT
from benchmarks.web.crowd import LARGE, SMALL
from benchmarks.web.tables import Load, read_locust

LOCUST = ROOT / ".venv-bench" / "bin" / "locust"
CHOOSERS, READERS = 50, 16
#: What is in the results: the class of `visiting`, how many of them, and in which edition.
LOADS = {
    "50 people choose and order, 129 moments": ("Chooser", CHOOSERS, SMALL),
    "16 people read the programme, 668 moments": ("Reader", READERS, LARGE),
}


def put_on(what: str, address: str, *, slug: str, tokens: Sequence[str], seconds: int) -> Load:
    """Let people visit a site for some seconds."""
    kind, people, _ = LOADS[what]
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder) / "load"
        done = subprocess.run(
            [
                *(str(LOCUST), kind, "--headless", "--only-summary", "--reset-stats"),
                *("--locustfile", str(Path(__file__).with_name("visiting.py"))),
                *("--host", address, "--users", str(people), "--spawn-rate", str(people)),
                *("--run-time", f"{seconds}s", "--csv", str(prefix)),
            ],
            cwd=ROOT,
            env={**os.environ, "WORLD": json.dumps({"slug": slug, "tokens": list(tokens)})},
            stdout=sys.stderr,
            check=False,  # it ends with 1 when a request failed; the table says so
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"Locust ended with {done.returncode}")
        return read_locust(prefix.with_name("load_stats.csv"))
