import pytest
from sqlalchemy.orm import Session

from opendeur.domain.preferences import Level, Strain, demand_of_edition
from opendeur.enums import SlotState
from opendeur.models import Edition, Sector, Slot
from tests.factories import (
    local,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
    make_slot,
    make_visit,
    make_visitor,
)
from tests.queries import counted


def seats_of(session: Session, edition: Edition) -> dict[int, int]:
    session.expire_all()
    return {
        demand.slot.id: demand.seats for demand in demand_of_edition(session, edition).slots
    }


def test_an_edition_without_anything_has_no_demand(session):
    found = demand_of_edition(session, make_edition(session))

    assert (found.heat, found.slots, found.silent, found.attention) == ((), (), (), ())
    assert (found.figures.hosts, found.figures.seats, found.figures.submitted) == (0, 0, 0)


def test_everybody_who_could_attend_counts_in_every_slot_of_the_visit(session):
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    make_visitor(session, edition, preferences=[visit])
    make_visitor(session, edition, preferences=[visit], seats=2)

    assert list(seats_of(session, edition).values()) == [3, 3]


def test_the_heat_table_spreads_a_visitor_over_the_slots_of_a_visit(session):
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    make_slot(session, visit, day=1, start="14:00")
    make_visitor(session, edition, preferences=[visit], seats=3)
    session.expire_all()

    [(sector, cells)] = demand_of_edition(session, edition).heat

    assert sector.code == "ouderen"
    assert [(cell.asked, cell.offered) for cell in cells[:5]] == [
        (1, 8),
        (0, 0),
        (1, 8),
        (1, 8),
        (0, 0),
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"languages": {"en"}},
        {"submitted": False},
        {"seats": 9},
        {"busy": [(local(0, "10:30"), local(0, "12:00"))]},
    ],
    ids=["language", "not submitted", "too many", "busy"],
)
def test_who_could_not_attend_does_not_count(session, values):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    make_visitor(session, edition, preferences=[visit], **values)

    assert list(seats_of(session, edition).values()) == [0]


def test_somebody_who_is_busy_until_the_start_counts(session):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    make_visitor(
        session, edition, preferences=[visit], busy=[(local(0, "8:00"), local(0, "9:30"))]
    )

    assert list(seats_of(session, edition).values()) == [1]


def test_staff_of_the_host_and_people_outside_the_audience_do_not_count(session):
    edition = make_edition(session)
    organisation = make_organisation(session)
    visit = make_visit(session, make_host(session, edition, organisation=organisation))
    visit.audience = [session.get_one(Sector, "jeugd")]
    make_slot(session, visit)
    make_visitor(session, edition, preferences=[visit], sectors=["jeugd"])
    make_visitor(session, edition, preferences=[visit], sectors=["thuiszorg"])
    make_visitor(
        session, edition, preferences=[visit], sectors=["jeugd"], organisation=organisation
    )

    assert list(seats_of(session, edition).values()) == [1]


def test_only_open_slots_in_the_programme_take_part(session):
    edition = make_edition(session)
    host = make_host(session, edition)
    make_slot(session, make_visit(session, host, published_at=None))
    visit = make_visit(session, host)
    make_slot(session, visit, state=SlotState.CLOSED)
    kept = make_slot(session, visit, day=2)

    found = demand_of_edition(session, edition)

    assert [demand.slot.id for demand in found.slots] == [kept.id]
    assert (found.figures.hosts, found.figures.offering, found.figures.seats) == (1, 1, 8)


def test_slots_that_need_attention_come_the_least_wanted_first(session):
    edition = make_edition(session)
    visits = [make_visit(session, make_host(session, edition)) for _ in range(4)]
    slots = [
        make_slot(session, visit, minimum=minimum, capacity=capacity)
        for visit, minimum, capacity in zip(visits, (1, 2, 1, 1), (1, 4, 1, 4), strict=True)
    ]
    for chosen in (visits[:3], visits[:1]):
        make_visitor(session, edition, preferences=chosen)
    session.expire_all()

    found = demand_of_edition(session, edition)

    assert [(demand.slot.id, demand.strain) for demand in found.attention] == [
        (slots[3].id, Strain.NOBODY),
        (slots[1].id, Strain.THIN),
        (slots[0].id, Strain.OVERRUN),
    ]
    assert (found.figures.under_minimum, found.figures.overrun) == (2, 1)


@pytest.mark.parametrize(
    ("seats", "level"),
    [
        (2, Level.THIN),
        (3, Level.MODEST),
        (5, Level.BALANCED),
        (7, Level.STRONG),
        (9, Level.STRONG),
        (10, Level.OVERRUN),
    ],
)
def test_a_cell_tells_how_demand_relates_to_supply(session, seats, level):
    edition = make_edition(session)
    visit = make_visit(session, make_host(session, edition))
    make_slot(session, visit, capacity=6)
    for _ in range(seats):
        make_visitor(session, edition, preferences=[visit])
    session.expire_all()

    [(_, cells)] = demand_of_edition(session, edition).heat

    assert cells[0].level is level


def test_who_did_not_submit_is_listed_by_organisation(session):
    edition = make_edition(session)
    organisation = make_organisation(session)
    make_visitor(session, edition, submitted=False)
    for _ in range(2):
        make_visitor(session, edition, submitted=False, organisation=organisation)
    make_visitor(session, edition)

    found = demand_of_edition(session, edition).silent

    assert [(s.organisation_name, s.visitors) for s in found] == [
        (organisation.name, 2),
        (None, 1),
    ]


def test_other_editions_do_not_count(session):
    edition = make_edition(session)
    other = make_edition(session)
    visit = make_offer(session, other)
    make_visitor(session, other, preferences=[visit])
    make_visitor(session, other, submitted=False)

    found = demand_of_edition(session, edition)

    assert (found.figures.slots, found.figures.registered, found.silent) == (0, 0, ())


def test_the_number_of_statements_does_not_grow(session):
    edition = make_edition(session)

    def add() -> Slot:
        visit = make_offer(session, edition)
        visit.audience = [session.get_one(Sector, "thuiszorg")]
        organisation = make_organisation(session, contact=make_account(session))
        make_visitor(session, edition, preferences=[visit], organisation=organisation)
        session.flush()
        return visit.slots[0]

    def statements() -> int:
        session.flush()
        session.expunge_all()
        with counted(session.get_bind().engine) as count:
            found = demand_of_edition(session, session.get_one(Edition, edition.id))
            [half.slot.local_starts_at for half in found.slots]
        return count.statements

    add()
    one = statements()
    edition = session.get_one(Edition, edition.id)
    add()
    add()

    assert statements() == one
