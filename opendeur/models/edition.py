"""An edition: one open-door week of one or more zones."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from time import time_ns
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur import limits
from opendeur.enums import (
    DEFAULT_OBJECTIVES,
    HOSTING_PHASES,
    LIVELY_PHASES,
    RUN_PHASES,
    EditionPhase,
)
from opendeur.models.base import Base, PrimaryKey, ShortText, enum_column
from opendeur.models.place import Zone


class Edition(Base):
    """One open-door week, with its name, dates, deadlines and rules.

    `starts_on` and `ends_on` both belong to the week. Visits take place between
    `day_starts_at` and `day_ends_at`, local time, outside the closed periods.
    """

    __tablename__ = "edition"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_end"),
        CheckConstraint("day_starts_at < day_ends_at", name="day_starts_before_end"),
        CheckConstraint("max_preferences > 0", name="max_preferences_positive"),
        CheckConstraint("max_visits > 0", name="max_visits_positive"),
        CheckConstraint("max_visits_per_day > 0", name="max_visits_per_day_positive"),
        CheckConstraint("max_same_organisation_per_slot > 0", name="max_same_positive"),
        CheckConstraint("max_absent_per_organisation > 0", name="max_absent_positive"),
        CheckConstraint("host_staff_weight >= 1", name="host_staff_weight_from_one"),
        CheckConstraint("speed_km_per_hour > 0", name="speed_positive"),
    )

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(limits.LONGEST_SLUG), unique=True)
    name_nl: Mapped[ShortText]
    name_fr: Mapped[ShortText]
    name_en: Mapped[ShortText] = mapped_column(default="")
    phase: Mapped[EditionPhase] = mapped_column(
        enum_column(EditionPhase), default=EditionPhase.DRAFT
    )
    email: Mapped[str] = mapped_column(String(limits.LONGEST_EMAIL), default="")
    phone: Mapped[ShortText] = mapped_column(default="")

    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/Brussels")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    day_starts_at: Mapped[time] = mapped_column(default=time(8))
    day_ends_at: Mapped[time] = mapped_column(default=time(18))
    hosting_ends_at: Mapped[datetime]
    preferences_end_at: Mapped[datetime]
    results_on: Mapped[date]

    #: See `opendeur.models.revision`, which alone writes it.
    revision: Mapped[int] = mapped_column(
        BigInteger, default=lambda: time_ns() // 1_000_000, server_default="0"
    )
    seed: Mapped[int]
    objectives: Mapped[list[str]] = mapped_column(
        JSON, default=lambda: [str(objective) for objective in DEFAULT_OBJECTIVES]
    )
    max_preferences: Mapped[int] = mapped_column(default=6)
    max_visits: Mapped[int] = mapped_column(default=4)
    max_visits_per_day: Mapped[int] = mapped_column(default=2)
    max_same_organisation_per_slot: Mapped[int | None]
    max_absent_per_organisation: Mapped[int | None]
    host_staff_weight: Mapped[float] = mapped_column(default=1.0)
    overhead_minutes: Mapped[int] = mapped_column(default=10)
    detour: Mapped[float] = mapped_column(default=1.3)
    speed_km_per_hour: Mapped[float] = mapped_column(default=15.0)
    #: How long a free seat is held for somebody who is asked; shorter near the day.
    seat_offer_hours: Mapped[int] = mapped_column(default=24, server_default="24")

    zones: Mapped[list[Zone]] = relationship(
        secondary="edition_zone", order_by="EditionZone.position", lazy="selectin"
    )
    closed_periods: Mapped[list["ClosedPeriod"]] = relationship(
        order_by="ClosedPeriod.starts_at", cascade="all, delete-orphan"
    )

    @property
    def zone(self) -> Zone:
        """The zone whose door and contact data the edition shows: the first one."""
        return self.zones[0]

    @property
    def zone_info(self) -> ZoneInfo:
        """The time zone in which all local times of the edition are."""
        return ZoneInfo(self.time_zone)

    @property
    def days(self) -> Iterator[date]:
        """Every date of the edition, closed or not."""
        for number in range((self.ends_on - self.starts_on).days + 1):
            yield self.starts_on + timedelta(days=number)

    def name(self, language: str) -> str:
        """Return the name in one of the interface languages."""
        names = {"nl": self.name_nl, "fr": self.name_fr, "en": self.name_en}
        return names.get(language) or self.name_fr

    def at(self, day: date, clock: time) -> datetime:
        """Return the instant of a local date and time."""
        return datetime.combine(day, clock, self.zone_info)

    def local(self, instant: datetime) -> datetime:
        """Return an instant on the edition's wall clock."""
        return instant.astimezone(self.zone_info)

    def is_hosting(self, now: datetime) -> bool:
        """Tell whether hosts can register and change what they offer."""
        return self.phase in HOSTING_PHASES and now < self.hosting_ends_at

    def takes_preferences(self, now: datetime) -> bool:
        """Tell whether visitors can register and change their preferences."""
        return self.phase is EditionPhase.PREFERENCES and now < self.preferences_end_at

    @property
    def takes_runs(self) -> bool:
        """Whether runs of the solver can be asked for and adopted."""
        return self.phase in RUN_PHASES

    @property
    def is_draft(self) -> bool:
        """Whether only organisers know of the edition."""
        return self.phase is EditionPhase.DRAFT

    @property
    def is_lively(self) -> bool:
        """Whether people can offer, choose or make visits: its door is drawn open."""
        return self.phase in LIVELY_PHASES

    @property
    def is_in_preferences(self) -> bool:
        """Whether the phase is that of preferences, before or after its deadline."""
        return self.phase is EditionPhase.PREFERENCES

    @property
    def has_opened_preferences(self) -> bool:
        """Whether the time to give preferences has begun; it may be over."""
        return self.phase.is_from(EditionPhase.PREFERENCES)

    @property
    def awaits_results(self) -> bool:
        """Whether preferences were asked for and nobody has been told yet who has what."""
        return self.has_opened_preferences and not self.shows_results

    @property
    def shows_programme(self) -> bool:
        """Whether everybody may read the programme."""
        return self.phase.is_from(EditionPhase.PROGRAMME)

    @property
    def shows_results(self) -> bool:
        """Whether visitors and hosts may see who has what."""
        return self.phase.is_from(EditionPhase.PUBLISHED)


class EditionZone(Base):
    """That an edition is held in a zone; position 0 is the zone that leads."""

    __tablename__ = "edition_zone"

    edition_id: Mapped[int] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True
    )
    zone_code: Mapped[str] = mapped_column(ForeignKey("zone.code"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class ClosedPeriod(Base):
    """A part of the week in which no visit can take place, and why."""

    __tablename__ = "closed_period"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="starts_before_end"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason_nl: Mapped[ShortText]
    reason_fr: Mapped[ShortText]
    reason_en: Mapped[ShortText] = mapped_column(default="")

    def reason(self, language: str) -> str:
        """Return the reason in one of the interface languages."""
        reasons = {"nl": self.reason_nl, "fr": self.reason_fr, "en": self.reason_en}
        return reasons.get(language) or self.reason_fr
