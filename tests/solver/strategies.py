"""Tiny problems for Hypothesis, in which every rule can matter."""

from typing import Any

from hypothesis import strategies as st

from tests.solver.problems import (
    OBJECTIVES,
    SECTORS,
    Data,
    make_organisation,
    make_problem,
    make_slot,
    make_visit,
    make_visitor,
    pairs,
)


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Return the usual value three times out of four, and otherwise one of the others."""
    return st.sampled_from([usual] * (3 * len(others)) + list(others))


PLACES = st.sampled_from(
    [None, *({"lat": lat, "lon": lon} for lat in (50.80, 50.83, 50.86) for lon in (4.32, 4.40))]
)
MORNING = ["2026-11-03T08:00", "2026-11-03T10:15"]
MOMENT = ["2026-11-04T09:30", "2026-11-04T10:00"]
LANGUAGES = mostly(["nl", "fr"], ["nl"], ["fr"])


def sublists(
    values: list[Any] | tuple[Any, ...], *, least: int = 0, most: int
) -> st.SearchStrategy[list[Any]]:
    """Return lists of different ones of these values, in any order."""
    return st.lists(st.sampled_from(values), min_size=least, max_size=most, unique=True)


@st.composite
def slots(draw: st.DrawFn, number: int, visits: list[str], prefix: str = "") -> Data:
    start = draw(st.integers(min_value=18, max_value=26))
    end = start + draw(st.sampled_from([1, 2, 3, 3]))
    day = f"2026-11-{draw(st.integers(min_value=3, max_value=4)):02}"
    capacity = draw(st.integers(min_value=1, max_value=4))
    return make_slot(
        f"{prefix}s{number}",
        draw(st.sampled_from(visits)),
        start=f"{day}T{start // 2:02}:{start % 2 * 30:02}",
        end=f"{day}T{end // 2:02}:{end % 2 * 30:02}",
        capacity=capacity,
        minimum=draw(st.integers(min_value=0, max_value=min(3, capacity + 1))),
        languages=draw(LANGUAGES),
        place=draw(PLACES) if draw(mostly(False, True)) else None,
        state=draw(mostly("open", "forced", "closed")),
    )


@st.composite
def visitors(
    draw: st.DrawFn, number: int, organisations: list[str], visits: list[str], prefix: str = ""
) -> Data:
    return make_visitor(
        f"{prefix}p{number}",
        *draw(sublists(visits, least=draw(mostly(len(visits), 0, 1)), most=3)),
        organisation=draw(st.sampled_from([None, *organisations])),
        sectors=draw(sublists(SECTORS, most=2)),
        languages=draw(LANGUAGES),
        seats=draw(mostly(1, 2)),
        weight=draw(mostly(1.0, 1.2, 2, 0)),
        busy=draw(mostly([], [MORNING], [MOMENT], [MORNING, MOMENT])),
        max_visits=draw(mostly(None, 0, 1, 2)),
        max_visits_per_day=draw(mostly(None, 0, 1, 3)),
        speed_km_per_hour=draw(mostly(None, 4)),
    )


@st.composite
def rules(draw: st.DrawFn) -> Data:
    return {
        "max_visits": draw(st.integers(min_value=1, max_value=3)),
        "max_visits_per_day": draw(st.integers(min_value=1, max_value=3)),
        "max_same_organisation_per_slot": draw(mostly(None, 0, 1, 2)),
        "max_absent_per_organisation": draw(mostly(None, 0, 1, 2)),
    }


def objective_lists(*, without: tuple[str, ...] = ()) -> st.SearchStrategy[list[str]]:
    """Return objectives in any order, some of them or all."""
    names = [name for name in OBJECTIVES if name not in without]
    return st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True)


@st.composite
def problems(
    draw: st.DrawFn,
    *,
    objectives: st.SearchStrategy[list[str]] | None = None,
    rules: st.SearchStrategy[Data] = rules(),  # noqa: B008 - strategies never change
    prefix: str = "",
    with_matrix: bool = True,
    with_pins: bool = True,
) -> Data:
    """Return a problem small enough for every plan of it to be tried."""
    ids = [f"{prefix}o{i}" for i in range(draw(st.integers(2, 3)))]
    visit_ids = [f"{prefix}v{i}" for i in range(draw(st.integers(2, 3)))]
    all_visits = [
        make_visit(
            visit,
            draw(st.sampled_from(ids)),
            audience=draw(mostly([], ["ggz"], ["ggz", "wonen"])),
        )
        for visit in visit_ids
    ]
    all_slots = [draw(slots(i, visit_ids, prefix)) for i in range(draw(st.integers(2, 5)))]
    all_visitors = [
        draw(visitors(i, ids, visit_ids, prefix)) for i in range(draw(st.integers(2, 4)))
    ]
    every = [(p["id"], s["id"]) for p in all_visitors for s in all_slots]
    return make_problem(
        seed=draw(st.integers(min_value=0, max_value=3)),
        objectives=draw(objective_lists() if objectives is None else objectives),
        organisations=[make_organisation(i, place=draw(PLACES)) for i in ids],
        visits=all_visits,
        slots=all_slots,
        visitors=all_visitors,
        pins=pairs(*draw(sublists(every, most=draw(mostly(0, 1, 2))))) if with_pins else [],
        bans=pairs(*draw(sublists(every, most=draw(mostly(0, 1, 2))))),
        previous=draw(
            st.one_of(
                st.none(),
                sublists(every, most=4).map(lambda known: {"placements": pairs(*known)}),
            )
        ),
        rules=draw(rules),
        travel={"matrix": draw(matrices(ids)) if with_matrix else None},
    )


def matrices(places: list[str]) -> st.SearchStrategy[Data | None]:
    minutes = st.sampled_from([0, 0, 30, 30.5, 45, 60])
    row = st.lists(minutes, min_size=len(places), max_size=len(places))
    rows = st.lists(row, min_size=len(places), max_size=len(places))
    matrix = rows.map(lambda found: {"places": places, "minutes": found})
    return st.one_of(st.none(), st.none(), matrix)
