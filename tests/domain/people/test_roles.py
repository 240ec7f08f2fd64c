"""What one person is in one edition."""

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import people
from opendeur.domain.people import Roles
from tests.factories import (
    make_account,
    make_edition,
    make_host,
    make_organisation,
    make_organiser,
    make_visitor,
)
from tests.queries import counted


def test_nobody_is_anything_and_nothing_is_there_to_be_anything_in(session: Session) -> None:
    account, edition = make_organiser(session), make_edition(session)

    assert people.roles_of(session, None, edition) == Roles()
    assert people.roles_of(session, account, None) == Roles()
    assert people.roles_of(session, None, None) == Roles()


def test_person_who_does_not_take_part_is_nothing(session: Session) -> None:
    edition = make_edition(session)
    make_visitor(session, edition)
    make_host(session, edition, contact=make_account(session))

    assert people.roles_of(session, make_account(session), edition) == Roles()


def test_person_can_be_visitor_host_and_organiser_at_once(session: Session) -> None:
    edition = make_edition(session)
    account = make_organiser(session)
    visitor = make_visitor(session, edition, account=account)
    host = make_host(session, edition, contact=account)

    roles = people.roles_of(session, account, edition)

    assert roles == Roles(visitor=visitor, hosts=(host,), organises=True)


def test_parts_in_another_edition_do_not_count(session: Session) -> None:
    edition, other = make_edition(session), make_edition(session, zones=["noord"])
    account = make_organiser(session, zone="noord")
    visitor = make_visitor(session, other, account=account)
    host = make_host(session, other, contact=account)

    assert people.roles_of(session, account, edition) == Roles()
    assert people.roles_of(session, account, other) == Roles(visitor, (host,), organises=True)


def test_visitor_who_has_not_submitted_is_one(session: Session) -> None:
    edition = make_edition(session)
    visitor = make_visitor(session, edition, submitted=False)

    assert people.roles_of(session, visitor.account, edition) == Roles(visitor=visitor)


@pytest.mark.parametrize("zone", ["zuid-oost", "zuid"])
def test_organiser_of_any_zone_of_the_edition_organises_it(session: Session, zone: str) -> None:
    edition = make_edition(session, zones=["zuid-oost", "zuid"])
    account = make_organiser(session, zone=zone)

    assert people.roles_of(session, account, edition) == Roles(organises=True)


def test_contact_of_several_organisations_has_their_hosts_in_order(session: Session) -> None:
    edition = make_edition(session)
    account = make_account(session)
    hosts = tuple(make_host(session, edition, contact=account) for _ in range(3))
    make_host(session, edition, contact=make_account(session))

    assert people.roles_of(session, account, edition).hosts == hosts


def test_contact_of_an_organisation_that_does_not_take_part_is_no_host(
    session: Session,
) -> None:
    edition = make_edition(session)
    account = make_account(session)
    make_organisation(session, contact=account)

    assert people.roles_of(session, account, edition) == Roles()


@pytest.mark.parametrize("number", [1, 3])
def test_roles_take_as_many_statements_for_three_hosts_as_for_one(
    session: Session, number: int
) -> None:
    edition = make_edition(session)
    account = make_account(session)
    for _ in range(number):
        make_host(session, edition, contact=account)
    session.flush()
    session.expunge_all()
    account, edition = session.merge(account), session.merge(edition)

    with counted(session.get_bind().engine) as count:
        roles = people.roles_of(session, account, edition)
        names = [host.organisation.name for host in roles.hosts]

    assert (len(names), count.statements) == (number, 3)
