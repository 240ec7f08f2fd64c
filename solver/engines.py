"""Which engine searches.

CP-SAT (:mod:`solver.cp_sat`) needs no process and computes in whole numbers: it takes the
small models. HiGHS (:mod:`solver.highs`) is far quicker where there are thousands of
variables and the relaxation says much: it takes the others. ``docs/solver.md`` has what was
measured.
"""

from enum import StrEnum

from solver.highs import HighsSearch
from solver.linear import LinearModel
from solver.search import Search

MOST_VARIABLES_OF_CP_SAT = 600
"""With more, starting a process for HiGHS pays."""


class Engine(StrEnum):
    """What searches."""

    AUTO = "auto"
    """Chosen by the size of the model."""
    CP_SAT = "cp-sat"
    HIGHS = "highs"


def open_search(
    linear: LinearModel, *, engine: Engine = Engine.AUTO, workers: int = 1
) -> Search:
    """Return a search of this model, by the engine that suits its present size.

    HiGHS searches with one thread, whatever ``workers`` says: nearly all is done before it
    branches, and until then more threads bring nothing.
    """
    if engine is Engine.AUTO:
        is_small = len(linear.lower) <= MOST_VARIABLES_OF_CP_SAT
        engine = Engine.CP_SAT if is_small else Engine.HIGHS
    if engine is Engine.CP_SAT:
        # Only here: OR-Tools costs half a second and 60 MB, also where nothing is ever solved.
        from solver.cp_sat import CpSatSearch

        return CpSatSearch(linear, workers=workers)
    return HighsSearch(linear)
