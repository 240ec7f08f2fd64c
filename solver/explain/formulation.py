"""The week of everybody as a 0-1 programme whose rows have names, so that it can be changed.

It says what :mod:`solver.model` says when every itinerary is listed, and is kept apart because
it is asked other things: which entry is the capacity of a slot, which columns a visitor has
after a change. The rows, by the names they have here::

    one    p      sum_j z[j] <= 1                                 at least 1 with pins
    most   s      sum seats x - capacity run <= 0                 rule 3
    least  s      minimum run - sum seats x  <= 0                 rule 3
    link   p s    x - run <= 0                                    implied, but tighter
    same   o s    sum seats x - limit run <= 0                    rule 10
    out    o t    sum seats x <= limit                            rule 11
    host   o      visited - sum run <= 0

Only the objectives before the first of two are in it: the worst-off tenth is no sum over
columns, and the mix of sectors would double the size, which makes every answer slower. What
is equal on all of these has to be decided otherwise.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

import numpy as np

from solver.explain.answers import Change, ChangeKind
from solver.explain.facts import Facts, needed
from solver.explain.programme import BinaryProgramme, Floats, Question, Whole
from solver.explain.worth import own_part
from solver.itineraries import Options, list_itineraries
from solver.problem import Objective, Pair, Slot, Visitor

MOST_ITINERARIES = 3_000
"""Of one visitor; with more, the programme is not written."""
MOST_COLUMNS = 200_000
LEFT_OUT = frozenset({Objective.LOWEST, Objective.MIX})

Itinerary = frozenset[str]
"""The ids of the slots of one itinerary."""


class Formulation:
    """The programme of one problem, and of what it is after a change."""

    def __init__(
        self,
        facts: Facts,
        objectives: Sequence[Objective],
        listed: Mapping[str, Sequence[Itinerary]],
    ) -> None:
        self._facts = facts
        self._problem = facts.problem
        self._row: dict[Hashable, int] = {}
        self._least: list[float] = []
        self._most: list[float] = []
        self._entries: list[tuple[int, int, float]] = []
        self._place: dict[tuple[str, str], int] = {}
        self._moments: dict[str | None, list[datetime]] = defaultdict(list)
        self._planned: dict[str, Itinerary] = {}
        self._column = 0
        self._objectives = objectives
        self._pairs = self._possible_pairs()
        self._is_pair = {(visitor.id, slot.id) for visitor, slot in self._pairs}
        used = {slot.id for _, slot in self._pairs}
        self._slots = [slot for slot in self._problem.slots if slot.id in used]
        self._run = {slot.id: self._add_column() for slot in self._slots}
        self._visited = self._add_hosts()
        choosers, stages = self._column, len(objectives)
        self._add_slots()
        self._add_organisations()
        self._columns: dict[str, dict[Itinerary, int]] = {}
        costs: list[list[float]] = [self._shared_costs(column) for column in range(choosers)]
        for visitor in self._problem.visitors:
            options = facts.options[visitor.id]
            self._add_row(("one", visitor.id), least=float(bool(options.pinned)), most=1.0)
            self._columns[visitor.id] = {}
            for week in listed[visitor.id]:
                if not self._is_possible(visitor, week):
                    continue
                column = self._columns[visitor.id][week] = self._add_column()
                self._entries += [(r, column, a) for r, a in self._rows_of(visitor, week)]
                costs.append(self.costs(options, week))
        rows, columns, entries = _transposed(self._entries)
        self.programme = BinaryProgramme(
            rows=rows,
            columns=columns,
            entries=entries,
            least=np.array(self._least),
            most=np.array(self._most),
            lower=np.zeros(self._column),
            upper=np.ones(self._column),
            costs=np.array(costs, dtype=float).reshape(self._column, stages).T.copy(),
            targets=np.zeros(stages),
            choosers=choosers,
            is_whole=len(objectives) == len(self._problem.objectives),
        )

    def _is_possible(self, visitor: Visitor, week: Itinerary) -> bool:
        return all((visitor.id, slot) in self._is_pair for slot in week)

    def _add_column(self) -> int:
        self._column += 1
        return self._column - 1

    def _add_row(self, name: Hashable, *, least: float = -np.inf, most: float = 0.0) -> int:
        self._row[name] = len(self._least)
        self._least.append(least)
        self._most.append(most)
        return self._row[name]

    def _possible_pairs(self) -> list[tuple[Visitor, Slot]]:
        """Return who could be where after any change, in slots that could run after one."""
        pairs = [
            (visitor, slot)
            for visitor in self._problem.visitors
            for visit in visitor.preferences
            for slot in self._facts.slots_of[visit]
            if self._facts.could_be(visitor, slot)
        ]
        known = {(visitor.id, slot.id) for visitor, slot in pairs}
        for who, slot_id in sorted(self._problem.pins - known):
            pairs.append((self._problem.visitor[who], self._problem.slot[slot_id]))
        seats: Counter[str] = Counter()
        for visitor, slot in pairs:
            seats[slot.id] += visitor.seats
        return [(p, slot) for p, slot in pairs if seats[slot.id] >= needed(slot) - 1]

    def _add_hosts(self) -> list[int]:
        if Objective.HOSTS not in self._objectives:
            return []
        runs: dict[str, list[int]] = defaultdict(list)
        for slot in self._slots:
            runs[self._problem.host(slot).id].append(self._run[slot.id])
        visited = []
        for host, columns in runs.items():
            row, column = self._add_row(("host", host)), self._add_column()
            self._entries.append((row, column, 1.0))
            self._entries += [(row, run, -1.0) for run in columns]
            visited.append(column)
        return visited

    def _add_slots(self) -> None:
        for slot in self._slots:
            run = self._run[slot.id]
            for name, entry in (("most", -slot.capacity), ("least", needed(slot))):
                row = self._add_row((name, slot.id))
                self._place[name, slot.id] = len(self._entries)
                self._entries.append((row, run, float(entry)))
        for visitor, slot in self._pairs:
            row = self._add_row(("link", visitor.id, slot.id))
            self._entries.append((row, self._run[slot.id], -1.0))

    def _add_organisations(self) -> None:
        members: dict[str, list[tuple[Visitor, Slot]]] = defaultdict(list)
        for visitor, slot in self._pairs:
            if visitor.organisation is not None:
                members[visitor.organisation].append((visitor, slot))
        rules = self._problem.rules
        for organisation, pairs in members.items():
            most = rules.max_same_organisation_per_slot
            for slot_id in sorted({slot.id for _, slot in pairs}):
                there = [visitor for visitor, slot in pairs if slot.id == slot_id]
                if most is not None and _seats(there) > most:
                    row = self._add_row(("same", organisation, slot_id))
                    self._entries.append((row, self._run[slot_id], -float(most)))
            most = rules.max_absent_per_organisation
            for moment in sorted({slot.start for _, slot in pairs}):
                out = [p for p, slot in pairs if slot.start <= moment < slot.end]
                if most is not None and _seats(out) > most:
                    self._add_row(("out", organisation, moment), most=float(most))
                    self._moments[organisation].append(moment)

    def _rows_of(self, visitor: Visitor, week: Itinerary) -> Iterator[tuple[int, float]]:
        """Yield the entries of the column of one itinerary."""
        yield self._row["one", visitor.id], 1.0
        out: dict[int, float] = {}
        for slot in (self._problem.slot[slot_id] for slot_id in sorted(week)):
            seats = float(visitor.seats)
            yield self._row["most", slot.id], seats
            yield self._row["least", slot.id], -seats
            yield self._row["link", visitor.id, slot.id], 1.0
            same = self._row.get(("same", visitor.organisation, slot.id))
            if same is not None:
                yield same, seats
            for moment in self._moments[visitor.organisation]:
                if slot.start <= moment < slot.end:
                    out[self._row["out", visitor.organisation, moment]] = seats
        # Slots of one itinerary do not overlap, so nobody is out twice at one moment.
        yield from out.items()

    def _shared_costs(self, column: int) -> list[float]:
        """Return what a column that is no itinerary adds to each objective."""
        shared = {
            Objective.SLOTS: set(self._run.values()),
            Objective.HOSTS: set(self._visited),
        }
        return [
            float(column in shared.get(objective, ())) * (-1 if objective.is_minimised else 1)
            for objective in self._objectives
        ]

    def costs(self, options: Options, week: Itinerary) -> list[float]:
        """Return what an itinerary adds to each objective, negated where less is better."""
        slots = [self._problem.slot[slot_id] for slot_id in sorted(week)]
        kept = sum((options.visitor.id, slot) in self._problem.previous for slot in week)
        return [
            float(
                kept
                if objective is Objective.KEPT
                else (own_part(options, objective, slots) or 0)
            )
            * (-1 if objective.is_minimised else 1)
            for objective in self._objectives
        ]

    def with_plan(self, values: Sequence[int], placements: Iterable[Pair]) -> None:
        """Take the values of an optimal plan over as targets, and who is where."""
        targets = np.array(values[: len(self._objectives)], dtype=float)
        self.programme = replace(self.programme, targets=targets)
        slots: dict[str, set[str]] = defaultdict(set)
        for who, slot in placements:
            slots[who].add(slot)
        self._planned = {who: frozenset(week) for who, week in slots.items()}

    def question(
        self, visitor: Visitor, visit: str, options: Options, change: Change | None
    ) -> Question | None:
        """Return what is asked of the programme; None where the change is not one of columns.

        ``options`` are the visitor's after the change. The targets are the values of the
        optimal plan in the changed problem.
        """
        listed = listed_weeks(options)
        entry = None if change is None or change.slot is None else self._entry(change)
        if listed is None or (change is not None and change.slot is not None and not entry):
            return None
        place, figure = entry or (None, 0.0)
        old, own = self.programme, self._columns[visitor.id]
        weeks = {week for week in listed if self._is_possible(visitor, week)}
        new = [week for week in listed if week in weeks and week not in own]
        size = len(old.lower)
        added = [
            (row, size + number, value)
            for number, week in enumerate(new)
            for row, value in self._rows_of(visitor, week)
        ]
        rows, columns, entries = _transposed(added)
        costs = np.hstack((old.costs, np.zeros((len(old.costs), len(new)))))
        all_columns = {**own, **{week: size + i for i, week in enumerate(new)}}
        for week, column in all_columns.items():
            costs[:, column] = self.costs(options, week)
        entries_after = np.concatenate((old.entries, entries))
        if place is not None:
            entries_after[place] = figure
        planned = self._planned.get(visitor.id, frozenset())
        targets = old.targets.copy()
        if planned:
            targets += costs[:, own[planned]] - old.costs[:, own[planned]]
        programme = replace(
            old,
            rows=np.concatenate((old.rows, rows)),
            columns=np.concatenate((old.columns, columns)),
            entries=entries_after,
            lower=np.zeros(size + len(new)),
            upper=np.ones(size + len(new)),
            costs=costs,
            targets=targets,
        )
        of_visit = {slot.id for slot in self._facts.slots_of[visit]}
        return Question(
            programme=programme,
            own=np.array(list(own.values()), dtype=np.int64),
            granting=np.array([bool(week & of_visit) for week in all_columns], dtype=bool),
            allowed=np.array([week in weeks for week in all_columns], dtype=bool),
            row=self._row["one", visitor.id],
            must_go=bool(options.pinned),
            entry=place,
        )

    def _entry(self, change: Change) -> tuple[int, float] | None:
        """Return which entry a change of a slot changes, and to what."""
        slot = self._problem.slot[str(change.slot)]
        assert change.figure is not None, "the capacity or minimum is known"
        if change.kind is ChangeKind.MINIMUM_LOWER:
            return self._place["least", slot.id], float(change.figure)
        return self._place["most", slot.id], -float(change.figure)


def formulate(facts: Facts) -> Formulation | None:
    """Return the programme of a problem; None where it has too many itineraries to list.

    Also where there is no objective, or the first is one that is left out.
    """
    known = takewhile(lambda objective: objective not in LEFT_OUT, facts.problem.objectives)
    objectives = tuple(known)
    if not objectives:
        return None
    weeks: dict[str, list[Itinerary]] = {}
    columns = 0
    for visitor in facts.problem.visitors:
        listed = listed_weeks(facts.options[visitor.id])
        columns += len(listed or ())
        if listed is None or columns > MOST_COLUMNS:
            return None
        weeks[visitor.id] = listed
    return Formulation(facts, objectives, weeks)


def listed_weeks(options: Options) -> list[Itinerary] | None:
    """Return every itinerary but the empty one; None where there are too many."""
    listed = list_itineraries(options, most=MOST_ITINERARIES)
    if listed is None:
        return None
    return [frozenset(options.slots[i].id for i in week) for week in listed if week]


def _seats(visitors: Iterable[Visitor]) -> int:
    """Return the seats of some visitors, each counted once."""
    return sum({visitor.id: visitor.seats for visitor in visitors}.values())


def _transposed(entries: list[tuple[int, int, float]]) -> tuple[Whole, Whole, Floats]:
    """Return the rows, the columns and the figures of some entries."""
    return (
        np.array([row for row, _, _ in entries], dtype=np.int64),
        np.array([column for _, column, _ in entries], dtype=np.int64),
        np.array([figure for _, _, figure in entries], dtype=float),
    )
