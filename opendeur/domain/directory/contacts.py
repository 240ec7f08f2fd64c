"""Who speaks for an organisation: somebody always does."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur import limits
from opendeur.domain import people
from opendeur.enums import Language
from opendeur.errors import Conflict, InvalidInput
from opendeur.models import Account, Contact, Organisation


def add_contact(
    session: Session,
    organisation: Organisation,
    email: str,
    *,
    by: Account,
    replacing: bool = False,
    language: Language,
    now: datetime,
) -> Contact:
    """Let one more person speak for an organisation.

    Parameters
    ----------
    replacing
        Whether `by` hands over, and stops being a contact.
    language
        The language of messages to somebody who has no account yet.

    Raises
    ------
    InvalidInput
        When that person is a contact already, or there are too many.
    """
    contacts = _locked_contacts(session, organisation)
    added = people.ensure_account(session, email, language=language, now=now)
    if any(contact.account_id == added.id for contact in contacts):
        raise InvalidInput(
            "This address is a contact of your organisation already.", field="email"
        )
    if len(contacts) >= limits.MOST_CONTACTS and not replacing:
        raise InvalidInput(
            "An organisation has at most %(most)s contacts. Remove one first.",
            field="email",
            most=limits.MOST_CONTACTS,
        )
    contact = Contact(account=added)
    organisation.contacts.append(contact)
    if replacing:
        organisation.contacts = [
            one for one in organisation.contacts if one.account_id != by.id
        ]
    session.flush()
    return contact


def remove_contact(
    session: Session, organisation: Organisation, contact_id: int
) -> Contact | None:
    """Stop a person from speaking for an organisation; None when they did not.

    Raises
    ------
    Conflict
        When nobody would be left.
    """
    contacts = _locked_contacts(session, organisation)
    contact = next((one for one in contacts if one.id == contact_id), None)
    if contact is None:
        return None
    if len(contacts) == 1:
        raise Conflict(
            "Somebody must speak for the organisation. Add a colleague first, then remove "
            "this contact."
        )
    organisation.contacts.remove(contact)
    session.flush()
    return contact


def _locked_contacts(session: Session, organisation: Organisation) -> list[Contact]:
    # Without the lock two contacts could remove each other, and leave nobody.
    session.scalars(
        select(Organisation.id)
        .where(Organisation.id == organisation.id)
        .with_for_update(key_share=True)
    ).one()
    session.refresh(organisation, ["contacts"])
    return organisation.contacts
