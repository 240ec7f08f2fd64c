"""What a run gives: who has what, what runs, how good that is, and who wins or loses by it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import invitations
from opendeur.domain.assignment import problems, runs
from opendeur.domain.invitations import Drafts
from opendeur.gateways import solver
from opendeur.models import AssignmentRun, Edition, Host, Slot, Visit, Visitor

#: Bars of a histogram: nothing, then by tens of percents, then the best week there is.
BARS = 11


@dataclass(frozen=True, slots=True)
class Granted:
    """A slot that a visitor gets; `rank` is None for one that is no preference."""

    slot: Slot
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorResult:
    """What one visitor gets from a run, and what holds now.

    `best` is the most points that the visitor could have had alone: 0 when nothing they
    prefer could be attended, None when the run did not keep it.
    """

    visitor: Visitor
    seats: int
    preferences: int
    granted: tuple[Granted, ...]
    before: tuple[Granted, ...]
    best: int | None

    @property
    def satisfaction(self) -> float | None:
        """Points got over the best there was, 0 to 1; None where that is not known."""
        return _satisfaction(self.granted, self.best)

    @property
    def satisfaction_before(self) -> float | None:
        """The same for what holds now."""
        return _satisfaction(self.before, self.best)

    @property
    def difference(self) -> int:
        """Points won, or lost where negative, against what holds now."""
        return _points(self.granted) - _points(self.before)


@dataclass(frozen=True, slots=True)
class SlotResult:
    """A slot that the run could use, and the seats taken in it."""

    slot: Slot
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run gives. People are seats: three colleagues who stay together count thrice."""

    visitors: tuple[VisitorResult, ...]
    running: tuple[SlotResult, ...]
    idle: tuple[SlotResult, ...]

    @property
    def people(self) -> int:
        """How many people took part."""
        return sum(line.seats for line in self.visitors)

    @property
    def visits(self) -> int:
        """How many visits people make."""
        return sum(line.seats * len(line.granted) for line in self.visitors)

    @property
    def empty_handed(self) -> tuple[VisitorResult, ...]:
        """Visitors who get nothing."""
        return tuple(line for line in self.visitors if not line.granted)

    @property
    def people_with_nothing(self) -> int:
        """How many people get nothing."""
        return sum(line.seats for line in self.empty_handed)

    def share_within(self, rank: int) -> float:
        """Return the share of people, 0 to 1, who get one of their first `rank` choices."""
        lucky = sum(
            line.seats
            for line in self.visitors
            if any(granted.rank and granted.rank <= rank for granted in line.granted)
        )
        return lucky / self.people if self.people else 0.0

    @property
    def winners(self) -> tuple[VisitorResult, ...]:
        """Who gets more than now, the biggest winner first."""
        found = [line for line in self.visitors if line.difference > 0]
        return tuple(sorted(found, key=lambda line: -line.difference))

    @property
    def losers(self) -> tuple[VisitorResult, ...]:
        """Who gets less than now, the biggest loser first."""
        found = [line for line in self.visitors if line.difference < 0]
        return tuple(sorted(found, key=lambda line: line.difference))

    @property
    def unchanged(self) -> int:
        """How many visitors neither win nor lose."""
        return len(self.visitors) - len(self.winners) - len(self.losers)

    @property
    def histogram(self) -> list[int]:
        """People by satisfaction; see `bar_of`."""
        return _histogram((line.satisfaction, line.seats) for line in self.visitors)

    @property
    def histogram_before(self) -> list[int]:
        """The same for what holds now."""
        return _histogram((line.satisfaction_before, line.seats) for line in self.visitors)


def bar_of(satisfaction: float) -> int:
    """Return the bar of a histogram that a satisfaction, 0 to 1, belongs to.

    Bar 0 is nothing at all, bar 10 the best week there was; what is between goes by tens
    of percents, with what is under ten in bar 1.
    """
    if satisfaction <= 0:
        return 0
    return BARS - 1 if satisfaction >= 1 else max(1, int(satisfaction * 10))


def result_of(session: Session, edition: Edition, run: AssignmentRun) -> Result | None:
    """Return what a run gives, by the preferences that it was made with; None without plan.

    Compares with the placements that hold now. Visitors and slots that are no longer there
    are left out: such a run cannot be adopted.
    """
    if run.plan is None:
        return None
    problem = json.loads(run.problem)
    best = solver.best_points(run.plan)
    slots = _slots(session, edition)
    visitors = _visitors(session, edition)
    plan = _plan(run.plan)
    live = {(p.visitor_id, p.slot_id) for p in runs.live_placements(session, edition)}
    after, before = _by_visitor(plan), _by_visitor(live)
    lines: list[VisitorResult] = []
    taken: Counter[int] = Counter()
    for described in problem["visitors"]:
        number = problems.row_number(described["id"])
        if number not in visitors:
            continue
        ranks = {
            problems.row_number(visit): rank
            for rank, visit in enumerate(described["preferences"], start=1)
        }
        lines.append(
            VisitorResult(
                visitor=visitors[number],
                seats=described["seats"],
                preferences=len(ranks),
                granted=_granted(after[number], slots, ranks),
                before=_granted(before[number], slots, ranks),
                best=best.get(described["id"]),
            )
        )
        taken.update(dict.fromkeys(after[number], described["seats"]))
    used = [
        SlotResult(slots[number], taken[number])
        for number in (
            problems.row_number(slot["id"])
            for slot in problem["slots"]
            if slot["state"] != "closed"
        )
        if number in slots
    ]
    used.sort(key=lambda line: (line.slot.starts_at, line.slot.id))
    return Result(
        visitors=tuple(sorted(lines, key=_by_name)),
        running=tuple(line for line in used if line.taken),
        idle=tuple(line for line in used if not line.taken),
    )


def invitations_of(session: Session, edition: Edition, run: AssignmentRun) -> Drafts:
    """Return how many drafts of invitations adopting a run would leave."""
    return invitations.forecast(session, edition, _plan(run.plan or '{"placements":[]}'))


def _plan(text: str) -> set[tuple[int, int]]:
    return {
        (problems.row_number(visitor), problems.row_number(slot))
        for visitor, slot in solver.placements(text)
    }


def _by_name(line: VisitorResult) -> tuple[str, str, int]:
    account = line.visitor.account
    return account.family_name.casefold(), account.given_name.casefold(), line.visitor.id


def _by_visitor(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for visitor, slot in pairs:
        found[visitor].append(slot)
    return found


def _granted(
    numbers: Iterable[int], slots: dict[int, Slot], ranks: dict[int, int]
) -> tuple[Granted, ...]:
    found = [slots[number] for number in numbers if number in slots]
    found.sort(key=lambda slot: (slot.starts_at, slot.id))
    return tuple(Granted(slot, ranks.get(slot.visit_id)) for slot in found)


def _points(granted: Iterable[Granted]) -> int:
    return sum(solver.points_of_rank(g.rank) for g in granted if g.rank)


def _satisfaction(granted: Iterable[Granted], best: int | None) -> float | None:
    return min(1.0, _points(granted) / best) if best else None


def _histogram(values: Iterable[tuple[float | None, int]]) -> list[int]:
    bars = [0] * BARS
    for satisfaction, seats in values:
        if satisfaction is not None:
            bars[bar_of(satisfaction)] += seats
    return bars


def _slots(session: Session, edition: Edition) -> dict[int, Slot]:
    found = session.scalars(
        select(Slot)
        .join(Slot.visit)
        .join(Visit.host)
        .where(Host.edition_id == edition.id)
        .options(joinedload(Slot.visit).joinedload(Visit.host).joinedload(Host.organisation))
    )
    return {slot.id: slot for slot in found}


def _visitors(session: Session, edition: Edition) -> dict[int, Visitor]:
    found = session.scalars(
        select(Visitor)
        .where(Visitor.edition_id == edition.id)
        .options(joinedload(Visitor.account), joinedload(Visitor.organisation))
    )
    return {visitor.id: visitor for visitor in found}


@dataclass(frozen=True, slots=True)
class StageResult:
    """One objective of a run: what was found, and what is proven to be out of reach.

    `gap` is what could still be won, as a share of the value; None without a value to
    compare with.
    """

    objective: str
    value: float
    bound: float | None

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return self.bound is not None and abs(self.value - self.bound) < 1e-6

    @property
    def gap(self) -> float | None:
        """What could still be won, as a share of what was found."""
        if self.is_proven:
            return 0.0
        if self.bound is None or not self.value:
            return None
        return abs(self.bound - self.value) / abs(self.value)


def stages_of(run: AssignmentRun) -> list[StageResult]:
    """Return the objectives that a run worked on, in their order."""
    stages: Any = (run.metrics or {}).get("stages", [])
    return [StageResult(x["objective"], x["value"], x["bound"]) for x in stages]


def conflict_of(run: AssignmentRun) -> list[str]:
    """Return why no plan exists, in the solver's words."""
    found: Any = (run.metrics or {}).get("conflict", [])
    return [str(line) for line in found]


def faults_of(run: AssignmentRun) -> list[str]:
    """Return the broken rules that the checker found; there should be none."""
    found: Any = (run.metrics or {}).get("faults", [])
    return [str(line) for line in found]
