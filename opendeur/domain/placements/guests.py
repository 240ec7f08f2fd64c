"""Who comes to a host's slots, once that is published: names, and never an address."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import queries
from opendeur.enums import Participation
from opendeur.letters import Guest
from opendeur.models import (
    Account,
    Contact,
    Edition,
    Host,
    Placement,
    Slot,
    Visit,
    Visitor,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee(Guest):
    """A guest, with what they can follow and what they answered to the invitation.

    `placement_id` names their seat in addresses.
    """

    placement_id: int
    languages: frozenset[str]
    participation: Participation


def coming(
    session: Session, edition: Edition, hosts: Collection[Host]
) -> dict[int, list[Attendee]]:
    """Return who comes to each slot of the hosts, by the slot's number.

    Empty until the edition's results are published.
    """
    if not edition.shows_results:
        return {}
    found: dict[int, list[Attendee]] = defaultdict(list)
    placements = session.scalars(
        select(Placement)
        .join(Slot, Slot.id == Placement.slot_id)
        .join(Visit, Visit.id == Slot.visit_id)
        .where(Visit.host_id.in_([host.id for host in hosts]), queries.IS_LIVE)
        .options(
            joinedload(Placement.slot),
            joinedload(Placement.visitor).options(*queries.VISITOR_WITH_PERSON),
        )
    )
    said = queries.answers_of_visitors(session, edition)
    for placement in placements:
        invited = placement.visitor.account_id, placement.slot.visit_id
        participation = said.get(invited, Participation.NEEDS_ACTION)
        found[placement.slot_id].append(_attendee(placement, participation))
    for people in found.values():
        people.sort(key=lambda guest: (guest.name.casefold(), guest.organisation))
    return dict(found)


def guest_of(visitor: Visitor) -> Guest:
    """Return a visitor as a host may know them."""
    return Guest(
        name=visitor.account.full_name,
        organisation=visitor.organisation.name if visitor.organisation else "",
        seats=visitor.seats,
    )


def find_guest(
    session: Session, edition: Edition, account: Account, placement_id: int
) -> Placement | None:
    """Return a seat at a host's that somebody has or had, when this person speaks for it."""
    return session.scalars(
        _seat(edition, placement_id)
        .join(Contact, Contact.organisation_id == Host.organisation_id)
        .where(Contact.account_id == account.id)
    ).one_or_none()


def find_placement(session: Session, edition: Edition, placement_id: int) -> Placement | None:
    """Return a seat that somebody has or had in an edition, by its number."""
    return session.scalars(_seat(edition, placement_id)).one_or_none()


def _seat(edition: Edition, placement_id: int) -> Select[Placement]:
    return (
        select(Placement)
        .join(Slot, Slot.id == Placement.slot_id)
        .join(Visit, Visit.id == Slot.visit_id)
        .join(Host, Host.id == Visit.host_id)
        .where(Placement.id == placement_id, Host.edition_id == edition.id)
        .options(
            joinedload(Placement.visitor).options(*queries.VISITOR_WITH_PERSON),
            joinedload(Placement.slot).options(*queries.SLOT_WITH_PLACE),
        )
    )


def _attendee(placement: Placement, participation: Participation) -> Attendee:
    visitor = placement.visitor
    return Attendee(
        **asdict(guest_of(visitor)),
        placement_id=placement.id,
        languages=visitor.languages,
        participation=participation,
    )
