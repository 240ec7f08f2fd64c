"""Hosts see in numbers how much they are asked for."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from opendeur.domain import preferences
from opendeur.domain.preferences.host_demand import running_at_most
from opendeur.enums import SlotState
from opendeur.models import Slot
from tests.factories import (
    NOW,
    make_edition,
    make_host,
    make_offer,
    make_slot,
    make_visit,
    make_visitor,
)


def test_people_are_counted_with_their_colleagues_and_once_per_host(session: Session) -> None:
    edition = make_edition(session)
    host = make_host(session, edition)
    one, other = make_visit(session, host), make_visit(session, host)
    make_visitor(session, edition, preferences=[one, other], seats=3)
    make_visitor(session, edition, preferences=[make_offer(session, edition), other, one])

    found = preferences.demand_of_hosts(session, [host])[host.id]

    assert found.people == 4
    assert found.by_visit == {one.id: 4, other.id: 4}
    assert found.high_by_visit == {one.id: 3, other.id: 4}


def test_drafts_and_withdrawn_visits_count_nothing(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    gone = make_visit(session, visit.host, withdrawn_at=NOW)
    make_visitor(session, edition, preferences=[visit], submitted=False)
    make_visitor(session, edition, preferences=[gone])

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    assert (found.people, found.by_visit, found.by_sector) == (0, {}, [])


def test_interest_is_told_by_sector_and_language(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    make_visitor(
        session, edition, preferences=[visit], sectors=["wonen", "ggz"], languages={"nl", "fr"}
    )
    make_visitor(
        session, edition, preferences=[visit], sectors=["wonen"], languages={"fr"}, seats=2
    )

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    assert [(row.sector.code, row.people, row.languages) for row in found.by_sector] == [
        ("wonen", 3, {"nl": 1, "fr": 3}),
        ("ggz", 1, {"nl": 1, "fr": 1}),
    ]


def test_each_host_has_its_own_interest(session: Session) -> None:
    edition = make_edition(session)
    one, other = make_offer(session, edition), make_offer(session, edition)
    make_visitor(session, edition, preferences=[one])

    found = preferences.demand_of_hosts(session, [one.host, other.host])

    assert [found[visit.host.id].people for visit in (one, other)] == [1, 0]


def test_the_most_slots_run_when_the_smallest_groups_come_first(session: Session) -> None:
    visit = make_visit(session, make_host(session, make_edition(session)))
    for day, minimum in enumerate((4, 2, 4)):
        make_slot(session, visit, day=day, minimum=minimum)

    running = [running_at_most(visit.slots, people) for people in (1, 2, 5, 6, 99)]

    assert running == [0, 1, 1, 2, 3]


def test_closed_slots_and_other_visits_do_not_run(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1, 2))
    other = make_visit(session, visit.host)
    visit.slots[0].state = SlotState.CLOSED
    make_visitor(session, edition, preferences=[visit], seats=3)
    session.flush()

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    assert (found.running(visit), found.running(other)) == (2, 0)


@given(st.lists(st.integers(1, 20), max_size=6), st.integers(0, 60))
def test_no_choice_of_slots_runs_more(minima: list[int], people: int) -> None:
    slots = [Slot(minimum=minimum) for minimum in minima]
    subsets = range(2 ** len(minima))
    best = max(
        subset.bit_count()
        for subset in subsets
        if sum(m for n, m in enumerate(minima) if subset >> n & 1) <= people
    )

    assert running_at_most(slots, people) == best
