"""Why a run leaves somebody out: as far as the problem that was solved tells.

What other people wanted is a reason too, but only where nothing of the visitor's own keeps
them from the moments that they could choose from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why somebody gets nothing. The first ones keep them from every moment they chose."""

    NOTHING = "nothing"
    OWN = "own"
    LANGUAGE = "language"
    AUDIENCE = "audience"
    SEATS = "seats"
    BUSY = "busy"
    SEVERAL = "several"
    FULL = "full"
    IDLE = "idle"
    RULES = "rules"


#: In this order one is named, where several keep somebody from everything.
_OBSTACLES = (Reason.OWN, Reason.LANGUAGE, Reason.AUDIENCE, Reason.SEATS, Reason.BUSY)


@dataclass(frozen=True, slots=True)
class _Moment:
    slot: Mapping[str, Any]
    visit: Mapping[str, Any]

    def obstacles(self, visitor: Mapping[str, Any]) -> set[Reason]:
        """Return what of the visitor's own keeps them from this moment."""
        slot, visit = self.slot, self.visit
        start, end = slot["start"], slot["end"]
        found = {
            Reason.OWN: visitor["organisation"] == visit["organisation"],
            Reason.LANGUAGE: not set(visitor["languages"]) & set(slot["languages"]),
            Reason.AUDIENCE: bool(visit["audience"])
            and not set(visit["audience"]) & set(visitor["sectors"]),
            Reason.SEATS: visitor["seats"] > slot["capacity"],
            Reason.BUSY: any(low < end and start < high for low, high in visitor["busy"]),
        }
        return {reason for reason, holds in found.items() if holds}


class Reasons:
    """Finds reasons in one problem and the seats taken in its slots, by their identifiers."""

    def __init__(self, parts: Mapping[str, Any], taken: Mapping[str, int]) -> None:
        visits = {visit["id"]: visit for visit in parts["visits"]}
        self._taken = taken
        self._visitors = {visitor["id"]: visitor for visitor in parts["visitors"]}
        self._moments: dict[str, list[_Moment]] = defaultdict(list)
        for slot in parts["slots"]:
            if slot["state"] != "closed":
                moment = _Moment(slot, visits[slot["visit"]])
                self._moments[slot["visit"]].append(moment)

    def of(self, identifier: str) -> Reason:
        """Return why a visitor who gets nothing does."""
        visitor = self._visitors[identifier]
        moments = [
            moment for visit in visitor["preferences"] for moment in self._moments[visit]
        ]
        if not moments:
            return Reason.NOTHING
        obstacles = [moment.obstacles(visitor) for moment in moments]
        if all(obstacles):
            shared = set.intersection(*obstacles)
            return next((reason for reason in _OBSTACLES if reason in shared), Reason.SEVERAL)
        free = [
            moment.slot for moment, found in zip(moments, obstacles, strict=True) if not found
        ]
        return self._others(visitor["seats"], free)

    def _others(self, seats: int, slots: Iterable[Mapping[str, Any]]) -> Reason:
        running = [slot for slot in slots if self._taken.get(slot["id"])]
        if not running:
            return Reason.IDLE
        is_full = all(self._taken[slot["id"]] + seats > slot["capacity"] for slot in running)
        return Reason.FULL if is_full else Reason.RULES
