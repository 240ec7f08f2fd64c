"""Hosts see in numbers how much they are asked for."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from opendeur.domain import preferences
from opendeur.domain.preferences import Advice
from opendeur.domain.preferences.host_demand import running_at_most
from opendeur.enums import SlotState
from opendeur.models import Slot
from tests.factories import (
    NOW,
    local,
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


def test_moments_are_counted_as_for_the_organisers(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    first, second = visit.slots
    make_visitor(session, edition, preferences=[visit], seats=2)
    make_visitor(
        session, edition, preferences=[visit], busy=[(local(0, "8:00"), local(0, "12:00"))]
    )
    make_visitor(session, edition, preferences=[visit], languages={"en"})

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    theirs = preferences.demand_of_edition(session, edition).slots
    assert [(found.of(slot).seats, found.only_then[slot.id]) for slot in (first, second)] == [
        (2, 0),
        (3, 1),
    ]
    assert [line.people for line in theirs] == [2, 3]


@pytest.mark.parametrize(
    ("published", "signed_up", "ends", "told"),
    [
        (0, 0, 21, 3),
        (0, 5, 21, 8),
        (4, 0, 21, 7),
        (0, 0, 4, 2),
        (0, 0, 0, 0),
    ],
    ids=["three days", "first visitor", "published later", "half of a short time", "over"],
)
def test_too_little_interest_is_said_when_it_means_something(
    session: Session, published: int, signed_up: int, ends: int, told: int
) -> None:
    edition = make_edition(session, preferences_end_at=NOW + timedelta(days=ends))
    visit = make_offer(session, edition)
    visit.published_at = NOW + timedelta(days=published)
    make_visitor(session, edition, registered_at=NOW + timedelta(days=signed_up))
    make_visitor(session, edition, registered_at=NOW - timedelta(days=9), submitted=False)
    session.flush()

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    moment = NOW + timedelta(days=told)
    assert not found.is_telling(visit, now=moment - timedelta(minutes=1))
    assert found.is_telling(visit, now=moment)


def test_without_any_visitor_nothing_is_said_before_the_deadline(session: Session) -> None:
    visit = make_offer(session, make_edition(session))

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    assert [found.is_telling(visit, now=NOW + timedelta(days=days)) for days in (20, 21)] == [
        False,
        True,
    ]


def test_only_the_moment_that_nobody_needs_is_advised_to_be_closed(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1, 2, 3))
    full, needed, spare, later = visit.slots
    for slot in visit.slots:
        slot.minimum, slot.capacity = 3, 3
    away = (local(0, "8:00"), local(0, "18:00"))
    for _ in range(4):
        make_visitor(session, edition, preferences=[visit], busy=[days(1), days(2), days(3)])
    make_visitor(session, edition, preferences=[visit], busy=[days(3)])
    make_visitor(session, edition, preferences=[visit], busy=[away, days(2), days(3)])

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    def advice(days: int) -> list[Advice]:
        now = NOW + timedelta(days=days)
        return [found.advice(slot, now=now) for slot in (full, needed, spare, later)]

    assert advice(1) == [Advice.NOTHING, Advice.WAIT, Advice.WAIT, Advice.WAIT]
    assert advice(3) == [Advice.NOTHING, Advice.KEEP, Advice.KEEP, Advice.CLOSE]


@pytest.mark.parametrize(("visitors", "advice"), [(2, Advice.NOTHING), (3, Advice.ENLARGE)])
def test_more_places_are_asked_for_where_all_moments_together_have_too_few(
    session: Session, visitors: int, advice: Advice
) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    for slot in visit.slots:
        slot.capacity = 1
    for _ in range(visitors):
        make_visitor(session, edition, preferences=[visit])

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    assert [found.advice(slot, now=NOW) for slot in visit.slots] == [advice, advice]


def test_moment_for_certain_needs_no_advice(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    visit.slots[0].state = SlotState.FORCED
    make_visitor(session, edition)

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    assert found.advice(visit.slots[0], now=NOW + timedelta(days=9)) is Advice.NOTHING


def test_last_moment_is_never_advised_to_be_closed(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    visit.slots[0].minimum = 4
    make_visitor(session, edition, preferences=[visit])

    found = preferences.demand_of_hosts(session, [visit.host])[visit.host.id]

    assert found.advice(visit.slots[0], now=NOW + timedelta(days=9)) is Advice.KEEP


def days(number: int) -> tuple[datetime, datetime]:
    return local(number, "8:00"), local(number, "18:00")
