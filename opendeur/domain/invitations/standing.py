"""Invitations as the desk counts and lists them: drafts by kind, answers by what they say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from opendeur.enums import InvitationRole, MessageKind, MessageState, Participation
from opendeur.models import (
    Edition,
    Host,
    Invitation,
    Message,
    Organisation,
    Slot,
    Visit,
    Visitor,
)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list: of what kind, for whom, and about which slot, if about one."""

    id: int
    kind: MessageKind
    role: InvitationRole
    to_name: str
    to_address: str
    starts_at: datetime | None
    host_name: str

    @property
    def to(self) -> str:
        """Whom it is for, by name where there is one."""
        return self.to_name or self.to_address

    @property
    def group(self) -> tuple[InvitationRole, MessageKind]:
        """Which drafts it is read and counted with."""
        return self.role, self.kind


def draft_lines(session: Session, edition: Edition) -> list[DraftLine]:
    """Return the drafts of an edition: visitors' first, by kind, then by name."""
    rows = session.execute(
        select(
            Message.id,
            Message.kind,
            Invitation.role,
            Message.to_name,
            Message.to_address,
            Slot.starts_at,
            Organisation.name,
        )
        .outerjoin(Message.invitation)
        .outerjoin(Slot, Slot.id == Invitation.slot_id)
        .outerjoin(Slot.visit)
        .outerjoin(Visit.host)
        .outerjoin(Host.organisation)
        .where(Message.edition_id == edition.id, Message.state == MessageState.DRAFT)
    )
    kinds = list(MessageKind)
    return sorted(
        (_line(row) for row in rows),
        key=lambda line: (
            line.role is InvitationRole.HOST,
            kinds.index(line.kind),
            line.to.casefold(),
            line.id,
        ),
    )


def _line(row: Any) -> DraftLine:
    number, kind, role, name, address, starts_at, host_name = row
    if role is None:
        is_host = kind is MessageKind.NO_GUESTS
        role = InvitationRole.HOST if is_host else InvitationRole.VISITOR
    return DraftLine(number, kind, role, name, address, starts_at, host_name or "")


def letters_of_cancelling(session: Session, slot: Slot) -> dict[InvitationRole, int]:
    """Return how many visitors and contacts would be written to if a moment were cancelled.

    Those are who had a letter about it; who had none need not hear that it is off.
    """
    told = session.scalars(
        select(Invitation.role).where(
            Invitation.slot_id == slot.id,
            Invitation.cancelled_at.is_(None),
            Invitation.sequence.is_not(None),
            or_(
                Invitation.role == InvitationRole.HOST,
                Invitation.participation != Participation.DECLINED,
            ),
        )
    ).all()
    return {role: told.count(role) for role in InvitationRole}


@dataclass(frozen=True, slots=True)
class Answers:
    """What visitors answered to the invitations that hold, in places, which are people."""

    yes: int = 0
    no: int = 0
    silent: int = 0

    @property
    def places(self) -> int:
        """How many places were offered."""
        return self.yes + self.no + self.silent


def answers_of(session: Session, edition: Edition) -> Answers:
    """Return what visitors answered, as far as they were asked."""
    rows = session.execute(
        select(Invitation.participation, func.sum(Visitor.seats))
        .join(
            Visitor,
            (Visitor.account_id == Invitation.account_id)
            & (Visitor.edition_id == Invitation.edition_id),
        )
        .where(
            Invitation.edition_id == edition.id,
            Invitation.role == InvitationRole.VISITOR,
            Invitation.cancelled_at.is_(None),
            Invitation.sequence.is_not(None),
        )
        .group_by(Invitation.participation)
    )
    seats = {participation: int(count) for participation, count in rows}
    yes = seats.pop(Participation.ACCEPTED, 0)
    no = seats.pop(Participation.DECLINED, 0)
    return Answers(yes, no, sum(seats.values()))
