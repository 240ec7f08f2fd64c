"""What one person is in one edition."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.models import Account, Contact, Edition, Host, Visitor


@dataclass(frozen=True, slots=True)
class Roles:
    """A person's parts in an edition; one person can have all of them."""

    visitor: Visitor | None = None
    hosts: tuple[Host, ...] = ()
    organises: bool = False


def roles_of(session: Session, account: Account | None, edition: Edition | None) -> Roles:
    """Return what `account` is in `edition`; nothing where either is missing."""
    if account is None or edition is None:
        return Roles()
    visitor = session.scalars(
        select(Visitor)
        .where(Visitor.edition_id == edition.id, Visitor.account_id == account.id)
        .options(joinedload(Visitor.organisation))
    ).one_or_none()
    hosts = session.scalars(
        select(Host)
        .join(Contact, Contact.organisation_id == Host.organisation_id)
        .where(Host.edition_id == edition.id, Contact.account_id == account.id)
        .options(joinedload(Host.organisation))
        .order_by(Host.id)
    )
    return Roles(visitor, tuple(hosts), account.organises(edition.zones))
