"""An organisation's part in an edition, and who speaks for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from opendeur import limits
from opendeur.domain import directory, editions
from opendeur.domain.directory import OrganisationData
from opendeur.enums import WheelchairAccess
from opendeur.errors import NotAllowed
from opendeur.models import Account, Contact, Edition, Host, Organisation, Slot, Visit

#: Of a host: its visits, for whom they are, and their moments, all in one statement.
_OFFER = selectinload(Host.visits).options(
    joinedload(Visit.audience), joinedload(Visit.slots).joinedload(Slot.own_postcode)
)


@dataclass(frozen=True, slots=True)
class PracticalData:
    """What visitors need to know to find a host and to get in."""

    contact_name: str
    contact_phone: str = ""
    wheelchair: WheelchairAccess | None = None
    access_nl: str = ""
    access_fr: str = ""
    directions_nl: str = ""
    directions_fr: str = ""


def hosts_of(session: Session, edition: Edition, account: Account) -> list[Host]:
    """Return the hosts of an edition that a person speaks for, with all that they offer."""
    return list(
        session.scalars(
            select(Host)
            .join(Host.organisation)
            .join(Contact, Contact.organisation_id == Host.organisation_id)
            .where(Host.edition_id == edition.id, Contact.account_id == account.id)
            .options(
                contains_eager(Host.organisation).joinedload(Organisation.postcode),
                _OFFER,
            )
            .order_by(Organisation.name, Host.id)
        )
    )


def find_host(
    session: Session,
    edition: Edition,
    account: Account,
    host_id: int,
    *,
    with_offer: bool = False,
) -> Host | None:
    """Return a host of the edition, when this person speaks for it.

    Parameters
    ----------
    with_offer
        Whether its visits and moments are needed too.
    """
    return session.scalars(
        select(Host)
        .join(Contact, Contact.organisation_id == Host.organisation_id)
        .where(
            Host.id == host_id,
            Host.edition_id == edition.id,
            Contact.account_id == account.id,
        )
        .options(
            joinedload(Host.organisation).joinedload(Organisation.postcode),
            *((_OFFER,) if with_offer else ()),
        )
    ).one_or_none()


def organisations_waiting(
    session: Session, edition: Edition, account: Account
) -> list[Organisation]:
    """Return the organisations of a person that do not take part yet, by name."""
    takes_part = exists().where(
        Host.organisation_id == Organisation.id,
        Host.edition_id == edition.id,
        Host.confirmed_at.is_not(None),
    )
    return list(
        session.scalars(
            select(Organisation)
            .join(Contact, Contact.organisation_id == Organisation.id)
            .where(Contact.account_id == account.id, ~takes_part)
            .options(joinedload(Organisation.postcode))
            .order_by(Organisation.name, Organisation.id)
        )
    )


def take_part(
    session: Session,
    edition: Edition,
    organisation: Organisation,
    *,
    by: Account,
    now: datetime,
) -> Host:
    """Let an organisation of the directory host in an edition, or confirm that it does.

    Raises
    ------
    TooLate
        When hosts cannot register now.
    NotAllowed
        When `by` does not speak for the organisation.
    """
    editions.lock(session, edition)
    editions.require_hosting(edition, now=now)
    if not organisation.has_contact(by):
        raise NotAllowed(
            "You are not a contact of this organisation. Ask a colleague who is to add you, "
            "or the team of your care zone."
        )
    host = session.scalars(
        select(Host).where(
            Host.edition_id == edition.id, Host.organisation_id == organisation.id
        )
    ).one_or_none()
    if host is None:
        host = Host(edition=edition, organisation=organisation)
        _write(host, _known(session, organisation, by=by))
        session.add(host)
    host.confirmed_at = host.confirmed_at or now
    session.flush()
    return host


def register_host(
    session: Session,
    edition: Edition,
    organisation: OrganisationData,
    practical: PracticalData,
    *,
    by: Account,
    now: datetime,
) -> Host:
    """Add an organisation to the directory and let it host; `by` becomes its contact.

    Raises
    ------
    TooLate
        When hosts cannot register now.
    Conflict, InvalidInput
        See `directory.register`.
    """
    editions.lock(session, edition)
    editions.require_hosting(edition, now=now)
    added = directory.register(session, organisation, contact=by, now=now)
    host = take_part(session, edition, added, by=by, now=now)
    _write(host, practical)
    session.flush()
    return host


def change_host(
    session: Session,
    host: Host,
    organisation: OrganisationData,
    practical: PracticalData,
    *,
    now: datetime,
) -> None:
    """Change what a host says about itself; visitors need it right until the last day.

    Raises
    ------
    InvalidInput, TooLate
        See `directory.change`.
    """
    directory.change(session, host.organisation, organisation, now=now)
    _write(host, practical)
    session.flush()


def _known(session: Session, organisation: Organisation, *, by: Account) -> PracticalData:
    """Return what visitors need to know, as it was the last time; else who says so."""
    earlier = session.scalars(
        select(Host)
        .join(Host.edition)
        .where(Host.organisation_id == organisation.id, Host.contact_name != "")
        .order_by(Edition.starts_on.desc(), Host.id.desc())
        .limit(1)
    ).one_or_none()
    if earlier is None:
        return PracticalData(contact_name=by.full_name[: limits.LONGEST_LINE])
    return PracticalData(
        contact_name=earlier.contact_name,
        contact_phone=earlier.contact_phone,
        wheelchair=earlier.wheelchair,
        access_nl=earlier.access_nl,
        access_fr=earlier.access_fr,
        directions_nl=earlier.directions_nl,
        directions_fr=earlier.directions_fr,
    )


def _write(host: Host, data: PracticalData) -> None:
    host.contact_name = data.contact_name
    host.contact_phone = data.contact_phone
    host.wheelchair = data.wheelchair
    host.access_nl = data.access_nl
    host.access_fr = data.access_fr
    host.directions_nl = data.directions_nl
    host.directions_fr = data.directions_fr
