"""Every change of what everybody may read of an edition raises its revision, at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.enums import EditionPhase, SlotState
from opendeur.models import (
    ClosedPeriod,
    Edition,
    EditionZone,
    Host,
    Postcode,
    Preference,
    Sector,
    Slot,
    Visit,
    Visitor,
    is_settled,
)
from tests.factories import (
    NOW,
    local,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)

Change = Callable[[Session], object]


def revision(session: Session, edition: Edition) -> int:
    found = session.scalar(select(Edition.revision).where(Edition.id == edition.id))
    assert found is not None
    return found


def one(session: Session, model: Any) -> Any:
    return session.scalars(select(model).order_by(model.id)).first()


def _swap_zone(session: Session) -> None:
    for link in session.scalars(select(EditionZone)):
        session.delete(link)
    session.flush()
    session.add(EditionZone(edition_id=one(session, Edition).id, zone_code="zuid"))


def _close_friday(session: Session) -> None:
    edition = one(session, Edition)
    edition.closed_periods.append(
        ClosedPeriod(
            starts_at=local(4, "13:00"), ends_at=local(4, "18:00"), reason_nl="a", reason_fr="b"
        )
    )
    session.flush()


def _remove_slots(session: Session) -> None:
    visit = one(session, Visit)
    visit.slots.clear()
    session.flush()


CHANGES: dict[str, Change] = {
    "the edition's phase": lambda s: setattr(one(s, Edition), "phase", EditionPhase.ASSIGNMENT),
    "its zone": _swap_zone,
    "a closed period": _close_friday,
    "a closed period by its number": lambda s: s.add(
        ClosedPeriod(
            edition_id=one(s, Edition).id,
            starts_at=local(4, "13:00"),
            ends_at=local(4, "18:00"),
            reason_nl="a",
            reason_fr="b",
        )
    ),
    "a new host": lambda s: make_host(s, one(s, Edition)),
    "how to get in": lambda s: setattr(one(s, Host), "access_nl", "Links aanbellen"),
    "a host that goes": lambda s: s.delete(one(s, Host)),
    "the organisation's name": lambda s: setattr(
        one(s, Host).organisation, "name", "Huis De Linde"
    ),
    "the organisation's sectors": lambda s: setattr(
        one(s, Host).organisation, "sectors", list(s.scalars(select(Sector).limit(3)))
    ),
    "a new visit": lambda s: make_visit(s, one(s, Host)),
    "a visit's title": lambda s: setattr(one(s, Visit), "title_nl", "Koffie"),
    "a visit withdrawn": lambda s: setattr(one(s, Visit), "withdrawn_at", NOW),
    "a visit's audience": lambda s: setattr(
        one(s, Visit), "audience", [s.scalars(select(Sector)).first()]
    ),
    "a new slot": lambda s: make_slot(s, one(s, Visit), day=3, start="16:00"),
    "a slot by the number of its visit": lambda s: s.add(
        Slot(
            visit_id=one(s, Visit).id,
            reference="new",
            starts_at=local(3, "16:00"),
            ends_at=local(3, "17:00"),
            minimum=1,
            capacity=2,
            languages=frozenset({"nl"}),
        )
    ),
    "a slot's capacity": lambda s: setattr(one(s, Slot), "capacity", 12),
    "a slot closed": lambda s: setattr(one(s, Slot), "state", SlotState.CLOSED),
    "a slot that goes": _remove_slots,
    "a fact about a place": lambda s: setattr(s.get_one(Postcode, "1200"), "name_nl", "Woluwe"),
    "all slots at once": lambda s: s.execute(update(Slot).values(capacity=9)),
    "all visits gone at once": lambda s: s.execute(delete(Visit)),
}
QUIET: dict[str, Change] = {
    "a visitor": lambda s: make_visitor(s, one(s, Edition)),
    "what a visitor says": lambda s: setattr(
        one(s, Visitor), "changed_at", NOW + timedelta(hours=1)
    ),
    "preferences gone at once": lambda s: s.execute(delete(Preference)),
    "a placement": lambda s: make_placement(s, one(s, Visitor), one(s, Slot)),
    "an organisation that hosts nothing": lambda s: make_organisation(s),
    "a value that is set to what it was": lambda s: setattr(
        one(s, Slot), "capacity", one(s, Slot).capacity
    ),
}


@pytest.fixture
def edition(database: Database) -> Edition:
    """An edition with a visit and a visitor, as another process left it."""
    with database.session() as session:
        made = make_edition(session)
        make_offer(session, made)
        make_visitor(session, made)
        session.commit()
        return made


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_offer_raises_the_revision_with_it(
    database: Database, edition: Edition, name: str
) -> None:
    with database.reading() as reader:
        before = revision(reader, edition)
    with database.session() as writer:
        CHANGES[name](writer)
        writer.commit()

    with database.reading() as reader:
        assert revision(reader, edition) > before


@pytest.mark.parametrize("name", QUIET)
def test_what_nobody_reads_leaves_the_revision(
    database: Database, edition: Edition, name: str
) -> None:
    with database.reading() as reader:
        before = revision(reader, edition)
    with database.session() as writer:
        QUIET[name](writer)
        writer.commit()

    with database.reading() as reader:
        assert revision(reader, edition) == before


def test_a_change_that_is_taken_back_leaves_the_revision(
    database: Database, edition: Edition
) -> None:
    with database.session() as writer:
        before = revision(writer, edition)
        CHANGES["a slot's capacity"](writer)
        writer.flush()
        raised = revision(writer, edition)
        writer.rollback()

        assert (raised > before, revision(writer, edition)) == (True, before)


def test_one_edition_is_raised_and_the_others_stay(
    database: Database, edition: Edition
) -> None:
    with database.session() as writer:
        other = make_edition(writer)
        make_offer(writer, other)
        writer.commit()
        before = revision(writer, other)
        CHANGES["a slot's capacity"](writer)
        writer.commit()

        assert revision(writer, other) == before


def test_an_organisation_raises_every_edition_that_it_hosts_in(
    database: Database, edition: Edition
) -> None:
    with database.session() as writer:
        other = make_edition(writer)
        make_host(writer, other, organisation=one(writer, Host).organisation)
        writer.commit()
        before = [revision(writer, found) for found in (edition, other)]
        CHANGES["the organisation's name"](writer)
        writer.commit()

        after = [revision(writer, found) for found in (edition, other)]
        assert [new > old for new, old in zip(after, before, strict=True)] == [True, True]


def test_the_object_in_hand_knows_its_new_revision(
    database: Database, edition: Edition
) -> None:
    with database.session() as writer:
        mine = writer.get_one(Edition, edition.id)
        before = mine.revision
        CHANGES["a slot's capacity"](writer)
        writer.commit()

        assert mine.revision > before


def test_a_session_is_unsettled_about_what_it_changed_itself(
    database: Database, edition: Edition
) -> None:
    with database.session() as writer, database.session() as other:
        before = is_settled(writer, edition)
        CHANGES["a slot's capacity"](writer)
        writer.flush()

        assert (before, is_settled(writer, edition)) == (True, False)
        assert is_settled(other, edition) is True


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [
        (Slot, "capacity", 9),
        (Visit, "withdrawn_at", NOW),
        (Host, "access_nl", "Links aanbellen"),
        (ClosedPeriod, "reason_nl", "Feest"),
        (Edition, "phase", EditionPhase.ASSIGNMENT),
    ],
)
def test_a_change_of_what_is_not_loaded_anew_yet_raises_it_too(
    session: Session, model: type[Any], name: str, value: Any
) -> None:
    edition = make_edition(session)
    make_offer(session, edition)
    _close_friday(session)
    found, before = one(session, model), revision(session, edition)
    session.expire_all()  # as a lock does

    setattr(found, name, value)
    session.flush()

    assert revision(session, edition) > before
