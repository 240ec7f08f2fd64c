"""Giving up, cancelling and adopting at the same moment, each pair in both orders."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import assignment, invitations, queries
from opendeur.enums import Door, EditionPhase, Participation, PlacementState
from opendeur.models import Account, AssignmentRun, Edition, Invitation, Placement, Slot
from tests.domain.invited import make_case, send_all, to_visitor
from tests.domain.racing import in_order
from tests.factories import NOW
from tests.plans import make_done_run

Act = Callable[[Session], object]


@dataclass(frozen=True, slots=True)
class World:
    """One visitor in one slot, invited, and a run that would leave all as it is."""

    edition: int
    slot: int
    placement: int
    invitation: int
    visitor_account: int
    run: int


@pytest.fixture
def world(database: Database) -> World:
    with database.session() as session:
        case = make_case(session)
        case.slots[0].minimum = 1
        run = make_done_run(session, case.edition, [(case.placement.visitor, case.slots[0])])
        invitation = to_visitor(send_all(session, case.edition)).invitation
        assert invitation is not None
        assert case.edition.phase is EditionPhase.PUBLISHED
        session.commit()
        return World(
            case.edition.id,
            case.slots[0].id,
            case.placement.id,
            invitation.id,
            invitation.account_id,
            run.id,
        )


def withdraw(world: World) -> Act:
    return lambda session: invitations.withdraw(
        session,
        session.get_one(Placement, world.placement),
        by=session.get_one(Account, world.visitor_account),
        now=NOW,
    )


def dismiss(world: World) -> Act:
    return lambda session: invitations.dismiss(
        session,
        session.get_one(Placement, world.placement),
        door=Door.HOST,
        by=session.get_one(Account, world.visitor_account),
        now=NOW,
    )


def cancel(world: World) -> Act:
    return lambda session: invitations.cancel(
        session,
        session.get_one(Slot, world.slot),
        door=Door.DESK,
        by=session.get_one(Account, world.visitor_account),
        reason="",
        seen=1,
        now=NOW,
    )


def answer(world: World, participation: Participation) -> Act:
    return lambda session: invitations.answer(
        session,
        session.get_one(Invitation, world.invitation),
        participation,
        door=Door.MAIL,
        now=NOW,
    )


def decline(world: World) -> Act:
    return answer(world, Participation.DECLINED)


def accept(world: World) -> Act:
    return answer(world, Participation.ACCEPTED)


def adopt(world: World) -> Act:
    return lambda session: assignment.adopt(
        session,
        session.get_one(Edition, world.edition),
        session.get_one(AssignmentRun, world.run),
        now=NOW,
    )


def states(database: Database) -> list[PlacementState]:
    with database.session() as session:
        return list(session.scalars(select(Placement.state).order_by(Placement.id)))


def seats(database: Database, world: World) -> int:
    with database.session() as session:
        return queries.seats_taken_in(session, session.get_one(Slot, world.slot))


WITHDRAWN, DECLINED, CANCELLED = (
    PlacementState.WITHDRAWN,
    PlacementState.DECLINED,
    PlacementState.CANCELLED,
)
#: What frees the seat, and how it then ended.
ENDINGS = [
    (withdraw, WITHDRAWN),
    (decline, DECLINED),
    (dismiss, CANCELLED),
    (cancel, CANCELLED),
]


@pytest.mark.parametrize(("ending", "state"), ENDINGS)
def test_adoption_that_comes_second_does_not_put_anybody_back(
    database: Database, world: World, ending: Callable[[World], Act], state: PlacementState
) -> None:
    assert in_order(database, ending(world), adopt(world)) == ("done", "refused")
    assert states(database) == [state]


@pytest.mark.parametrize(("ending", "state"), ENDINGS)
def test_seat_that_an_adoption_keeps_can_be_given_up_after_it(
    database: Database, world: World, ending: Callable[[World], Act], state: PlacementState
) -> None:
    assert in_order(database, adopt(world), ending(world)) == ("done", "done")
    assert states(database) == [state]


@pytest.mark.parametrize(("ending", "state"), ENDINGS)
def test_double_press_ends_a_seat_once(
    database: Database, world: World, ending: Callable[[World], Act], state: PlacementState
) -> None:
    assert in_order(database, ending(world), ending(world)) == ("done", "done")
    with database.session() as session:
        changes = session.get_one(Placement, world.placement).changes
        assert [change.state for change in changes] == [state]


@pytest.mark.parametrize("first", [withdraw, decline, dismiss])
def test_moment_is_not_cancelled_over_somebody_who_just_left(
    database: Database, world: World, first: Callable[[World], Act]
) -> None:
    # The organiser saw one person, and nobody is there any more: look again.
    assert in_order(database, first(world), cancel(world)) == ("done", "refused")


@pytest.mark.parametrize("second", [withdraw, dismiss])
def test_seat_that_was_cancelled_stays_cancelled(
    database: Database, world: World, second: Callable[[World], Act]
) -> None:
    assert in_order(database, cancel(world), second(world)) == ("done", "done")
    assert states(database) == [CANCELLED]


@pytest.mark.parametrize("participation", [Participation.ACCEPTED, Participation.DECLINED])
def test_answer_after_the_moment_was_cancelled_is_refused(
    database: Database, world: World, participation: Participation
) -> None:
    acts = cancel(world), answer(world, participation)

    assert in_order(database, *acts) == ("done", "refused")
    assert states(database) == [CANCELLED]


def test_yes_and_no_at_once_leave_what_came_last(database: Database, world: World) -> None:
    assert in_order(database, decline(world), accept(world)) == ("done", "done")
    assert (states(database), seats(database, world)) == (
        [DECLINED, PlacementState.PLACED],
        1,
    )
    assert in_order(database, accept(world), decline(world)) == ("done", "done")
    assert (states(database), seats(database, world)) == ([DECLINED, DECLINED], 0)
