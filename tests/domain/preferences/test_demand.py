from random import Random

import pytest
from sqlalchemy.orm import Session

from opendeur.domain.preferences import (
    Level,
    Strain,
    Turnout,
    could_attend,
    demand_of_edition,
    groups_of_edition,
    hosts_of_edition,
)
from opendeur.enums import PlacementState, SlotState
from opendeur.models import Edition, Sector, Slot
from tests.factories import (
    local,
    make_account,
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


def seats_of(session: Session, edition: Edition) -> dict[int, int]:
    session.expire_all()
    return {line.slot_id: line.people for line in demand_of_edition(session, edition).slots}


def test_an_edition_without_anything_has_no_demand(session):
    found = demand_of_edition(session, make_edition(session))

    assert (found.heat, found.slots, found.turnout) == ((), (), Turnout())
    assert (found.offering, found.seats, found.short, found.overrun) == (0, 0, 0, 0)


def test_everybody_who_could_attend_counts_in_every_slot_of_the_visit(session):
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    make_visitor(session, edition, preferences=[visit])
    make_visitor(session, edition, preferences=[visit], seats=2)

    assert list(seats_of(session, edition).values()) == [3, 3]


def test_a_field_of_the_heat_table_is_the_sum_of_its_moments(session):
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    make_slot(session, visit, day=1, start="14:00")
    make_slot(session, visit, day=1, start="16:00")
    make_visitor(session, edition, preferences=[visit], seats=3)
    make_visitor(
        session, edition, preferences=[visit], busy=[(local(1, "13:00"), local(1, "15:00"))]
    )
    session.expire_all()

    found = demand_of_edition(session, edition)

    [(sector, cells)] = found.heat
    moments = {
        half: [slot for slot in found.slots if slot.half_day == half]
        for half in found.half_days
    }
    assert sector.code == "ouderen"
    assert [(cell.asked, cell.offered) for cell in cells[:5]] == [
        (4, 8),
        (0, 0),
        (4, 8),
        (7, 16),
        (0, 0),
    ]
    assert [(cell.asked, cell.offered) for cell in cells] == [
        (sum(slot.people for slot in slots), sum(slot.capacity for slot in slots))
        for slots in moments.values()
    ]


def test_columns_tell_the_same_as_objects_who_could_attend(session):
    edition, draw = make_edition(session), Random(8)
    organisations = [make_organisation(session) for _ in range(3)]
    codes, spoken = ("jeugd", "thuiszorg", "ouderen"), ("nl", "fr", "en")
    slots, visitors = [], []
    for organisation in organisations:
        visit = make_visit(session, make_host(session, edition, organisation=organisation))
        visit.audience = [
            session.get_one(Sector, code) for code in draw.sample(codes, draw.randint(0, 2))
        ]
        for start in ("9:00", "10:30", "13:00"):
            languages = set(draw.sample(spoken, 2))
            slots.append(
                make_slot(session, visit, start=start, languages=languages, capacity=2)
            )
    for _ in range(40):
        start = draw.randint(8, 13)
        visitors.append(
            make_visitor(
                session,
                edition,
                preferences=[slot.visit for slot in slots[::3]],
                languages=set(draw.sample(spoken, draw.randint(1, 2))),
                sectors=draw.sample(codes, draw.randint(1, 2)),
                seats=draw.randint(1, 3),
                organisation=draw.choice([*organisations, None]),
                busy=[(local(0, f"{start}:30"), local(0, f"{start + 1}:30"))],
            )
        )
    session.expire_all()

    assert seats_of(session, edition) == {
        slot.id: sum(visitor.seats for visitor in visitors if could_attend(visitor, slot))
        for slot in sorted(slots, key=lambda slot: (slot.starts_at, slot.id))
    }


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

    assert [line.slot_id for line in found.slots] == [kept.id]
    assert (found.offering, found.seats) == (1, 8)


def test_a_slot_tells_whether_too_few_or_too_many_want_to_come(session):
    edition = make_edition(session)
    visits = [make_visit(session, make_host(session, edition)) for _ in range(4)]
    for visit, minimum, capacity in zip(visits, (1, 2, 1, 1), (1, 4, 1, 4), strict=True):
        make_slot(session, visit, minimum=minimum, capacity=capacity)
    for chosen in (visits[:3], visits[:1]):
        make_visitor(session, edition, preferences=chosen)
    session.expire_all()

    found = demand_of_edition(session, edition)

    assert [line.strain for line in found.slots] == [
        Strain.OVERRUN,
        Strain.THIN,
        Strain.NONE,
        Strain.NOBODY,
    ]
    assert (found.short, found.overrun) == (2, 1)


def test_groups_count_who_has_a_seat_instead_of_who_asks(session):
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    placed = make_visitor(session, edition, preferences=[visit], seats=3)
    make_visitor(session, edition, preferences=[visit])
    make_placement(session, placed, visit.slots[1])
    make_placement(session, placed, visit.slots[0], state=PlacementState.WITHDRAWN)

    assert [line.people for line in groups_of_edition(session, edition)] == [0, 3]


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


def test_the_turnout_is_counted_in_people(session):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    make_visitor(session, edition, preferences=[visit], seats=4)
    make_visitor(session, edition, preferences=[visit], seats=2, submitted=False)
    make_visitor(session, edition, submitted=False)

    turnout = demand_of_edition(session, edition).turnout

    assert turnout == Turnout(submitted=4, began=2, silent=1)
    assert turnout.people == 7


def test_hosts_have_what_they_offer_and_what_is_asked_of_it(session):
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    for slot in visit.slots:
        slot.minimum = 3
    make_visit(session, visit.host, published_at=None)
    bare = make_host(session, edition, confirmed_at=None)
    make_visitor(session, edition, preferences=[visit], seats=2)

    lines = hosts_of_edition(session, edition, demand_of_edition(session, edition).slots)

    assert [(line.host_id, len(line.slots)) for line in lines] == [
        (visit.host_id, 2),
        (bare.id, 0),
    ]
    assert [(line.seats, line.people, line.short) for line in lines] == [(16, 4, 2), (0, 0, 0)]


def test_other_editions_do_not_count(session):
    edition = make_edition(session)
    other = make_edition(session)
    visit = make_offer(session, other)
    make_visitor(session, other, preferences=[visit])
    make_visitor(session, other, submitted=False)

    found = demand_of_edition(session, edition)

    assert (found.slots, found.turnout) == ((), Turnout())


def test_the_number_of_statements_does_not_grow(session):
    edition = make_edition(session)
    number = edition.id

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
            edition = session.get_one(Edition, number)
            found = demand_of_edition(session, edition)
            hosts_of_edition(session, edition, found.slots)
        return count.statements

    add()
    one = statements()
    edition = session.get_one(Edition, edition.id)
    add()
    add()

    assert statements() == one
