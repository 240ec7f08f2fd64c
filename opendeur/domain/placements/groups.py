"""The group of one moment, as the desk reads it: with ranks and answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.enums import InvitationRole, Participation
from opendeur.models import (
    Account,
    Edition,
    Host,
    Invitation,
    Organisation,
    Placement,
    Preference,
    Slot,
    Visit,
    Visitor,
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group. Without an organisation: self-employed; `rank` None: no choice."""

    placement_id: int
    name: str
    organisation_name: str | None
    seats: int
    rank: int | None
    participation: Participation


def find_slot(session: Session, edition: Edition, slot_id: int) -> Slot | None:
    """Return a slot of an edition, with its visit and host."""
    return session.scalars(
        select(Slot)
        .join(Slot.visit)
        .join(Visit.host)
        .where(Slot.id == slot_id, Host.edition_id == edition.id)
        .options(*queries.SLOT_WITH_PLACE)
    ).one_or_none()


def group_of(session: Session, slot: Slot) -> list[Member]:
    """Return who has a seat in a slot, by name."""
    rows: Iterable[Any] = session.execute(
        select(
            Placement.id,
            Account,
            Organisation.name,
            Visitor.seats,
            Preference.rank,
            Invitation.participation,
        )
        .join(Visitor, Visitor.id == Placement.visitor_id)
        .join(Account, Account.id == Visitor.account_id)
        .outerjoin(Organisation, Organisation.id == Visitor.organisation_id)
        .outerjoin(
            Preference,
            (Preference.visitor_id == Visitor.id) & (Preference.visit_id == slot.visit_id),
        )
        .outerjoin(
            Invitation,
            (Invitation.account_id == Account.id)
            & (Invitation.visit_id == slot.visit_id)
            & (Invitation.role == InvitationRole.VISITOR)
            & Invitation.cancelled_at.is_(None),
        )
        .where(Placement.slot_id == slot.id, queries.IS_LIVE)
    )
    members = [
        Member(
            number, account.name, organisation, seats, rank, said or Participation.NEEDS_ACTION
        )
        for number, account, organisation, seats, rank, said in rows
    ]
    return sorted(members, key=lambda member: (member.name.casefold(), member.placement_id))
