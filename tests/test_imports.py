"""Who may import whom, and how long a file may be. Breaking this is a design decision."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLASK = ("flask", "flask_babel", "flask_wtf", "wtforms")
WEB = ("opendeur.app", "opendeur.web")
GATEWAYS = (
    "opendeur.gateways",
    "opendeur.letters",
)

#: Prefixes that a module under the key may not import. The longest key counts.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "solver": ("opendeur", "sqlalchemy", "icalendar", *FLASK),
    "solver.check": (
        "opendeur",
        "sqlalchemy",
        "ortools",
        "solver.itineraries",
        "solver.model",
        "solver.objectives",
        "solver.stages",
        "solver.travel",
        *FLASK,
    ),
    "opendeur.enums": ("opendeur", "solver", "sqlalchemy", *FLASK),
    "opendeur.errors": ("opendeur", "solver", "sqlalchemy", *FLASK),
    "opendeur.formatting": ("opendeur", "solver", "sqlalchemy", *FLASK),
    "opendeur.models": ("solver", "opendeur.domain", "opendeur.db", *GATEWAYS, *WEB, *FLASK),
    "opendeur.gateways": ("solver", "sqlalchemy", "opendeur.domain", *WEB, *FLASK),
    "opendeur.letters": ("solver", "sqlalchemy", "opendeur.domain", *WEB, *FLASK),
    "opendeur.gateways.solver": ("sqlalchemy", "opendeur.domain", *WEB, *FLASK),
    "opendeur.domain": ("solver", "ortools", "icalendar", "opendeur.db", *WEB, *FLASK),
    "opendeur.web.forms": (
        "solver",
        "sqlalchemy",
        "opendeur.models",
        "opendeur.domain",
        "opendeur.web.public",
    ),
    "opendeur.web": ("solver", "ortools", "sqlalchemy", "icalendar"),
    "opendeur.jobs": ("solver", "ortools", "icalendar", *WEB),
}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


MODULES = sorted(
    path
    for package in ("solver", "opendeur")
    for path in ROOT.glob(f"{package}/**/*.py")
    if "versions" not in path.parts
)
FILES = [
    *MODULES,
    *sorted(ROOT.glob("tests/**/*.py")),
    *sorted(ROOT.glob("benchmarks/**/*.py")),
    *sorted(ROOT.glob("templates/**/*.html")),
]


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_module_imports_only_what_its_layer_may(path: Path) -> None:
    module = module_name(path)
    layers = [layer for layer in FORBIDDEN if is_within(module, layer)]
    banned = FORBIDDEN[max(layers, key=len)] if layers else ()

    broken = [name for name in imports_of(path) if any(is_within(name, b) for b in banned)]

    assert broken == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_module_imports_at_its_top(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    inner = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inner == []
