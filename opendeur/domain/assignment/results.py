"""What a run gives: who has what, what runs, how good that is, and who wins or loses by it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.domain.assignment.reasons import Reason, Reasons
from opendeur.domain.placements import Granted
from opendeur.domain.searching import folded
from opendeur.gateways import interchange, solver
from opendeur.gateways.interchange import FoundPlan, PosedProblem, PosedVisitor, Report
from opendeur.models import AssignmentRun, Edition, Slot, Visitor

#: Bars of a histogram: nothing, then by tens of percents, then the best week there is.
BARS = 11


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
    #: Why they get nothing; None where they get something.
    reason: Reason | None = None

    @property
    def satisfaction(self) -> float | None:
        """Points got over the best there was, 0 to 1; None where that is not known."""
        return _satisfaction(self.granted, self.best)

    @property
    def satisfaction_before(self) -> float | None:
        """The same for what holds now."""
        return _satisfaction(self.before, self.best)

    @property
    def loses_a_place(self) -> bool:
        """Whether something that the visitor has now is not in the run."""
        return bool(self.lost)

    @property
    def lost(self) -> tuple[Granted, ...]:
        """What the visitor has now and would not have."""
        kept = {seat.slot.id for seat in self.granted}
        return tuple(seat for seat in self.before if seat.slot.id not in kept)

    @property
    def gained(self) -> tuple[Granted, ...]:
        """What the visitor would have and does not have now."""
        had = {seat.slot.id for seat in self.before}
        return tuple(seat for seat in self.granted if seat.slot.id not in had)

    @property
    def difference(self) -> int:
        """Points won, or lost where negative, against what holds now."""
        return _points(self.granted) - _points(self.before)


@dataclass(frozen=True, slots=True)
class SlotResult:
    """A slot that the run could use, and the seats taken in it."""

    slot: Slot
    taken: int


@dataclass(frozen=True, slots=True)
class HostResult:
    """A host who receives nobody: how many people chose it, and its smallest group."""

    name: str
    people: int
    smallest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run gives. People are seats: three colleagues who stay together count thrice."""

    visitors: tuple[VisitorResult, ...]
    running: tuple[SlotResult, ...]
    idle: tuple[SlotResult, ...]
    idle_hosts: tuple[HostResult, ...]
    #: How many goals the run had.
    goals: int

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

    def people_within(self, rank: int) -> int:
        """Return how many people get one of their first `rank` choices."""
        return sum(
            line.seats
            for line in self.visitors
            if any(granted.rank and granted.rank <= rank for granted in line.granted)
        )

    def share_within(self, rank: int) -> float:
        """Return the share of people, 0 to 1, who get one of their first `rank` choices."""
        return self.people_within(rank) / self.people if self.people else 0.0

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
    def moved(self) -> tuple[VisitorResult, ...]:
        """Who would not keep every place they have now."""
        return tuple(line for line in self.visitors if line.loses_a_place)

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
    problem = PosedProblem.from_text(run.problem)
    plan = FoundPlan.from_text(run.plan)
    slots = queries.slots_by_number(session, edition)
    visitors = queries.visitors_by_number(session, edition)
    live = session.scalars(queries.live_placements(edition))
    after = _by_visitor(plan.placements)
    seats = {posed.number: posed.seats for posed in problem.visitors}
    taken = _taken(plan.placements, seats)
    reasons = Reasons(
        problem.parts, {interchange.slot_id(slot): count for slot, count in taken.items()}
    )
    before = _by_visitor((placement.visitor_id, placement.slot_id) for placement in live)
    lines: list[VisitorResult] = []
    for posed in problem.visitors:
        number = posed.number
        if number not in visitors:
            continue
        ranks = {visit: rank for rank, visit in enumerate(posed.preferences, start=1)}
        granted = _granted(after[number], slots, ranks)
        lines.append(
            VisitorResult(
                visitor=visitors[number],
                seats=posed.seats,
                preferences=len(ranks),
                granted=granted,
                before=_granted(before[number], slots, ranks),
                best=plan.best.get(number),
                reason=None if granted else reasons.of(interchange.visitor_id(number)),
            )
        )
    used = [
        SlotResult(slots[number], taken[number]) for number in problem.slots if number in slots
    ]
    used.sort(key=lambda line: (line.slot.starts_at, line.slot.id))
    return Result(
        visitors=tuple(sorted(lines, key=_by_name)),
        running=tuple(line for line in used if line.taken),
        idle=tuple(line for line in used if not line.taken),
        idle_hosts=tuple(_idle_hosts(used, problem.visitors)),
        goals=len(problem.parts["objectives"]),
    )


def _taken(pairs: Iterable[tuple[int, int]], seats: Mapping[int, int]) -> Counter[int]:
    taken: Counter[int] = Counter()
    for visitor, slot in pairs:
        taken[slot] += seats.get(visitor, 0)
    return taken


def _idle_hosts(
    used: Iterable[SlotResult], visitors: Iterable[PosedVisitor]
) -> Iterator[HostResult]:
    """Yield the hosts none of whose slots runs, by name."""
    of_host: dict[int, list[SlotResult]] = defaultdict(list)
    for line in used:
        of_host[line.slot.visit.host_id].append(line)
    wanted = [(visitor.seats, set(visitor.preferences)) for visitor in visitors]
    idle = [lines for lines in of_host.values() if not any(line.taken for line in lines)]
    for lines in sorted(idle, key=lambda lines: folded(_host_name(lines[0].slot))):
        visits = {line.slot.visit_id for line in lines}
        yield HostResult(
            _host_name(lines[0].slot),
            sum(seats for seats, preferred in wanted if preferred & visits),
            min(line.slot.minimum for line in lines),
        )


def _host_name(slot: Slot) -> str:
    return slot.visit.host.organisation.name


def _by_name(line: VisitorResult) -> tuple[str, str, int]:
    account = line.visitor.account
    return folded(account.family_name), folded(account.given_name), line.visitor.id


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


def placements_of(run: AssignmentRun) -> frozenset[tuple[int, int]]:
    """Return the pairs of visitor and slot, by number, in a run's plan; none without one."""
    return FoundPlan.from_text(run.plan).placements if run.plan else frozenset()


def report_of(run: AssignmentRun) -> Report:
    """Return what a run came to: its figures, objectives, faults, and conflict."""
    return Report.from_column(run.metrics)
