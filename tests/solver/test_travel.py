"""Distances and travel times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import problem_from_json
from solver.check.rules import travel_minutes
from solver.problem import Place
from solver.travel import TravelTimes, distance_km
from tests.solver.problems import make_problem, make_slot, make_visitor

PLACES: st.SearchStrategy[dict[str, float]] = st.builds(
    dict,
    lat=st.floats(min_value=-90, max_value=90),
    lon=st.floats(min_value=-180, max_value=180),
)


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (Place(0, 0), Place(0, 180), 20015.11),
        (Place(50, 4), Place(51, 4), 111.195),
        # Brussels to Antwerp.
        (Place(50.8467, 4.3525), Place(51.2213, 4.3997), 41.78),
    ],
)
def test_distance_is_that_of_the_great_circle(one: Place, other: Place, km: float) -> None:
    assert distance_km(one, other) == pytest.approx(km, abs=0.01)


@given(here=PLACES, there=PLACES, speed=st.floats(min_value=0.5, max_value=200))
def test_solver_and_checker_agree_to_the_minute(
    here: dict[str, float], there: dict[str, float], speed: float
) -> None:
    problem = problem_from_json(
        make_problem(
            slots=[make_slot("s1", place=here), make_slot("s2", place=there)],
            visitors=[make_visitor("p1", "v1", speed_km_per_hour=speed)],
        )
    )
    one, other = problem.slots

    minutes = TravelTimes(problem).minutes(one, other, speed_km_per_hour=speed)

    assert minutes == travel_minutes(problem, problem.visitors[0], one, other)
