"""Problems, plans and figures of runs, as they are stored, turned into typed objects once.

Texts are those of the interchange format (``docs/solver.md``). Its identifiers are coined and
read back here and nowhere else: ``o``, ``v``, ``s`` and ``p`` with the number of the row of an
organisation, a visit, a slot or a visitor.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

#: Differences below this are rounding: figures of objectives are whole numbers or ratios.
_TOLERANCE = 1e-6


def organisation_id(number: int) -> str:
    """Return the identifier of an organisation's row."""
    return f"o{number}"


def visit_id(number: int) -> str:
    """Return the identifier of a visit's row."""
    return f"v{number}"


def slot_id(number: int) -> str:
    """Return the identifier of a slot's row."""
    return f"s{number}"


def visitor_id(number: int) -> str:
    """Return the identifier of a visitor's row."""
    return f"p{number}"


def row_number(identifier: str) -> int:
    """Return the row's number behind an identifier: 17 from ``s17``.

    Raises
    ------
    ValueError
        When it is not one of ours.
    """
    if identifier[:1] not in ("o", "v", "s", "p"):
        raise ValueError(f"{identifier!r} is no identifier of a row")
    return int(identifier[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class PosedVisitor:
    """A visitor as a problem describes them: seats, and numbers of visits, the best first."""

    number: int
    seats: int
    preferences: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PosedProblem:
    """A problem as it was posed: who took part, and the numbers of the slots that could run.

    `parts` are the parts of the text by their names, to be compared with another's.
    """

    visitors: tuple[PosedVisitor, ...]
    slots: tuple[int, ...]
    parts: Mapping[str, Any]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the canonical text of a problem."""
        parts = json.loads(text)
        return cls(
            visitors=tuple(
                PosedVisitor(
                    number=row_number(visitor["id"]),
                    seats=visitor["seats"],
                    preferences=tuple(map(row_number, visitor["preferences"])),
                )
                for visitor in parts["visitors"]
            ),
            slots=tuple(
                row_number(slot["id"]) for slot in parts["slots"] if slot["state"] != "closed"
            ),
            parts=parts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlan:
    """A plan with the numbers of rows.

    Attributes
    ----------
    placements
        Pairs of visitor and slot.
    best
        By visitor, the most points that the visitor could have had alone: 0 where nothing
        they prefer could be attended. A plan of long ago may not have it.
    """

    placements: frozenset[tuple[int, int]]
    best: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the text of a plan."""
        found = json.loads(text)
        return cls(
            placements=frozenset(
                (row_number(placement["visitor"]), row_number(placement["slot"]))
                for placement in found["placements"]
            ),
            best={
                row_number(visitor): points for visitor, points in found.get("best", {}).items()
            },
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """One objective of a run: what was found, and what is proven to be out of reach.

    `bound` is None where nothing is proven.
    """

    objective: str
    value: float
    bound: float | None

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return self.bound is not None and abs(self.value - self.bound) < _TOLERANCE

    @property
    def gap(self) -> float | None:
        """What could still be won, as a share of what was found; None where nobody knows."""
        if self.is_proven:
            return 0.0
        if self.bound is None or not self.value:
            return None
        return abs(self.bound - self.value) / abs(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to, beside its plan.

    Attributes
    ----------
    figures
        What the checker measured, by the names of the interchange format.
    stages
        The objectives that the run worked on, in their order.
    faults
        Broken rules or false claims that the checker found; there should be none, and a plan
        with one is never adopted.
    conflict
        Why no plan exists, in the solver's words.
    """

    figures: Mapping[str, Any] = field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    faults: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()

    @classmethod
    def from_column(cls, column: Mapping[str, Any] | None) -> Self:
        """Read the column of a run; an empty report where there is none yet."""
        figures = dict(column or {})
        return cls(
            stages=tuple(
                Stage(stage["objective"], stage["value"], stage["bound"])
                for stage in figures.pop("stages", ())
            ),
            faults=tuple(map(str, figures.pop("faults", ()))),
            conflict=tuple(map(str, figures.pop("conflict", ()))),
            figures=figures,
        )

    def proves(self, goals: int) -> bool:
        """Tell whether no better figure exists for any of so many goals."""
        return len(self.stages) == goals and all(stage.is_proven for stage in self.stages)

    def to_column(self) -> dict[str, Any]:
        """Return what the column of a run holds."""
        return {
            **self.figures,
            "stages": [
                {"objective": stage.objective, "value": stage.value, "bound": stage.bound}
                for stage in self.stages
            ],
            "faults": list(self.faults),
            "conflict": list(self.conflict),
        }
