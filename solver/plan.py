"""The plan: who goes where, how good that is, and how good it could have been."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from solver.problem import Pair

SOLVER_NAME = "opendeur-solver"
SOLVER_VERSION = "0.3.0"
"""Of the site too: ``pyproject.toml`` reads it here, without importing anything."""


class PlanStatus(StrEnum):
    """How far the solver came."""

    OPTIMAL = "optimal"
    """Every stage's value equals its proven bound, and ties were broken by the seed."""
    FEASIBLE = "feasible"
    """A valid plan; time ran out, or somebody stopped the solver, before all was proven."""
    INFEASIBLE = "infeasible"
    """No plan exists."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One objective, optimised without giving up those before it.

    ``bound`` is proven: no plan that is as good on the stages before is better on this one.
    """

    objective: str
    value: int | float
    bound: int | float


@dataclass(frozen=True, slots=True)
class Plan:
    """What the solver found.

    ``placements`` has sorted (visitor id, slot id) pairs. ``conflict`` says, where no plan
    exists, which pins and rules contradict each other. ``seconds`` is wall-clock time.
    ``others`` has what else the file of the plan had, by key.
    """

    status: PlanStatus
    placements: tuple[Pair, ...]
    stages: tuple[Stage, ...]
    seconds: float
    problem_sha256: str
    seed: int
    conflict: tuple[str, ...] = ()
    solver_name: str = field(default=SOLVER_NAME)
    solver_version: str = field(default=SOLVER_VERSION)
    others: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the solver stands: once when a stage starts, ends, or finds a better plan.

    ``stage`` counts from 1 to ``stages``; ``value`` is None while no plan is known, and
    ``bound`` while nothing is proven. ``seconds`` counts from the start of ``solve``.
    """

    stage: int
    stages: int
    objective: str
    value: int | None
    bound: float | int | None
    seconds: float

    @property
    def gap(self) -> float | None:
        """How far the bound is from the value, relative to the value; None without a value."""
        if self.value is None or self.bound is None:
            return None
        if self.value == self.bound:
            return 0.0
        return abs(self.bound - self.value) / max(1, abs(self.value))


ProgressCallback = Callable[[Progress], None]
StopCallback = Callable[[], bool]
