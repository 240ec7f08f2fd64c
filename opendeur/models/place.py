"""Zones, postcodes and sectors: the facts that every edition shares."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from opendeur.models.base import Base, ShortText


class Zone(Base):
    """A care zone of Brussels. Its code also names the colour of its door."""

    __tablename__ = "zone"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name_nl: Mapped[ShortText]
    name_fr: Mapped[ShortText]
    name_en: Mapped[ShortText]
    site_nl: Mapped[ShortText] = mapped_column(default="")
    site_fr: Mapped[ShortText] = mapped_column(default="")
    phone: Mapped[ShortText] = mapped_column(default="")

    def name(self, language: str) -> str:
        """Return the name in one of the interface languages."""
        return {"nl": self.name_nl, "fr": self.name_fr}.get(language, self.name_en)


class Postcode(Base):
    """A postcode, its municipality, and the zone it lies in by default.

    `is_certain` is false where the postcode lies in several zones. The centre is right
    within about a kilometre.
    """

    __tablename__ = "postcode"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name_nl: Mapped[ShortText]
    name_fr: Mapped[ShortText]
    zone_code: Mapped[str] = mapped_column(String(20))
    is_certain: Mapped[bool]
    latitude: Mapped[float]
    longitude: Mapped[float]

    def name(self, language: str) -> str:
        """Return the municipality's name; English has none of its own and uses French."""
        return self.name_nl if language == "nl" else self.name_fr


class Sector(Base):
    """A kind of work in welfare and health."""

    __tablename__ = "sector"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    name_nl: Mapped[ShortText]
    name_fr: Mapped[ShortText]
    name_en: Mapped[ShortText]

    def name(self, language: str) -> str:
        """Return the name in one of the interface languages."""
        return {"nl": self.name_nl, "fr": self.name_fr}.get(language, self.name_en)
