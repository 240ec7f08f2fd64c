from datetime import time, timedelta

import pytest

from opendeur.domain import offers
from opendeur.domain.offers import VisitDemand
from opendeur.enums import PlacementState, SlotState, WheelchairAccess
from opendeur.models import ClosedPeriod, Edition
from tests.factories import (
    MONDAY,
    NOW,
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

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def edition(session):
    return make_edition(session)


@pytest.fixture
def slots(session, edition):
    """Monday in Dutch in Woluwe; Tuesday in French in Etterbeek, by wheelchair."""
    first = make_visit(
        session,
        make_host(
            session, edition, organisation=make_organisation(session, sectors=["ouderen"])
        ),
    )
    second = make_visit(
        session,
        make_host(
            session,
            edition,
            organisation=make_organisation(
                session, postcode_code="1040", sectors=["ggz", "jeugd"]
            ),
            wheelchair=WheelchairAccess.YES,
        ),
    )
    return [
        make_slot(session, first, day=0, languages={"nl"}),
        make_slot(session, second, day=1, languages={"fr", "nl"}),
        make_slot(session, second, day=1, start="14:00", languages={"fr"}),
    ]


def shown(found):
    """The numbers of the moments that a programme shows."""
    return [moment.id for _, moment in found.moments]


def counts(found, name):
    return {option.value: option.count for option in found.options[name]}


def test_the_programme_holds_open_slots_of_offered_visits_in_order_of_time(session, edition):
    late = make_offer(session, edition, days=(3,))
    early = make_offer(session, edition, days=(0, 4))
    early.slots[1].state = SlotState.CLOSED
    make_offer(session, edition).published_at = None
    make_offer(session, edition).withdrawn_at = NOW
    make_offer(session, make_edition(session))
    session.flush()

    found = offers.read_programme(session, edition)

    assert shown(found) == [early.slots[0].id, late.slots[0].id]
    assert {visit.id for visit in found.visits} == {early.id, late.id}
    assert found.total == 2
    assert {day: len(visits) for day, visits in found.by_day.items()} == {
        MONDAY: 1,
        MONDAY + timedelta(days=3): 1,
    }


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        ({}, [0, 1, 2]),
        ({"spoken": ["nl"]}, [0, 1]),
        ({"spoken": ["nl", "fr"]}, [0, 1, 2]),
        ({"municipality": ["1150"]}, [0]),
        ({"sector": ["jeugd"]}, [1, 2]),
        ({"access": ["wheelchair"]}, [1, 2]),
        ({"day": [TUESDAY.isoformat()], "spoken": ["nl"]}, [1]),
        ({"day": [MONDAY.isoformat()], "sector": ["ggz"]}, []),
        ({"spoken": ["xx"], "colour": ["red"], "day": ["<script>"]}, [0, 1, 2]),
    ],
)
def test_a_moment_has_one_value_of_each_filter_that_is_used(
    session, edition, slots, chosen, numbers
):
    found = offers.read_programme(session, edition, chosen)

    assert shown(found) == [slots[number].id for number in numbers]
    assert {visit.id for visit in found.visits} == {
        slots[number].visit_id for number in numbers
    }


def test_a_visit_stands_under_each_of_its_days_once(session, edition, slots):
    make_slot(session, slots[1].visit, day=2)

    found = offers.read_programme(session, edition)

    assert {day: [visit.id for visit in visits] for day, visits in found.by_day.items()} == {
        MONDAY: [slots[0].visit_id],
        TUESDAY: [slots[1].visit_id],
        TUESDAY + timedelta(days=1): [slots[1].visit_id],
    }


def test_visits_stand_under_their_municipality_and_last_what_has_none(session, edition, slots):
    nowhere = make_organisation(session, postcode_code=None, street="")
    visit = make_visit(session, make_host(session, edition, organisation=nowhere))
    make_slot(session, visit)

    found = offers.read_programme(session, edition)

    assert [
        (name, [visit.id for visit in visits])
        for name, visits in found.by_municipality("nl").items()
    ] == [
        ("Etterbeek", [slots[1].visit_id]),
        ("Sint-Pieters-Woluwe", [slots[0].visit_id]),
        ("", [visit.id]),
    ]


def test_a_moment_is_where_it_takes_place(session, edition, slots):
    slots[0].street, slots[0].postcode_code = "Elders 1", "1040"
    session.flush()

    [visit] = offers.read_programme(session, edition, {"day": [MONDAY.isoformat()]}).visits

    assert visit.place.name("fr") == "Etterbeek"


def test_what_fits_the_reader_is_a_filter_of_which_all_must_hold(session, edition, slots):
    fitting = {"week": {slots[0].id, slots[1].id}, "language": {slots[1].id, slots[2].id}}

    def found(*values):
        chosen = {"fits": list(values), "access": ["wheelchair"]}
        return offers.read_programme(session, edition, chosen, fitting=fitting)

    assert shown(found("week")) == [slots[1].id]
    assert shown(found("language")) == [slots[1].id, slots[2].id]
    assert shown(found("week", "language")) == [slots[1].id]
    assert found("week", "other").chosen["fits"] == {"week"}


def test_a_filter_by_what_fits_nobody_in_particular_is_left_out(session, edition, slots):
    found = offers.read_programme(session, edition, {"fits": ["week"]})

    assert (len(found.moments), found.chosen) == (3, {})


def test_an_option_counts_visits_beside_the_other_filters(session, edition, slots):
    found = offers.read_programme(session, edition, {"spoken": ["nl"]})

    assert counts(found, "spoken") == {"nl": 2, "fr": 1}
    assert counts(found, "municipality") == {"1040": 1, "1150": 1}
    assert counts(found, "sector") == {"ggz": 1, "jeugd": 1, "ouderen": 1}
    assert counts(found, "day") == {MONDAY.isoformat(): 1, TUESDAY.isoformat(): 1}
    assert [option.value for option in found.options["spoken"] if option.is_chosen] == ["nl"]


def test_an_empty_result_tells_which_filter_to_loosen(session, edition, slots):
    found = offers.read_programme(
        session, edition, {"municipality": ["1150"], "access": ["wheelchair"]}
    )

    assert found.visits == ()
    assert found.loosened == (("municipality", 1), ("access", 1))


def test_sectors_stand_in_their_own_order(session, edition, slots):
    found = offers.read_programme(session, edition)

    assert [option.value for option in found.options["sector"]] == ["ggz", "jeugd", "ouderen"]


def test_interest_counts_the_people_of_who_submitted(session, edition, slots):
    visit = slots[1].visit
    make_visitor(session, edition, preferences=[visit], seats=2)
    make_visitor(session, edition, preferences=[visit])
    make_visitor(session, edition, preferences=[visit], submitted=False)

    found = offers.demand_of_programme(session, edition)

    assert found.visits == {
        slots[0].visit_id: VisitDemand(people=0, seats=8, smallest=1),
        visit.id: VisitDemand(people=3, seats=16, smallest=1),
    }


@pytest.mark.parametrize(
    ("people", "is_thin", "is_overrun"), [(2, True, False), (3, False, False), (9, False, True)]
)
def test_interest_is_thin_below_the_smallest_group_and_too_much_above_the_seats(
    people, is_thin, is_overrun
):
    demand = VisitDemand(people=people, seats=8, smallest=3)

    assert (demand.is_thin, demand.is_overrun) == (is_thin, is_overrun)


def test_a_lack_of_people_is_pointed_out_only_where_it_is_the_exception(session, edition):
    visits = [make_offer(session, edition) for _ in range(3)]
    make_visitor(session, edition, preferences=visits[:1])
    early = offers.demand_of_programme(session, edition)
    make_visitor(session, edition, preferences=visits[1:2])

    later = offers.demand_of_programme(session, edition)

    assert (early.points_out_thin, later.points_out_thin) == (False, True)


def test_taken_seats_are_those_of_live_placements(session, edition, slots):
    make_placement(session, make_visitor(session, edition, seats=2), slots[0])
    make_placement(
        session, make_visitor(session, edition), slots[1], state=PlacementState.REPLACED
    )

    assert offers.seats_taken(session, edition) == {slots[0].id: 2}
    assert offers.seats_taken(session, make_edition(session)) == {}


def test_a_visit_is_found_when_it_is_or_was_in_the_programme(session, edition, slots):
    offered, withdrawn = slots[0].visit, slots[1].visit
    withdrawn.withdrawn_at = NOW
    draft = make_offer(session, edition)
    draft.published_at = None
    session.flush()

    assert offers.find_in_programme(session, edition, offered.id) == offered
    assert offers.find_in_programme(session, edition, withdrawn.id) == withdrawn
    assert offers.find_in_programme(session, edition, draft.id) is None
    assert offers.find_in_programme(session, make_edition(session), offered.id) is None


def test_the_table_has_a_row_for_each_start_and_a_cell_for_each_day(session, edition, slots):
    closed = ClosedPeriod(
        starts_at=local(4, "13:00"),
        ends_at=local(4, "18:00"),
        reason_nl="Veranderatelier",
        reason_fr="Atelier",
    )
    edition.closed_periods = [closed]

    rows = offers.week_table(edition, offers.read_offer(session, edition).moments)

    assert [clock for clock, _ in rows] == [time(9, 30), time(14)]
    assert [[moment.id for moment in cell.moments] for cell in rows[0][1]] == [
        [slots[0].id],
        [slots[1].id],
        [],
        [],
        [],
    ]
    assert [cell.closed for cell in rows[1][1]] == [None, None, None, None, closed]


def test_closed_cells_below_each_other_become_one(session, edition, slots):
    make_slot(session, slots[0].visit, day=0, start="15:30")
    edition.closed_periods = [
        ClosedPeriod(
            starts_at=local(4, "13:00"),
            ends_at=local(4, "18:00"),
            reason_nl="Veranderatelier",
            reason_fr="Atelier",
        )
    ]
    session.flush()

    rows = offers.week_table(edition, offers.read_offer(session, edition).moments)

    assert [cells[4].rows for _, cells in rows] == [1, 2, 0]


def test_languages_stand_in_their_own_order(session, edition, slots):
    slots[0].languages = {"en", "fr", "nl"}
    session.flush()

    found = offers.read_programme(session, edition)

    assert [option.value for option in found.options["spoken"]] == ["nl", "fr", "en"]


def test_the_programme_is_read_with_as_many_statements_whatever_its_length(session, database):
    found = []
    for length in (1, 3):
        edition = make_edition(session)
        for _ in range(length):
            make_offer(session, edition, days=(0, 1))
        session.commit()
        with database.session() as fresh:
            again = fresh.get_one(Edition, edition.id)
            with counted(database.engine) as count:
                for visit in offers.read_programme(fresh, again).visits:
                    assert visit.place.code == "1150"
        found.append(count.statements)

    assert found[0] == found[1]
