"""The problem to solve when something falls through after visitors know the plan."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from solver.problem import Objective, Pair, SlotState

Data = dict[str, Any]


def replan(
    data: Mapping[str, Any],
    placements: Collection[Pair],
    *,
    cancelled_slots: Collection[str] = (),
    withdrawn_visitors: Collection[str] = (),
) -> Data:
    """Return a problem whose best plan moves as few placements as possible.

    Objective ``kept`` comes first, so an optimal plan proves it; what came first before
    decides among the plans that keep as much.

    Parameters
    ----------
    data
        The problem as JSON data (``opendeur-problem/1``); never changed. What else it holds
        is taken over.
    placements
        The plan that visitors know, as pairs of a visitor's and a slot's id.
    cancelled_slots
        Ids of slots that do not take place; they are closed, and their pins dropped. The
        placements there stay in ``previous``: nobody can keep them.
    withdrawn_visitors
        Ids of visitors who do not come at all: left out with their pins, bans and
        placements, so that a seat which was given up does not count as moved.

    Raises
    ------
    ValueError
        Where the problem has no such slot or visitor.
    """
    slots = {slot["id"] for slot in data["slots"]}
    visitors = {visitor["id"] for visitor in data["visitors"]}
    _require_known(cancelled_slots, slots, what="slot")
    _require_known(withdrawn_visitors, visitors, what="visitor")
    _require_known((slot for _, slot in placements), slots, what="slot")

    def of_those_who_come(items: Iterable[Mapping[str, Any]] | None) -> list[Data]:
        return [dict(i) for i in items or () if i["visitor"] not in withdrawn_visitors]

    previous = [{"visitor": visitor, "slot": slot} for visitor, slot in sorted(set(placements))]
    kept = str(Objective.KEPT)
    return {
        **data,
        "objectives": [kept, *(name for name in data["objectives"] if name != kept)],
        "slots": [
            {**slot, "state": str(SlotState.CLOSED)} if slot["id"] in cancelled_slots else slot
            for slot in data["slots"]
        ],
        "visitors": [v for v in data["visitors"] if v["id"] not in withdrawn_visitors],
        "pins": [
            pin
            for pin in of_those_who_come(data.get("pins"))
            if pin["slot"] not in cancelled_slots
        ],
        "bans": of_those_who_come(data.get("bans")),
        "previous": {"placements": of_those_who_come(previous)},
    }


def _require_known(ids: Iterable[str], known: Collection[str], *, what: str) -> None:
    unknown = sorted(set(ids) - set(known))
    if unknown:
        raise ValueError(f"the problem has no {what} {unknown[0]!r}")
