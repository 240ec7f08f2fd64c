"""Who comes: the visitors of an edition, and what they have, as columns of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.domain.searching import folded
from opendeur.enums import InvitationRole, Participation
from opendeur.models import (
    Account,
    Edition,
    Invitation,
    Organisation,
    Placement,
    Preference,
    Slot,
    Visitor,
)


@dataclass(frozen=True, slots=True)
class VisitorLine:
    """A visitor, how many visits they prefer, and the rank of each visit they have now.

    Without an organisation: self-employed. A rank is None where the visit is no preference of
    theirs, or no longer. `answers` are those to the invitations that hold.
    """

    number: int
    given_name: str
    family_name: str
    email: str
    organisation_name: str | None
    seats: int
    submitted_at: datetime | None
    preferences: int
    ranks: tuple[int | None, ...]
    answers: tuple[Participation, ...]

    @property
    def name(self) -> str:
        """The whole name, or the address of somebody who never gave a name."""
        return f"{self.given_name} {self.family_name}".strip() or self.email

    @property
    def order(self) -> tuple[str, str, int]:
        """Where the visitor stands among others, by name."""
        return folded(self.family_name), folded(self.given_name), self.number

    @property
    def has_submitted(self) -> bool:
        """Whether the preferences count."""
        return self.submitted_at is not None

    @property
    def has_begun(self) -> bool:
        """Whether something is preferred and nothing was submitted."""
        return not self.has_submitted and self.preferences > 0

    @property
    def owes_answer(self) -> bool:
        """Whether an invitation was not answered yet."""
        return Participation.NEEDS_ACTION in self.answers


def roster_of(session: Session, edition: Edition) -> list[VisitorLine]:
    """Return every visitor of an edition, by name."""
    preferences = (
        select(func.count()).select_from(Preference).where(Preference.visitor_id == Visitor.id)
    )
    ranks = (
        select(cast(func.coalesce(Preference.rank, 0), String))
        .select_from(Placement)
        .join(Slot, Slot.id == Placement.slot_id)
        .outerjoin(
            Preference,
            (Preference.visitor_id == Placement.visitor_id)
            & (Preference.visit_id == Slot.visit_id),
        )
        .where(Placement.visitor_id == Visitor.id, queries.IS_LIVE)
    )
    answers = select(cast(Invitation.participation, String)).where(
        Invitation.edition_id == edition.id,
        Invitation.account_id == Visitor.account_id,
        Invitation.role == InvitationRole.VISITOR,
        Invitation.cancelled_at.is_(None),
        Invitation.sequence.is_not(None),
    )
    rows: Iterable[Any] = session.execute(
        select(
            Visitor.id,
            Account.given_name,
            Account.family_name,
            Account.email,
            Organisation.name,
            Visitor.seats,
            Visitor.submitted_at,
            preferences.scalar_subquery(),
            queries.together(ranks),
            queries.together(answers),
        )
        .join(Visitor.account)
        .outerjoin(Visitor.organisation)
        .where(Visitor.edition_id == edition.id)
    )
    lines = [VisitorLine(*[*row[:8], _ranks(row[8]), _answers(row[9])]) for row in rows]
    return sorted(lines, key=attrgetter("order"))


def _ranks(text: str | None) -> tuple[int | None, ...]:
    """Return the ranks, the best first and what is no preference last."""
    found = sorted(map(int, (text or "").split()), key=lambda rank: (rank == 0, rank))
    return tuple(rank or None for rank in found)


def _answers(text: str | None) -> tuple[Participation, ...]:
    return tuple(sorted(map(Participation, (text or "").split())))
