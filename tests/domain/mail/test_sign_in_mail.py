"""The mail that holds a secret: wiped however it ends, and never sent when it is of no use."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import mail
from opendeur.domain.mail.outbox import LEASE, MOST_ATTEMPTS
from opendeur.domain.people import LINK_LASTS
from opendeur.enums import MessageKind, MessageState
from opendeur.models import Message
from tests.domain.mail.test_outbox import make_message
from tests.factories import NOW

Ending = Callable[[Session, Message], object]

ENDINGS: dict[str, tuple[Ending, MessageState]] = {
    "sent": (lambda s, m: mail.mark_sent(s, m, now=NOW), MessageState.SENT),
    "refused": (lambda s, m: mail.mark_refused(s, m, "550 no such user"), MessageState.FAILED),
    "uncertain": (lambda s, m: mail.mark_uncertain(s, m, "lost"), MessageState.UNCERTAIN),
    "failed so late that the link is over": (
        lambda s, m: mail.mark_failed(s, m, "451 later", now=NOW + LINK_LASTS),
        MessageState.FAILED,
    ),
}


def make_sign_in(session: Session, **values: object) -> Message:
    return make_message(session, **{"kind": MessageKind.SIGN_IN, **values})


def claim(session: Session) -> Message:
    message = mail.claim_message(session, urgent=True, now=NOW)
    assert message is not None
    return message


@pytest.mark.parametrize("ending", ENDINGS)
def test_secret_is_wiped_however_the_mail_ends(session: Session, ending: str) -> None:
    end, state = ENDINGS[ending]
    make_sign_in(session)
    message = claim(session)

    end(session, message)

    assert (message.state, message.raw) == (state, None)


def test_mail_that_is_tried_again_keeps_its_words(session: Session) -> None:
    make_sign_in(session)
    message = claim(session)

    mail.mark_failed(session, message, "451 later", now=NOW)

    assert (message.state, message.raw) == (MessageState.QUEUED, b"the bytes")


@pytest.mark.parametrize("attempts", [1, MOST_ATTEMPTS])
def test_secret_is_wiped_when_a_worker_dies_for_good(session: Session, attempts: int) -> None:
    message = make_sign_in(
        session,
        state=MessageState.SENDING,
        attempts=attempts,
        lease_token="x",
        lease_until=NOW,
    )

    mail.sweep_outbox(session, now=NOW + 2 * LEASE)

    session.refresh(message)
    is_over = attempts == MOST_ATTEMPTS
    assert message.state is (MessageState.FAILED if is_over else MessageState.QUEUED)
    assert message.raw == (None if is_over else b"the bytes")


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (MessageKind.SIGN_IN, MessageState.FAILED),
        (MessageKind.RECEIPT, MessageState.QUEUED),
    ],
)
def test_link_that_is_over_is_not_mailed_any_more(
    session: Session, kind: MessageKind, state: MessageState
) -> None:
    message = make_message(session, kind=kind)

    mail.sweep_outbox(session, now=NOW + LINK_LASTS)

    session.refresh(message)
    is_over = state is MessageState.FAILED
    assert (message.state, message.raw is None) == (state, is_over)


def test_link_that_still_works_is_kept(session: Session) -> None:
    message = make_sign_in(session)

    mail.sweep_outbox(session, now=NOW + LINK_LASTS - timedelta(seconds=1))

    session.refresh(message)
    assert message.state is MessageState.QUEUED
