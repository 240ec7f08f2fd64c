"""What an explanation says: closed lists of reasons and changes, each with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Reason(StrEnum):
    """Why a preference was not granted: the answer in one word."""

    NO_SLOT = "no-slot"
    """No slot of the visit is one that the visitor could attend."""
    BAN = "ban"
    """A ban of the organiser alone keeps the visitor from a slot, and no other is left."""
    NOT_RUN = "not-run"
    """The slots that the visitor could attend do not run in the plan."""
    FULL = "full"
    """A slot that suits has no seat left, and the plan needs its seats more elsewhere."""
    ORGANISATION = "organisation"
    """Too many of the visitor's organisation are in the slot, or out at that moment."""
    MAXIMUM = "maximum"
    """The visitor has as many visits as can be, all of them more wanted."""
    CLASH = "clash"
    """The slots are at odds with visits that the visitor got and wanted more."""
    WORSE = "worse"
    """Nothing of this alone is in the way: the best plan with it is worse as a whole."""
    DRAW = "draw"
    """Plans that are as good grant it: the seed decided."""
    NOT_OPTIMAL = "not-optimal"
    """Best plans grant it, but the plan that is explained is not one of them."""


class ObstacleKind(StrEnum):
    """What is in the way of one visitor and one slot."""

    CLOSED = "closed"
    TOO_SMALL = "too-small"
    BUSY = "busy"
    LANGUAGE = "language"
    AUDIENCE = "audience"
    OWN_ORGANISATION = "own-organisation"
    TEAM_FOR_SLOT = "team-for-slot"
    TEAM_AWAY = "team-away"
    BAN = "ban"
    PINS = "pins"
    NO_VISITS = "no-visits"
    NOT_RUN = "not-run"
    FULL = "full"
    SAME_ORGANISATION = "same-organisation"
    ABSENT = "absent"
    MAXIMUM = "maximum"
    MAXIMUM_OF_DAY = "maximum-of-day"
    CLASH = "clash"

    @property
    def excludes(self) -> bool:
        """Tell whether it holds in every plan, whoever else goes where."""
        return self in _EXCLUDING

    @property
    def rule(self) -> int:
        """The number of the rule behind it."""
        return _RULE[self]


_EXCLUDING = frozenset(
    {
        ObstacleKind.CLOSED,
        ObstacleKind.TOO_SMALL,
        ObstacleKind.BUSY,
        ObstacleKind.LANGUAGE,
        ObstacleKind.AUDIENCE,
        ObstacleKind.OWN_ORGANISATION,
        ObstacleKind.TEAM_FOR_SLOT,
        ObstacleKind.TEAM_AWAY,
        ObstacleKind.BAN,
        ObstacleKind.PINS,
        ObstacleKind.NO_VISITS,
    }
)
_RULE = {
    ObstacleKind.CLOSED: 3,
    ObstacleKind.TOO_SMALL: 3,
    ObstacleKind.BUSY: 5,
    ObstacleKind.LANGUAGE: 7,
    ObstacleKind.AUDIENCE: 8,
    ObstacleKind.OWN_ORGANISATION: 9,
    ObstacleKind.TEAM_FOR_SLOT: 10,
    ObstacleKind.TEAM_AWAY: 11,
    ObstacleKind.BAN: 12,
    ObstacleKind.PINS: 12,
    ObstacleKind.NO_VISITS: 6,
    ObstacleKind.NOT_RUN: 3,
    ObstacleKind.FULL: 3,
    ObstacleKind.SAME_ORGANISATION: 10,
    ObstacleKind.ABSENT: 11,
    ObstacleKind.MAXIMUM: 6,
    ObstacleKind.MAXIMUM_OF_DAY: 6,
    ObstacleKind.CLASH: 4,
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way, with its evidence.

    ``has`` and ``limit`` are what is and what may be, where the obstacle is about a number:
    seats of the visitor against the capacity (too small), or against what is allowed to its
    organisation in a slot or at one moment (team); seats of all who could come
    against the minimum (not run); seats taken against the capacity (full); seats of the
    organisation against its limit; visits against the maximum. ``slots`` are the visitor's
    own in the plan, or the pinned ones, that are in the way (pins, maxima, clash).
    """

    kind: ObstacleKind
    has: int | None = None
    limit: int | None = None
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotAnswer:
    """Every obstacle between one visitor and one slot of the visit; perhaps none."""

    slot: str
    obstacles: tuple[Obstacle, ...]

    @property
    def is_possible(self) -> bool:
        """Tell whether the visitor could attend it in some week."""
        return not any(obstacle.kind.excludes for obstacle in self.obstacles)


@dataclass(frozen=True, slots=True)
class Cost:
    """What granting would cost, from solving again with the preference granted.

    ``objective`` is the first on which a best plan with it is worse: ``best`` without and
    ``best_with`` with it, both proven. ``own`` and ``own_with`` are the visitor's part of
    these values, in the plan and in that best plan; None where the objective is not a sum
    over visitors. So the visitor brings ``own_with - own``, and the others lose that and
    ``best - best_with`` on top.
    """

    objective: str
    best: int
    best_with: int
    own: int | None
    own_with: int | None


class ChangeKind(StrEnum):
    """What could be different, the smallest first."""

    SEAT_MORE = "seat-more"
    """One seat more in a slot of the visit."""
    MINIMUM_LOWER = "minimum-lower"
    """One visitor more would have made a slot of the visit run: a minimum one lower."""
    HALF_DAY_FREED = "half-day-freed"
    """The visitor free on one morning or afternoon."""
    VISIT_MORE = "visit-more"
    """One visit more for the visitor in all."""
    VISIT_MORE_A_DAY = "visit-more-a-day"
    """One visit more for the visitor on a date."""
    OTHER_RANK = "other-rank"
    """The visit at another rank among the visitor's preferences."""


@dataclass(frozen=True, slots=True)
class BusyHalfDay:
    """The morning or the afternoon of a date; noon is at 12:30."""

    day: date
    is_morning: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of ``slot``, to ``figure`` (capacity, minimum, maximum or rank).

    ``half_day`` is set where a half day is freed; what does not apply is None.
    """

    kind: ChangeKind
    slot: str | None = None
    figure: int | None = None
    half_day: BusyHalfDay | None = None


class Finding(StrEnum):
    """What is known of the changes that would grant a preference."""

    FOUND = "found"
    """The change given does it; none before it in order of size does."""
    NONE = "none"
    """No single change does it."""
    NOT_CHECKED = "not-checked"
    """Time ran out first."""
    NOT_NEEDED = "not-needed"
    """Granted, or granted by plans as good or better without a change."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """The smallest change after which an optimal plan grants the preference.

    ``is_certain`` tells whether the very plan that the seed then draws grants it; where it
    is False, plans that grant it are as good as the one drawn. None where there is no change.
    """

    finding: Finding
    change: Change | None = None
    is_certain: bool | None = None


@dataclass(frozen=True, slots=True)
class PreferenceAnswer:
    """What became of one preference.

    ``slot`` is where it was granted, else None. ``reason`` is None when granted;
    ``is_proven`` tells that solving again settled whether optimal plans grant it.
    """

    visit: str
    rank: int
    slot: str | None
    reason: Reason | None
    is_proven: bool
    slots: tuple[SlotAnswer, ...]
    cost: Cost | None
    counterfactual: Counterfactual


@dataclass(frozen=True, slots=True)
class VisitorAnswer:
    """What became of one visitor; ``unasked`` are pinned slots that are no preference."""

    visitor: str
    preferences: tuple[PreferenceAnswer, ...]
    unasked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one plan of one problem is what it is.

    ``is_optimal`` is what solving again found: True or False, or None where time ran out.
    Claims about a plan that is not optimal compare with optimal ones.
    """

    problem_sha256: str
    is_optimal: bool | None
    visitors: Sequence[VisitorAnswer]
    seconds: float
