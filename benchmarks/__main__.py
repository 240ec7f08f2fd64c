"""Load the demonstration into a fresh folder, measure, and write Markdown."""

import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import pages

ROOT = Path(__file__).resolve().parent.parent
SLUG = "zuid-oost-2027"
PROBLEM = ROOT / "tests" / "solver" / "data" / "zuid-oost.json"


def main() -> None:
    """Measure everything that the project has a limit for."""
    cores, today = os.cpu_count(), datetime.now(UTC).date()
    print("# Measured\n")
    print(f"{today}, {cores} cores, Python {platform.python_version()}, `make bench`.\n")
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        print("## The demonstration, without serving\n")
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
        print(f"{seconds:.0f} s from an empty instance: {line.replace(folder, 'instance')}\n")
        print("## The pages of the demonstration edition, rendered on the server\n")
        for row in pages.report(instance, SLUG):
            print(row)
    print("\n## The solver, stage by stage, beside a textbook model\n", flush=True)
    subprocess.run(
        [sys.executable, "-m", "benchmarks.solver_stages", str(PROBLEM)], cwd=ROOT, check=True
    )


if __name__ == "__main__":
    main()
