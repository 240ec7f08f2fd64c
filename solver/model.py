"""The model of a whole problem: visitors' weeks, and the rules about what they share.

With ``x[p, s]`` the presence of visitor ``p`` in slot ``s`` and ``run[s]`` telling that
the slot has visitors, the shared rules are::

    sum_p seats[p] x[p, s] <= capacity[s] run[s]           rule 3
    sum_p seats[p] x[p, s] >= minimum[s]  run[s]           rule 3, at least one seat
    x[p, s] <= run[s]                                      implied, but tighter
    sum_{p of o} seats[p] x[p, s] <= max_same run[s]       rule 10
    sum_{p of o, s at t} seats[p] x[p, s] <= max_absent    rule 11

The variables that only an objective needs are added when that objective is asked for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from hashlib import blake2b
from math import ceil

from solver.garbage import collection_paused
from solver.itineraries import Options, Possibilities, list_itineraries
from solver.linear import Expression, LinearModel, Values, times, total, value_of
from solver.objectives import SATISFACTION_UNIT
from solver.problem import Objective, Pair, Problem, Slot, SlotState
from solver.weeks import ListedWeek, PairedWeek, WeekModel, figure_of_points

CURVED = frozenset((Objective.WELFARE, Objective.LOWEST, Objective.AWAY))
"""Objectives that are no sum over a visitor's slots: there, listing makes the model tight."""
MOST_LISTED, MOST_LISTED_OF_SUMS = 2000, 100
"""A visitor with more itineraries is modelled with one Boolean for each slot: with curved
objectives, and without.
"""
TIE_WEIGHT_BITS = 16


class PlanModel:
    """The integer linear model of one problem."""

    def __init__(
        self,
        problem: Problem,
        *,
        most_listed: int | None = None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Build the model.

        Parameters
        ----------
        problem
            What is modelled.
        most_listed
            A visitor with more itineraries has one Boolean for each slot; None for what
            suits the objectives.
        is_over
            Asked often.

        Raises
        ------
        TimeoutError
            When ``is_over`` said so before it was built.
        """
        self.problem = problem
        self.linear = LinearModel()
        if most_listed is None:
            is_curved = not CURVED.isdisjoint(problem.objectives)
            most_listed = MOST_LISTED if is_curved else MOST_LISTED_OF_SUMS
        with collection_paused():
            self._build(most_listed, is_over)

    def _build(self, most_listed: int, is_over: Callable[[], bool]) -> None:
        problem = self.problem
        self.weeks: list[WeekModel] = []
        for options in possible(problem, is_over=is_over):
            self.weeks.append(_week(self.linear, options, most_listed=most_listed))
            _stop_when(is_over())
        self._presence: dict[str, list[tuple[WeekModel, Expression]]] = defaultdict(list)
        for week in self.weeks:
            for slot_id, presence in week.presence.items():
                self._presence[slot_id].append((week, presence))
        self._run: dict[str, int] = {}
        for slot_id in sorted(self._presence):
            self._run[slot_id] = self._post_slot(slot_id)
            _stop_when(is_over())
        for _ in problem.pins & problem.bans:
            self.linear.add_row({}, least=1)
        if problem.rules.max_absent_per_organisation is not None:
            self._post_absence(problem.rules.max_absent_per_organisation)

    def _seats(self, members: Iterable[tuple[WeekModel, Expression]]) -> Expression:
        return total(times(week.options.visitor.seats, x) for week, x in members)

    def _post_slot(self, slot_id: str) -> int:
        slot, members = self.problem.slot[slot_id], self._presence[slot_id]
        taken = self._seats(members)
        least = smallest_group(slot)
        run = self.linear.add_variable(follows=lambda values: int(value_of(taken, values) > 0))
        self.linear.require_at_most(taken, {run: slot.capacity})
        self.linear.require_at_most({run: least}, taken)
        if slot.state is SlotState.CLOSED:
            self.linear.upper[run] = 0
        for _, presence in members:
            self.linear.require_at_most(presence, {run: 1})
        most = self.problem.rules.max_same_organisation_per_slot
        if most is not None:
            for colleagues in _by_organisation(members).values():
                if sum(week.options.visitor.seats for week, _ in colleagues) > most:
                    self.linear.require_at_most(self._seats(colleagues), {run: most})
        return run

    def _post_absence(self, most: int) -> None:
        out: dict[str, list[tuple[Slot, WeekModel, Expression]]] = defaultdict(list)
        for slot_id, members in self._presence.items():
            for organisation, colleagues in _by_organisation(members).items():
                slot = self.problem.slot[slot_id]
                out[organisation] += [(slot, week, x) for week, x in colleagues]
        for places in out.values():
            for moment in {slot.start for slot, _, _ in places}:
                members = [(w, x) for slot, w, x in places if slot.start <= moment < slot.end]
                who = {week.options.visitor.id: week.options.visitor for week, _ in members}
                if sum(visitor.seats for visitor in who.values()) > most:
                    self.linear.add_row(self._seats(members), most=most)

    def objective(self, objective: Objective) -> Expression:
        """Return an objective; called once for each, since it may add variables."""
        match objective:
            case Objective.SLOTS:
                return dict.fromkeys(self._run.values(), 1)
            case Objective.HOSTS:
                return self._hosts()
            case Objective.MIX:
                return self._mix()
            case Objective.LOWEST:
                return self._lowest()
            case Objective.KEPT:
                return self._kept()
            case Objective.WELFARE:
                return total(self._of_points(week, objective) for week in self.weeks)
            case _:
                return total(week.measure(objective) for week in self.weeks)

    def _of_points(self, week: WeekModel, objective: Objective) -> Expression:
        figure = figure_of_points(objective, week.options)
        assert figure is not None, f"{objective} follows from points"
        return week.of_points(figure)

    def pins_only(self) -> list[int] | None:
        """Return the values that stand for the pins and nothing else; None where they cannot.

        Without pins that is nobody going anywhere, which is always a plan.
        """
        values = [0] * len(self.linear.lower)
        for week in self.weeks:
            for variable, value in week.pins_only().items():
                values[variable] = value
        completed = self.linear.complete(values)
        return completed if self.linear.allows(completed) else None

    def values_of(self, placements: Iterable[Pair]) -> list[int] | None:
        """Return the values that stand for some placements; None where they are no plan."""
        slots_of: dict[str, set[str]] = defaultdict(set)
        for visitor, slot_id in placements:
            slots_of[visitor].add(slot_id)
        values = [0] * len(self.linear.lower)
        for week in self.weeks:
            chosen = week.choose(slots_of.pop(week.options.visitor.id, set()))
            if chosen is None:
                return None
            for variable in chosen:
                values[variable] = 1
        completed = self.linear.complete(values)
        return completed if not slots_of and self.linear.allows(completed) else None

    def _hosts(self) -> Expression:
        slots_of: dict[str, list[int]] = defaultdict(list)
        for slot_id, run in self._run.items():
            slots_of[self.problem.host(self.problem.slot[slot_id]).id].append(run)
        visited: Expression = {}
        for runs in slots_of.values():
            visited[self.linear.add_indicator(dict.fromkeys(runs, 1))] = 1
        return visited

    def _mix(self) -> Expression:
        mixed: Expression = {}
        for slot_id, run in self._run.items():
            by_sector: dict[str, list[Expression]] = defaultdict(list)
            for week, presence in self._presence[slot_id]:
                for sector in sorted(week.options.visitor.sectors):
                    by_sector[sector].append(presence)
            for presences in by_sector.values():
                there = self.linear.add_indicator(total(presences))
                self.linear.require_at_most({there: 1}, {run: 1})
                mixed[there] = 1
        return mixed

    def _lowest(self) -> Expression:
        """Return the sum of the k lowest satisfactions: ``max k t - sum max(0, t - v)``.

        W. Ogryczak and A. Tamir (2003), Minimizing the sum of the k largest functions in
        linear time, Information Processing Letters 85, 117-122.
        https://doi.org/10.1016/S0020-0190(02)00370-8
        """
        weeks = [week for week in self.weeks if week.options.best]
        satisfactions = [self._of_points(week, Objective.LOWEST) for week in weeks]
        tenth = ceil(len(weeks) / 10)

        def highest_of_the_tenth(values: Values) -> int:
            found = sorted(value_of(satisfied, values) for satisfied in satisfactions)
            return found[tenth - 1] if found else 0

        threshold = self.linear.add_variable(
            upper=SATISFACTION_UNIT, follows=highest_of_the_tenth
        )
        lowest: Expression = {threshold: tenth}
        for satisfied in satisfactions:
            shortfall = total(({threshold: 1}, times(-1, satisfied)))
            below = self.linear.add_variable(
                upper=SATISFACTION_UNIT, follows=_positive_part(shortfall)
            )
            self.linear.require_at_most(shortfall, {below: 1})
            lowest[below] = -1
        return lowest

    def _kept(self) -> Expression:
        return total(
            presence
            for slot_id, members in self._presence.items()
            for week, presence in members
            if (week.options.visitor.id, slot_id) in self.problem.previous
        )

    def tie_break(self, *, seed: int) -> Expression:
        """Return a sum of weights drawn by the seed: two plans are almost never equal."""
        return total(
            times(tie_weight(seed, week.options.visitor.id, slot_id), presence)
            for slot_id, members in self._presence.items()
            for week, presence in members
        )

    def placements(self, values: Values) -> tuple[Pair, ...]:
        """Return the placements that some values of the variables stand for."""
        return tuple(
            sorted(
                (week.options.visitor.id, slot_id)
                for slot_id, members in self._presence.items()
                for week, presence in members
                if value_of(presence, values)
            )
        )


def _positive_part(expression: Expression) -> Callable[[Values], int]:
    return lambda values: max(0, value_of(expression, values))


def smallest_group(slot: Slot) -> int:
    """Return the fewest seats with which a slot has visitors at all."""
    return 1 if slot.state is SlotState.FORCED else max(1, slot.minimum)


def tie_weight(seed: int, visitor: str, slot: str) -> int:
    """Return the weight of one placement, the same wherever it is computed."""
    digest = blake2b(f"{seed}\0{visitor}\0{slot}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - TIE_WEIGHT_BITS)


def _stop_when(is_over: bool) -> None:
    if is_over:
        raise TimeoutError


def possible(problem: Problem, *, is_over: Callable[[], bool] = lambda: False) -> list[Options]:
    """Return every visitor's options, without the slots that can never run.

    Raises
    ------
    TimeoutError
        When ``is_over`` said so before the end.
    """
    possibilities = Possibilities(problem)
    options = []
    for visitor in problem.visitors:
        options.append(possibilities.of(visitor))
        _stop_when(is_over())
    running = frozenset(slot.id for slot in problem.slots)
    while True:
        wanted: dict[str, int] = defaultdict(int)
        for choice in options:
            for slot in choice.slots:
                wanted[slot.id] += choice.visitor.seats
        left = frozenset(s for s in running if wanted[s] >= smallest_group(problem.slot[s]))
        if left == running:
            return options
        options = [
            possibilities.of(choice.visitor, running=left)
            if any(slot.id not in left for slot in choice.free)
            else choice
            for choice in options
        ]
        running = left


def _week(model: LinearModel, options: Options, *, most_listed: int) -> WeekModel:
    itineraries = list_itineraries(options, most=most_listed)
    if itineraries is None:
        return PairedWeek(model, options)
    return ListedWeek(model, options, itineraries)


def _by_organisation(
    members: Iterable[tuple[WeekModel, Expression]],
) -> dict[str, list[tuple[WeekModel, Expression]]]:
    groups: dict[str, list[tuple[WeekModel, Expression]]] = defaultdict(list)
    for week, presence in members:
        if week.options.visitor.organisation is not None:
            groups[week.options.visitor.organisation].append((week, presence))
    return groups
