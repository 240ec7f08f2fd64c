"""Timefold: a construction heuristic, then late acceptance local search.

Each guest is an entity whose value is one of the guest's itineraries, so that all rules about
one visitor hold from the start, and the search is about what guests share. A group below its
minimum is not forbidden but costs a part of what its first guest brings, for each seat missing:
with a hard rule the search hardly ever opens a slot (welfare of zuid-oost after some 15 s:
190,685 with a hard rule, 1,435,102 at a half, 1,451,523 at 0.3; the best is 1,467,926). What
is too small in the end is cancelled. Only moves that change one guest are used: with exchanges
or with ruin and recreate it found less. The limit begins when the search does: turning classes
and data into Java takes up to half a minute, which is the package's and not the search's.
"""

from argparse import Namespace
from dataclasses import dataclass, field
from typing import Annotated, Any

from jpype import JImplements, JOverride
from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    EnvironmentMode,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    TerminationConfig,
)
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    constraint_provider,
)

from benchmarks.contenders.protocol import run, seconds_since_start
from benchmarks.contenders.textbook import weights_of
from benchmarks.market import Guest, Market, Result, held, itineraries

FIRST_VISIT = 10_000
"""About what the first visit of one guest is worth for the welfare."""
SHARE_PER_SEAT = 0.3
"""Of that, what each seat below the minimum costs; with a half it found less."""
PHASES = """<solver xmlns="https://timefold.ai/xsd/solver">
  <constructionHeuristic/><localSearch><changeMoveSelector/></localSearch>
</solver>"""
UNLIMITED = 1_000_000


@dataclass
class Seat:
    """A guest's presence in a slot."""

    slot: int
    host: str
    sectors: list[str]
    team: str
    seats: int
    capacity: int
    least: int
    most_of_team: int


@dataclass
class Itinerary:
    """A set of slots that one guest can make."""

    seats: list[Seat]
    worth: int


@planning_entity
@dataclass
class Choice:
    """What one guest does."""

    id: Annotated[str, PlanningId]
    possible: Annotated[list[Itinerary], ValueRangeProvider(id="possible")]
    itinerary: Annotated[
        Itinerary | None, PlanningVariable(value_range_provider_refs=["possible"])
    ] = field(default=None)


@planning_solution
@dataclass
class Timetable:
    """What everybody does."""

    choices: Annotated[list[Choice], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore, PlanningScore] = field(default=None)


def rules(weights: dict[str, int]) -> Any:
    """Return what Timefold calls a constraint provider."""
    first = sum(weights.get(name, 0) for name in ("placed", "hosts"))
    shortage = round(SHARE_PER_SEAT * (first + FIRST_VISIT * weights.get("welfare", 0)))
    total = ConstraintCollectors.sum

    @constraint_provider
    def provide(factory: ConstraintFactory) -> list[Constraint]:
        def seats() -> Any:
            return factory.for_each(Choice).flatten_last(lambda choice: choice.itinerary.seats)

        found = [
            factory.for_each(Choice)
            .reward(HardSoftScore.ONE_SOFT, lambda choice: choice.itinerary.worth)
            .as_constraint("worth"),
            seats()
            .group_by(lambda s: s.slot, lambda s: s.capacity, total(lambda s: s.seats))
            .filter(lambda slot, most, taken: taken > most)
            .penalize(HardSoftScore.ONE_HARD, lambda slot, most, taken: taken - most)
            .as_constraint("capacity"),
            seats()
            .group_by(
                lambda s: s.slot,
                lambda s: s.team,
                lambda s: s.most_of_team,
                total(lambda s: s.seats),
            )
            .filter(lambda slot, team, most, taken: taken > most)
            .penalize(HardSoftScore.ONE_HARD, lambda slot, team, most, taken: taken - most)
            .as_constraint("organisation"),
            seats()
            .group_by(lambda s: s.slot, lambda s: s.least, total(lambda s: s.seats))
            .filter(lambda slot, least, taken: taken < least)
            .penalize(HardSoftScore.of_soft(shortage), lambda slot, least, taken: least - taken)
            .as_constraint("minimum"),
        ]
        if "hosts" in weights:
            reward = HardSoftScore.of_soft(weights["hosts"])
            hosts = seats().group_by(lambda s: s.host).reward(reward)
            found.append(hosts.as_constraint("hosts"))
        if "slots" in weights:
            cost = HardSoftScore.of_soft(-weights["slots"])
            slots = seats().group_by(lambda s: s.slot).penalize(cost)
            found.append(slots.as_constraint("slots"))
        if "mix" in weights:
            reward = HardSoftScore.of_soft(weights["mix"])
            pairs = seats().expand(lambda s: s.sectors).flatten_last(lambda sectors: sectors)
            mix = pairs.group_by(lambda s, sector: s.slot, lambda s, sector: sector)
            found.append(mix.reward(reward).as_constraint("mix"))
        return found

    return provide


def choice_of(guest: Guest, market: Market, weights: dict[str, int]) -> Choice:
    """Return a guest with all itineraries; the empty one is the first."""
    seats = [_seat(guest, market, slot) for slot in guest.slots]
    return Choice(
        id=guest.id,
        possible=[
            Itinerary(
                seats=[seats[position] for position in positions],
                worth=_worth(guest, positions, weights),
            )
            for positions in itineraries(guest, market.slots)
        ],
    )


def _worth(guest: Guest, positions: tuple[int, ...], weights: dict[str, int]) -> int:
    points = sum(guest.points[position] for position in positions)
    return (
        weights.get("placed", 0) * guest.seats * bool(positions)
        + weights.get("welfare", 0) * guest.welfare(points)
        + weights.get("points", 0) * guest.seats * points
    )


def _seat(guest: Guest, market: Market, index: int) -> Seat:
    slot, most = market.slots[index], market.max_same_organisation
    alone = most is None or guest.organisation is None
    return Seat(
        slot=index,
        host=slot.host,
        sectors=list(guest.sectors),
        team=guest.id if alone else str(guest.organisation),
        seats=guest.seats,
        capacity=slot.capacity,
        least=slot.least,
        most_of_team=UNLIMITED if alone or most is None else most,
    )


def find(market: Market, options: Namespace) -> Result:
    """Search until time is up."""
    weights = weights_of(market.objectives)
    timetable = Timetable([choice_of(guest, market, weights) for guest in market.guests])
    solver = SolverFactory.create(
        SolverConfig(
            xml_source_text=PHASES,
            solution_class=Timetable,
            entity_class_list=[Choice],
            environment_mode=EnvironmentMode.NO_ASSERT,
            random_seed=options.seed,
            score_director_factory_config=ScoreDirectorFactoryConfig(
                constraint_provider_function=rules(weights)
            ),
            termination_config=TerminationConfig(
                spent_limit=Duration(milliseconds=round(1000 * options.time_limit))
            ),
        )
    ).build_solver()
    trace: list[tuple[float, float]] = []

    @JImplements("ai.timefold.solver.core.api.solver.event.SolverEventListener")
    class Listener:
        @JOverride
        def bestSolutionChanged(self, event: Any) -> None:  # noqa: N802  # Java's name
            score = event.getNewBestScore()
            if score.hardScore() == 0:
                trace.append((seconds_since_start(), float(score.softScore())))

    # The package's own listener turns the whole solution into Python each time: a second each.
    solver._delegate.addEventListener(Listener())  # noqa: SLF001
    found = solver.solve(timetable)
    return held(
        market,
        (
            (guest, seat.slot)
            for guest, choice in zip(market.guests, found.choices, strict=True)
            # None: time was up before the construction reached this guest.
            if choice.itinerary is not None
            for seat in choice.itinerary.seats
        ),
        trace=tuple(trace),
    )


if __name__ == "__main__":
    run(__doc__.splitlines()[0], find)
