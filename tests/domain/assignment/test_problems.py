"""An edition as a problem of the interchange format."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

import solver
from opendeur.domain import assignment
from opendeur.enums import PlacementOrigin, PlacementState, SlotState
from opendeur.models import Edition, Preference, Sector, Visit, Visitor
from tests.factories import (
    local,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)
from tests.queries import counted


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def make_week(session: Session) -> tuple[Edition, Visit, Visitor]:
    """Return a visit of a host on Monday and a visitor of another house who wants it."""
    edition = make_edition(session, seed=7, max_absent_per_organisation=2)
    organisation = make_organisation(session, name="Zavelput", sectors=["thuiszorg", "ouderen"])
    visit = make_visit(session, make_host(session, edition, organisation=organisation))
    visit.title_nl, visit.audience = "Een dag in huis", [session.get_one(Sector, "ouderen")]
    make_slot(session, visit, start="9:30", minimum=2, capacity=8)
    visitor = make_visitor(
        session,
        edition,
        organisation=make_organisation(
            session, name="De Kastanje", latitude=None, longitude=None
        ),
        preferences=[visit],
        busy=[(local(1, "8:00"), local(1, "13:00"))],
        languages={"nl", "fr"},
        seats=2,
        max_visits=3,
    )
    return edition, visit, visitor


def test_edition_is_written_as_the_format_wants_it(session: Session) -> None:
    edition, visit, visitor = make_week(session)
    host, other = visit.host.organisation, visitor.organisation
    assert other is not None

    problem = assignment.build_problem(session, edition)

    assert problem == {
        "format": "opendeur-problem/1",
        "name": "Zorgzone Zuid-Oost 2026",
        "time_zone": "Europe/Brussels",
        "seed": 7,
        "objectives": ["placed", "hosts", "welfare", "slots", "mix", "away"],
        "rules": {
            "max_visits": 4,
            "max_visits_per_day": 2,
            "max_same_organisation_per_slot": None,
            "max_absent_per_organisation": 2,
        },
        "travel": {
            "overhead_minutes": 10,
            "detour": 1.3,
            "speed_km_per_hour": 15.0,
            "matrix": None,
        },
        "organisations": [
            {
                "id": f"o{host.id}",
                "name": "Zavelput",
                "sectors": ["ouderen", "thuiszorg"],
                "place": {"lat": 50.8295, "lon": 4.43372},
            },
            {
                "id": f"o{other.id}",
                "name": "De Kastanje",
                "sectors": ["ouderen"],
                "place": None,
            },
        ],
        "visits": [
            {
                "id": f"v{visit.id}",
                "organisation": f"o{host.id}",
                "title": "Een dag in huis",
                "audience": ["ouderen"],
            }
        ],
        "slots": [
            {
                "id": f"s{visit.slots[0].id}",
                "visit": f"v{visit.id}",
                "start": "2026-11-09T09:30",
                "end": "2026-11-09T11:00",
                "capacity": 8,
                "minimum": 2,
                "languages": ["fr", "nl"],
                "place": None,
                "state": "open",
            }
        ],
        "visitors": [
            {
                "id": f"p{visitor.id}",
                "organisation": f"o{other.id}",
                "sectors": ["thuiszorg"],
                "languages": ["fr", "nl"],
                "seats": 2,
                "weight": 1.0,
                "preferences": [f"v{visit.id}"],
                "busy": [["2026-11-10T08:00", "2026-11-10T13:00"]],
                "max_visits": 3,
                "max_visits_per_day": None,
                "speed_km_per_hour": None,
            }
        ],
        "pins": [],
        "bans": [],
        "previous": None,
    }


def test_solver_reads_what_is_written(session: Session) -> None:
    edition, visit, visitor = make_week(session)

    problem = solver.problem_from_json(assignment.build_problem(session, edition))

    assert [found.id for found in problem.visits] == [f"v{visit.id}"]
    assert [found.id for found in problem.visitors] == [f"p{visitor.id}"]


def test_same_rows_give_the_same_text(session: Session) -> None:
    edition, _, _ = make_week(session)
    first = assignment.export_problem(session, edition.slug)
    session.expire_all()

    assert assignment.export_problem(session, edition.slug) == first


@pytest.mark.parametrize(("seed", "used"), [(None, 7), (0, 0), (3, 3)])
def test_seed_of_the_edition_is_used_where_no_other_is_given(
    session: Session, seed: int | None, used: int
) -> None:
    edition = make_edition(session, seed=7)

    assert assignment.build_problem(session, edition, seed=seed)["seed"] == used


def test_empty_edition_is_an_empty_problem(session: Session) -> None:
    problem = assignment.build_problem(session, make_edition(session))

    names = ("organisations", "visits", "slots", "visitors")
    assert [problem[name] for name in names] == [[], [], [], []]


def test_visit_that_is_not_in_the_programme_takes_no_part(session: Session) -> None:
    edition = make_edition(session)
    offered, draft, withdrawn = (make_offer(session, edition) for _ in range(3))
    draft.published_at, withdrawn.withdrawn_at = None, offered.published_at
    make_visitor(session, edition, preferences=[withdrawn, offered, draft])

    problem = assignment.build_problem(session, edition)

    assert ids(problem["visits"]) == [f"v{offered.id}"]
    assert ids(problem["slots"]) == [f"s{slot.id}" for slot in offered.slots]
    assert problem["visitors"][0]["preferences"] == [f"v{offered.id}"]
    assert len(problem["organisations"]) == 3


def test_visitor_who_has_not_submitted_takes_no_part(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    waiting = make_visitor(session, edition, preferences=[visit], submitted=False)
    visitor = make_visitor(session, edition, preferences=[visit])
    make_placement(session, waiting, visit.slots[0])

    problem = assignment.build_problem(session, edition)

    assert ids(problem["visitors"]) == [f"p{visitor.id}"]
    assert problem["previous"] is None


def test_whoever_took_a_seat_takes_part_and_wants_that_visit_last(session: Session) -> None:
    edition = make_edition(session)
    first, taken = make_offer(session, edition), make_offer(session, edition)
    late = make_visitor(session, edition, submitted=False)
    other = make_visitor(session, edition, preferences=[first])
    for visitor in (late, other):
        make_placement(session, visitor, taken.slots[0], origin=PlacementOrigin.FREE_SEAT)

    problem = assignment.build_problem(session, edition)

    assert [visitor["preferences"] for visitor in problem["visitors"]] == [
        [f"v{taken.id}"],
        [f"v{first.id}", f"v{taken.id}"],
    ]
    assert len(problem["previous"]["placements"]) == 2


def test_nothing_of_another_edition_takes_part(session: Session) -> None:
    edition, other = make_edition(session), make_edition(session)
    visit = make_offer(session, other)
    visitor = make_visitor(session, other, preferences=[visit])
    make_placement(session, visitor, visit.slots[0])

    problem = assignment.build_problem(session, edition)

    assert (problem["visits"], problem["visitors"]) == ([], [])
    assert (problem["organisations"], problem["previous"]) == ([], None)


def test_preferences_are_written_best_first(session: Session) -> None:
    edition = make_edition(session)
    visits = [make_offer(session, edition) for _ in range(3)]
    visitor = make_visitor(session, edition)
    for rank, visit in ((2, visits[0]), (3, visits[1]), (1, visits[2])):
        session.add(Preference(visitor_id=visitor.id, visit_id=visit.id, rank=rank))
    session.flush()
    session.expire_all()

    [written] = assignment.build_problem(session, edition)["visitors"]

    assert written["preferences"] == [f"v{visits[n].id}" for n in (2, 0, 1)]


@pytest.mark.parametrize("state", SlotState)
def test_slot_is_written_with_what_was_decided_about_it(
    session: Session, state: SlotState
) -> None:
    edition = make_edition(session)
    make_slot(session, make_visit(session, make_host(session, edition)), state=state)

    [slot] = assignment.build_problem(session, edition)["slots"]

    assert slot["state"] == state


def test_slot_with_a_place_of_its_own_is_there(session: Session) -> None:
    edition = make_edition(session)
    visit = make_visit(session, make_host(session, edition))
    make_slot(session, visit, latitude=50.85, longitude=4.35)

    [slot] = assignment.build_problem(session, edition)["slots"]

    assert slot["place"] == {"lat": 50.85, "lon": 4.35}


def test_times_are_those_of_the_wall_clock_before_and_after_it_changes(
    session: Session,
) -> None:
    friday = date(2026, 10, 23)
    edition = make_edition(session, starts_on=friday, ends_on=friday + timedelta(days=3))
    visit = make_visit(session, make_host(session, edition))
    for days in (0, 3):  # the clock goes back in the night to Sunday
        starts_at = local(0, "9:30").replace(year=2026, month=10, day=23 + days)
        make_slot(session, visit, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))

    slots = assignment.build_problem(session, edition)["slots"]

    assert [(slot["start"], slot["end"]) for slot in slots] == [
        ("2026-10-23T09:30", "2026-10-23T10:30"),
        ("2026-10-26T09:30", "2026-10-26T10:30"),
    ]


def test_staff_of_a_host_weighs_what_the_edition_says(session: Session) -> None:
    edition = make_edition(session, host_staff_weight=1.5)
    host = make_host(session, edition)
    for organisation in (host.organisation, make_organisation(session), None):
        make_visitor(session, edition, organisation=organisation)

    visitors = assignment.build_problem(session, edition)["visitors"]

    assert [visitor["weight"] for visitor in visitors] == [1.5, 1.0, 1.0]


def test_organisation_of_hosts_and_of_visitors_is_written_once(session: Session) -> None:
    edition = make_edition(session)
    first = make_organisation(session)
    host = make_host(session, edition)
    for organisation in (host.organisation, first, first):
        make_visitor(session, edition, organisation=organisation)

    written = assignment.build_problem(session, edition)["organisations"]

    assert ids(written) == [f"o{first.id}", f"o{host.organisation_id}"]


def test_placements_that_hold_now_are_those_of_before(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition, days=range(len(PlacementState)))
    second, first = (make_visitor(session, edition, preferences=[visit]) for _ in range(2))
    for slot, state in zip(visit.slots, PlacementState, strict=True):
        make_placement(session, first, slot, state=state)
    for slot in (visit.slots[1], visit.slots[0]):
        make_placement(session, second, slot)

    previous = assignment.build_problem(session, edition)["previous"]

    assert previous == {
        "placements": [
            {"visitor": f"p{visitor.id}", "slot": f"s{slot.id}"}
            for visitor, slot in (
                (second, visit.slots[0]),
                (second, visit.slots[1]),
                (first, visit.slots[0]),
            )
        ]
    }


def test_problem_takes_as_many_statements_for_three_as_for_one(session: Session) -> None:
    def statements() -> int:
        visit = make_offer(session, edition)
        organisation = make_organisation(session)
        make_visitor(session, edition, organisation=organisation, preferences=[visit])
        session.flush()
        session.expire_all()
        with counted(session.get_bind().engine) as count:
            assignment.build_problem(session, edition)
        return count.statements

    edition = make_edition(session)

    one, _, three = [statements() for _ in range(3)]

    assert three == one
