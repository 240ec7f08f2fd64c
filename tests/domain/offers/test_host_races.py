"""Two people, or two presses of one button, at the same moment: one of them gets through."""

from datetime import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import directory, offers
from opendeur.domain.offers import Pattern, VisitData
from opendeur.enums import Language
from opendeur.models import Account, Contact, Edition, Host, Organisation, Slot, Visit
from tests.domain.racing import at_once, one_before_the_other
from tests.factories import MONDAY, NOW, make_account, make_edition, make_host, make_visit
from tests.factories import make_organisation as make_listed


def count(database: Database, model: type[Host | Slot | Contact]) -> int:
    with database.session() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def test_two_contacts_who_remove_each_other_do_not_leave_nobody(database: Database) -> None:
    with database.session() as session:
        organisation = make_listed(session, contact=make_account(session))
        organisation.contacts.append(Contact(account=make_account(session)))
        session.commit()
        number, contacts = organisation.id, [contact.id for contact in organisation.contacts]

    def remove(session: Session, which: int) -> None:
        found = session.get_one(Organisation, number)
        directory.remove_contact(session, found, contacts[which])

    assert at_once(database, remove) == ["done", "refused"]
    assert count(database, Contact) == 1


def test_two_presses_make_one_host(database: Database) -> None:
    with database.session() as session:
        account, edition = make_account(session), make_edition(session)
        organisation = make_listed(session, contact=account)
        session.commit()

    def take_part(session: Session, _: int) -> None:
        offers.take_part(
            session,
            session.get_one(Edition, edition.id),
            session.get_one(Organisation, organisation.id),
            by=session.get_one(Account, account.id),
            now=NOW,
        )

    assert at_once(database, take_part) == ["done", "done"]
    assert count(database, Host) == 1


def test_two_presses_make_one_moment(database: Database) -> None:
    with database.session() as session:
        visit = make_visit(session, make_host(session, make_edition(session)))
        session.commit()
    pattern = Pattern(
        starts=time(9, 30),
        ends=time(11),
        minimum=1,
        capacity=8,
        languages=frozenset({"nl"}),
    )

    def add(session: Session, _: int) -> None:
        found = session.get_one(Visit, visit.id)
        offers.add_slots(session, found, [MONDAY], pattern, language="nl", now=NOW)

    assert at_once(database, add) == ["done", "refused"]
    assert count(database, Slot) == 1


def test_two_presses_make_two_drafts_of_a_visit_with_names_of_their_own(
    database: Database,
) -> None:
    with database.session() as session:
        host = make_host(session, make_edition(session))
        session.commit()

    def add(session: Session, _: int) -> None:
        found = session.get_one(Host, host.id)
        offers.add_visit(session, found, VisitData(title_nl="Koffie en turnen"), now=NOW)

    assert one_before_the_other(database, add) == ["done", "done"]
    with database.session() as session:
        assert sorted(session.scalars(select(Visit.reference))) == [
            "koffie-en-turnen",
            "koffie-en-turnen-2",
        ]


def test_two_hosts_who_add_the_same_newcomer_make_one_account(database: Database) -> None:
    with database.session() as session:
        organisations = [make_listed(session, contact=make_account(session)) for _ in range(2)]
        numbers = [organisation.id for organisation in organisations]
        session.commit()

    def add(session: Session, which: int) -> None:
        organisation = session.get_one(Organisation, numbers[which])
        directory.add_contact(
            session,
            organisation,
            "new@zavelput.example",
            by=organisation.contacts[0].account,
            language=Language.NL,
            now=NOW,
        )

    assert one_before_the_other(database, add) == ["done", "done"]
    with database.session() as session:
        account = session.scalars(
            select(Account).where(Account.email == "new@zavelput.example")
        ).one()
        contacts = session.scalars(select(Contact).where(Contact.account_id == account.id))
        assert sorted(contact.organisation_id for contact in contacts) == sorted(numbers)
