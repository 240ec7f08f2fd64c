"""Invitations, and the outbox of all mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur import limits
from opendeur.enums import (
    INVITATION_KINDS,
    Door,
    InvitationRole,
    Language,
    MessageKind,
    MessageState,
    Participation,
)
from opendeur.models.account import Account
from opendeur.models.base import Base, PrimaryKey, ShortText, enum_column
from opendeur.models.edition import Edition
from opendeur.models.lease import Leased
from opendeur.models.visit import Slot, Visit

LIVE_VISITOR = "cancelled_at IS NULL AND role = 'visitor'"
LIVE_HOST = "cancelled_at IS NULL AND role = 'host'"


class Invitation(Base):
    """One calendar entry of one person: its identity, and what was last said about it.

    A visitor has one for each visit, whose slot can change; a host's contact has one for
    each slot that runs. A cancelled invitation stays dead: the same pair gets a new one.

    `sequence` and `stamp` are those of the last revision that was made up for sending, and
    `entry` is that revision as calendars have it, which feeds and downloads repeat: see
    `domain.calendars`. `said` is what was said by the last one that arrived or may still
    arrive, and with which sequence; None when nothing ever reached the person: see
    `domain.invitations` and `domain.mail`.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_visitor_live",
            "visit_id",
            "account_id",
            unique=True,
            sqlite_where=text(LIVE_VISITOR),
            postgresql_where=text(LIVE_VISITOR),
        ),
        Index(
            "uq_invitation_host_live",
            "slot_id",
            "account_id",
            unique=True,
            sqlite_where=text(LIVE_HOST),
            postgresql_where=text(LIVE_HOST),
        ),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[InvitationRole] = mapped_column(enum_column(InvitationRole))
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    #: Part of the organiser's address in this invitation: only who received it knows it.
    token: Mapped[str] = mapped_column(String(40), unique=True)
    sequence: Mapped[int | None]
    stamp: Mapped[datetime | None]
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    entry: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    participation: Mapped[Participation] = mapped_column(
        enum_column(Participation), default=Participation.NEEDS_ACTION
    )
    answered_at: Mapped[datetime | None]
    #: Through which door the answer came; of one by mail, its SEQUENCE and DTSTAMP.
    answered_through: Mapped[Door | None] = mapped_column(enum_column(Door))
    answer_sequence: Mapped[int | None]
    answer_stamp: Mapped[datetime | None]
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    edition: Mapped[Edition] = relationship()
    visit: Mapped[Visit] = relationship()
    slot: Mapped[Slot] = relationship()
    account: Mapped[Account] = relationship()
    messages: Mapped[list["Message"]] = relationship(
        back_populates="invitation", order_by="Message.id"
    )

    @property
    def is_for_visitor(self) -> bool:
        """Whether it is for somebody who comes; otherwise for somebody who receives."""
        return self.role is InvitationRole.VISITOR


class Message(Leased, Base):
    """A row of the outbox: one mail to one person, sent at most once.

    `raw` is the whole mail, made up before the first attempt and sent byte for byte in each;
    that of a sign-in mail is wiped however it ends, because it holds the secret.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("invitation_id", "revision"),
        Index(
            "uq_message_draft",
            "invitation_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
        Index("ix_message_due", "state", "due_at"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[MessageKind] = mapped_column(enum_column(MessageKind))
    state: Mapped[MessageState] = mapped_column(enum_column(MessageState))
    edition_id: Mapped[int | None] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), index=True
    )
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))
    #: 1 for the first message about an invitation, then counting up.
    revision: Mapped[int | None]
    to_address: Mapped[str] = mapped_column(String(limits.LONGEST_EMAIL))
    to_name: Mapped[ShortText] = mapped_column(default="")
    language: Mapped[Language] = mapped_column(enum_column(Language))
    subject: Mapped[str] = mapped_column(String(400), default="")
    message_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    #: What it says about the visit; of the invitation, what was said last and may have arrived.
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    #: Not before then; moves on after an attempt that failed.
    due_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)

    edition: Mapped[Edition | None] = relationship()
    invitation: Mapped[Invitation | None] = relationship(back_populates="messages")

    @property
    def can_be_sent_again(self) -> bool:
        """Whether an organiser may queue it again: it failed, or nobody knows.

        A seat that somebody could not be asked for was passed on to the next.
        """
        is_unknown = self.state in (MessageState.FAILED, MessageState.UNCERTAIN)
        return is_unknown and not self.is_seat_offer

    @property
    def is_seat_offer(self) -> bool:
        """Whether it asks somebody to take a seat."""
        return self.kind is MessageKind.SEAT_OFFER

    @property
    def is_example(self) -> bool:
        """Whether it is a copy of a draft that an organiser asked for, to look at."""
        return self.kind in INVITATION_KINDS and self.invitation_id is None

    @property
    def is_uncertain(self) -> bool:
        """Whether nobody knows if the message arrived."""
        return self.state is MessageState.UNCERTAIN

    @property
    def has_failed(self) -> bool:
        """Whether it was not delivered and is not tried again by itself."""
        return self.state is MessageState.FAILED

    @property
    def is_superseded(self) -> bool:
        """Whether it did not go out because a later message says what holds now."""
        return self.state is MessageState.SUPERSEDED


class MailOutage(Base):
    """That the mail server cannot be reached: one row as long as it lasts.

    Until `retry_at` no worker tries: every message would only lose an attempt.
    """

    __tablename__ = "mail_outage"

    id: Mapped[PrimaryKey]
    since: Mapped[datetime]
    retry_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
