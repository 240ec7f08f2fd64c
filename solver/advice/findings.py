"""What advice consists of: effects of changes, and what they are changes of."""

from dataclasses import dataclass
from enum import StrEnum

from solver.problem import Objective


class Basis(StrEnum):
    """How an effect is known."""

    SOLVED = "solved"
    """The changed problem was solved again; each figure has the bound that it proved."""
    COUNTED = "counted"
    """Counting shows that the change alters nothing, so the best stays the best."""
    IMPOSSIBLE = "impossible"
    """The changed problem has no plan: it cannot be so."""
    NOT_REACHED = "not_reached"
    """Time ran out before anything was found."""


class Verdict(StrEnum):
    """What a change does to the plan as a whole, the most important objective first."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    UNKNOWN = "unknown"
    """Neither value nor bound decides it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One objective after a change.

    ``value`` is reached by a plan; ``bound`` is proven: nothing better is possible without
    giving up the values of the objectives before it. None where nothing is proven.
    ``same_scale`` is given where the change alters what the visitors' best weeks are, which
    satisfaction is counted by: the value of the very same plan by today's best weeks.
    """

    objective: Objective
    before: int
    value: int
    bound: int | None
    same_scale: int | None = None

    @property
    def is_proven(self) -> bool:
        """True where nothing better than the value is possible."""
        return self.value == self.bound

    @property
    def gain(self) -> int:
        """What is gained, by today's scale; below 0 where something is lost."""
        value = self.value if self.same_scale is None else self.same_scale
        return self._gain(value)

    @property
    def most_gain(self) -> int | None:
        """What can be gained at most; None where that is not known on today's scale."""
        if self.bound is None or self.same_scale is not None:
            return None
        return self._gain(self.bound)

    def _gain(self, value: int) -> int:
        return self.before - value if self.objective.is_minimised else value - self.before


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to every objective, in the problem's order."""

    basis: Basis
    figures: tuple[Figure, ...] = ()

    @property
    def is_proven(self) -> bool:
        """True where every figure is the best there can be, or where there is no plan."""
        is_known = self.basis is not Basis.NOT_REACHED
        return is_known and all(figure.is_proven for figure in self.figures)

    @property
    def verdict(self) -> Verdict:
        """The first objective that changes decides."""
        if self.basis is Basis.COUNTED:
            return Verdict.SAME
        if self.basis is not Basis.SOLVED:
            return Verdict.UNKNOWN
        for figure in self.figures:
            gain, most = figure.gain, figure.most_gain
            if gain > 0:
                return Verdict.BETTER
            if gain == most == 0:
                continue
            is_lost = most is not None and most < 0
            return Verdict.WORSE if is_lost else Verdict.UNKNOWN
        return Verdict.SAME

    @property
    def gains(self) -> tuple[int, ...]:
        """The gain on each objective, the most important first."""
        return tuple(figure.gain for figure in self.figures)


NOT_REACHED = Effect(Basis.NOT_REACHED)


class RuleName(StrEnum):
    """A rule that an organiser could drop; each has its number in ``docs/solver.md``."""

    MAX_VISITS = "max_visits"
    MAX_VISITS_PER_DAY = "max_visits_per_day"
    MAX_SAME_ORGANISATION_PER_SLOT = "max_same_organisation_per_slot"
    MAX_ABSENT_PER_ORGANISATION = "max_absent_per_organisation"
    MINIMUM = "minimum"
    CAPACITY = "capacity"
    CLOSED = "closed"
    BUSY = "busy"
    TRAVEL = "travel"
    LANGUAGES = "languages"
    AUDIENCE = "audience"
    OWN_ORGANISATION = "own_organisation"
    PINS = "pins"
    BANS = "bans"


@dataclass(frozen=True, slots=True)
class RulePrice:
    """What every objective would be without a rule."""

    rule: RuleName
    effect: Effect


@dataclass(frozen=True, slots=True)
class SeatWorth:
    """What one more seat in a slot would bring.

    ``taken`` are seats taken in the plan, ``wanted`` the seats of all who could come.
    """

    slot: str
    capacity: int
    taken: int
    wanted: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class IdleSlot:
    """A slot that does not run, and the nearest way to make it run.

    ``wanted`` are the seats of all who could come; where that is below ``minimum``, it cannot
    run whatever the others do. ``lower_minimum`` is the largest minimum with which every best
    plan has it run, as far as time allowed to look; None where there is none, or none was
    found in time. ``lowered`` is the effect of that minimum, or of the lowest looked at.
    ``more_wanting`` is the fewest seats of newcomers, who come for this slot alone, with which
    every best plan has it run as it is; None where not known. ``made_to_run`` is the effect
    of having it run with its minimum, whoever would be better off elsewhere.
    """

    slot: str
    minimum: int
    wanted: int
    lower_minimum: int | None
    lowered: Effect
    more_wanting: int | None
    made_to_run: Effect

    @property
    def lacking(self) -> int:
        """The seats by which it misses its minimum even if all come who could."""
        return max(0, self.minimum - self.wanted)


class Withdrawal(StrEnum):
    """Why some slots could be withdrawn."""

    UNUSED = "unused"
    """They do not run in the plan."""
    FEWER = "fewer"
    """Fewer slots would run if that came before some other objectives."""
    SINGLE = "single"
    """A slot that runs, on its own."""
    SEVERAL = "several"
    """Slots that run and of which each alone costs the least, together."""


@dataclass(frozen=True, slots=True)
class WithdrawnSlots:
    """Slots to withdraw, how many run then, and what it costs.

    ``before`` is the first of the objectives that come after fewer slots.
    """

    reason: Withdrawal
    slots: tuple[str, ...]
    running: int
    effect: Effect
    before: Objective | None = None


class ActionKind(StrEnum):
    """What an organiser could do."""

    WITHDRAW = "withdraw"
    """Withdraw slots: nobody loses by it."""
    LOWER_MINIMUM = "lower_minimum"
    """Let a slot run with fewer: ``amount`` is the new minimum."""
    ADD_SEAT = "add_seat"
    """Have one seat more in a slot."""
    DROP_RULE = "drop_rule"
    """Do without a rule."""
    FIND_VISITORS = "find_visitors"
    """Tell people of a slot that lacks ``amount`` seats of visitors who want it."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: ``subjects`` are ids of slots, or the name of a rule."""

    kind: ActionKind
    subjects: tuple[str, ...]
    amount: int | None
    effect: Effect


@dataclass(frozen=True, slots=True)
class Advice:
    """What an organiser could do, and what each thing would bring.

    ``is_optimal`` tells whether the plan was proven the best: if not, some of what a change
    seems to gain may be had without it. ``is_complete`` tells whether all was looked at
    before time ran out. ``actions`` is the short list, what brings the most first.
    """

    problem_sha256: str
    is_optimal: bool
    is_complete: bool
    seconds: float
    withdrawals: tuple[WithdrawnSlots, ...]
    rules: tuple[RulePrice, ...]
    idle: tuple[IdleSlot, ...]
    seats: tuple[SeatWorth, ...]
    actions: tuple[Action, ...]
