"""Every change of who has a seat leaves a line of history."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import placements
from opendeur.enums import Door, PlacementOrigin, PlacementState
from opendeur.models import Placement, PlacementChange
from tests.factories import NOW, make_account, make_edition, make_offer, make_visitor


def test_a_seat_that_is_given_and_ends_has_both_in_its_history(session: Session) -> None:
    edition = make_edition(session)
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, preferences=[visit])
    somebody = make_account(session)

    [made] = placements.place(
        session,
        [(visitor.id, visit.slots[0].id)],
        origin=PlacementOrigin.HAND,
        door=Door.DESK,
        by=somebody,
        now=NOW,
    )
    placements.end(
        session,
        [made],
        PlacementState.WITHDRAWN,
        door=Door.PAGE,
        by=visitor.account,
        reason="ill",
        now=NOW,
    )

    [found] = session.scalars(select(Placement)).all()
    lines = session.scalars(select(PlacementChange).order_by(PlacementChange.id)).all()
    assert (found.state, found.origin, found.ended_at) == (
        PlacementState.WITHDRAWN,
        PlacementOrigin.HAND,
        NOW,
    )
    assert [
        (line.placement_id, line.state, line.door, line.account_id, line.reason)
        for line in lines
    ] == [
        (made.id, PlacementState.PLACED, Door.DESK, somebody.id, ""),
        (made.id, PlacementState.WITHDRAWN, Door.PAGE, visitor.account_id, "ill"),
    ]
