"""What people were told: what a message that never arrived said was not said.

The invitation keeps what the last message said that arrived or may have arrived. So who was
never reached is invited as if for the first time, and a cancellation that failed is listed
until somebody is told.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from opendeur.domain import leases
from opendeur.enums import Door, MessageKind, MessageState, Participation
from opendeur.models import Invitation, Message

#: It left, is leaving, or may have arrived. What was superseded without having failed may too.
REACHED: ColumnElement[bool] = and_(
    Message.message_id.is_not(None),
    or_(Message.said.is_not(None), Message.state == MessageState.SENT),
    Message.state != MessageState.FAILED,
)
ENDED_BADLY = (MessageState.FAILED, MessageState.UNCERTAIN)


def take_back(session: Session, message: Message) -> None:
    """Note that a message about an invitation failed for good: what it said was not said."""
    invitation = message.invitation
    if invitation is None or message.said is None:
        return
    session.flush()
    if message.kind is MessageKind.CANCELLED:
        if not _has_successor(session, invitation):
            invitation.cancelled_at = None
        return
    invitation.said = session.scalar(
        select(Message.said)
        .where(
            Message.invitation_id == invitation.id,
            Message.id != message.id,
            Message.kind != MessageKind.CANCELLED,
            Message.said.is_not(None),
            REACHED,
        )
        .order_by(Message.revision.desc())
        .limit(1)
    )
    _remember_answer(invitation, message.said.get("forgot"))


def forget_answer(invitation: Invitation) -> dict[str, str]:
    """Forget an answer that was about another time or place: it is asked again.

    Returns
    -------
    dict
        What was forgotten: it holds again when nobody hears of the change.
    """
    forgotten = {"participation": str(invitation.participation)}
    if invitation.answered_at is not None:
        forgotten["at"] = invitation.answered_at.isoformat()
    if invitation.answered_through is not None:
        forgotten["through"] = str(invitation.answered_through)
    invitation.participation = Participation.NEEDS_ACTION
    invitation.answered_at = invitation.answered_through = None
    invitation.answer_sequence = invitation.answer_stamp = None
    return forgotten


def _remember_answer(invitation: Invitation, forgotten: dict[str, str] | None) -> None:
    if not forgotten or invitation.answered_at is not None:
        return
    invitation.participation = Participation(forgotten["participation"])
    if "at" in forgotten:
        invitation.answered_at = datetime.fromisoformat(forgotten["at"])
    if "through" in forgotten:
        invitation.answered_through = Door(forgotten["through"])


def say_after_all(message: Message) -> None:
    """Note that what failed is on its way again: by then it was said."""
    invitation = message.invitation
    if invitation is None or message.said is None:
        return
    if message.kind is MessageKind.CANCELLED:
        invitation.cancelled_at = invitation.stamp
        return
    if "forgot" in message.said:
        forget_answer(invitation)
    invitation.said = message.said


def _has_successor(session: Session, invitation: Invitation) -> bool:
    """Tell whether the same person was invited anew meanwhile: one invitation may hold."""
    other = select(Invitation.id).where(
        Invitation.id != invitation.id,
        Invitation.role == invitation.role,
        Invitation.account_id == invitation.account_id,
        Invitation.cancelled_at.is_(None),
        Invitation.visit_id == invitation.visit_id
        if invitation.is_for_visitor
        else Invitation.slot_id == invitation.slot_id,
    )
    return session.scalars(other.limit(1)).one_or_none() is not None


def is_overtaken(session: Session, message: Message) -> bool:
    """Tell whether a later message about the same invitation went out, or is to."""
    later = aliased(Message)
    return bool(
        session.scalar(
            select(
                exists().where(
                    later.invitation_id == message.invitation_id,
                    later.id > message.id,
                    later.state.not_in((MessageState.DRAFT, MessageState.SUPERSEDED)),
                )
            )
        )
    )


def supersede(session: Session, invitations: Select[Any]) -> None:
    """Put what ended badly about these invitations behind: a later message is to go out.

    Parameters
    ----------
    invitations
        A selection of numbers of invitations.
    """
    session.flush()
    for state, news in (
        (MessageState.FAILED, {"state": MessageState.SUPERSEDED, "said": None}),
        (MessageState.UNCERTAIN, {"state": MessageState.SUPERSEDED}),
    ):
        session.execute(
            update(Message)
            .where(Message.state == state, Message.invitation_id.in_(invitations))
            .values(**news)
            .execution_options(synchronize_session="fetch")
        )


def put_behind(message: Message) -> None:
    """Note that a message says nothing that anybody has to know any more: it does not go."""
    if not message.is_uncertain:
        message.said = None
    message.state = MessageState.SUPERSEDED
    leases.let_go(message)
