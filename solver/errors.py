"""What can go wrong, in words that the user may read.

SolverError
├── InvalidProblem   the data is not a problem
├── InvalidPlan      the data is not a plan
└── NoPlanFound      time ran out before the first plan
    └── SearchEnded  the process that searched was killed before the first plan
"""

from collections.abc import Sequence


class SolverError(Exception):
    """Base class of all errors that this package raises on purpose."""


class _InvalidData(SolverError):
    """Data that is not what it should be; ``faults`` has one line for each thing wrong.

    Each line begins with its place, such as ``visitors[3].preferences[1]: no visit "v99"``.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults: tuple[str, ...] = tuple(faults)
        super().__init__("\n".join(self.faults))


class InvalidProblem(_InvalidData):
    """The data is not a valid problem."""


class InvalidPlan(_InvalidData):
    """The data is not a valid plan."""


class NoPlanFound(SolverError):
    """Time ran out, or somebody stopped the solver, before the pins had a plan at all."""


class SearchEnded(NoPlanFound):
    """The process that searched was ended from outside, perhaps for want of memory."""
