"""Mail that came in: answers of calendars, bounces, and people's own words."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur import limits
from opendeur.enums import InboundKind, InboundState
from opendeur.models.account import Account
from opendeur.models.base import Base, PrimaryKey, enum_column
from opendeur.models.edition import Edition
from opendeur.models.message import Invitation


class InboundMessage(Base):
    """A mail that came in, and what became of it.

    `digest` is the SHA-256 of its bytes: the row is written before the mail is put away, so
    that one that comes twice is read once. `reason` is the code of a sentence for the desk.
    `facts` is what the calendar part said: uid, sequence, stamp, participation.
    """

    __tablename__ = "inbound_message"
    __table_args__ = (Index("ix_inbound_message_waiting", "edition_id", "state"),)

    id: Mapped[PrimaryKey]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[InboundKind] = mapped_column(enum_column(InboundKind))
    state: Mapped[InboundState] = mapped_column(enum_column(InboundState))
    reason: Mapped[str] = mapped_column(String(40), default="")
    from_address: Mapped[str] = mapped_column(String(limits.LONGEST_EMAIL), default="")
    subject: Mapped[str] = mapped_column(String(400), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    raw: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    edition: Mapped[Edition | None] = relationship()
    invitation: Mapped[Invitation | None] = relationship()
    settled_by: Mapped[Account | None] = relationship()
