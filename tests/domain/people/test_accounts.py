"""What a person says about themselves, and the right to organise."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import people
from opendeur.enums import Language
from opendeur.models import Organiser, Zone
from tests.factories import make_account, make_edition, make_organiser


def test_person_has_the_name_and_the_language_that_were_given_last(session: Session) -> None:
    account = make_account(session, language=Language.NL)

    people.describe_account(
        account, given_name="Camille", family_name="Lambert", language=Language.FR
    )
    session.flush()
    session.refresh(account)

    assert (account.given_name, account.family_name) == ("Camille", "Lambert")
    assert (account.name, account.language) == ("Camille Lambert", Language.FR)


@pytest.mark.parametrize(
    ("given_name", "family_name", "name"),
    [
        ("Camille", "", "Camille"),
        ("", "Lambert", "Lambert"),
        ("", "", "camille@kastanje.example"),
    ],
)
def test_person_without_a_whole_name_is_called_by_what_there_is(
    session: Session, given_name: str, family_name: str, name: str
) -> None:
    account = make_account(session, email="camille@kastanje.example")

    people.describe_account(
        account, given_name=given_name, family_name=family_name, language=Language.FR
    )

    assert account.name == name


def test_right_to_organise_holds_for_the_zone_and_no_other(session: Session) -> None:
    account = make_account(session)
    here, elsewhere = make_edition(session), make_edition(session, zones=["noord"])

    people.let_organise(session, account, session.get_one(Zone, "zuid-oost"))
    session.refresh(account)

    assert account.is_organiser
    assert (account.organises(here.zones), account.organises(elsewhere.zones)) == (True, False)


def test_right_that_somebody_has_is_not_given_again(session: Session) -> None:
    account = make_organiser(session, zone="zuid-oost")
    for code in ("zuid-oost", "noord", "noord"):
        people.let_organise(session, account, session.get_one(Zone, code))

    rights = select(Organiser.zone_code).where(Organiser.account_id == account.id)

    assert sorted(session.scalars(rights)) == ["noord", "zuid-oost"]
