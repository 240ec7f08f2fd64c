"""Addresses at which a calendar reads somebody's week."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur.enums import FeedRole
from opendeur.models.account import Account
from opendeur.models.base import Base, PrimaryKey, enum_column
from opendeur.models.edition import Edition


class CalendarFeed(Base):
    """The secret address of one person's week in one role; a new one ends the old one.

    Only the digest of the secret is kept.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("account_id", "edition_id", "role"),)

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    edition_id: Mapped[int] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[FeedRole] = mapped_column(enum_column(FeedRole))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
    edition: Mapped[Edition] = relationship()
