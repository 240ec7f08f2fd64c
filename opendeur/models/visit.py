"""What hosts offer: visits, and the slots in which they take place."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur.enums import SlotState
from opendeur.models.base import (
    Base,
    Codes,
    LocalText,
    LongText,
    PrimaryKey,
    Reference,
    ShortText,
    enum_column,
    localised,
)
from opendeur.models.organisation import Host
from opendeur.models.place import Postcode, Sector

visit_audience = Table(
    "visit_audience",
    Base.metadata,
    Column("visit_id", ForeignKey("visit.id", ondelete="CASCADE"), primary_key=True),
    Column("sector_code", ForeignKey("sector.code"), primary_key=True),
)


class Visit(Base):
    """What a host shows, described in Dutch, in French, or in both.

    It is a draft until `published_at`; after `withdrawn_at` nobody can choose it any more.
    An empty `audience` means that everybody may come.
    """

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("host_id", "reference"),
        CheckConstraint("title_nl <> '' OR title_fr <> ''", name="has_title"),
    )

    id: Mapped[PrimaryKey]
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"), index=True)
    reference: Mapped[Reference]
    title_nl: Mapped[ShortText] = mapped_column(default="")
    title_fr: Mapped[ShortText] = mapped_column(default="")
    description_nl: Mapped[LongText] = mapped_column(default="")
    description_fr: Mapped[LongText] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    host: Mapped[Host] = relationship(back_populates="visits")
    audience: Mapped[list[Sector]] = relationship(
        secondary=visit_audience, order_by=Sector.position
    )
    slots: Mapped[list["Slot"]] = relationship(
        back_populates="visit",
        cascade="all, delete-orphan",
        order_by=lambda: (Slot.starts_at, Slot.id),
    )

    @property
    def is_offered(self) -> bool:
        """Whether the visit stands in the programme: published and not withdrawn."""
        return self.published_at is not None and self.withdrawn_at is None

    @property
    def open_slots(self) -> list["Slot"]:
        """The slots that are not closed, in order of time."""
        return [slot for slot in self.slots if not slot.is_closed]

    def title(self, language: str) -> LocalText:
        """Return the title in `language`, or in the other one."""
        return localised(language, nl=self.title_nl, fr=self.title_fr)

    def description(self, language: str) -> LocalText:
        """Return the description in `language`, or in the other one."""
        return localised(language, nl=self.description_nl, fr=self.description_fr)


class Moment:
    """What a slot says of itself, also once it is removed: when, where, for how many."""

    reference: Mapped[Reference]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    minimum: Mapped[int]
    capacity: Mapped[int]
    languages: Mapped[Codes]
    state: Mapped[SlotState] = mapped_column(enum_column(SlotState), default=SlotState.OPEN)
    street: Mapped[ShortText] = mapped_column(default="")
    postcode_code: Mapped[str | None] = mapped_column(ForeignKey("postcode.code"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class Slot(Moment, Base):
    """One moment at which a visit takes place, with its seats.

    It runs with at least `minimum` and at most `capacity` seats taken, or not at all.
    ``ends_at`` is not part of the slot: one that ends at ten and one that starts at ten do
    not overlap. Without a place of its own it is at the organisation's.
    """

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("visit_id", "reference"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("minimum > 0", name="minimum_positive"),
        CheckConstraint("minimum <= capacity", name="minimum_within_capacity"),
        CheckConstraint("starts_at < ends_at", name="starts_before_end"),
        CheckConstraint("languages <> ''", name="has_language"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_complete"),
        Index(
            "ix_slot_freed",
            "freed_seats",
            sqlite_where=text("freed_seats > 0"),
            postgresql_where=text("freed_seats > 0"),
        ),
    )

    id: Mapped[PrimaryKey]
    visit_id: Mapped[int] = mapped_column(
        ForeignKey("visit.id", ondelete="CASCADE"), index=True
    )
    #: Seats that were given up and that people are asked to take: see `domain.passing`.
    freed_seats: Mapped[int] = mapped_column(default=0, server_default="0")

    visit: Mapped[Visit] = relationship(back_populates="slots")
    own_postcode: Mapped[Postcode | None] = relationship()

    @property
    def is_closed(self) -> bool:
        """Whether nobody can be placed in the slot, and visitors do not see it."""
        return self.state is SlotState.CLOSED

    @property
    def is_forced(self) -> bool:
        """Whether the slot takes place for certain, however few people it gets."""
        return self.state is SlotState.FORCED

    def is_over(self, now: datetime) -> bool:
        """Tell whether the visit at this moment has ended."""
        return self.ends_at <= now

    @property
    def has_own_place(self) -> bool:
        """Whether the slot is somewhere else than at the organisation."""
        return bool(self.street or self.postcode_code or self.latitude is not None)

    @property
    def address(self) -> tuple[str, Postcode | None]:
        """Street and postcode of where the slot is."""
        if self.has_own_place:
            return self.street, self.own_postcode
        organisation = self.visit.host.organisation
        return organisation.street, organisation.postcode

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, or None where they are not known."""
        place = self if self.has_own_place else self.visit.host.organisation
        if place.latitude is None or place.longitude is None:
            return None
        return place.latitude, place.longitude

    @property
    def local_starts_at(self) -> datetime:
        """The start on the edition's wall clock."""
        return self.visit.host.edition.local(self.starts_at)

    @property
    def local_ends_at(self) -> datetime:
        """The end on the edition's wall clock."""
        return self.visit.host.edition.local(self.ends_at)


class RemovedSlot(Moment, Base):
    """A slot that its host removed, kept for a while so that it can be put back as it was.

    `slot_number` is the number that it had. Nothing else refers to it: a slot in which
    anybody ever had a seat is not removed.
    """

    __tablename__ = "removed_slot"

    id: Mapped[PrimaryKey]
    visit_id: Mapped[int] = mapped_column(
        ForeignKey("visit.id", ondelete="CASCADE"), index=True
    )
    slot_number: Mapped[int]
    removed_at: Mapped[datetime]

    visit: Mapped[Visit] = relationship()

    @property
    def local_starts_at(self) -> datetime:
        """The start on the edition's wall clock."""
        return self.visit.host.edition.local(self.starts_at)

    @property
    def local_ends_at(self) -> datetime:
        """The end on the edition's wall clock."""
        return self.visit.host.edition.local(self.ends_at)
