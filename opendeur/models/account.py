"""People, how they sign in, and what organisers may do."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur import limits
from opendeur.enums import Language
from opendeur.models.base import Base, PrimaryKey, ShortText, enum_column
from opendeur.models.place import Zone


class Account(Base):
    """A person, known by an e-mail address, who lasts over editions."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(String(limits.LONGEST_EMAIL), unique=True)
    given_name: Mapped[ShortText] = mapped_column(default="")
    family_name: Mapped[ShortText] = mapped_column(default="")
    language: Mapped[Language] = mapped_column(enum_column(Language), default=Language.NL)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    #: Since when mail to the address comes back, and what the mail server said.
    bounced_at: Mapped[datetime | None]
    bounce: Mapped[str | None] = mapped_column(Text)
    #: Sealed under the site's secret key; see `domain.people.sealing`.
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    #: Number of the last 30-second step whose code was used: a code works once.
    totp_last_step: Mapped[int | None]

    organised: Mapped[list["Organiser"]] = relationship(back_populates="account")

    @property
    def full_name(self) -> str:
        """Given and family name; empty for somebody who never gave one."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def name(self) -> str:
        """The full name, or the address of somebody who never gave a name.

        Cut to what a `ShortText` holds: messages keep a copy.
        """
        return (self.full_name or self.email)[: limits.LONGEST_LINE]

    @property
    def is_organiser(self) -> bool:
        """Whether this person organises for at least one zone."""
        return bool(self.organised)

    def organises(self, zones: list[Zone]) -> bool:
        """Tell whether this person organises for one of `zones`."""
        codes = {zone.code for zone in zones}
        return any(organiser.zone_code in codes for organiser in self.organised)


class Organiser(Base):
    """A person's right to organise the editions of a zone."""

    __tablename__ = "organiser"
    __table_args__ = (UniqueConstraint("account_id", "zone_code"),)

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    zone_code: Mapped[str] = mapped_column(ForeignKey("zone.code"))

    account: Mapped[Account] = relationship(back_populates="organised")
    zone: Mapped[Zone] = relationship()


class SignInRequest(Base):
    """A request to sign in: one link and one code, for one use within ten minutes.

    Only hashes are stored. The link works in any browser; the code only in the one that
    asked for it, which holds the secret behind `browser_hash` in a cookie.
    """

    __tablename__ = "sign_in_request"

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(String(limits.LONGEST_EMAIL), index=True)
    link_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    language: Mapped[Language] = mapped_column(enum_column(Language))
    next_path: Mapped[ShortText] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    wrong_codes: Mapped[int] = mapped_column(default=0)


class LoginSession(Base):
    """Somebody signed in on one browser. Ending the row signs that browser out."""

    __tablename__ = "login_session"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    browser: Mapped[ShortText] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class Throttle(Base):
    """How often something happened in one window of time, such as sign-in mails to a person."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
