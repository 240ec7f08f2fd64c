"""What the package offers beside solving, what its checker needs, and its one version."""

import ast
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import solver
from solver import best_points, broken_rules, points_of_rank, problem_from_json
from solver.check import MOST_FAULTS
from tests.solver.problems import make_problem, make_slot, make_visit, make_visitor, pairs

ROOT = Path(__file__).parents[2]
ALLOWED = ("solver.check", "solver.errors", "solver.plan", "solver.problem")
STANDARD = {
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "itertools",
    "math",
    "typing",
}
"""Of the standard library, what holds and counts data."""


def test_everything_offered_is_there_once() -> None:
    assert sorted(set(solver.__all__)) == sorted(solver.__all__)
    assert [name for name in solver.__all__ if not hasattr(solver, name)] == []


def test_placements_of_another_problem_are_held_against_the_rules() -> None:
    problem = problem_from_json(
        make_problem(
            slots=[make_slot("s1", capacity=1)],
            visitors=[make_visitor("p1", "v1"), make_visitor("p2", "v1")],
        )
    )
    of_another = [("p1", "s1"), ("p2", "s1"), ("p3", "s1"), ("p1", "s\n2")]

    assert broken_rules(problem, iter(of_another)) == (
        'no visitor "p3"',
        'no slot "s\\n2"',
        "rule 3: s1 has 2 seats taken, at most 1",
    )
    assert broken_rules(problem, [("p1", "s1")]) == ()
    assert broken_rules(problem, []) == ()


def test_a_pin_that_is_not_kept_is_broken() -> None:
    problem = problem_from_json(
        make_problem(
            slots=[make_slot("s1")], visitors=[make_visitor("p1")], pins=pairs(("p1", "s1"))
        )
    )

    assert broken_rules(problem, []) == ("rule 12: p1 is pinned to s1 and not in it",)


def test_of_very_many_broken_rules_the_first_are_told() -> None:
    problem = problem_from_json(make_problem())
    of_nobody = [(f"p{number}", "s1") for number in range(MOST_FAULTS + 1)]

    assert len(broken_rules(problem, of_nobody)) == MOST_FAULTS


def test_the_best_points_are_those_of_a_visitor_alone() -> None:
    problem = problem_from_json(
        make_problem(
            visits=[make_visit("v1"), make_visit("v2")],
            slots=[
                make_slot("s1", "v1", capacity=1),
                make_slot("s2", "v2", start="2026-11-04T09:00", end="2026-11-04T10:00"),
            ],
            visitors=[
                make_visitor("both", "v1", "v2"),
                make_visitor("banned", "v1", "v2"),
                make_visitor("too-many", "v1", seats=2),
                make_visitor("one", "v2", "v1", max_visits=1),
                make_visitor("nothing"),
            ],
            bans=pairs(("banned", "s1")),
        )
    )

    assert best_points(problem) == {
        "both": 180,
        "banned": 80,
        "too-many": 0,
        "one": 100,
        "nothing": 0,
    }


def test_three_short_visits_right_after_each_other_are_worth_more_than_two_long_ones() -> None:
    times = {
        "long": ("09:00", "10:30"),
        "first": ("09:00", "10:00"),
        "second": ("10:00", "11:00"),
        "long-too": ("10:30", "12:00"),
        "third": ("11:00", "12:00"),
    }
    problem = problem_from_json(
        make_problem(
            visits=[make_visit(name) for name in times],
            slots=[
                make_slot(name, name, start=f"2026-11-03T{start}", end=f"2026-11-03T{end}")
                for name, (start, end) in times.items()
            ],
            visitors=[make_visitor("p1", *times)],
            rules={"max_visits_per_day": 3},
        )
    )

    # 80, 64 and 41, against 100 and 51 for the long ones.
    assert best_points(problem) == {"p1": 185}


@pytest.mark.parametrize("maxima", [{"max_visits": 2}, {"max_visits_per_day": 2}])
def test_the_best_week_has_no_more_visits_than_the_visitor_may_have(
    maxima: dict[str, int],
) -> None:
    problem = problem_from_json(
        make_problem(
            visits=[make_visit(f"v{hour}") for hour in (9, 11, 13, 15)],
            slots=[
                make_slot(
                    f"s{hour}",
                    f"v{hour}",
                    start=f"2026-11-03T{hour:02}:00",
                    end=f"2026-11-03T{hour + 1:02}:00",
                )
                for hour in (9, 11, 13, 15)
            ],
            visitors=[make_visitor("p1", "v15", "v9", "v13", "v11", **maxima)],
            rules={"max_visits": 4, "max_visits_per_day": 4},
        )
    )

    assert best_points(problem) == {"p1": 180}


@pytest.mark.parametrize(
    ("rank", "points"), [(1, 100), (2, 80), (3, 64), (4, 51), (21, 1), (10_000, 1)]
)
def test_a_rank_is_worth_four_fifths_of_the_one_before(rank: int, points: int) -> None:
    assert points_of_rank(rank) == points


@pytest.mark.parametrize("rank", [0, -1])
def test_a_rank_before_the_first_is_a_mistake(rank: int) -> None:
    with pytest.raises(ValueError, match="rank must be at least 1"):
        points_of_rank(rank)


def path_of(module: str) -> Path | None:
    """Return where a module of the package is; None for a name in a module, and all others."""
    place = ROOT.joinpath(*module.split("."))
    paths = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in paths if path.is_file()), None)


def needs(module: str) -> set[str]:
    """Return the modules that a module imports, those of the package as modules."""
    path = path_of(module)
    assert path is not None, module
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in inner if path_of(name)}
            # Where all that is imported are modules, the package around them is not needed.
            names |= modules if modules == inner else modules | {str(node.module)}
    return names


def closure(module: str) -> set[str]:
    """Return all modules that a module needs, directly or not."""
    found: set[str] = set()
    waiting = {module}
    while waiting:
        one = waiting.pop()
        found.add(one)
        if path_of(one):
            waiting |= needs(one) - found
    return found


def strangers(modules: set[str]) -> list[str]:
    own = {m for m in modules if any(m == a or m.startswith(f"{a}.") for a in ALLOWED)}
    return sorted(m for m in modules - own if m.split(".")[0] not in STANDARD)


def test_the_checker_needs_nothing_that_solves() -> None:
    modules = {module_name(path) for path in (ROOT / "solver" / "check").glob("*.py")}

    assert strangers(set().union(*map(closure, modules))) == []


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize(
    ("module", "stranger"),
    [
        ("solver.reading", "solver.objectives"),
        ("solver.goals", "solver.linear"),
        ("solver.stages", "ortools.sat.python"),
        ("solver.advice.resolving", "solver.itineraries"),
    ],
)
def test_what_solves_would_be_noticed(module: str, stranger: str) -> None:
    assert stranger in strangers(closure(module))


def test_there_is_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    attribute = project["tool"]["setuptools"]["dynamic"]["version"]["attr"]
    module, _, name = attribute.rpartition(".")

    assert project["project"]["name"] == "opendeur"
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert getattr(import_module(module), name) == solver.__version__
