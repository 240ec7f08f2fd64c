"""The page of results: parts with a heading each, of which some are measured anew."""

from collections.abc import Iterable, Mapping
from pathlib import Path

TITLE = "# Measured"


def renew(page: Path, parts: Mapping[str, Iterable[str]], *, order: Iterable[str]) -> None:
    """Write parts into a page, keep its other parts, and put all of them into order."""
    all_parts = {**_read(page), **{name: "\n".join(lines) for name, lines in parts.items()}}
    text = [TITLE]
    for name in order:
        if name in all_parts:
            text.append(f"## {name}\n\n{all_parts[name].strip()}")
    page.write_text("\n\n".join(text) + "\n", encoding="utf-8")


def _read(page: Path) -> dict[str, str]:
    if not page.exists():
        return {}
    _, *parts = page.read_text(encoding="utf-8").split("\n## ")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}
