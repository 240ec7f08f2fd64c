"""Problems and plans as JSON: ``opendeur-problem/1`` and ``opendeur-plan/1``."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

from solver.errors import InvalidPlan, InvalidProblem, SolverError
from solver.fields import (
    MOST_FAULTS,
    Faults,
    Field,
    on_one_line,
    quoted,
    say_what_is_not_json,
)
from solver.garbage import collection_paused
from solver.plan import Plan, PlanStatus, Stage
from solver.problem import Problem
from solver.reading import LARGEST_FIGURE, read_problem_fields

PROBLEM_FORMAT = "opendeur-problem/1"
PLAN_FORMAT = "opendeur-plan/1"
PLAN_KEYS = frozenset(
    {
        "format",
        "problem_sha256",
        "status",
        "placements",
        "stages",
        "seconds",
        "solver",
        "conflict",
    }
)
MOST_BYTES = 250_000_000


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
        Where it cannot be read, or is not JSON: a line that says why, or several.
    """
    repeated: dict[str, None] = {}
    try:
        text = _bytes_of(path).decode("utf-8-sig")
        with collection_paused():
            data = json.loads(
                text,
                parse_constant=_refuse_constant,
                object_pairs_hook=lambda pairs: _members(pairs, repeated),
            )
    except OSError as error:
        raise SolverError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SolverError(f"{path}: not UTF-8 at byte {error.start}") from error
    except RecursionError as error:
        raise SolverError(f"{path}: nested too deeply") from error
    except MemoryError as error:
        raise SolverError(f"{path}: too large for the memory of this machine") from error
    except json.JSONDecodeError as error:
        raise SolverError(f"{path}: not JSON: {error}") from error
    except ValueError as error:
        # What else json.loads raises: Python refuses to read numbers of such a length.
        words = "a number has thousands of digits" if "digits" in str(error) else str(error)
        raise SolverError(f"{path}: not JSON: {words}") from error
    if repeated:
        raise SolverError("\n".join(f"{path}: not JSON: {words}" for words in repeated))
    return data


def _bytes_of(path: Path) -> bytes:
    """Return the content of a file, which may be a pipe, and may be one that never ends."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise SolverError(f"{path}: larger than {MOST_BYTES} bytes")
    return content


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _members(pairs: list[tuple[str, Any]], repeated: dict[str, None]) -> dict[str, Any]:
    """Return the members of an object, and write down which keys it has twice."""
    members = dict(pairs)
    if len(members) != len(pairs):
        name = members.get("id")
        where = f"the object with the id {quoted(name)}" if name is not None else "one object"
        for key, times in Counter(key for key, _ in pairs).items():
            if times > 1 and len(repeated) < MOST_FAULTS:
                repeated[f"the key {quoted(key)} occurs {times} times in {where}"] = None
    return members


def problem_from_json(data: object) -> Problem:
    """Return the problem that the data describes.

    Keys that the format does not know are no fault. They are part of the digest, and the data
    itself is left as it is.

    Raises
    ------
    InvalidProblem
        With one line for every fault, all at once; where there are very many, the last line
        says how many more.
    """
    root = Field(data, Faults())
    if not isinstance(data, dict):
        raise InvalidProblem(["a problem is a JSON object"])
    if data.get("format") != PROBLEM_FORMAT:
        root.get("format").fault(f'is not "{PROBLEM_FORMAT}"')
    with collection_paused():
        problem = read_problem_fields(root, digest=_digest(root))
    if root.faults:
        raise InvalidProblem(root.faults.lines())
    assert problem is not None, "a problem without faults is there"
    return problem


def _digest(root: Field) -> str:
    """Return the digest of the canonical form; faults where there is none."""
    try:
        return canonical_sha256(root.value)
    except RecursionError:
        root.fault("nested too deeply")
    except (TypeError, ValueError) as error:
        faults_before = len(root.faults)
        say_what_is_not_json(root)
        if len(root.faults) == faults_before:
            root.fault(f"not JSON: {on_one_line(str(error))}")
    return ""


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
    return {**plan.others, **data}


def plan_from_json(data: object) -> Plan:
    """Return the plan that the data describes, of this solver or any other.

    Keys that the format does not know are kept, as they are.

    Nothing is believed: :func:`solver.check.check` is there to judge it.

    Raises
    ------
    InvalidPlan
        With one line for every fault, all at once.
    """
    root = Field(data, Faults())
    if not isinstance(data, dict):
        raise InvalidPlan(["a plan is a JSON object"])
    if data.get("format") != PLAN_FORMAT:
        root.get("format").fault(f'is not "{PLAN_FORMAT}"')
    _digest(root)
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
    if not solver.is_null:
        solver.is_object()
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
        others={key: value for key, value in data.items() if key not in PLAN_KEYS},
    )
    if root.faults:
        raise InvalidPlan(root.faults.lines())
    return plan


def _figure(field: Field) -> int | float:
    """Return a value or a bound; another solver's bound may have decimals."""
    number = field.number(least=-LARGEST_FIGURE, most=LARGEST_FIGURE)
    return int(number) if number == int(number) else number
