"""What the database holds of the edition and the people in a folder, before the import."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur.domain import editions, queries
from opendeur.domain.importing.folder import Folder
from opendeur.domain.importing.reading import KnownCodes
from opendeur.domain.importing.records import VisitorRecord
from opendeur.models import (
    Account,
    Contact,
    Edition,
    Host,
    LoginSession,
    Organisation,
    Placement,
    Postcode,
    Sector,
    Slot,
    Visitor,
    Zone,
)

Item = TypeVar("Item")

#: Most values that one statement compares with; SQLite allows 32,766 variables.
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Current:
    """The rows that a folder is about, as they are before the import.

    Organisations and hosts are by the organisation's reference; `signed_in` are the numbers
    of the accounts that were ever signed in on; `taken` are the seats taken in each slot,
    `guests` the names of whom has them, and `placed` the visitors who have a place, all by
    number.
    """

    edition: Edition | None
    sectors: dict[str, Sector]
    organisations: dict[str, Organisation]
    hosts: dict[str, Host]
    visitors: dict[str, Visitor]
    visitors_by_email: dict[str, Visitor]
    accounts: dict[str, Account]
    signed_in: frozenset[int]
    taken: Counter[int]
    guests: dict[int, list[str]]
    placed: frozenset[int]

    def slots(self) -> Iterator[Slot]:
        """Every slot of the edition."""
        for host in self.hosts.values():
            for visit in host.visits:
                yield from visit.slots

    def visitor(self, record: VisitorRecord) -> Visitor | None:
        """Return the visitor of a row: by its name, or else by the address."""
        named = self.visitors.get(record.reference)
        return named or self.visitors_by_email.get(record.person.email)


def known_codes(session: Session) -> KnownCodes:
    """Return the codes that files can use."""
    return KnownCodes(
        zones=frozenset(session.scalars(select(Zone.code))),
        postcodes=frozenset(session.scalars(select(Postcode.code))),
        sectors=frozenset(session.scalars(select(Sector.code))),
    )


def load(session: Session, folder: Folder) -> Current:
    """Load everything that the folder can change, in a fixed number of statements."""
    edition = editions.find(session, folder.edition.slug) if folder.edition else None
    hosts = queries.hosts_with_offers(session, edition) if edition else []
    visitors = _visitors(session, edition)
    accounts = _accounts(session, folder.people.found)
    seats = _seats(session, edition)
    taken: Counter[int] = Counter()
    guests: dict[int, list[str]] = defaultdict(list)
    names = {visitor.id: visitor.account.name for visitor in visitors}
    for slot, visitor_id, count in seats:
        taken[slot] += count
        guests[slot].append(names[visitor_id])
    return Current(
        edition=edition,
        sectors={sector.code: sector for sector in session.scalars(select(Sector))},
        organisations=_organisations(session, folder),
        hosts={host.organisation.reference: host for host in hosts},
        visitors={visitor.reference: visitor for visitor in visitors if visitor.reference},
        visitors_by_email={visitor.account.email: visitor for visitor in visitors},
        accounts=accounts,
        signed_in=_signed_in(session, [account.id for account in accounts.values()]),
        taken=taken,
        guests=guests,
        placed=frozenset(visitor for _, visitor, _ in seats),
    )


def _visitors(session: Session, edition: Edition | None) -> list[Visitor]:
    if edition is None:
        return []
    statement = (
        select(Visitor)
        .where(Visitor.edition_id == edition.id)
        .options(
            joinedload(Visitor.account),
            selectinload(Visitor.sectors),
            selectinload(Visitor.busy_periods),
            selectinload(Visitor.preferences),
        )
    )
    return list(session.scalars(statement))


def _seats(session: Session, edition: Edition | None) -> list[tuple[int, int, int]]:
    """Return slot, visitor and seats of every placement that holds."""
    if edition is None:
        return []
    statement = queries.live_placements(edition).with_only_columns(
        Placement.slot_id, Visitor.id, Visitor.seats
    )
    return [(slot, visitor, seats) for slot, visitor, seats in session.execute(statement)]


def _organisations(session: Session, folder: Folder) -> dict[str, Organisation]:
    references = {*folder.organisations.lines}
    references |= {each.organisation for each in folder.visitors if each.organisation}
    return {
        organisation.reference: organisation
        for batch in _batches(references)
        for organisation in session.scalars(
            select(Organisation)
            .where(Organisation.reference.in_(batch))
            .options(
                selectinload(Organisation.sectors),
                selectinload(Organisation.contacts).joinedload(Contact.account),
            )
        )
    }


def _accounts(session: Session, emails: Collection[str]) -> dict[str, Account]:
    return {
        account.email: account
        for batch in _batches(emails)
        for account in session.scalars(
            select(Account)
            .where(Account.email.in_(batch))
            .options(selectinload(Account.organised))
        )
    }


def _signed_in(session: Session, accounts: Collection[int]) -> frozenset[int]:
    return frozenset(
        account
        for batch in _batches(accounts)
        for account in session.scalars(
            select(LoginSession.account_id).where(LoginSession.account_id.in_(batch)).distinct()
        )
    )


def _batches(items: Collection[Item]) -> Iterator[list[Item]]:
    listed = list(items)
    for first in range(0, len(listed), _BATCH):
        yield listed[first : first + _BATCH]
