"""What one person is in every edition, for the page that shows them all."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.models import Account, Contact, Edition, Host, Visitor


@dataclass(frozen=True, slots=True)
class Part:
    """An edition in which somebody is a visitor, a host, an organiser, or several of them."""

    edition: Edition
    visitor: Visitor | None
    hosts: tuple[Host, ...]
    organises: bool


def parts_of(session: Session, account: Account, editions: Iterable[Edition]) -> list[Part]:
    """Return the editions in which a person has a part, in the order given."""
    editions = list(editions)
    numbers = [edition.id for edition in editions]
    visitors = {
        visitor.edition_id: visitor
        for visitor in session.scalars(
            select(Visitor).where(
                Visitor.account_id == account.id, Visitor.edition_id.in_(numbers)
            )
        )
    }
    hosts: dict[int, list[Host]] = {}
    for host in session.scalars(
        select(Host)
        .join(Contact, Contact.organisation_id == Host.organisation_id)
        .where(Contact.account_id == account.id, Host.edition_id.in_(numbers))
        .options(joinedload(Host.organisation))
        .order_by(Host.id)
    ):
        hosts.setdefault(host.edition_id, []).append(host)
    parts = [
        Part(
            edition,
            visitors.get(edition.id),
            tuple(hosts.get(edition.id, ())),
            account.organises(edition.zones),
        )
        for edition in editions
    ]
    return [part for part in parts if part.visitor or part.hosts or part.organises]
