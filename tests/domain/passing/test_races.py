"""Taking a seat that is held, and what takes it away in the same moment, in both orders."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import assignment, invitations, passing, placements, queries
from opendeur.enums import Door, OfferState
from opendeur.models import AssignmentRun, Placement, SeatOffer, Slot
from tests.domain.passing.week import Week
from tests.domain.racing import in_order
from tests.factories import NOW, make_organiser
from tests.plans import make_done_run

Act = Callable[[Session], object]


@pytest.fixture
def held(database: Database, session: Session) -> Week:
    """A seat is held for who waited; a run of before would leave all as it was then."""
    week = Week(session)
    placements.join(session, week.person("next"), week.visit, now=NOW)
    week.give_up()
    week.step()
    week.told()
    make_organiser(session)
    make_done_run(session, week.edition, [(week.seats[1].visitor, week.slot)])
    session.commit()
    return week


def accept(session: Session) -> object:
    return passing.accept(session, session.scalars(select(SeatOffer)).one(), now=NOW)


def take_back(session: Session) -> None:
    seat = session.scalars(select(Placement).order_by(Placement.id)).first()
    assert seat is not None
    invitations.take_back(session, seat, by=seat.visitor.account, now=NOW)


def cancel(session: Session) -> None:
    slot = session.scalars(select(Slot)).one()
    invitations.cancel(session, slot, door=Door.DESK, by=None, reason="", seen=1, now=NOW)


def adopt(session: Session) -> None:
    run = session.scalars(select(AssignmentRun)).one()
    assignment.adopt(session, run.edition, run, now=NOW)


@pytest.mark.parametrize(
    ("other", "met", "people", "state"),
    [
        # The seat is held, so whoever gave it up does not get it back, whichever comes first.
        (take_back, ("done", "refused"), 2, OfferState.ACCEPTED),
        # Somebody came in since the page on which it was decided.
        (cancel, ("done", "refused"), 2, OfferState.ACCEPTED),
        # The plan gives the seats away: it was made before.
        (adopt, ("done", "done"), 1, OfferState.ACCEPTED),
    ],
)
def test_what_comes_after_the_seat_was_taken(
    database: Database,
    held: Week,
    session: Session,
    other: Act,
    met: tuple[str, str],
    people: int,
    state: OfferState,
) -> None:
    assert in_order(database, accept, other) == met

    session.expire_all()
    assert len(held.who_comes()) == people
    assert session.scalars(select(SeatOffer.state)).one() is state


@pytest.mark.parametrize(("other", "people"), [(cancel, 0), (adopt, 1)])
def test_seat_that_is_taken_away_first_is_no_longer_there(
    database: Database, held: Week, session: Session, other: Act, people: int
) -> None:
    assert in_order(database, other, accept) == ("done", "refused")

    session.expire_all()
    assert len(held.who_comes()) == people
    assert session.scalars(select(SeatOffer.state)).one() is OfferState.VOID
    assert queries.seats_taken_in(session, held.slot) == people
