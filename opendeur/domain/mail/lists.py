"""The outbox as a list: counted by state, searched, put in order, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from opendeur.domain.searching import matches
from opendeur.enums import INVITATION_KINDS, Language, MessageKind, MessageState
from opendeur.models import Edition, Message

#: When a message went out, or is due to.
_AT = func.coalesce(
    Message.sent_at, Message.due_at, Message.created_at, type_=Message.created_at.type
)

#: What the list can be put in order by.
_ORDERS: dict[str, tuple[Any, ...]] = {
    "when": (_AT,),
    "to": (func.lower(Message.to_name), func.lower(Message.to_address)),
    "what": (Message.kind,),
    "subject": (func.lower(Message.subject),),
    "state": (Message.state,),
}
MESSAGE_ORDERS = tuple(_ORDERS)


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message in a list, without its bytes."""

    id: int
    kind: MessageKind
    state: MessageState
    to_name: str
    to_address: str
    language: Language
    subject: str
    at: datetime
    invitation_id: int | None

    @property
    def is_example(self) -> bool:
        """Whether it is a copy of a draft that an organiser asked for, to look at."""
        return self.kind in INVITATION_KINDS and self.invitation_id is None

    @property
    def to(self) -> str:
        """Whom it is for, by name where there is one."""
        return self.to_name or self.to_address


def count_messages(session: Session, edition: Edition) -> dict[MessageState, int]:
    """Return how many messages of an edition are in each state, drafts as well."""
    rows = session.execute(
        select(Message.state, func.count())
        .where(Message.edition_id == edition.id)
        .group_by(Message.state)
    )
    return {MessageState(state): count for state, count in rows}


def list_messages(
    session: Session,
    edition: Edition,
    *,
    state: MessageState | None = None,
    words: Sequence[str] = (),
    order: str = "when",
    is_falling: bool = True,
    start: int = 0,
    most: int | None = None,
) -> tuple[list[MessageLine], int]:
    """Return a page of an edition's messages, and how many there are on all pages.

    Parameters
    ----------
    state
        None for all but drafts.
    words
        Folded; each stands in the name, the address or the subject.
    order, is_falling
        One of `MESSAGE_ORDERS`; the last first where it falls.
    start, most
        Which of them, counted from 0.
    """
    conditions: list[ColumnElement[bool]] = [
        Message.edition_id == edition.id,
        Message.state != MessageState.DRAFT if state is None else Message.state == state,
    ]
    if words:
        rows = session.execute(
            select(Message.id, Message.to_name, Message.to_address, Message.subject).where(
                *conditions
            )
        )
        conditions = [
            Message.id.in_([number for number, *texts in rows if matches(words, *texts)])
        ]
    total = session.scalar(select(func.count()).select_from(Message).where(*conditions)) or 0
    columns = (*_ORDERS[order], Message.id)
    found = session.execute(
        select(
            Message.id,
            Message.kind,
            Message.state,
            Message.to_name,
            Message.to_address,
            Message.language,
            Message.subject,
            _AT,
            Message.invitation_id,
        )
        .where(*conditions)
        .order_by(*(column.desc() if is_falling else column for column in columns))
        .offset(start)
        .limit(most)
    )
    return [MessageLine(*row) for row in found], total
