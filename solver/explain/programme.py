"""0-1 programmes as arrays, what is changed in them, and bounds that multipliers prove.

For any multipliers ``y`` of the rows, with ``d = c - A' y``, every ``x`` that keeps to the
rows and to the bounds of the columns has ::

    c x  <=  sum_i max(y_i least_i, y_i most_i)  +  sum_j max(d_j lower_j, d_j upper_j)

whatever solver the multipliers came from, and however roughly.

References
----------
A. Neumaier, O. Shcherbina (2004), Safe bounds in linear and mixed-integer linear programming,
Mathematical Programming 99, 283-296. https://doi.org/10.1007/s10107-003-0433-3
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class BinaryProgramme:
    """A 0-1 programme with objectives ``costs[k]``, the most important first, all maximised.

    The rows are ``least <= A x <= most`` with entries ``(rows, columns, entries)``. The first
    ``choosers`` columns are tried first for branching. ``targets`` has what is reached;
    ``is_whole`` tells that no objectives were left out at the end.
    """

    rows: Whole
    columns: Whole
    entries: Floats
    least: Floats
    most: Floats
    lower: Floats
    upper: Floats
    costs: Floats
    targets: Floats
    choosers: int
    is_whole: bool

    def reduced(self, stage: int, y: Floats) -> Floats:
        """Return ``c - A' y``; the multipliers of the stages before come last in ``y``."""
        size, height = len(self.lower), len(self.least)
        priced = np.bincount(self.columns, self.entries * y[self.rows], size)
        reduced: Floats = self.costs[stage] - y[height:] @ self.costs[:stage] - priced
        return reduced

    def row_part(self, stage: int, y: Floats) -> float:
        """Return the rows' part of the bound; infinite for a multiplier of the wrong sign."""
        least = np.concatenate((self.least, self.targets[:stage]))
        most = np.concatenate((self.most, np.full(stage, np.inf)))
        used = y != 0
        y, least, most = y[used], least[used], most[used]
        return float(np.sum(np.where(y > 0, y * most, y * least)))

    def clipped(self, stage: int, y: Floats) -> Floats:
        """Return multipliers without those that rounding gave the wrong sign."""
        least = np.concatenate((self.least, self.targets[:stage]))
        most = np.concatenate((self.most, np.full(stage, np.inf)))
        wrong = ((y > 0) & np.isinf(most)) | ((y < 0) & np.isinf(least))
        return np.where(wrong, 0.0, y)

    def bound(self, stage: int, y: Floats, lower: Floats, upper: Floats) -> float:
        """Return the bound that some multipliers prove between some bounds of the columns."""
        reduced = self.reduced(stage, y)
        part = np.maximum(reduced * lower, reduced * upper)
        return self.row_part(stage, y) + float(part.sum())

    def dense(self, columns: Whole) -> Floats:
        """Return some columns of ``A``, zeros and all."""
        place = np.full(len(self.lower), -1)
        place[columns] = np.arange(len(columns))
        mine = np.flatnonzero(place[self.columns] >= 0)
        matrix = np.zeros((len(self.least), len(columns)))
        matrix[self.rows[mine], place[self.columns[mine]]] = self.entries[mine]
        return matrix

    def value(self, stage: int, x: Whole) -> int:
        """Return the exact value of a stage."""
        return int(self.costs[stage].astype(np.int64) @ x)

    def allows(self, stage: int, x: Whole) -> bool:
        """Tell whether whole numbers keep to all rows, exactly."""
        sums = np.bincount(self.rows, self.entries * x[self.columns], len(self.least))
        reached = all(self.value(k, x) >= self.targets[k] for k in range(stage))
        return bool(np.all(sums >= self.least) and np.all(sums <= self.most)) and reached


@dataclass(frozen=True)
class Question:
    """A changed programme: other columns of one visitor, perhaps one other coefficient.

    ``own`` are the visitor's columns in the programme as it was; those that are new come
    after all others. ``granting`` tells for each of the visitor's columns, old and new,
    whether it has the visit, ``allowed`` whether it is possible at all. ``entry`` is the place
    of the coefficient in ``entries``, if any, and ``row`` where the visitor chooses one.
    """

    programme: BinaryProgramme
    own: Whole
    granting: Flags
    allowed: Flags
    row: int
    must_go: bool
    entry: int | None

    def columns(self, *, granted: bool, size: int) -> tuple[Whole, Flags]:
        """Return the visitor's columns, and which of them can be chosen."""
        new = np.arange(size, len(self.programme.lower))
        return np.concatenate((self.own, new)), self.allowed & (self.granting == granted)

    def asked(self, *, granted: bool) -> BinaryProgramme:
        """Return the programme in which the visitor has to go, where the visit is granted."""
        least = self.programme.least.copy()
        least[self.row] = 1.0 if granted or self.must_go else 0.0
        return replace(self.programme, least=least)

    def cost_of_choice(self, stage: int, choice: int | None) -> int | None:
        """Return what the visitor's chosen column costs, as a figure that is never negated."""
        if choice is None:
            return None
        size = len(self.programme.lower) - (len(self.granting) - len(self.own))
        columns, _ = self.columns(granted=True, size=size)
        return abs(int(self.programme.costs[stage, columns[choice]]))


@dataclass(frozen=True)
class Ruling:
    """Whether a question's preference is granted by an optimal plan, and on what stage not.

    ``is_only`` tells that all optimal plans grant it. ``value`` is the best with the
    preference on the ``stage`` that decides, ``own`` the chosen column of the visitor; None
    where it was refuted without finding them.
    """

    is_granted: bool
    is_only: bool = False
    stage: int | None = None
    value: int | None = None
    own: int | None = None
