"""Problems and plans as JSON: ``opendeur-problem/1`` and ``opendeur-plan/1``."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from solver.errors import InvalidPlan, InvalidProblem, SolverError
from solver.fields import Field
from solver.plan import Plan, PlanStatus, Stage
from solver.problem import Problem
from solver.reading import read_problem_fields

PROBLEM_FORMAT = "opendeur-problem/1"
PLAN_FORMAT = "opendeur-plan/1"
MOST_BYTES = 500_000_000
LARGEST_FIGURE = 1e15


def canonical_sha256(data: object) -> str:
    """Return the digest of the canonical form of JSON data.

    Raises
    ------
    ValueError
        Where the data holds what is not JSON: NaN, half a character.
    RecursionError
        Where it is nested too deeply.
    """
    text = json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return sha256(text.encode()).hexdigest()


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises
    ------
    SolverError
        Where it cannot be read, or is not JSON: one line that says why.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SolverError(f"{path}: larger than {MOST_BYTES} bytes")
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_members)
    except OSError as error:
        raise SolverError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SolverError(f"{path}: not UTF-8 at byte {error.start}") from error
    except RecursionError as error:
        raise SolverError(f"{path}: nested too deeply") from error
    except ValueError as error:
        raise SolverError(f"{path}: not JSON: {error}") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} occurs twice in one object")
    return members


def problem_from_json(data: object) -> Problem:
    """Return the problem that the data describes; keys that are not known are ignored.

    Raises
    ------
    InvalidProblem
        With one line for every fault, all at once.
    """
    faults: list[str] = []
    root = Field(data, "", faults)
    if not isinstance(data, dict):
        raise InvalidProblem(["a problem is a JSON object"])
    if data.get("format") != PROBLEM_FORMAT:
        root.get("format").fault(f'is not "{PROBLEM_FORMAT}"')
    try:
        digest = canonical_sha256(data)
    except RecursionError:
        raise InvalidProblem(["nested too deeply"]) from None
    except (TypeError, ValueError) as error:
        digest = ""
        faults.append(f"not JSON: {str(error).splitlines()[0]}")
    problem = read_problem_fields(root, digest=digest)
    if faults:
        raise InvalidProblem(faults)
    assert problem is not None, "a problem without faults is there"
    return problem


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as data for a JSON file."""
    data: dict[str, Any] = {
        "format": PLAN_FORMAT,
        "problem_sha256": plan.problem_sha256,
        "status": plan.status.value,
        "placements": [{"visitor": p, "slot": s} for p, s in plan.placements],
        "stages": [
            {"objective": str(stage.objective), "value": stage.value, "bound": stage.bound}
            for stage in plan.stages
        ],
        "seconds": round(plan.seconds, 3),
        "solver": {
            "name": plan.solver_name,
            "version": plan.solver_version,
            "seed": plan.seed,
        },
    }
    if plan.conflict:
        data["conflict"] = list(plan.conflict)
    return data


def plan_from_json(data: object) -> Plan:
    """Return the plan that the data describes, of this solver or any other.

    Nothing is believed: :func:`solver.check.check` is there to judge it.

    Raises
    ------
    InvalidPlan
        With one line for every fault, all at once.
    """
    faults: list[str] = []
    root = Field(data, "", faults)
    if not isinstance(data, dict):
        raise InvalidPlan(["a plan is a JSON object"])
    if data.get("format") != PLAN_FORMAT:
        root.get("format").fault(f'is not "{PLAN_FORMAT}"')
    names = [status.value for status in PlanStatus]
    status = root.get("status").one_of(names, what="status")
    placements = tuple(
        (item.get("visitor").text(), item.get("slot").text())
        for item in root.get("placements").objects()
    )
    stages = tuple(
        Stage(
            objective=item.get("objective").text(),
            value=_figure(item.get("value")),
            bound=_figure(item.get("bound")),
        )
        for item in root.get("stages").objects(optional=True)
    )
    solver = root.get("solver")
    seconds, seed = root.get("seconds"), solver.get("seed")
    plan = Plan(
        status=PlanStatus(status) if status in names else PlanStatus.FEASIBLE,
        placements=placements,
        stages=stages,
        seconds=0.0 if seconds.is_null else seconds.number(),
        problem_sha256=root.get("problem_sha256").text(),
        seed=0 if seed.is_null else seed.whole(least=-(2**63), most=2**63 - 1),
        conflict=root.get("conflict").texts(optional=True),
        solver_name=solver.get("name").text(optional=True),
        solver_version=solver.get("version").text(optional=True),
    )
    if faults:
        raise InvalidPlan(faults)
    return plan


def _figure(field: Field) -> int | float:
    """Return a value or a bound; another solver's bound may have decimals."""
    number = field.number(least=-LARGEST_FIGURE, most=LARGEST_FIGURE)
    return int(number) if number == int(number) else number
