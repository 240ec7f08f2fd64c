"""Debian's Chromium, and how it starts where nothing but this machine can be reached."""

import shutil
from pathlib import Path

#: Without these, a browser that starts talks to its maker.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> Path | None:
    """Return the program, or None where there is none."""
    found = shutil.which("chromium")
    return Path(found) if found else None
