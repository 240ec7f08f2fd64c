"""Invariants that the database itself holds, whatever a service does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.enums import PlacementState
from opendeur.models import Account, Placement, Preference, Slot
from tests.factories import (
    NOW,
    local,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)


@pytest.mark.parametrize(
    "values",
    [
        {"capacity": 0},
        {"minimum": 0},
        {"minimum": 9, "capacity": 8},
        {"ends_at": local(0, "9:30")},
        {"ends_at": local(0, "9:29")},
        {"languages": set()},
        {"latitude": 50.8},
    ],
    ids=lambda values: "-".join(values),
)
def test_slot_that_cannot_be_is_refused(session: Session, values: dict[str, Any]) -> None:
    visit = make_visit(session, make_host(session, make_edition(session)))

    with pytest.raises(IntegrityError):
        make_slot(session, visit, **values)


def test_visit_without_a_title_is_refused(session: Session) -> None:
    host = make_host(session, make_edition(session))

    with pytest.raises(IntegrityError):
        make_visit(session, host, title_nl="", title_fr="")


def test_organisation_hosts_once_in_an_edition(session: Session) -> None:
    edition = make_edition(session)
    host = make_host(session, edition)

    with pytest.raises(IntegrityError):
        make_host(session, edition, organisation=host.organisation)


def ranks(session: Session, *wanted: tuple[int, int]) -> None:
    """Give a new visitor preferences as (number of the visit, rank), and commit."""
    edition = make_edition(session)
    visits = [make_offer(session, edition) for _ in range(4)]
    visitor = make_visitor(session, edition)
    session.add_all(
        Preference(visitor_id=visitor.id, visit_id=visits[number].id, rank=rank)
        for number, rank in wanted
    )
    session.commit()


def test_ranks_that_count_up_from_one_are_kept(session: Session) -> None:
    ranks(session, (0, 2), (1, 1), (2, 3))

    assert session.query(Preference).count() == 3


@pytest.mark.parametrize(
    "wanted",
    [
        [(0, 2)],
        [(0, 1), (1, 3)],
        [(0, 1), (1, 1)],
        [(0, 1), (0, 2)],
        [(0, 0)],
    ],
    ids=["begins at two", "gap", "one rank twice", "one visit twice", "rank zero"],
)
def test_ranks_with_a_gap_or_double_are_refused(
    session: Session, wanted: list[tuple[int, int]]
) -> None:
    with pytest.raises(IntegrityError):
        ranks(session, *wanted)


def test_removing_a_rank_in_the_middle_is_refused(session: Session) -> None:
    ranks(session, (0, 1), (1, 2), (2, 3))

    session.execute(delete(Preference).where(Preference.rank == 2))

    with pytest.raises(IntegrityError):
        session.commit()


def placement_twice(session: Session, first: PlacementState) -> tuple[Placement, Placement]:
    edition = make_edition(session)
    [slot] = make_offer(session, edition).slots
    visitor = make_visitor(session, edition)
    return (
        make_placement(session, visitor, slot, state=first),
        make_placement(session, visitor, slot),
    )


def test_visitor_has_one_live_placement_in_a_slot(session: Session) -> None:
    with pytest.raises(IntegrityError):
        placement_twice(session, PlacementState.PLACED)


@pytest.mark.parametrize(
    "ended", [PlacementState.WITHDRAWN, PlacementState.CANCELLED, PlacementState.REPLACED]
)
def test_seat_that_was_given_up_can_be_had_again(
    session: Session, ended: PlacementState
) -> None:
    old, new = placement_twice(session, ended)

    assert (old.state, new.state) == (ended, PlacementState.PLACED)


def test_address_is_stored_in_lower_case_only(session: Session) -> None:
    with pytest.raises(IntegrityError):
        make_account(session, email="Lotte@Kastanje.example")


def test_naive_instant_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="naive datetime"):
        make_account(session, created_at=datetime(2027, 11, 15, 9, 30))  # noqa: DTZ001


def test_instants_come_back_as_they_were(database: Database) -> None:
    at = local(0, "9:30")
    with database.session() as session:
        edition = make_edition(session)
        slot = make_slot(session, make_visit(session, make_host(session, edition)))
        number = slot.id
        session.commit()
    with database.session() as session:
        slot = session.get_one(Slot, number)

        assert (slot.starts_at, slot.local_starts_at.hour) == (at, 9)
        assert slot.starts_at.utcoffset() == timedelta(0)


def test_reading_session_cannot_write(database: Database) -> None:
    with database.reading() as session:
        session.add(Account(email="new@kastanje.example", created_at=NOW))
        with pytest.raises(Exception, match=r"read-?only"):
            session.flush()


def test_two_that_read_and_then_write_both_succeed(database: Database) -> None:
    """With the deferred BEGIN of SQLite, one of them would fail: "database is locked"."""
    with database.session() as session:
        number = make_account(session, given_name="").id
        session.commit()
    together = Barrier(2)

    def add_letter(letter: str) -> None:
        together.wait()
        with database.session() as session:
            found = session.get_one(Account, number, with_for_update=True)
            found.given_name += letter
            session.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add_letter, "ab"))

    with database.session() as session:
        assert sorted(session.get_one(Account, number).given_name) == ["a", "b"]
