"""From the fields of a problem file to a :class:`~solver.problem.Problem`."""

from collections.abc import Mapping
from datetime import timedelta

from solver.fields import Field, interval, intervals, quoted
from solver.objectives import SATISFACTION_UNIT
from solver.problem import (
    Objective,
    Organisation,
    Pair,
    Place,
    Problem,
    Rules,
    Slot,
    SlotState,
    Travel,
    Visit,
    Visitor,
)
from solver.travel import TravelMatrix

MOST_SEATS = 1_000_000
LARGEST_WEIGHT = 1_000
LONGEST_MINUTES = 1_000_000
LARGEST_FIGURE = 10**15
"""No measure of a plan may become larger: sums of such figures are still exact everywhere."""


def read_problem_fields(root: Field, *, digest: str) -> Problem | None:
    """Return the problem, or None with faults written down in ``root.faults``."""
    organisations = [_organisation(item) for item in root.get("organisations").objects()]
    organisation_ids = _unique(root.get("organisations"))
    visits = [_visit(item, organisation_ids) for item in root.get("visits").objects()]
    visit_ids = _unique(root.get("visits"))
    slots = [_slot(item, visit_ids) for item in root.get("slots").objects()]
    slot_ids = _unique(root.get("slots"))
    visitors = [
        _visitor(item, organisation_ids, visit_ids) for item in root.get("visitors").objects()
    ]
    visitor_ids = _unique(root.get("visitors"))
    previous = root.get("previous")
    problem = Problem(
        name=root.get("name").text(optional=True),
        time_zone=root.get("time_zone").text(optional=True),
        seed=root.get("seed").whole(least=-(2**63), most=2**63 - 1),
        objectives=_objectives(root.get("objectives")),
        rules=_rules(root.get("rules")),
        travel=_travel(root.get("travel"), organisation_ids),
        organisations=tuple(organisations),
        visits=tuple(visits),
        slots=tuple(slots),
        visitors=tuple(visitors),
        pins=_pairs(root.get("pins"), visitor_ids, slot_ids),
        bans=_pairs(root.get("bans"), visitor_ids, slot_ids),
        previous=frozenset()
        if previous.is_null or not previous.is_object()
        else _pairs(previous.get("placements"), visitor_ids, slot_ids),
        sha256=digest,
    )
    if not root.faults:
        _say_what_the_matrix_lacks(root.get("travel").get("matrix"), problem)
        _say_what_is_too_large(root, problem)
    return None if root.faults else problem


def _unique(items: Field) -> Mapping[str, None]:
    """Return the ids of a list of objects; a fault for each that was there before."""
    ids: dict[str, None] = {}
    for item in items.items(optional=True):
        name = item.value.get("id") if isinstance(item.value, dict) else None
        if not isinstance(name, str):
            continue
        if name in ids:
            item.get("id").fault(f"{quoted(name)} was there before")
        ids[name] = None
    return ids


def _objectives(field: Field) -> tuple[Objective, ...]:
    known = {objective.value for objective in Objective}
    return tuple(Objective(n) for n in field.each_of(known, what="objective") if n in known)


def _rules(field: Field) -> Rules:
    field.is_object()
    return Rules(
        max_visits=field.get("max_visits").whole(least=0),
        max_visits_per_day=field.get("max_visits_per_day").whole(least=0),
        max_same_organisation_per_slot=field.get(
            "max_same_organisation_per_slot"
        ).optional_whole(least=0),
        max_absent_per_organisation=field.get("max_absent_per_organisation").optional_whole(
            least=0
        ),
    )


def _travel(field: Field, organisations: Mapping[str, None]) -> Travel:
    field.is_object()
    matrix = field.get("matrix")
    return Travel(
        overhead_minutes=field.get("overhead_minutes").number(most=LONGEST_MINUTES),
        detour=field.get("detour").number(most=1000),
        speed_km_per_hour=field.get("speed_km_per_hour").number(least=0.001),
        matrix=_matrix(matrix, organisations),
    )


def _matrix(field: Field, organisations: Mapping[str, None]) -> Mapping[Pair, float] | None:
    if field.is_null or not field.is_object():
        return None
    places = field.get("places").each_of(organisations, what="organisation")
    rows = [row.numbers(most=LONGEST_MINUTES) for row in field.get("minutes").items()]
    if [len(row) for row in rows] != [len(places)] * len(places):
        field.get("minutes").fault(f"is not {len(places)} rows of {len(places)} numbers")
    return TravelMatrix(places, rows)


def _say_what_the_matrix_lacks(field: Field, problem: Problem) -> None:
    matrix = problem.travel.matrix
    if matrix is None:
        return
    hosts = {problem.host(slot).id for slot in problem.slots if slot.place is None}
    for host in sorted(hosts):
        if (host, host) not in matrix:
            field.get("places").fault(f"the host organisation {quoted(host)} is missing")


def _say_what_is_too_large(root: Field, problem: Problem) -> None:
    """Write down where an objective could become too large to be exact."""
    visitors = problem.visitors
    if sum(v.seats * (1 + v.weight) for v in visitors) * SATISFACTION_UNIT > LARGEST_FIGURE:
        root.get("visitors").fault("the seats times the weights are too many in all")
    slots, seats = problem.slots, sum(visitor.seats for visitor in visitors)
    if not slots:
        return
    week = max(slot.end for slot in slots) - min(slot.start for slot in slots)
    if seats * (week / timedelta(minutes=1)) > LARGEST_FIGURE:
        root.get("slots").fault(f"last {week.days} days in all, too long for {seats} seats")


def _place(field: Field) -> Place | None:
    if field.is_null or not field.is_object():
        return None
    return Place(
        lat=field.get("lat").number(least=-90, most=90),
        lon=field.get("lon").number(least=-180, most=180),
    )


def _organisation(field: Field) -> Organisation:
    return Organisation(
        id=field.get("id").text(),
        sectors=frozenset(field.get("sectors").texts(optional=True)),
        place=_place(field.get("place")),
    )


def _visit(field: Field, organisations: Mapping[str, None]) -> Visit:
    return Visit(
        id=field.get("id").text(),
        organisation=field.get("organisation").one_of(organisations, what="organisation"),
        audience=frozenset(field.get("audience").texts(optional=True)),
    )


def _slot(field: Field, visits: Mapping[str, None]) -> Slot:
    start, end = interval(field.get("start"), field.get("end"))
    state = field.get("state")
    states = [state.value for state in SlotState]
    name = SlotState.OPEN.value if state.is_null else state.one_of(states, what="state")
    return Slot(
        id=field.get("id").text(),
        visit=field.get("visit").one_of(visits, what="visit"),
        start=start,
        end=end,
        capacity=field.get("capacity").whole(least=0, most=MOST_SEATS),
        minimum=field.get("minimum").whole(least=0, most=MOST_SEATS),
        languages=frozenset(field.get("languages").texts()),
        place=_place(field.get("place")),
        state=SlotState(name) if name in states else SlotState.OPEN,
    )


def _visitor(
    field: Field, organisations: Mapping[str, None], visits: Mapping[str, None]
) -> Visitor:
    organisation, speed = field.get("organisation"), field.get("speed_km_per_hour")
    return Visitor(
        id=field.get("id").text(),
        organisation=None
        if organisation.is_null
        else organisation.one_of(organisations, what="organisation"),
        sectors=frozenset(field.get("sectors").texts(optional=True)),
        languages=frozenset(field.get("languages").texts()),
        seats=field.get("seats").whole(least=1, most=MOST_SEATS),
        weight=field.get("weight").number(most=LARGEST_WEIGHT),
        preferences=field.get("preferences").each_of(visits, what="visit"),
        busy=intervals(field.get("busy")),
        max_visits=field.get("max_visits").optional_whole(least=0),
        max_visits_per_day=field.get("max_visits_per_day").optional_whole(least=0),
        speed_km_per_hour=None if speed.is_null else speed.number(least=0.001),
    )


def _pairs(
    field: Field, visitors: Mapping[str, None], slots: Mapping[str, None]
) -> frozenset[Pair]:
    return frozenset(
        (
            item.get("visitor").one_of(visitors, what="visitor"),
            item.get("slot").one_of(slots, what="slot"),
        )
        for item in field.objects(optional=True)
    )
