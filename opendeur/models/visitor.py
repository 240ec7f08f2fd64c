"""Who comes, when they cannot, and what they prefer."""

from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur import limits
from opendeur.models.account import Account
from opendeur.models.base import Base, Codes, PrimaryKey
from opendeur.models.edition import Edition
from opendeur.models.organisation import Organisation
from opendeur.models.place import Sector
from opendeur.models.visit import Visit

visitor_sector = Table(
    "visitor_sector",
    Base.metadata,
    Column("visitor_id", ForeignKey("visitor.id", ondelete="CASCADE"), primary_key=True),
    Column("sector_code", ForeignKey("sector.code"), primary_key=True),
)


class Visitor(Base):
    """A professional's part in one edition.

    Without an organisation: self-employed. `seats` colleagues signed up as one and stay
    together. Nothing counts before `submitted_at`. What is null follows the edition's rule.
    """

    __tablename__ = "visitor"
    __table_args__ = (
        UniqueConstraint("edition_id", "account_id"),
        UniqueConstraint("edition_id", "reference"),
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("max_visits > 0", name="max_visits_positive"),
        CheckConstraint("max_visits_per_day > 0", name="max_visits_per_day_positive"),
        CheckConstraint("speed_km_per_hour > 0", name="speed_positive"),
        CheckConstraint("languages <> ''", name="has_language"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    reference: Mapped[str | None] = mapped_column(String(limits.LONGEST_REFERENCE))
    languages: Mapped[Codes]
    seats: Mapped[int] = mapped_column(default=1)
    max_visits: Mapped[int | None]
    max_visits_per_day: Mapped[int | None]
    speed_km_per_hour: Mapped[float | None]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    edition: Mapped[Edition] = relationship()
    account: Mapped[Account] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    sectors: Mapped[list[Sector]] = relationship(
        secondary=visitor_sector, order_by=Sector.position
    )
    busy_periods: Mapped[list["BusyPeriod"]] = relationship(
        cascade="all, delete-orphan", order_by="BusyPeriod.starts_at"
    )
    preferences: Mapped[list["Preference"]] = relationship(
        back_populates="visitor", order_by="Preference.rank", passive_deletes="all"
    )

    def note_change(self, now: datetime) -> None:
        """Note that something was said, later than all before it.

        `now` is when a request began: of two that waited for each other, the one that writes
        last can have begun first.
        """
        said = [at for at in (self.changed_at, self.submitted_at) if at is not None]
        self.changed_at = max([now, *(at + timedelta(microseconds=1) for at in said)])

    @property
    def has_handed_in_all(self) -> bool:
        """Whether the preferences were submitted, and nothing was said since."""
        return self.submitted_at is not None and self.changed_at <= self.submitted_at

    @property
    def has_changed_since_submitting(self) -> bool:
        """Whether something was changed after the list was submitted."""
        return self.submitted_at is not None and self.changed_at > self.submitted_at

    def works_at(self, organisation: Organisation) -> bool:
        """Tell whether the visitor comes from this organisation."""
        return self.organisation_id == organisation.id


class BusyPeriod(Base):
    """When a visitor cannot be on a visit; ``ends_at`` is not part of it."""

    __tablename__ = "busy_period"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="starts_before_end"),)

    id: Mapped[PrimaryKey]
    visitor_id: Mapped[int] = mapped_column(
        ForeignKey("visitor.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Preference(Base):
    """A visit that a visitor wants, and its rank: 1 is the first.

    Ranks have no gaps: `better_rank`, which the database computes as the rank just above,
    must exist for the same visitor.
    """

    __tablename__ = "preference"
    __table_args__ = (
        UniqueConstraint("visitor_id", "rank"),
        UniqueConstraint("visitor_id", "visit_id"),
        CheckConstraint("rank > 0", name="rank_positive"),
        ForeignKeyConstraint(
            ["visitor_id", "better_rank"],
            ["preference.visitor_id", "preference.rank"],
            name="ranks_without_gaps",
            deferrable=True,
            initially="DEFERRED",
        ),
    )

    id: Mapped[PrimaryKey]
    visitor_id: Mapped[int] = mapped_column(ForeignKey("visitor.id", ondelete="CASCADE"))
    visit_id: Mapped[int] = mapped_column(
        ForeignKey("visit.id", ondelete="CASCADE"), index=True
    )
    rank: Mapped[int]
    better_rank: Mapped[int | None] = mapped_column(
        Computed("NULLIF(rank - 1, 0)", persisted=True)
    )

    visitor: Mapped[Visitor] = relationship(back_populates="preferences")
    visit: Mapped[Visit] = relationship()
