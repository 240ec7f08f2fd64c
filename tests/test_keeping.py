"""What is kept is right after every change, bounded, and never of a change undone."""

import multiprocessing

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.keeping import Keeper, keep
from opendeur.models import Edition, Slot
from tests.factories import make_edition, make_offer


class Counted:
    """A value that counts how often it was made."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def test_value_is_made_once_for_a_stamp() -> None:
    keeper, make = Keeper(), Counted()

    assert [keeper.get("x", stamp, make) for stamp in (1, 1, 2, 2, 1)] == [1, 1, 2, 2, 3]


def test_value_that_ages_is_made_again_after_its_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr("opendeur.keeping.time.monotonic", lambda: clock[0])
    keeper, make, seen = Keeper(seconds=30), Counted(), []
    for moment in (100.0, 129.9, 130.0):
        clock[0] = moment
        seen.append(keeper.get("x", 1, make, ages=True))

    assert seen == [1, 1, 2]


def test_value_that_ages_is_not_kept_where_it_may_not_be_old() -> None:
    keeper, make = Keeper(seconds=0), Counted()

    assert [keeper.get("x", 1, make, ages=True) for _ in range(2)] == [1, 2]
    assert keeper.bytes == 0


def test_what_was_not_asked_for_longest_goes_first() -> None:
    keeper, made = Keeper(most_bytes=30), []

    def ask(name: str) -> None:
        keeper.get(name, 1, lambda: made.append(name), weigh=lambda _: 10)

    for name in "abcadab":
        ask(name)

    assert "".join(made) == "abcdb"
    assert keeper.bytes == 30


def test_value_that_is_larger_than_everything_is_not_kept() -> None:
    keeper, make = Keeper(most_bytes=30), Counted()
    keeper.get("small", 1, make, weigh=lambda _: 10)

    assert [keeper.get("x", 1, make, weigh=lambda _: 31) for _ in range(2)] == [2, 3]
    assert keeper.bytes == 10


def seats(session: Session, edition: Edition) -> int:
    """The seats of an edition, kept."""
    found = session.get_one(Edition, edition.id)
    return keep(session, found, "seats", lambda: _seats(session))


def _seats(session: Session) -> int:
    return session.scalar(select(func.sum(Slot.capacity))) or 0


def change(session: Session, capacity: int) -> None:
    for slot in session.scalars(select(Slot)):
        slot.capacity = capacity


@pytest.fixture
def edition(database: Database) -> Edition:
    database.kept.clear()
    with database.session() as session:
        made = make_edition(session)
        make_offer(session, made)
        change(session, 8)
        session.commit()
        return made


def _change_elsewhere(url: str, capacity: int) -> None:
    with Database(url).session() as session:
        change(session, capacity)
        session.commit()


def test_a_change_by_another_process_is_seen_by_the_next_reader(
    database: Database, edition: Edition
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    seen = []
    for capacity in (9, 10):
        with database.reading() as reader:
            seen.append(seats(reader, edition))
        process = multiprocessing.get_context("spawn").Process(
            target=_change_elsewhere, args=(url, capacity)
        )
        process.start()
        process.join()
        assert process.exitcode == 0
    with database.reading() as reader:
        seen.append(seats(reader, edition))

    assert seen == [8, 9, 10]


def test_what_a_session_changes_and_takes_back_is_never_kept(
    database: Database, edition: Edition
) -> None:
    with database.session() as writer:
        change(writer, 20)
        inside = seats(writer, edition)
        writer.rollback()
        with database.session() as other:
            change(other, 9)
            other.commit()
    with database.reading() as reader:
        assert (inside, seats(reader, edition)) == (20, 9)


def test_a_session_that_changed_something_reads_what_it_wrote(
    database: Database, edition: Edition
) -> None:
    with database.reading() as reader:
        before = seats(reader, edition)
    with database.session() as writer:
        change(writer, 20)
        assert (before, seats(writer, edition)) == (8, 20)


def test_a_reader_that_began_before_a_change_hides_it_from_nobody(
    database: Database, edition: Edition
) -> None:
    with database.reading() as early:
        found = early.get_one(Edition, edition.id)
        assert found.revision
        with database.session() as writer:
            change(writer, 9)
            writer.commit()
        keep(early, found, "seats", lambda: _seats(early))
    with database.reading() as late:
        assert seats(late, edition) == 9


def test_an_edition_that_is_made_anew_under_an_old_number_gets_nothing_of_the_old(
    database: Database, edition: Edition, standing_clock: time_machine.Traveller
) -> None:
    with database.reading() as reader:
        before = seats(reader, edition)
    with database.session() as writer:
        writer.delete(writer.get_one(Edition, edition.id))
        writer.commit()
    standing_clock.shift(1)
    with database.session() as writer:
        anew = make_edition(writer, id=edition.id)
        make_offer(writer, anew)
        change(writer, 3)
        writer.commit()
    with database.reading() as reader:
        assert (before, seats(reader, anew)) == (8, 3)
