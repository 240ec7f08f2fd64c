"""Organisations take part through their contacts, and are never left without one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur import limits
from opendeur.domain import directory, offers
from opendeur.domain.offers import PracticalData
from opendeur.enums import EditionPhase, Language, WheelchairAccess
from opendeur.errors import Conflict, InvalidInput, NotAllowed, TooLate
from opendeur.models import Account, Contact, Host, Organisation
from tests.domain.directory.test_directory import DATA
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_organisation,
)

PRACTICAL = PracticalData(
    contact_name="Greet Maes",
    contact_phone="02 000 00 02",
    wheelchair=WheelchairAccess.PARTLY,
    access_nl="Een trede aan de deur",
    directions_fr="Tram 81",
)


def emails(organisation: Organisation) -> list[str]:
    return [contact.account.email for contact in organisation.contacts]


def test_a_contact_lets_the_organisation_take_part(session: Session) -> None:
    edition, account = make_edition(session), make_account(session)
    organisation = make_organisation(session, contact=account)

    host = offers.take_part(session, edition, organisation, by=account, now=NOW)

    assert (host.organisation, host.confirmed_at) == (organisation, NOW)
    assert host.contact_name == "Lotte Vermeiren"
    assert offers.organisations_waiting(session, edition, account) == []


def test_taking_part_twice_is_taking_part_once(session: Session) -> None:
    edition, account = make_edition(session), make_account(session)
    organisation = make_organisation(session, contact=account)
    first = offers.take_part(session, edition, organisation, by=account, now=NOW)

    again = offers.take_part(
        session, edition, organisation, by=account, now=NOW + timedelta(hours=1)
    )

    assert again is first
    assert again.confirmed_at == NOW


def test_a_host_from_a_file_waits_until_its_contact_confirms(session: Session) -> None:
    edition, account = make_edition(session), make_account(session)
    host = make_host(session, edition, contact=account, confirmed_at=None)
    waiting = offers.organisations_waiting(session, edition, account)

    confirmed = offers.take_part(session, edition, host.organisation, by=account, now=NOW)

    assert waiting == [host.organisation]
    assert (confirmed, confirmed.confirmed_at) == (host, NOW)


def test_nobody_takes_over_an_organisation_of_others(session: Session) -> None:
    edition = make_edition(session)
    organisation = make_organisation(session, contact=make_account(session))

    with pytest.raises(NotAllowed):
        offers.take_part(session, edition, organisation, by=make_account(session), now=NOW)

    assert session.scalar(select(func.count(Host.id))) == 0


def test_the_refusal_names_no_address(session: Session) -> None:
    edition = make_edition(session)
    organisation = make_organisation(session, contact=make_account(session))

    with pytest.raises(NotAllowed) as refusal:
        offers.take_part(session, edition, organisation, by=make_account(session), now=NOW)

    assert refusal.value.message == (
        "You are not a contact of this organisation. Ask a colleague who is to add you, "
        "or the team of your care zone."
    )
    assert refusal.value.values == {}


@pytest.mark.parametrize(
    "values",
    [
        {"phase": EditionPhase.DRAFT},
        {"phase": EditionPhase.ASSIGNMENT},
        {"hosting_ends_at": NOW},
    ],
)
def test_nobody_takes_part_outside_the_time_for_it(
    session: Session, values: dict[str, Any]
) -> None:
    edition, account = make_edition(session, **values), make_account(session)
    organisation = make_organisation(session, contact=account)

    with pytest.raises(TooLate):
        offers.take_part(session, edition, organisation, by=account, now=NOW)
    with pytest.raises(TooLate):
        offers.register_host(session, edition, DATA, PRACTICAL, by=account, now=NOW)


def test_a_new_organisation_hosts_at_once(session: Session) -> None:
    edition, account = make_edition(session), make_account(session)

    host = offers.register_host(session, edition, DATA, PRACTICAL, by=account, now=NOW)

    assert host.organisation.reference == "dagcentrum-zavelput"
    assert (host.contact_name, host.contact_phone) == ("Greet Maes", "02 000 00 02")
    assert host.wheelchair is WheelchairAccess.PARTLY
    assert (host.access_nl, host.directions_fr) == ("Een trede aan de deur", "Tram 81")
    assert offers.hosts_of(session, edition, account) == [host]


def test_a_host_changes_its_data_until_the_last_day(session: Session) -> None:
    host = make_host(session, make_edition(session, phase=EditionPhase.WEEK))
    same_place = replace(
        DATA, street=host.organisation.street, postcode=str(host.organisation.postcode_code)
    )

    offers.change_host(session, host, same_place, PRACTICAL, now=NOW)

    assert host.contact_phone == "02 000 00 02"


def test_only_a_contact_finds_the_host_and_only_in_its_edition(session: Session) -> None:
    account, stranger = make_account(session), make_account(session)
    edition, other = make_edition(session), make_edition(session)
    host = make_host(session, edition, contact=account)

    assert offers.find_host(session, edition, account, host.id) is host
    assert offers.find_host(session, edition, stranger, host.id) is None
    assert offers.find_host(session, other, account, host.id) is None
    assert offers.hosts_of(session, edition, stranger) == []


def test_a_person_of_several_hosts_sees_them_by_name(session: Session) -> None:
    account, edition = make_account(session), make_edition(session)
    for name in ("Zon", "Abel"):
        make_host(
            session,
            edition,
            organisation=make_organisation(session, name=name, contact=account),
        )
    make_offer(session, edition, contact=make_account(session))

    found = offers.hosts_of(session, edition, account)

    assert [host.organisation.name for host in found] == ["Abel", "Zon"]


def test_a_contact_adds_a_colleague_who_never_signed_in(session: Session) -> None:
    account = make_account(session, email="greet@zavelput.example")
    organisation = make_organisation(session, contact=account)

    added = directory.add_contact(
        session,
        organisation,
        " Samir@Zavelput.example",
        by=account,
        language=Language.FR,
        now=NOW,
    )

    assert emails(organisation) == ["greet@zavelput.example", "samir@zavelput.example"]
    assert added.account.language is Language.FR


def test_a_contact_hands_over_to_a_colleague(session: Session) -> None:
    account = make_account(session)
    organisation = make_organisation(session, contact=account)

    directory.add_contact(
        session,
        organisation,
        "samir@zavelput.example",
        by=account,
        replacing=True,
        language=Language.NL,
        now=NOW,
    )

    assert emails(organisation) == ["samir@zavelput.example"]


def test_a_contact_is_added_once(session: Session) -> None:
    account = make_account(session, email="greet@zavelput.example")
    organisation = make_organisation(session, contact=account)

    with pytest.raises(InvalidInput) as refusal:
        directory.add_contact(
            session,
            organisation,
            "greet@zavelput.example",
            by=account,
            replacing=True,
            language=Language.NL,
            now=NOW,
        )

    assert refusal.value.field == "email"
    assert emails(organisation) == ["greet@zavelput.example"]


def test_an_organisation_has_a_limited_number_of_contacts(session: Session) -> None:
    account = make_account(session)
    organisation = make_organisation(session, contact=account)
    for _ in range(limits.MOST_CONTACTS - 1):
        organisation.contacts.append(Contact(account=make_account(session)))
    session.flush()

    with pytest.raises(InvalidInput):
        directory.add_contact(
            session,
            organisation,
            "one@more.example",
            by=account,
            language=Language.NL,
            now=NOW,
        )


def test_a_contact_is_removed_while_another_stays(session: Session) -> None:
    account, other = make_account(session), make_account(session)
    organisation = make_organisation(session, contact=account)
    organisation.contacts.append(Contact(account=other))
    session.flush()

    directory.remove_contact(session, organisation, organisation.contacts[0].id)

    assert emails(organisation) == [other.email]
    assert session.get(Account, account.id) is account


def test_the_last_contact_stays(session: Session) -> None:
    account = make_account(session)
    organisation = make_organisation(session, contact=account)

    with pytest.raises(Conflict):
        directory.remove_contact(session, organisation, organisation.contacts[0].id)

    assert emails(organisation) == [account.email]


def test_a_contact_of_another_organisation_is_not_there_to_remove(session: Session) -> None:
    organisation = make_organisation(session, contact=make_account(session))
    other = make_organisation(session, contact=make_account(session))

    assert directory.remove_contact(session, organisation, other.contacts[0].id) is None
