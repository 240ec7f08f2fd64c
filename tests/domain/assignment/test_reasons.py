"""Why a run leaves somebody out, and which hosts receive nobody."""

import pytest

from opendeur.domain import assignment
from opendeur.domain.assignment import Reason
from opendeur.enums import SlotState
from opendeur.models import Sector
from tests.factories import (
    local,
    make_edition,
    make_offer,
    make_organisation,
    make_slot,
    make_visitor,
)
from tests.plans import make_done_run


@pytest.fixture
def edition(session):
    return make_edition(session)


@pytest.fixture
def offer(session, edition):
    return make_offer(session, edition, days=(0, 1))


def result(session, edition, pairs=()):
    run = make_done_run(session, edition, pairs)
    found = assignment.result_of(session, edition, run)
    assert found is not None
    return found


def reason(session, edition, visitor, pairs=()):
    found = result(session, edition, pairs)
    return next(line.reason for line in found.visitors if line.visitor.id == visitor.id)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"languages": {"en"}}, Reason.LANGUAGE),
        ({"seats": 9}, Reason.SEATS),
        ({"busy": [(local(0, "8:00"), local(1, "18:00"))]}, Reason.BUSY),
        ({"languages": {"en"}, "seats": 9}, Reason.LANGUAGE),
    ],
    ids=["language", "seats", "busy", "the first of two"],
)
def test_what_keeps_somebody_from_every_moment_is_the_reason(
    session, edition, offer, values, why
):
    visitor = make_visitor(session, edition, preferences=[offer], **values)

    assert reason(session, edition, visitor) is why


def test_different_obstacles_at_different_moments_are_several(session, edition, offer):
    offer.slots[0].languages = {"en"}
    visitor = make_visitor(
        session,
        edition,
        preferences=[offer],
        languages={"nl"},
        busy=[(local(1, "8:00"), local(1, "18:00"))],
    )

    assert reason(session, edition, visitor) is Reason.SEVERAL


def test_ones_own_organisation_is_a_reason(session, edition, offer):
    organisation = offer.host.organisation
    visitor = make_visitor(session, edition, preferences=[offer], organisation=organisation)

    assert reason(session, edition, visitor) is Reason.OWN


def test_a_visit_for_other_sectors_is_a_reason(session, edition, offer):
    offer.audience = [session.get_one(Sector, "jeugd")]
    visitor = make_visitor(session, edition, preferences=[offer], sectors=["ouderen"])

    assert reason(session, edition, visitor) is Reason.AUDIENCE


def test_who_prefers_only_closed_moments_prefers_nothing_on_offer(session, edition, offer):
    for slot in offer.slots:
        slot.state = SlotState.CLOSED
    visitor = make_visitor(session, edition, preferences=[offer])

    assert reason(session, edition, visitor) is Reason.NOTHING


def test_what_others_wanted_is_a_reason_where_nothing_else_is(session, edition, offer):
    slot = offer.slots[0]
    slot.capacity = 3
    visitor = make_visitor(session, edition, preferences=[offer], seats=2)
    pair = make_visitor(session, edition, preferences=[offer], seats=2)
    lone = make_visitor(session, edition, preferences=[offer])

    assert [
        reason(session, edition, visitor, pairs)
        for pairs in ((), [(pair, slot)], [(lone, slot)])
    ] == [Reason.IDLE, Reason.FULL, Reason.RULES]


def test_who_gets_something_has_no_reason(session, edition, offer):
    visitor = make_visitor(session, edition, preferences=[offer])

    assert reason(session, edition, visitor, [(visitor, offer.slots[0])]) is None


def test_hosts_who_receive_nobody_come_by_name_with_who_chose_them(session, edition):
    names = ("Zavelput", "Élan", "Merode")
    offers = []
    for name in names:
        offer = make_offer(session, edition, days=(0,))
        offer.host.organisation = make_organisation(session, name=name)
        make_slot(session, offer, day=2, minimum=3)
        offers.append(offer)
    visitor = make_visitor(session, edition, preferences=offers[:1], seats=2)
    happy = make_visitor(session, edition, preferences=offers[2:])

    found = result(session, edition, [(happy, offers[2].slots[0])])

    assert [(host.name, host.people, host.smallest) for host in found.idle_hosts] == [
        ("Élan", 0, 1),
        ("Zavelput", 2, 1),
    ]
    assert found.people_within(1) == 1
    assert visitor.seats == found.people_with_nothing
