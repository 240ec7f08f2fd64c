"""Who has which seat, who waits for one, and for whom a seat is held."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur.enums import Door, OfferState, PlacementOrigin, PlacementState, WaitingEnd
from opendeur.models.account import Account
from opendeur.models.assignment import AssignmentRun
from opendeur.models.base import Base, PrimaryKey, enum_column
from opendeur.models.message import Message
from opendeur.models.visit import Slot, Visit
from opendeur.models.visitor import Visitor


class Placement(Base):
    """A visitor's seat in a slot. History stays: only one of a pair can be *placed*."""

    __tablename__ = "placement"
    __table_args__ = (
        Index(
            "uq_placement_live",
            "visitor_id",
            "slot_id",
            unique=True,
            sqlite_where=text("state = 'placed'"),
            postgresql_where=text("state = 'placed'"),
        ),
    )

    id: Mapped[PrimaryKey]
    visitor_id: Mapped[int] = mapped_column(ForeignKey("visitor.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_run.id"), index=True)
    origin: Mapped[PlacementOrigin] = mapped_column(
        enum_column(PlacementOrigin),
        default=PlacementOrigin.RUN,
        server_default=PlacementOrigin.RUN.value,
    )
    state: Mapped[PlacementState] = mapped_column(
        enum_column(PlacementState), default=PlacementState.PLACED
    )
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    visitor: Mapped[Visitor] = relationship()
    slot: Mapped[Slot] = relationship()
    run: Mapped[AssignmentRun | None] = relationship()
    changes: Mapped[list["PlacementChange"]] = relationship(
        back_populates="placement", order_by="PlacementChange.id", passive_deletes="all"
    )


class PlacementChange(Base):
    """One line of the history of a seat: what became of it, by whom, when and why.

    Lines are added and never changed. Nobody in `account`: it happened by itself.
    """

    __tablename__ = "placement_change"

    id: Mapped[PrimaryKey]
    placement_id: Mapped[int] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[PlacementState] = mapped_column(enum_column(PlacementState))
    door: Mapped[Door] = mapped_column(enum_column(Door))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]

    placement: Mapped[Placement] = relationship(back_populates="changes")
    account: Mapped[Account | None] = relationship()


class WaitingListEntry(Base):
    """Somebody who waits for a seat in a visit: in any of its moments, or in one of them.

    Who joined first is asked first. One lives for each visitor and visit.
    """

    __tablename__ = "waiting_list_entry"
    __table_args__ = (
        Index(
            "uq_waiting_list_entry_live",
            "visitor_id",
            "visit_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        CheckConstraint("(left_at IS NULL) = (ended IS NULL)", name="ends_at_once"),
    )

    id: Mapped[PrimaryKey]
    visitor_id: Mapped[int] = mapped_column(ForeignKey("visitor.id", ondelete="CASCADE"))
    visit_id: Mapped[int] = mapped_column(
        ForeignKey("visit.id", ondelete="CASCADE"), index=True
    )
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    ended: Mapped[WaitingEnd | None] = mapped_column(enum_column(WaitingEnd))

    visitor: Mapped[Visitor] = relationship()
    visit: Mapped[Visit] = relationship()
    slot: Mapped[Slot | None] = relationship()


class SeatOffer(Base):
    """A free seat that is held for one person until a deadline.

    `token` is part of the link in its letter: only who received that knows it.
    """

    __tablename__ = "seat_offer"
    __table_args__ = (
        Index(
            "uq_seat_offer_open",
            "visitor_id",
            "slot_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[PrimaryKey]
    visitor_id: Mapped[int] = mapped_column(ForeignKey("visitor.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("waiting_list_entry.id"))
    #: The letter that asks; its deadline is set when that is written.
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    state: Mapped[OfferState] = mapped_column(enum_column(OfferState), default=OfferState.OPEN)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    visitor: Mapped[Visitor] = relationship()
    slot: Mapped[Slot] = relationship()
    entry: Mapped[WaitingListEntry | None] = relationship()
    message: Mapped[Message | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether the seat is held for this person."""
        return self.state is OfferState.OPEN
