"""Who may import whom, and how long a file may be. Breaking this is a design decision.

The layers stand in ``docs/architecture.md``, the order of the subjects in
``opendeur/domain/__init__.py``.
"""

import ast
import importlib
import statistics
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLASK = ("flask", "flask_babel", "flask_wtf", "wtforms", "werkzeug")
ENGINES = ("ortools", "highspy")

#: The subjects of the domain: each may use those before it.
SUBJECTS = (
    "people",
    "editions",
    "directory",
    "offers",
    "preferences",
    "placements",
    "assignment",
    "calendars",
    "mail",
    "invitations",
    "passing",
    "inbox",
    "importing",
)
#: What stands beside the subjects, for all of them.
BESIDE = ("queries", "intervals", "leases", "searching")

#: What everybody may use: it knows nothing of the others.
BASE = ("enums", "errors", "limits", "safe_text", "formatting")
#: What a layer may import of `opendeur`, beside itself. The longest key counts.
LAYERS: dict[str, tuple[str, ...]] = {
    "enums": (),
    "errors": (),
    "limits": (),
    "safe_text": (),
    "formatting": (),
    "private_files": (),
    "secret_keys": (),
    "imap_urls": (),
    "config": ("safe_text", "private_files", "secret_keys", "imap_urls"),
    "models": ("enums", "errors", "limits"),
    "keeping": ("models",),
    "migrations": ("models",),
    "translations": ("config", "formatting"),
    "db": ("errors", "keeping", "private_files"),
    "migrating": ("config", "db", "models"),
    "gateways": (*BASE, "imap_urls", "models"),
    "letters": BASE,
    "domain": (*BASE, "config", "keeping", "models", "gateways", "letters"),
    "web.forms": (*BASE, "web.i18n"),
    "web": (*BASE, "config", "db", "keeping", "models", "domain", "jobs"),
    "jobs": (*BASE, "imap_urls", "config", "db", "models", "domain", "gateways"),
    "demonstration": (
        *BASE,
        "config",
        "db",
        "models",
        "domain",
        "jobs",
        "migrating",
        "private_files",
    ),
    "serving": ("app", "config"),
    "cli": (
        *BASE,
        "config",
        "db",
        "models",
        "domain",
        "jobs",
        "migrating",
        "demonstration",
        "private_files",
        "serving",
    ),
    "app": (*BASE, "config", "db", "web", "jobs"),
    "__main__": ("cli",),
}
#: Libraries that a layer keeps away from.
STRANGERS: dict[str, tuple[str, ...]] = {
    "enums": (*FLASK, *ENGINES, "solver", "sqlalchemy"),
    "errors": (*FLASK, *ENGINES, "solver", "sqlalchemy"),
    "limits": (*FLASK, *ENGINES, "solver", "sqlalchemy"),
    "models": (*FLASK, *ENGINES, "solver"),
    "keeping": (*FLASK, *ENGINES, "solver"),
    "gateways": (*FLASK, *ENGINES, "solver", "sqlalchemy"),
    "gateways.solver": (*FLASK, *ENGINES, "sqlalchemy"),
    "letters": (*FLASK, *ENGINES, "solver", "sqlalchemy"),
    "domain": (*FLASK, *ENGINES, "solver", "icalendar", "smtplib", "imap_tools"),
    "web": (*ENGINES, "solver", "sqlalchemy", "icalendar"),
    "jobs": (*ENGINES, "solver", "icalendar", "imap_tools"),
}
#: What `solver.check` may use of the solver: data, and nothing that solves.
CHECK_USES = ("solver.check", "solver.problem", "solver.plan", "solver.errors")


def imports_of(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a module imports."""
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


def layer_of(module: str, table: dict[str, tuple[str, ...]]) -> str | None:
    """Return the longest key of a table that a module of `opendeur` lies in."""
    name = module.removeprefix("opendeur.")
    found = [layer for layer in table if is_within(name, layer)]
    return max(found, key=len, default=None)


PATHS = {
    module_name(path): path
    for package in ("solver", "opendeur")
    for path in sorted(ROOT.glob(f"{package}/**/*.py"))
    if "versions" not in path.parts
}
OURS = [name for name in PATHS if is_within(name, "opendeur") and name != "opendeur"]
FILES = [
    *PATHS.values(),
    *sorted(ROOT.glob("tests/**/*.py")),
    *sorted(ROOT.glob("benchmarks/**/*.py")),
    *sorted(ROOT.glob("templates/**/*.*")),
]


@cache
def targets(module: str) -> frozenset[str]:
    """Return the modules of ours that a module imports; a name in one is the module itself."""
    found = set()
    for name in imports_of(PATHS[module]):
        while name and name not in PATHS:
            name = name.rpartition(".")[0]
        if name:
            found.add(name)
    return frozenset(found - {module})


@pytest.mark.parametrize("module", OURS)
def test_module_imports_only_what_its_layer_may(module: str) -> None:
    layer = layer_of(module, LAYERS)
    assert layer is not None, "this module is in no layer: give it one, or another place"
    allowed = (layer, *LAYERS[layer])

    broken = [
        target
        for target in targets(module)
        if is_within(target, "opendeur")
        and not any(is_within(target, f"opendeur.{name}") for name in allowed)
    ]

    assert broken == []


@pytest.mark.parametrize("module", OURS)
def test_module_keeps_away_from_the_libraries_of_others(module: str) -> None:
    banned = STRANGERS.get(layer_of(module, STRANGERS) or "", ())

    broken = [
        name for name in imports_of(PATHS[module]) if any(is_within(name, b) for b in banned)
    ]

    assert broken == []


def test_solver_imports_nothing_of_the_site() -> None:
    banned = ("opendeur", "sqlalchemy", "icalendar", *FLASK)

    broken = {
        (module, name)
        for module in PATHS
        if is_within(module, "solver")
        for name in imports_of(PATHS[module])
        if any(is_within(name, b) for b in banned)
    }

    assert broken == set()


def test_the_checker_shares_nothing_with_what_solves() -> None:
    broken = {
        (module, target)
        for module in PATHS
        if is_within(module, "solver.check")
        for target in targets(module)
        if not any(is_within(target, name) for name in CHECK_USES)
    }

    assert broken == set()


def subject_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if parts[:2] == ["opendeur", "domain"] and len(parts) > 2 else None


def test_every_subject_has_its_place_in_the_order() -> None:
    found = {subject_of(module) for module in PATHS} - {None}

    assert found == {*SUBJECTS, *BESIDE}


@pytest.mark.parametrize("module", [m for m in OURS if subject_of(m) in SUBJECTS])
def test_subject_uses_only_those_before_it(module: str) -> None:
    place = SUBJECTS.index(subject_of(module) or "")

    used = {subject_of(target) for target in targets(module)} - {None, *BESIDE}

    assert {subject for subject in used if SUBJECTS.index(subject or "") > place} == set()


@pytest.mark.parametrize("module", OURS)
def test_others_use_only_what_a_subject_offers(module: str) -> None:
    own = subject_of(module)

    behind = [
        target
        for target in targets(module)
        if (subject := subject_of(target)) not in (None, own, *BESIDE)
        and target != f"opendeur.domain.{subject}"
    ]

    assert behind == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subject_offers_its_list_and_nothing_that_nobody_calls(subject: str) -> None:
    facade = importlib.import_module(f"opendeur.domain.{subject}")

    assert [name for name in facade.__all__ if not hasattr(facade, name)] == []
    assert len(set(facade.__all__)) == len(facade.__all__)


def test_no_modules_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter({module: targets(module) for module in PATHS}).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_half_of_the_modules_are_short() -> None:
    lengths = [len(PATHS[module].read_text(encoding="utf-8").splitlines()) for module in OURS]

    assert statistics.median(lengths) <= 130


#: What is imported only where it is used, and how often: OR-Tools costs half a second and 60 MB
#: in every process, also where nothing is ever solved.
LATE = {"solver.engines": 1}


@pytest.mark.parametrize("module", PATHS)
def test_module_imports_at_its_top(module: str) -> None:
    tree = ast.parse(PATHS[module].read_text(encoding="utf-8"))

    inner = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert len(inner) == LATE.get(module, 0), inner


def test_a_name_of_a_class_means_one_thing_in_the_solver() -> None:
    classes = Counter(
        node.name
        for path in ROOT.glob("solver/**/*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )

    assert [name for name, times in classes.items() if times > 1] == []
