"""People's accounts: found by an address however it is written, and described."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from opendeur.enums import Language
from opendeur.models import Account, Organiser, Zone


def clean_address(email: str) -> str:
    """Return an address as it is stored and compared: lower case, without spaces around."""
    return email.strip().lower()


def find_account(session: Session, email: str) -> Account | None:
    """Return the account of an address, however it is written."""
    return session.scalars(
        select(Account).where(Account.email == clean_address(email))
    ).one_or_none()


def ensure_account(
    session: Session, email: str, *, language: Language, now: datetime
) -> Account:
    """Return the account of an address; it is made when there is none."""
    found = find_account(session, email)
    if found is not None:
        return found
    made = Account(email=clean_address(email), language=language, created_at=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # somebody made it at the same moment
        return session.scalars(select(Account).where(Account.email == made.email)).one()
    return made


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


def let_organise(session: Session, account: Account, zone: Zone) -> None:
    """Give a person the right to organise the editions of a zone."""
    if not any(organiser.zone_code == zone.code for organiser in account.organised):
        account.organised.append(Organiser(zone=zone))
        session.flush()
