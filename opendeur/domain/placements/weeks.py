"""A visitor's week: what they have, what they did not get, and the facts about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from opendeur.domain import editions, intervals, queries
from opendeur.domain.editions import HalfDay
from opendeur.domain.preferences import could_attend
from opendeur.enums import InvitationRole, Participation
from opendeur.models import (
    Host,
    Invitation,
    Placement,
    Preference,
    Slot,
    Visit,
    Visitor,
)


@dataclass(frozen=True, slots=True)
class Granted:
    """A seat that a visitor has; `rank` is that of the preference, None without one.

    `placement_id` names it in addresses. `invitation` is the one that holds for this slot,
    None before there is one.
    """

    slot: Slot
    rank: int | None
    placement_id: int = 0
    invitation: Invitation | None = None

    @property
    def participation(self) -> Participation:
        """What the visitor answered to the invitation, as far as it is known."""
        return self.invitation.participation if self.invitation else Participation.NEEDS_ACTION


@dataclass(frozen=True, slots=True)
class Missed:
    """A preference without a seat.

    `people` asked for the visit in all; `seats` are those in its slots that take place.
    `could_come` tells whether the visitor could be at one of these, beside the visits that
    they have; `is_full` that none of those has seats left for them.
    """

    visit: Visit
    rank: int
    people: int
    seats: int
    could_come: bool
    is_full: bool

    @property
    def takes_place(self) -> bool:
        """Whether at least one of its slots runs."""
        return self.seats > 0


@dataclass(frozen=True, slots=True)
class Glance:
    """A half day in one view: the visits in it, and whether the visitor is busy."""

    half_day: HalfDay
    granted: tuple[Granted, ...]
    is_busy: bool


@dataclass(frozen=True, slots=True)
class VisitorWeek:
    """Everything on a visitor's own page of the week."""

    granted: tuple[Granted, ...]
    missed: tuple[Missed, ...]
    glance: tuple[Glance, ...]

    def row(self, *, is_morning: bool) -> list[Glance]:
        """Return the mornings or the afternoons of the week."""
        return [cell for cell in self.glance if cell.half_day.is_morning is is_morning]


def week_of(session: Session, visitor: Visitor) -> VisitorWeek:
    """Return the week of a visitor, as it stands after the assignment."""
    preferences = _preferences(session, visitor)
    ranks = {preference.visit_id: preference.rank for preference in preferences}
    granted = tuple(
        Granted(
            placement.slot,
            ranks.get(placement.slot.visit_id),
            placement.id,
            invitation,
        )
        for placement, invitation in session.execute(_placements(visitor)).unique()
    )
    had = {seat.slot.visit_id for seat in granted}
    missed = [preference for preference in preferences if preference.visit_id not in had]
    people, taken = queries.people_and_seats(session, visitor.edition)
    return VisitorWeek(
        granted=granted,
        missed=tuple(
            _missed(visitor, preference, granted, people.get(preference.visit_id, 0), taken)
            for preference in missed
        ),
        glance=tuple(
            _glance(visitor, half_day, granted)
            for half_day in editions.half_days_of(visitor.edition)
        ),
    )


def _glance(visitor: Visitor, half_day: HalfDay, granted: tuple[Granted, ...]) -> Glance:
    return Glance(
        half_day,
        granted=tuple(
            seat for seat in granted if intervals.contains(half_day, seat.slot.starts_at)
        ),
        is_busy=any(intervals.overlap(half_day, busy) for busy in visitor.busy_periods),
    )


def _missed(
    visitor: Visitor,
    preference: Preference,
    granted: tuple[Granted, ...],
    people: int,
    taken: Mapping[int, int],
) -> Missed:
    running = [slot for slot in preference.visit.slots if slot.id in taken]
    attendable = [
        slot
        for slot in running
        if could_attend(visitor, slot)
        and not any(intervals.overlap(slot, seat.slot) for seat in granted)
    ]
    return Missed(
        preference.visit,
        preference.rank,
        people=people,
        seats=sum(slot.capacity for slot in running),
        could_come=bool(attendable),
        is_full=all(taken[slot.id] + visitor.seats > slot.capacity for slot in attendable),
    )


def find_seat(session: Session, visitor: Visitor, placement_id: int) -> Granted | None:
    """Return one seat that a visitor has, by its number; None for anybody else's."""
    found = session.execute(_placements(visitor).where(Placement.id == placement_id))
    row = found.unique().one_or_none()
    if row is None:
        return None
    placement, invitation = row
    return Granted(placement.slot, None, placement.id, invitation)


def find_own(session: Session, visitor: Visitor, placement_id: int) -> Placement | None:
    """Return a seat that a visitor has or had, by its number; None for anybody else's."""
    return session.scalars(
        select(Placement)
        .where(Placement.id == placement_id, Placement.visitor_id == visitor.id)
        .options(
            joinedload(Placement.visitor).joinedload(Visitor.account),
            joinedload(Placement.slot).options(*queries.SLOT_WITH_PLACE),
        )
    ).one_or_none()


def _preferences(session: Session, visitor: Visitor) -> list[Preference]:
    return list(
        session.scalars(
            select(Preference)
            .where(Preference.visitor_id == visitor.id)
            .options(
                joinedload(Preference.visit).options(
                    joinedload(Visit.host).joinedload(Host.organisation),
                    joinedload(Visit.audience),
                    selectinload(Visit.slots),
                )
            )
            .order_by(Preference.rank)
        ).unique()
    )


def _placements(visitor: Visitor) -> Select[Placement, Invitation | None]:
    """Return the statement for a visitor's seats, each with its invitation that holds."""
    invitation = and_(
        Invitation.slot_id == Placement.slot_id,
        Invitation.account_id == visitor.account_id,
        Invitation.role == InvitationRole.VISITOR,
        Invitation.cancelled_at.is_(None),
    )
    return (
        select(Placement, Invitation)
        .join(Placement.slot)
        .outerjoin(Invitation, invitation)
        .where(Placement.visitor_id == visitor.id, queries.IS_LIVE)
        .options(contains_eager(Placement.slot).options(*queries.SLOT_WITH_PLACE))
        .order_by(Slot.starts_at, Slot.id)
    )
