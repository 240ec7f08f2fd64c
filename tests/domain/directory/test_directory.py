"""The directory is found in, added to and changed, and nobody takes over what is there."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import directory
from opendeur.domain.directory import OrganisationData
from opendeur.enums import EditionPhase
from opendeur.errors import Conflict, InvalidInput, OpendeurError, TooLate
from opendeur.models import Organisation, Postcode
from tests.factories import NOW, make_account, make_edition, make_host, make_organisation

DATA = OrganisationData(
    name="Dagcentrum Zavelput",
    street="Zavelstraat 3",
    postcode="1150",
    sectors=frozenset({"ouderen", "thuiszorg"}),
    phone="02 000 00 01",
    website="https://zavelput.example",
    description_nl="Koffie en turnen.",
)


def names(found: list[Organisation]) -> list[str]:
    return [organisation.name for organisation in found]


def test_search_finds_every_word_whatever_the_accents(session: Session) -> None:
    for name in ("Maison médicale Élan", "Médecins de rue", "La maison verte"):
        make_organisation(session, name=name)

    assert names(directory.search(session, "MAISON elan")) == ["Maison médicale Élan"]


def test_search_puts_names_that_begin_with_the_text_first(session: Session) -> None:
    for name in ("Het huis", "Huis Zon", "Ander huis"):
        make_organisation(session, name=name)

    assert names(directory.search(session, "huis")) == ["Huis Zon", "Ander huis", "Het huis"]


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "no such name"])
def test_search_finds_nothing_for_nothing(session: Session, text: str) -> None:
    make_organisation(session, name="Huis")

    assert directory.search(session, text) == []


def test_search_returns_no_more_than_its_limit(session: Session) -> None:
    for number in range(3):
        make_organisation(session, name=f"Huis {number}")

    assert names(directory.search(session, "huis", limit=2)) == ["Huis 0", "Huis 1"]


def test_a_new_organisation_has_its_contact_reference_and_place(session: Session) -> None:
    account = make_account(session)

    made = directory.register(session, DATA, contact=account, now=NOW)

    centre = session.get_one(Postcode, "1150")
    assert made.reference == "dagcentrum-zavelput"
    assert made.has_contact(account)
    assert [sector.code for sector in made.sectors] == ["thuiszorg", "ouderen"]
    assert (made.latitude, made.longitude) == (centre.latitude, centre.longitude)
    assert names(directory.organisations_of(session, account)) == ["Dagcentrum Zavelput"]


def test_the_same_name_elsewhere_gets_a_reference_of_its_own(session: Session) -> None:
    directory.register(session, DATA, contact=make_account(session), now=NOW)

    other = directory.register(
        session, replace(DATA, postcode="1040"), contact=make_account(session), now=NOW
    )

    assert other.reference == "dagcentrum-zavelput-2"


def test_an_organisation_that_is_listed_is_not_registered_again(session: Session) -> None:
    directory.register(session, DATA, contact=make_account(session), now=NOW)

    with pytest.raises(Conflict) as refusal:
        directory.register(
            session,
            replace(DATA, name="DAGCENTRUM  zavelput"),
            contact=make_account(session),
            now=NOW,
        )

    assert refusal.value.field == "name"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (replace(DATA, postcode="9000"), "postcode"),
        (replace(DATA, postcode=""), "postcode"),
        (replace(DATA, sectors=frozenset()), "sectors"),
        (replace(DATA, sectors=frozenset({"ouderen", "mijnbouw"})), "sectors"),
    ],
)
def test_unknown_facts_are_refused(
    session: Session, data: OrganisationData, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        directory.register(session, data, contact=make_account(session), now=NOW)

    assert refusal.value.field == field


def test_a_new_address_lies_at_the_centre_of_its_postcode(session: Session) -> None:
    organisation = make_organisation(session, latitude=50.8, longitude=4.4)

    directory.change(session, organisation, replace(DATA, postcode="1040"), now=NOW)

    centre = session.get_one(Postcode, "1040")
    assert (organisation.latitude, organisation.longitude) == (
        centre.latitude,
        centre.longitude,
    )


def test_an_address_that_stays_keeps_its_exact_place(session: Session) -> None:
    organisation = make_organisation(session, latitude=50.8, longitude=4.4)

    directory.change(session, organisation, DATA, now=NOW)

    assert organisation.name == "Dagcentrum Zavelput"
    assert (organisation.latitude, organisation.longitude) == (50.8, 4.4)


def test_an_address_does_not_change_under_a_week_that_counts_on_it(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)
    organisation = make_organisation(session, street="Zavelstraat 3")
    make_host(session, edition, organisation=organisation)

    with pytest.raises(TooLate):
        directory.change(session, organisation, replace(DATA, street="Elders 1"), now=NOW)

    assert organisation.street == "Zavelstraat 3"


@pytest.mark.parametrize("phase", [EditionPhase.HOSTING, EditionPhase.CLOSED])
def test_an_address_changes_before_and_after_the_week(
    session: Session, phase: EditionPhase
) -> None:
    organisation = make_organisation(session)
    make_host(session, make_edition(session, phase=phase), organisation=organisation)

    directory.change(session, organisation, replace(DATA, street="Elders 1"), now=NOW)

    assert organisation.street == "Elders 1"


def test_a_refused_change_leaves_all_as_it_was(session: Session) -> None:
    organisation = make_organisation(session, name="Huis")

    with pytest.raises(OpendeurError):
        directory.change(session, organisation, replace(DATA, sectors=frozenset()), now=NOW)

    assert organisation.name == "Huis"
