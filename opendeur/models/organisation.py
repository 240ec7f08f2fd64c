"""The directory: organisations, their contacts, and their part in an edition."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur import limits
from opendeur.enums import WheelchairAccess
from opendeur.models.account import Account
from opendeur.models.base import (
    Base,
    LocalText,
    LongText,
    PrimaryKey,
    Reference,
    ShortText,
    enum_column,
    localised,
)
from opendeur.models.edition import Edition
from opendeur.models.place import Postcode, Sector

organisation_sector = Table(
    "organisation_sector",
    Base.metadata,
    Column(
        "organisation_id", ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("sector_code", ForeignKey("sector.code"), primary_key=True),
)


class Organisation(Base):
    """A service in welfare or health. It lasts over editions.

    `reference` is its stable name in imported files.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_degrees"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_degrees"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[Reference] = mapped_column(unique=True)
    name: Mapped[ShortText] = mapped_column(index=True)
    street: Mapped[ShortText] = mapped_column(default="")
    postcode_code: Mapped[str | None] = mapped_column(ForeignKey("postcode.code"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[ShortText] = mapped_column(default="")
    website: Mapped[ShortText] = mapped_column(default="")
    description_nl: Mapped[LongText] = mapped_column(default="")
    description_fr: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[datetime]

    postcode: Mapped[Postcode | None] = relationship()
    sectors: Mapped[list[Sector]] = relationship(
        secondary=organisation_sector, order_by=Sector.position
    )
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="Contact.id"
    )

    def description(self, language: str) -> LocalText:
        """Return the description in `language`, or in the other one."""
        return localised(language, nl=self.description_nl, fr=self.description_fr)

    def has_contact(self, account: Account) -> bool:
        """Tell whether this person speaks for the organisation."""
        return any(contact.account_id == account.id for contact in self.contacts)


class Contact(Base):
    """A person who speaks for an organisation. There can be several."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("organisation_id", "account_id"),)

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )

    organisation: Mapped[Organisation] = relationship(back_populates="contacts")
    account: Mapped[Account] = relationship()


class Host(Base):
    """An organisation's part in one edition. `confirmed_at` is when a contact agreed to it.

    What is said here about getting there and getting in holds for all visits of the host.
    """

    __tablename__ = "host"
    __table_args__ = (UniqueConstraint("edition_id", "organisation_id"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    confirmed_at: Mapped[datetime | None]
    contact_name: Mapped[ShortText] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(String(limits.LONGEST_PHONE), default="")
    wheelchair: Mapped[WheelchairAccess | None] = mapped_column(enum_column(WheelchairAccess))
    access_nl: Mapped[LongText] = mapped_column(default="")
    access_fr: Mapped[LongText] = mapped_column(default="")
    directions_nl: Mapped[LongText] = mapped_column(default="")
    directions_fr: Mapped[LongText] = mapped_column(default="")

    edition: Mapped[Edition] = relationship()
    organisation: Mapped[Organisation] = relationship()
    visits: Mapped[list["Visit"]] = relationship(  # type: ignore[name-defined]  # noqa: F821
        back_populates="host", cascade="all, delete-orphan", order_by="Visit.id"
    )

    def access(self, language: str) -> LocalText:
        """Return how to get in, in `language` or in the other one."""
        return localised(language, nl=self.access_nl, fr=self.access_fr)

    def directions(self, language: str) -> LocalText:
        """Return how to get there, in `language` or in the other one."""
        return localised(language, nl=self.directions_nl, fr=self.directions_fr)
