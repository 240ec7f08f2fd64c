"""Templates are read by people too, and a page is told from a part by its name."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parent.parent / "templates"
FILES = sorted(file for file in TEMPLATES.rglob("*") if file.is_file())
LONGEST_LINE = 160


def name(file: Path) -> str:
    return file.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("file", FILES, ids=name)
def test_no_line_of_a_template_is_too_long_to_read(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()

    assert [n for n, line in enumerate(lines, start=1) if len(line) > LONGEST_LINE] == []


@pytest.mark.parametrize("file", FILES, ids=name)
def test_template_uses_parts_of_its_own_folder_or_components(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    used = re.findall(r'\{% (?:from|import|include|extends) "([^"]+)"', text)

    foreign = [
        part
        for part in used
        if part != "base.html"
        # It shows what all the others have.
        and file.name != "components.html"
        and not part.startswith("components/")
        and not part.startswith(f"{file.parent.name}/_")
    ]

    assert foreign == []
