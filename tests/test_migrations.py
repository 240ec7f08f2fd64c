from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from opendeur import migrating
from opendeur.db import Database
from opendeur.domain import calendars, invitations, people, placements
from opendeur.enums import Door, Language, MessageKind, MessageState, PlacementState
from opendeur.models import (
    Account,
    Base,
    Invitation,
    LoginSession,
    Message,
    Placement,
    Postcode,
    Sector,
    Zone,
)
from tests.domain.invited import make_case, send_all
from tests.factories import (
    NOW,
    make_edition,
    make_offer,
    make_organiser,
    make_placement,
    make_visitor,
)


def test_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_migrations_go_down_to_nothing_and_up_again(database: Database) -> None:
    migrating.downgrade(database, "base")
    left = set(inspect(database.engine).get_table_names())
    migrating.upgrade(database)
    made = set(inspect(database.engine).get_table_names())

    assert left == {"alembic_version"}
    assert made == {"alembic_version", *Base.metadata.tables}


def test_upgrading_twice_keeps_one_of_each_place(database: Database) -> None:
    migrating.upgrade(database)

    with database.session() as session:
        counts = [session.query(table).count() for table in (Zone, Postcode, Sector)]

    assert counts == [5, 22, 16]


@pytest.mark.parametrize(
    ("stored", "kept"),
    [("JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP"), ("1:" + "A" * 80, None)],
    ids=["in clear", "sealed"],
)
def test_going_down_to_0001_and_up_keeps_accounts_and_what_refers_to_them(
    database: Database, stored: str, kept: str | None
) -> None:
    with database.session() as session:
        account = make_organiser(session, totp_secret=stored)
        people.open_session(session, account, browser="b", pepper="p", now=NOW)
        session.commit()

    migrating.downgrade(database, "0001")
    migrating.upgrade(database)

    with database.session() as session:
        [found] = session.scalars(select(Account)).all()
        [login] = session.scalars(select(LoginSession)).all()
        assert [organiser.zone_code for organiser in found.organised] == ["zuid-oost"]
        assert (found.email, found.totp_secret, login.account_id) == (
            account.email,
            kept,
            found.id,
        )


def test_going_down_to_0004_turns_a_no_into_a_place_given_up(database: Database) -> None:
    with database.session() as session:
        edition = make_edition(session)
        visit = make_offer(session, edition)
        visitor = make_visitor(session, edition, preferences=[visit])
        placement = make_placement(session, visitor, visit.slots[0])
        placements.end(session, [placement], PlacementState.DECLINED, door=Door.LINK, now=NOW)
        session.commit()

    migrating.downgrade(database, "0004")
    migrating.upgrade(database)

    with database.session() as session:
        [found] = session.scalars(select(Placement)).all()
        assert (found.id, found.state) == (placement.id, PlacementState.WITHDRAWN)
        assert found.slot.visit_id == visit.id


def test_going_down_to_0006_forgets_refused_proposals_and_keeps_other_mail(
    database: Database,
) -> None:
    kinds = (MessageKind.PROPOSAL_REFUSED, MessageKind.FORWARDED)
    with database.session() as session:
        session.add_all(
            Message(
                kind=kind,
                state=MessageState.SENT,
                to_address="lotte@kastanje.example",
                language=Language.NL,
                created_at=NOW,
            )
            for kind in kinds
        )
        session.commit()

    migrating.downgrade(database, "0006")
    migrating.upgrade(database)

    with database.session() as session:
        assert session.scalars(select(Message.kind)).all() == [MessageKind.FORWARDED]


def test_what_was_told_before_0005_is_read_back_from_the_mail(database: Database) -> None:
    with database.session() as session:
        case = make_case(session)
        case.visit.title_nl = case.visit.description_nl = "Koffie; thee, \\ en\n“koek” 🙂"
        send_all(session, case.edition)
        case.slots[0].starts_at += timedelta(minutes=30)
        send_all(session, case.edition, now=NOW + timedelta(hours=1))
        make_placement(session, make_visitor(session, case.edition), case.slots[1])
        invitations.draft(session, case.edition, now=NOW)  # two that nobody was told of
        session.commit()
    told = told_in(database)

    migrating.downgrade(database, "0004")
    migrating.upgrade(database)

    assert len(told) == 4
    assert told_in(database) == told


def told_in(database: Database) -> dict[int, tuple[str, bytes] | None]:
    with database.session() as session:
        return {
            invitation.id: calendars.entry_of(invitation, now=NOW)
            for invitation in session.scalars(select(Invitation))
        }
