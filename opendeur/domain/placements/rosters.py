"""Who comes: the visitors of an edition, and what they have."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur.domain import queries
from opendeur.models import Account, Edition, Placement, Slot, Visitor


@dataclass(frozen=True, slots=True)
class VisitorLine:
    """A visitor, how many visits they prefer, and the rank of each visit they have now.

    A rank is None where the visit is no preference of theirs, or no longer.
    """

    visitor: Visitor
    preferences: int
    ranks: tuple[int | None, ...]

    @property
    def has_submitted(self) -> bool:
        """Whether the preferences count."""
        return self.visitor.submitted_at is not None


def roster_of(session: Session, edition: Edition) -> list[VisitorLine]:
    """Return every visitor of an edition, by name."""
    found = session.scalars(
        select(Visitor)
        .join(Visitor.account)
        .where(Visitor.edition_id == edition.id)
        .options(
            joinedload(Visitor.account),
            joinedload(Visitor.organisation),
            selectinload(Visitor.preferences),
        )
        .order_by(Account.family_name, Account.given_name, Visitor.id)
    ).all()
    held = _visits_held(session, edition)
    return [_line(visitor, held[visitor.id]) for visitor in found]


def _line(visitor: Visitor, visits: Iterable[int]) -> VisitorLine:
    ranks = {preference.visit_id: preference.rank for preference in visitor.preferences}
    got = [ranks.get(visit) for visit in visits]
    got.sort(key=lambda rank: (rank is None, rank))
    return VisitorLine(visitor, len(ranks), tuple(got))


def _visits_held(session: Session, edition: Edition) -> dict[int, list[int]]:
    rows = session.execute(
        queries.live_placements(edition)
        .join(Placement.slot)
        .with_only_columns(Placement.visitor_id, Slot.visit_id)
    )
    held: dict[int, list[int]] = defaultdict(list)
    for visitor, visit in rows:
        held[visitor].append(visit)
    return held
