"""Who comes to a host's slots, once that is published: names, and never an address."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur.domain import queries
from opendeur.enums import Participation
from opendeur.letters import Guest
from opendeur.models import Edition, Host, Placement, Slot, Visit, Visitor


def coming(
    session: Session, edition: Edition, hosts: Collection[Host]
) -> dict[int, list[Guest]]:
    """Return who comes to each slot of the hosts, by the slot's number.

    Empty until the edition's results are published.
    """
    if not edition.shows_results:
        return {}
    found: dict[int, list[Guest]] = defaultdict(list)
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
        found[placement.slot_id].append(guest_of(placement.visitor, participation))
    for people in found.values():
        people.sort(key=lambda guest: (guest.name.casefold(), guest.organisation))
    return dict(found)


def guest_of(
    visitor: Visitor, participation: Participation = Participation.NEEDS_ACTION
) -> Guest:
    """Return a visitor as a host may know them."""
    return Guest(
        name=visitor.account.full_name,
        organisation=visitor.organisation.name if visitor.organisation else "",
        seats=visitor.seats,
        languages=visitor.languages,
        participation=participation,
    )
