"""What a person says about themselves."""

from datetime import datetime

from sqlalchemy.orm import Session

from opendeur.domain.people.sign_in import ensure_account
from opendeur.enums import Language
from opendeur.models import Account, Organiser, Zone


def describe_account(
    account: Account,
    *,
    given_name: str,
    family_name: str,
    language: Language,
) -> None:
    """Set a person's name and the language of messages to them."""
    account.given_name, account.family_name = given_name, family_name
    account.language = language


def ensure(session: Session, email: str, *, language: Language, now: datetime) -> Account:
    """Return the account of an address; it is made when there is none."""
    return ensure_account(session, email, language=language, now=now)


def let_organise(session: Session, account: Account, zone: Zone) -> None:
    """Give a person the right to organise the editions of a zone."""
    if not any(organiser.zone_code == zone.code for organiser in account.organised):
        account.organised.append(Organiser(zone=zone))
        session.flush()
