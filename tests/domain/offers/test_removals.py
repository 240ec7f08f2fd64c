"""A removed moment can be put back as it was; a draft is deleted for good."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import offers
from opendeur.enums import EditionPhase, SlotState
from opendeur.errors import Conflict, TooLate
from opendeur.models import ClosedPeriod, Edition, RemovedSlot, Slot, Visit
from tests.domain.racing import at_once, in_order
from tests.factories import (
    MONDAY,
    NOW,
    local,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_slot,
    make_visit,
)


def arrange(session: Session, **values: Any) -> tuple[Visit, Slot]:
    """Return a visit with two moments, and the one that goes."""
    visit = make_offer(session, make_edition(session), days=(0, 1))
    return visit, make_slot(
        session,
        visit,
        day=2,
        capacity=7,
        minimum=3,
        street="Elders 1",
        postcode_code="1040",
        latitude=50.8,
        longitude=4.4,
        **values,
    )


def facts(slot: Slot | RemovedSlot) -> dict[str, Any]:
    return {
        column.key: getattr(slot, column.key)
        for column in Slot.__table__.columns
        if column.key != "id"
    }


@pytest.mark.parametrize("state", [SlotState.OPEN, SlotState.CLOSED])
def test_removed_moment_comes_back_as_it_was(session: Session, state: SlotState) -> None:
    visit, slot = arrange(session, state=state)
    number, before = slot.id, facts(slot)

    removed = offers.remove_slot(session, slot, now=NOW)
    gone = session.get(Slot, number)
    back = offers.restore_slot(session, removed, now=NOW + timedelta(hours=23))

    assert gone is None
    assert (back.id, facts(back)) == (number, before)
    assert back in visit.slots
    assert session.scalars(select(RemovedSlot)).all() == []


def test_removed_moment_is_kept_for_a_day_and_not_beyond_the_deadline(session: Session) -> None:
    visit, slot = arrange(session)
    removed = offers.remove_slot(session, slot, now=NOW)
    edition = visit.host.edition

    def listed(hours: int) -> list[RemovedSlot]:
        found = offers.removed_lately(session, [visit.host], now=NOW + timedelta(hours=hours))
        return found.get(visit.id, [])

    assert offers.can_be_put_back_until(removed) == NOW + timedelta(hours=24)
    assert (listed(23), listed(24)) == ([removed], [])
    with pytest.raises(TooLate, match="too long ago"):
        offers.restore_slot(session, removed, now=NOW + timedelta(hours=24))
    edition.hosting_ends_at = NOW + timedelta(hours=5)
    assert offers.can_be_put_back_until(removed) == edition.hosting_ends_at
    assert listed(5) == []
    with pytest.raises(TooLate, match="Hosts cannot change"):
        offers.restore_slot(session, removed, now=NOW + timedelta(hours=5))


def test_what_was_removed_long_ago_is_forgotten_with_the_next_removal(session: Session) -> None:
    visit, slot = arrange(session)
    offers.remove_slot(session, slot, now=NOW)

    later = offers.remove_slot(session, visit.slots[0], now=NOW + timedelta(days=2))

    assert session.scalars(select(RemovedSlot)).all() == [later]


def test_moment_is_not_put_back_over_another_at_the_same_hour(session: Session) -> None:
    visit, slot = arrange(session)
    removed = offers.remove_slot(session, slot, now=NOW)
    make_slot(session, visit, day=2)

    with pytest.raises(Conflict, match="starts then already"):
        offers.restore_slot(session, removed, now=NOW)

    assert len(visit.slots) == 3


def test_moment_whose_number_and_name_were_given_away_comes_back_under_new_ones(
    session: Session,
) -> None:
    visit, slot = arrange(session)
    number, name = slot.id, slot.reference
    removed = offers.remove_slot(session, slot, now=NOW)
    make_slot(session, visit, day=3, id=number, reference=name)

    back = offers.restore_slot(session, removed, now=NOW)

    assert back.id != number
    assert (back.reference, back.starts_at) == (f"{name}-2", local(2, "9:30"))


def test_only_a_contact_finds_a_removed_moment_and_only_in_its_edition(
    session: Session,
) -> None:
    account, stranger = make_account(session), make_account(session)
    edition, other = make_edition(session), make_edition(session)
    visit = make_offer(session, edition, contact=account, days=(0, 1))
    number = offers.remove_slot(session, visit.slots[0], now=NOW).id

    assert offers.find_removed_slot(session, edition, account, number) is not None
    assert offers.find_removed_slot(session, edition, stranger, number) is None
    assert offers.find_removed_slot(session, other, account, number) is None


def test_draft_is_deleted_with_its_moments(session: Session) -> None:
    host = make_host(session, make_edition(session))
    visit = make_visit(session, host, published_at=None)
    make_slot(session, visit)
    offers.remove_slot(session, make_slot(session, visit, day=1), now=NOW)

    offers.delete_draft(session, visit, now=NOW)

    session.expire_all()
    left = [session.scalars(select(row)).all() for row in (Visit, Slot, RemovedSlot)]
    assert (host.visits, left) == ([], [[], [], []])


@pytest.mark.parametrize("values", [{}, {"withdrawn_at": NOW}])
def test_visit_that_was_in_the_programme_is_not_deleted(
    session: Session, values: dict[str, Any]
) -> None:
    visit = make_visit(session, make_host(session, make_edition(session)), **values)

    with pytest.raises(Conflict, match="Withdraw it instead"):
        offers.delete_draft(session, visit, now=NOW)


def test_draft_is_not_deleted_after_the_deadline(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)
    visit = make_visit(session, make_host(session, edition), published_at=None)

    with pytest.raises(TooLate):
        offers.delete_draft(session, visit, now=NOW)


# -- two at the same moment ----------------------------------------------------------------


def arrange_removed(database: Database, *, published: bool = True) -> tuple[int, int]:
    """Return the numbers of a visit and of its removed moment, committed."""
    with database.session() as session:
        visit, slot = arrange(session)
        visit.published_at = NOW if published else None
        removed = offers.remove_slot(session, slot, now=NOW)
        session.commit()
        return visit.id, removed.id


def restore(session: Session, number: int) -> None:
    offers.restore_slot(session, session.get_one(RemovedSlot, number), now=NOW)


def count(database: Database, row: type[Slot | Visit]) -> int:
    with database.session() as session:
        return len(session.scalars(select(row)).all())


def test_two_presses_put_one_moment_back(database: Database) -> None:
    _, removed = arrange_removed(database)

    met = at_once(
        database, lambda session, _: _unless_gone(session, RemovedSlot, removed, restore)
    )

    assert met == ["done", "refused"]
    assert count(database, Slot) == 3


def test_moment_is_not_put_back_into_a_draft_that_is_being_deleted(database: Database) -> None:
    visit, removed = arrange_removed(database, published=False)

    met = in_order(
        database,
        lambda session: offers.delete_draft(session, session.get_one(Visit, visit), now=NOW),
        lambda session: _unless_gone(session, RemovedSlot, removed, restore),
    )

    assert met == ("done", "refused")
    assert count(database, Slot) == 0


def test_draft_that_is_being_published_is_not_deleted(database: Database) -> None:
    visit, _ = arrange_removed(database, published=False)

    met = in_order(
        database,
        lambda session: offers.publish_visit(session, session.get_one(Visit, visit), now=NOW),
        lambda session: offers.delete_draft(session, session.get_one(Visit, visit), now=NOW),
    )

    assert met == ("done", "refused")
    assert count(database, Visit) == 1


def test_draft_that_is_being_deleted_is_not_published(database: Database) -> None:
    visit, _ = arrange_removed(database, published=False)

    def publish(session: Session, number: int) -> None:
        offers.publish_visit(session, session.get_one(Visit, number), now=NOW)

    met = in_order(
        database,
        lambda session: offers.delete_draft(session, session.get_one(Visit, visit), now=NOW),
        lambda session: _unless_gone(session, Visit, visit, publish),
    )

    assert met == ("done", "refused")
    assert count(database, Visit) == 0


def test_moment_is_not_put_back_after_the_phase_moved_on(database: Database) -> None:
    visit, removed = arrange_removed(database)

    def move_on(session: Session) -> None:
        edition = session.get_one(Visit, visit).host.edition
        edition.phase = EditionPhase.ASSIGNMENT
        session.flush()

    assert in_order(database, move_on, lambda session: restore(session, removed)) == (
        "done",
        "refused",
    )
    assert count(database, Slot) == 2


def _unless_gone(
    session: Session,
    row: type[RemovedSlot | Visit],
    number: int,
    act: Any,
) -> None:
    """Do as a page does: on SQLite, where nobody reads beside a writer, it finds nothing."""
    if session.get(row, number) is None:
        raise Conflict("It is gone.")
    act(session, number)


@pytest.mark.parametrize(
    "change",
    [
        lambda edition: setattr(edition, "ends_on", MONDAY + timedelta(days=1)),
        lambda edition: setattr(edition, "day_starts_at", time(10)),
        lambda edition: edition.closed_periods.append(
            ClosedPeriod(
                starts_at=local(2, "8:00"),
                ends_at=local(2, "20:00"),
                reason_nl="Feestdag",
                reason_fr="Jour férié",
            )
        ),
    ],
    ids=["shorter week", "later hours", "closed day"],
)
def test_moment_is_not_put_back_into_a_week_that_changed_since(
    session: Session, change: Callable[[Edition], None]
) -> None:
    visit, slot = arrange(session)
    removed = offers.remove_slot(session, slot, now=NOW)
    change(visit.host.edition)

    with pytest.raises(Conflict, match="changed since"):
        offers.restore_slot(session, removed, now=NOW)

    assert len(visit.slots) == 2
