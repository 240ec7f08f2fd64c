"""What is vendored is what its makers published, and pages hold nothing our policy blocks."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "opendeur" / "static"
VENDOR = STATIC / "vendor"


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_vendored_files_are_the_published_ones_with_their_licences() -> None:
    files = {f for f in VENDOR.rglob("*") if f.is_file()} - {VENDOR / "SHA256SUMS"}
    found = {str(f.relative_to(VENDOR)): sha256(f) for f in files}

    lines = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert found == listed


def test_every_class_of_a_sheet_is_used_by_some_page() -> None:
    texts = [
        f.read_text(encoding="utf-8")
        for folder in ("templates", "opendeur")
        for f in (ROOT / folder).rglob("*")
        if f.suffix in (".html", ".py", ".js") and VENDOR not in f.parents
    ]
    used = set(re.findall(r"[\w-]+", "\n".join(texts)))
    sheets = "".join(f.read_text(encoding="utf-8") for f in STATIC.glob("*.css"))
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", sheets, flags=re.DOTALL)

    named = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    # A zone's code stands in the row of the zone.
    assert {name for name in named - used if not name.startswith("door-")} == set()


def test_the_parts_of_a_gauge_have_the_same_colours_in_its_key() -> None:
    sheet = (STATIC / "desk.css").read_text(encoding="utf-8")

    def colours(what: str, name: str) -> dict[str, str]:
        return dict(re.findall(rf"\.{what} \.([abc]) {{ {name}: (var\([\w-]+\))", sheet))

    drawn = {"a": "var(--link)", "b": "var(--warm-2)", "c": "var(--plaster)"}
    assert colours("gauge", "fill") == colours("key", "background") == drawn


@pytest.mark.parametrize(
    "file",
    [f for f in sorted((ROOT / "templates").rglob("*.html")) if f.parent.name != "mail"],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_template_has_no_style_script_or_handler_of_its_own(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    found = re.findall(r"<style|\bstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", text)

    assert found == []


def test_nothing_committed_names_a_registry_or_a_path_of_one_machine() -> None:
    # In pieces, so that this file does not name them either.
    names = ("index", "-url[ =]+http"), ("/sim", "ple/"), ("python", "hosted"), ("npm", "js")
    places = (r"\.\./sh", "ared"), ("/wo", "rk/")
    pattern = re.compile("|".join(map("".join, (*names, *places))))
    folders = ("opendeur", "solver", "templates", "requirements", "docs", "demo", "benchmarks")
    files = [f for folder in folders for f in (ROOT / folder).rglob("*") if f.is_file()]
    files += [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "Makefile")]

    found = [
        str(f.relative_to(ROOT))
        for f in files
        if f.suffix in (".py", ".md", ".txt", ".in", ".html", ".toml", ".csv", "")
        and pattern.search(f.read_text(encoding="utf-8", errors="ignore"))
    ]

    assert found == []
