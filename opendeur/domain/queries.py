"""Questions that several subjects ask of the database, each answered in one place.

Statements are returned where the caller decides what to load along, answers where there is
only one way to ask.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur.enums import InvitationRole, OfferState, Participation, PlacementState
from opendeur.models import (
    Contact,
    Edition,
    Host,
    Invitation,
    Organisation,
    Placement,
    Preference,
    SeatOffer,
    Slot,
    Visit,
    Visitor,
    WaitingListEntry,
)

# -- conditions ----------------------------------------------------------------------------

#: A placement that holds a seat.
IS_LIVE = Placement.state == PlacementState.PLACED
#: A visit that stands in the programme.
IS_OFFERED = and_(Visit.published_at.is_not(None), Visit.withdrawn_at.is_(None))
#: A seat that is held for somebody who was asked to take it.
IS_HELD = SeatOffer.state == OfferState.OPEN
#: Somebody who waits for a seat.
IS_WAITING = WaitingListEntry.left_at.is_(None)
#: A visitor whose preferences count.
HAS_SUBMITTED = Visitor.submitted_at.is_not(None)


def waits_for(slot: Slot) -> ColumnElement[bool]:
    """Return the condition: an entry of a waiting list for which a seat in a slot will do."""
    of_slot = WaitingListEntry.slot_id.is_(None) | (WaitingListEntry.slot_id == slot.id)
    return and_(WaitingListEntry.visit_id == slot.visit_id, of_slot, IS_WAITING)


# -- what is loaded along ------------------------------------------------------------------

#: Of a visit: its host, and the organisation with its place.
VISIT_WITH_HOST = (
    joinedload(Visit.host).joinedload(Host.organisation).joinedload(Organisation.postcode),
)
#: Of a slot: where it is, and whose.
SLOT_WITH_PLACE = (
    joinedload(Slot.own_postcode),
    joinedload(Slot.visit).options(*VISIT_WITH_HOST),
)
#: Of a slot: who speaks for its host.
SLOT_WITH_CONTACTS = (
    joinedload(Slot.visit)
    .joinedload(Visit.host)
    .joinedload(Host.organisation)
    .selectinload(Organisation.contacts)
    .joinedload(Contact.account),
)
#: Of a visitor: who that is, and where they work.
VISITOR_WITH_PERSON = (joinedload(Visitor.account), joinedload(Visitor.organisation))


# -- many rows on one line -----------------------------------------------------------------


def together(statement: Select[Any]) -> ScalarSelect[str | None]:
    """Return the one text column of a statement on one line, with blanks between.

    The statement speaks of the row around it. None where it finds nothing.
    """
    [text] = statement.selected_columns
    return statement.with_only_columns(func.aggregate_strings(text, " ")).scalar_subquery()


#: Of a slot: how many seats in it are taken.
SEATS_TAKEN = (
    select(func.coalesce(func.sum(Visitor.seats), 0))
    .join(Placement, Placement.visitor_id == Visitor.id)
    .where(Placement.slot_id == Slot.id, IS_LIVE)
    .scalar_subquery()
)

# -- who has which seat --------------------------------------------------------------------


def live_placements(edition: Edition) -> Select[Placement]:
    """Return the statement for the placements of an edition that hold a seat."""
    return (
        select(Placement)
        .join(Placement.visitor)
        .where(Visitor.edition_id == edition.id, IS_LIVE)
    )


def seats_taken(session: Session, edition: Edition) -> dict[int, int]:
    """Return how many seats are taken, for every slot in which somebody is placed."""
    rows = session.execute(
        live_placements(edition)
        .with_only_columns(Placement.slot_id, func.sum(Visitor.seats))
        .group_by(Placement.slot_id)
    )
    return {slot_id: int(seats) for slot_id, seats in rows}


def seats_taken_in(session: Session, slot: Slot) -> int:
    """Return how many seats are taken in one slot."""
    return session.scalars(
        select(func.coalesce(func.sum(Visitor.seats), 0))
        .join(Placement, Placement.visitor_id == Visitor.id)
        .where(Placement.slot_id == slot.id, IS_LIVE)
    ).one()


def is_anybody_placed(session: Session, visit: Visit) -> bool:
    """Tell whether somebody holds a seat in any slot of a visit."""
    return bool(
        session.scalar(
            select(
                exists().where(Placement.slot_id == Slot.id, Slot.visit_id == visit.id, IS_LIVE)
            )
        )
    )


def answers_of_visitors(
    session: Session, edition: Edition
) -> dict[tuple[int, int], Participation]:
    """Return what visitors answered, by account and visit, for invitations that hold."""
    rows = session.execute(
        select(Invitation.account_id, Invitation.visit_id, Invitation.participation).where(
            Invitation.edition_id == edition.id,
            Invitation.role == InvitationRole.VISITOR,
            Invitation.cancelled_at.is_(None),
        )
    )
    return {(account, visit): participation for account, visit, participation in rows}


# -- who asked for what --------------------------------------------------------------------


def submitted_visitors(edition: Edition) -> Select[Visitor]:
    """Return the statement for the visitors of an edition whose preferences count."""
    return select(Visitor).where(Visitor.edition_id == edition.id, HAS_SUBMITTED)


def people_preferring(session: Session, edition: Edition) -> dict[int, int]:
    """Return how many people prefer each visit, by its number; those of nobody are left out."""
    rows = session.execute(
        select(Preference.visit_id, func.sum(Visitor.seats))
        .join(Visitor, Visitor.id == Preference.visitor_id)
        .where(Visitor.edition_id == edition.id, HAS_SUBMITTED)
        .group_by(Preference.visit_id)
    )
    return {visit_id: int(seats) for visit_id, seats in rows}


def people_and_seats(
    session: Session, edition: Edition
) -> tuple[dict[int, int], dict[int, int]]:
    """Return `people_preferring` and `seats_taken`, asked at once."""
    people = (
        select(literal(0), Preference.visit_id, func.sum(Visitor.seats))
        .join(Visitor, Visitor.id == Preference.visitor_id)
        .where(Visitor.edition_id == edition.id, HAS_SUBMITTED)
        .group_by(Preference.visit_id)
    )
    seats = (
        live_placements(edition)
        .with_only_columns(literal(1), Placement.slot_id, func.sum(Visitor.seats))
        .group_by(Placement.slot_id)
    )
    found: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for which, number, count in session.execute(union_all(people, seats)):
        found[which][number] = int(count)
    return found


# -- the edition as a whole ----------------------------------------------------------------


def hosts_with_offers(session: Session, edition: Edition) -> list[Host]:
    """Return the hosts of an edition with their visits, slots and audiences, by number."""
    return list(
        session.scalars(
            select(Host)
            .where(Host.edition_id == edition.id)
            .options(
                joinedload(Host.organisation).selectinload(Organisation.sectors),
                selectinload(Host.visits).selectinload(Visit.slots),
                selectinload(Host.visits).selectinload(Visit.audience),
            )
            .order_by(Host.id)
        )
    )


def slots_by_number(
    session: Session, edition: Edition, *, options: Collection[Any] = ()
) -> dict[int, Slot]:
    """Return every slot of an edition, with where it is and whose."""
    found = session.scalars(
        select(Slot)
        .join(Slot.visit)
        .join(Visit.host)
        .where(Host.edition_id == edition.id)
        .options(*SLOT_WITH_PLACE, *options)
    )
    return {slot.id: slot for slot in found}


def visitors_by_number(session: Session, edition: Edition) -> dict[int, Visitor]:
    """Return every visitor of an edition, with who that is."""
    found = session.scalars(
        select(Visitor).where(Visitor.edition_id == edition.id).options(*VISITOR_WITH_PERSON)
    )
    return {visitor.id: visitor for visitor in found}
