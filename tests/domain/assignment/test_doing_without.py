"""Trying what cancelling a moment would bring, and adopting it."""

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import assignment, placements
from opendeur.enums import EditionPhase, PlacementState, SlotState
from opendeur.errors import Conflict, TooLate
from opendeur.models import BusyPeriod, Edition, Placement, Visit
from tests.domain.assignment.weeks import live, make_week, request, solve
from tests.factories import NOW, local, make_organiser, make_placement, make_visitor


def make_told_week(session: Session) -> tuple[Edition, Visit, list[Placement]]:
    """Return a published week: two people on Monday, one of whom could come on Tuesday too."""
    edition, visit, visitors = make_week(session)
    edition.phase = EditionPhase.PUBLISHED
    visitors[1].busy_periods.append(
        BusyPeriod(starts_at=local(1, "8:00"), ends_at=local(1, "18:00"))
    )
    seats = [make_placement(session, visitor, visit.slots[0]) for visitor in visitors]
    session.flush()
    return edition, visit, seats


def test_run_that_does_without_a_moment_says_what_everybody_gets_instead(
    session: Session,
) -> None:
    edition, visit, seats = make_told_week(session)

    run = solve(session, edition, keeps_places=True, closes=visit.slots[0])
    result = assignment.result_of(session, edition, run)

    assert result is not None
    assert run.is_proven_best
    assert live(session) == sorted((seat.visitor_id, seat.slot_id) for seat in seats)
    assert [
        (line.visitor, [g.slot for g in line.lost], [g.slot for g in line.gained])
        for line in sorted(result.moved, key=lambda line: line.visitor.id)
    ] == [
        (seats[0].visitor, [visit.slots[0]], [visit.slots[1]]),
        (seats[1].visitor, [visit.slots[0]], []),
    ]


def test_adopting_it_cancels_the_moment_with_the_reason_and_seats_people_elsewhere(
    session: Session,
) -> None:
    edition, visit, seats = make_told_week(session)
    run = solve(session, edition, keeps_places=True, closes=visit.slots[0])
    organiser = make_organiser(session)

    adoption = assignment.adopt(
        session, edition, run, by=organiser, reason="Verbouwing.", now=NOW
    )

    assert (adoption.new, adoption.kept, adoption.gone) == (1, 0, 2)
    assert visit.slots[0].state is SlotState.CLOSED
    assert [seat.state for seat in seats] == [PlacementState.CANCELLED] * 2
    assert live(session) == [(seats[0].visitor_id, visit.slots[1].id)]
    assert placements.why_cancelled(session, visit.slots[0]) == "Verbouwing."


def test_somebody_who_came_in_meanwhile_is_cancelled_with_the_others(session: Session) -> None:
    edition, visit, _ = make_told_week(session)
    run = solve(session, edition, keeps_places=True, closes=visit.slots[0])
    late = make_placement(session, make_visitor(session, edition), visit.slots[0])
    session.flush()

    assignment.adopt(session, edition, run, by=make_organiser(session), now=NOW)

    assert late.state is PlacementState.CANCELLED


@pytest.mark.parametrize("meanwhile", ["closed", "begun", "empty"])
def test_moment_that_is_gone_is_not_tried_without(session: Session, meanwhile: str) -> None:
    edition, visit, seats = make_told_week(session)
    if meanwhile == "closed":
        visit.slots[0].state = SlotState.CLOSED
    elif meanwhile == "begun":
        visit.slots[0].starts_at = NOW
    else:
        for seat in seats:
            seat.state = PlacementState.WITHDRAWN
    session.flush()

    with pytest.raises(Conflict, match="cancelled meanwhile"):
        request(session, edition, closes=visit.slots[0])


def test_moment_that_began_before_it_was_adopted_is_refused(session: Session) -> None:
    edition, visit, seats = make_told_week(session)
    run = solve(session, edition, keeps_places=True, closes=visit.slots[0])

    with pytest.raises(TooLate):
        assignment.adopt(
            session, edition, run, by=make_organiser(session), now=visit.slots[0].starts_at
        )

    assert [seat.state for seat in seats] == [PlacementState.PLACED] * 2
