"""The directory: finding organisations, adding one, and keeping its data right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur import limits
from opendeur.domain import editions
from opendeur.domain.directory.references import folded, readable_reference, unique_reference
from opendeur.enums import EditionPhase
from opendeur.errors import Conflict, InvalidInput, TooLate
from opendeur.models import Account, Contact, Edition, Host, Organisation, Postcode, Sector


@dataclass(frozen=True, slots=True)
class OrganisationData:
    """What an organisation says about itself. `sectors` are codes."""

    name: str
    street: str
    postcode: str
    sectors: frozenset[str]
    phone: str = ""
    website: str = ""
    description_nl: str = ""
    description_fr: str = ""


def sectors(session: Session) -> list[Sector]:
    """Return all sectors in their order."""
    return list(session.scalars(select(Sector).order_by(Sector.position)))


def postcodes(session: Session) -> list[Postcode]:
    """Return all postcodes in order of their number."""
    return list(session.scalars(select(Postcode).order_by(Postcode.code)))


def search(
    session: Session, text: str, *, limit: int = limits.MOST_FOUND
) -> list[Organisation]:
    """Return organisations whose name holds every word of `text`, whatever the accents.

    Names that begin with the text come first. Names are compared here and not by the
    database, because SQLite knows no accents; a region has some thousands of them.

    Parameters
    ----------
    limit
        How many are returned at most.
    """
    wanted = folded(text)
    if not wanted:
        return []
    names = {
        number: folded(name)
        for number, name in session.execute(select(Organisation.id, Organisation.name))
    }
    matching = [
        number for number, name in names.items() if all(word in name for word in wanted.split())
    ]
    matching.sort(
        key=lambda number: (not names[number].startswith(wanted), names[number], number)
    )
    return _in_order(session, matching[:limit])


def organisations_of(session: Session, account: Account) -> list[Organisation]:
    """Return the organisations that a person speaks for, by name."""
    numbers = session.scalars(
        select(Organisation.id)
        .join(Contact, Contact.organisation_id == Organisation.id)
        .where(Contact.account_id == account.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return _in_order(session, list(numbers))


def find(session: Session, organisation_id: int) -> Organisation | None:
    """Return one organisation."""
    return next(iter(_in_order(session, [organisation_id])), None)


def register(
    session: Session, data: OrganisationData, *, contact: Account, now: datetime
) -> Organisation:
    """Add an organisation to the directory, with a first contact.

    Raises
    ------
    Conflict
        When the directory has one with the same name and postcode: nobody becomes its
        contact that way.
    InvalidInput
        When a postcode or sector is not known, or no sector is given.
    """
    _require_new(session, data)
    taken = session.scalars(select(Organisation.reference)).all()
    organisation = Organisation(
        reference=unique_reference(
            readable_reference(data.name, otherwise="organisation"), taken=taken
        ),
        created_at=now,
        contacts=[Contact(account=contact)],
    )
    _write(session, organisation, data)
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError:
        raise Conflict(
            "Somebody registered an organisation with this name at the same moment. Look for "
            "it in the directory."
        ) from None
    return organisation


def change(
    session: Session, organisation: Organisation, data: OrganisationData, *, now: datetime
) -> None:
    """Change an organisation's data.

    A new address gets the coordinates of its postcode's centre; an address that stays keeps
    the coordinates that it has.

    Raises
    ------
    InvalidInput
        When a postcode or sector is not known, or no sector is given.
    TooLate
        When the address changes while a week counts on it.
    """
    moved = _address(organisation) != (data.street, data.postcode)
    if moved:
        _require_movable(session, organisation, now=now)
    _write(session, organisation, data)
    session.flush()


def _in_order(session: Session, numbers: list[int]) -> list[Organisation]:
    found = {
        organisation.id: organisation
        for organisation in session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(numbers))
            .options(
                joinedload(Organisation.postcode),
                selectinload(Organisation.contacts),
                selectinload(Organisation.sectors),
            )
        )
    }
    return [found[number] for number in numbers if number in found]


def _require_new(session: Session, data: OrganisationData) -> None:
    names = session.scalars(
        select(Organisation.name).where(Organisation.postcode_code == data.postcode)
    )
    if folded(data.name) in map(folded, names):
        raise Conflict(
            "An organisation with this name and postcode is in the directory. Look for it "
            "there, or ask the team of your care zone.",
            field="name",
        )


def _require_movable(session: Session, organisation: Organisation, *, now: datetime) -> None:
    concerned = (
        select(Edition)
        .join(Host, Host.edition_id == Edition.id)
        .where(Host.organisation_id == organisation.id)
        .order_by(Edition.id)
    )
    # Always in the same order, so that two who change addresses never wait for each other.
    for edition in session.scalars(concerned).all():
        editions.lock(session, edition)
    counting_on_it = session.scalars(
        concerned.where(
            Edition.phase.not_in(
                (EditionPhase.DRAFT, EditionPhase.EVALUATION, EditionPhase.CLOSED)
            )
        )
    )
    if not all(edition.is_hosting(now) for edition in counting_on_it):
        raise TooLate(
            "The address can no longer change: the week is put together with it. Ask the "
            "team of your care zone.",
            field="street",
        )


def _address(organisation: Organisation) -> tuple[str, str | None]:
    return organisation.street, organisation.postcode_code


def _write(session: Session, organisation: Organisation, data: OrganisationData) -> None:
    postcode = find_postcode(session, data.postcode)
    chosen = find_sectors(session, data.sectors)
    if not chosen:
        raise InvalidInput("Choose at least one sector.", field="sectors")
    if _address(organisation) != (data.street, postcode.code) or organisation.latitude is None:
        organisation.latitude = postcode.latitude
        organisation.longitude = postcode.longitude
    organisation.name = data.name
    organisation.street = data.street
    organisation.postcode = postcode
    organisation.phone = data.phone
    organisation.website = data.website
    organisation.description_nl = data.description_nl
    organisation.description_fr = data.description_fr
    organisation.sectors = chosen


def find_postcode(session: Session, code: str) -> Postcode:
    """Return a postcode.

    Raises
    ------
    InvalidInput
        When it is not one that we know.
    """
    postcode = session.get(Postcode, code)
    if postcode is None:
        raise InvalidInput("Choose a postcode from the list.", field="postcode")
    return postcode


def find_sectors(session: Session, codes: Iterable[str]) -> list[Sector]:
    """Return sectors by their codes, in their order.

    Raises
    ------
    InvalidInput
        When one of them does not exist.
    """
    wanted = set(codes)
    found = [sector for sector in sectors(session) if sector.code in wanted]
    if len(found) < len(wanted):
        raise InvalidInput("Choose sectors from the list.", field="sectors")
    return found
