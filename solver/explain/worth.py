"""A visitor's own part of the objectives that are sums over visitors."""

from collections.abc import Sequence

from solver.itineraries import Options
from solver.objectives import TOP_PREFERENCES, minutes_away, points_by_visit, welfare
from solver.problem import Objective, Slot


def own_part(options: Options, objective: Objective, slots: Sequence[Slot]) -> int | None:
    """Return what a visitor's week adds to an objective; None where it is no such sum.

    The slots are those of the week; the options say what the best week would be.
    """
    visitor = options.visitor
    worth = points_by_visit(visitor)
    points = sum(worth.get(slot.visit, 0) for slot in slots)
    match objective:
        case Objective.PLACED:
            return visitor.seats * bool(slots)
        case Objective.WELFARE:
            return welfare(visitor, points, best=options.best)
        case Objective.POINTS:
            return visitor.seats * points
        case Objective.TOP3:
            top = visitor.preferences[:TOP_PREFERENCES]
            return visitor.seats * any(slot.visit in top for slot in slots)
        case Objective.AWAY:
            return visitor.seats * minutes_away(slots)
        case _:
            return None
