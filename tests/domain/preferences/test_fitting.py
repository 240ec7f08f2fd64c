import pytest

from opendeur.domain import offers, preferences
from opendeur.domain.preferences import Obstacle
from tests.factories import local, make_edition, make_offer, make_visitor


@pytest.mark.parametrize(
    ("said", "obstacle"),
    [
        ({}, None),
        ({"languages": {"en"}}, Obstacle.LANGUAGE),
        ({"seats": 9}, Obstacle.SEATS),
        ({"busy": [(local(0, "9:00"), local(0, "10:00"))]}, Obstacle.BUSY),
        ({"busy": [(local(0, "11:00"), local(0, "12:00"))]}, None),
        ({"sectors": ["ggz"]}, Obstacle.AUDIENCE),
    ],
)
def test_what_keeps_a_visitor_from_a_moment_agrees_with_who_could_attend(
    session, said, obstacle
):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, **{"sectors": ["thuiszorg"], **said})
    visit.audience = list(make_visitor(session, edition).sectors)
    session.flush()
    [slot] = visit.slots

    found = preferences.obstacles_of(visitor, offers.read_offer(session, edition))

    assert found == ({slot.id: obstacle} if obstacle else {})
    assert preferences.could_attend(visitor, slot) is (obstacle is None)
