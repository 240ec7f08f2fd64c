"""What decides who has which seat, and what changes a slot, wait for each other.

Each pair in both orders, on both databases: whoever comes second sees what the first did, and
is refused where it no longer fits. Both read the edition beforehand, as a page does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import assignment, directory, editions, offers, preferences, queries
from opendeur.domain.directory import OrganisationData
from opendeur.domain.offers import SlotData
from opendeur.enums import EditionPhase, PlacementState, SlotState
from opendeur.errors import Conflict
from opendeur.models import (
    AssignmentRun,
    Edition,
    Organisation,
    Placement,
    Slot,
    Visit,
    Visitor,
)
from tests.domain.racing import in_order
from tests.factories import BRUSSELS, MONDAY, NOW, make_edition, make_offer, make_visitor
from tests.plans import make_done_run

Act = Callable[[Session], object]

DATA = SlotData(
    day=MONDAY,
    starts=time(9, 30),
    ends=time(11),
    minimum=1,
    capacity=8,
    languages=frozenset({"nl", "fr"}),
)


@dataclass(frozen=True, slots=True)
class World:
    """A run of two visitors in one slot, which waits to be adopted."""

    edition: int
    run: int
    slot: int
    visit: int
    visitor: int
    organisation: int


@pytest.fixture
def world(database: Database) -> World:
    with database.session() as session:
        edition = make_edition(session, phase=EditionPhase.PREFERENCES)
        visit = make_offer(session, edition, days=(0, 1))
        slot = visit.slots[0]
        slot.minimum, slot.capacity = 1, 8
        visitors = [make_visitor(session, edition, preferences=[visit]) for _ in range(2)]
        run = make_done_run(session, edition, [(visitor, slot) for visitor in visitors])
        session.commit()
        organisation = visit.host.organisation_id
        return World(edition.id, run.id, slot.id, visit.id, visitors[0].id, organisation)


def adopt(world: World) -> Act:
    def act(session: Session) -> object:
        edition = session.get_one(Edition, world.edition)
        run = session.get_one(AssignmentRun, world.run)
        assignment.result_of(session, edition, run)
        return assignment.adopt(session, edition, run, now=NOW)

    return act


def change_slot(world: World, data: SlotData) -> Act:
    return lambda session: offers.change_slot(
        session, session.get_one(Slot, world.slot), data, language="nl", now=NOW
    )


def close_slot(world: World) -> Act:
    return lambda session: offers.close_slot(
        session, session.get_one(Slot, world.slot), now=NOW
    )


def withdraw_visit(world: World) -> Act:
    return lambda session: offers.withdraw_visit(
        session, session.get_one(Visit, world.visit), now=NOW
    )


def become_busy(world: World) -> Act:
    return lambda session: preferences.set_limits(
        session,
        session.get_one(Visitor, world.visitor),
        busy={f"{MONDAY}-morning"},
        max_visits=4,
        now=NOW,
    )


def prefer_nothing(world: World) -> Act:
    return lambda session: preferences.remove(
        session,
        session.get_one(Visitor, world.visitor),
        world.visit,
        shown=[world.visit],
        now=NOW,
    )


def close_preferences(world: World) -> Act:
    return lambda session: editions.change_phase(
        session,
        session.get_one(Edition, world.edition),
        EditionPhase.ASSIGNMENT,
        seen=EditionPhase.PREFERENCES,
        now=NOW,
    )


def live(database: Database, world: World) -> int:
    with database.session() as session:
        edition = session.get_one(Edition, world.edition)
        return len(session.scalars(queries.live_placements(edition)).all())


#: What takes a seat away under the plan, by its name.
CHANGES: dict[str, Callable[[World], Act]] = {
    "capacity": lambda world: change_slot(world, replace(DATA, capacity=1)),
    "hour": lambda world: change_slot(world, replace(DATA, starts=time(14), ends=time(15))),
    "close": close_slot,
    "withdraw": withdraw_visit,
}


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"hour"}))  # an hour still fits
def test_adoption_that_comes_second_is_refused_where_the_plan_no_longer_fits(
    database: Database, world: World, change: str
) -> None:
    assert in_order(database, CHANGES[change](world), adopt(world)) == ("done", "refused")
    assert live(database, world) == 0


@pytest.mark.parametrize("change", CHANGES)
def test_change_that_comes_second_is_refused_where_people_have_a_seat(
    database: Database, world: World, change: str
) -> None:
    assert in_order(database, adopt(world), CHANGES[change](world)) == ("done", "refused")
    with database.session() as session:
        slot = session.get_one(Slot, world.slot)
        stands = (slot.capacity, slot.state, slot.visit.withdrawn_at, slot.local_starts_at.hour)
    assert (live(database, world), stands) == (2, (8, SlotState.OPEN, None, 9))


@pytest.mark.parametrize("change", [become_busy, prefer_nothing])
def test_adoption_waits_for_what_a_visitor_says(
    database: Database, world: World, change: Callable[[World], Act]
) -> None:
    assert in_order(database, change(world), adopt(world)) == ("done", "refused")
    assert live(database, world) == 0


@pytest.mark.parametrize("change", [become_busy, prefer_nothing])
def test_what_a_visitor_says_after_the_adoption_is_too_late(
    database: Database, world: World, change: Callable[[World], Act]
) -> None:
    # Adopting closes the preferences.
    assert in_order(database, adopt(world), change(world)) == ("done", "refused")
    assert live(database, world) == 2


def test_preference_that_comes_after_the_closing_is_refused(
    database: Database, world: World
) -> None:
    acts = close_preferences(world), become_busy(world)

    assert in_order(database, *acts) == ("done", "refused")


def test_closing_waits_for_a_preference_that_came_before(
    database: Database, world: World
) -> None:
    acts = become_busy(world), close_preferences(world)

    assert in_order(database, *acts) == ("done", "done")
    with database.session() as session:
        assert len(session.get_one(Visitor, world.visitor).busy_periods) == 1


def test_two_visitors_do_not_wait_for_each_other(database: Database, world: World) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with database.session() as one, database.session() as other:
        become_busy(world)(one)
        edition = other.get_one(Edition, world.edition)

        editions.share(other, edition)  # returns at once

        one.commit()


def test_half_days_of_two_tabs_are_those_of_the_last(database: Database, world: World) -> None:
    def other_half_day(session: Session) -> None:
        visitor = session.get_one(Visitor, world.visitor)
        busy = {f"{MONDAY}-afternoon"}
        preferences.set_limits(session, visitor, busy=busy, max_visits=4, now=NOW)

    assert in_order(database, become_busy(world), other_half_day) == ("done", "done")
    with database.session() as session:
        visitor = session.get_one(Visitor, world.visitor)
        starts = [period.starts_at.astimezone(BRUSSELS).hour for period in visitor.busy_periods]
    assert starts == [12]


def test_new_address_and_adoption_wait_for_each_other(database: Database, world: World) -> None:
    def move(session: Session) -> None:
        organisation = session.get_one(Organisation, world.organisation)
        data = OrganisationData(
            name=organisation.name,
            street="Elders 1",
            postcode="1030",
            sectors=frozenset({"ouderen"}),
        )
        directory.change(session, organisation, data, now=NOW)

    assert in_order(database, adopt(world), move) == ("done", "refused")


def test_slot_that_was_removed_meanwhile_is_told_and_not_a_failure(
    database: Database, world: World
) -> None:
    def remove(session: Session) -> None:
        offers.remove_slot(session, session.get_one(Slot, world.slot), now=NOW)

    def close(session: Session) -> None:
        slot = session.get(Slot, world.slot)
        if slot is None:  # SQLite waits before it reads: the page answers 404
            raise Conflict("There is no such slot.")
        offers.close_slot(session, slot, now=NOW)

    assert in_order(database, remove, close) == ("done", "refused")


def test_phase_that_somebody_else_moved_on_is_not_moved_back(
    database: Database, world: World
) -> None:
    with database.session() as session:
        session.get_one(Edition, world.edition).phase = EditionPhase.ASSIGNMENT
        session.commit()

    def publish(session: Session) -> None:
        edition = session.get_one(Edition, world.edition)
        editions.lock(session, edition)
        edition.phase = EditionPhase.PUBLISHED
        session.flush()

    def back(session: Session) -> None:
        edition = session.get_one(Edition, world.edition)
        editions.change_phase(
            session,
            edition,
            EditionPhase.PREFERENCES,
            seen=EditionPhase.ASSIGNMENT,
            now=NOW,
        )

    assert in_order(database, publish, back) == ("done", "refused")
    with database.session() as session:
        assert session.get_one(Edition, world.edition).phase is EditionPhase.PUBLISHED


def test_many_adoptions_at_once_place_everybody_once(database: Database, world: World) -> None:
    with database.session() as session:
        session.get_one(Edition, world.edition).phase = EditionPhase.ASSIGNMENT
        session.commit()

    assert in_order(database, adopt(world), adopt(world)) == ("done", "done")
    with database.session() as session:
        placed = session.scalar(
            select(func.count())
            .select_from(Placement)
            .where(Placement.state == PlacementState.PLACED)
        )
    assert placed == 2
