from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import mail
from opendeur.domain.mail.outbox import MOST_ATTEMPTS
from opendeur.enums import Language, MessageKind, MessageState
from opendeur.errors import Conflict
from opendeur.models import Message
from tests.factories import NOW


def make_message(session: Session, **values: object) -> Message:
    standard: dict[str, object] = {
        "kind": MessageKind.RECEIPT,
        "state": MessageState.QUEUED,
        "to_address": "lotte@kastanje.example",
        "language": Language.NL,
        "raw": b"the bytes",
        "created_at": NOW,
        "due_at": NOW,
    }
    message = Message(**{**standard, **values})
    session.add(message)
    session.flush()
    return message


def claim(session: Session, later: timedelta = timedelta(0)) -> Message | None:
    return mail.claim_message(session, now=NOW + later)


def test_message_is_leased_to_one_worker(session: Session) -> None:
    message = make_message(session)

    first, second = claim(session), claim(session)

    assert (first, second) == (message, None)
    assert (message.state, message.attempts) == (MessageState.SENDING, 1)


def test_message_that_is_not_due_waits(session: Session) -> None:
    make_message(session, due_at=NOW + timedelta(minutes=1))

    assert claim(session) is None
    assert claim(session, timedelta(minutes=1)) is not None


def test_handing_over_needs_the_lease(session: Session) -> None:
    message = make_message(session)
    claim(session)

    with pytest.raises(Conflict):
        mail.hand_over(session, message.id, "another worker's", now=NOW)
    mail.hand_over(session, message.id, message.lease_token or "", now=NOW)
    with pytest.raises(Conflict):
        mail.hand_over(session, message.id, message.lease_token or "", now=NOW)


def test_failures_are_tried_for_two_days_later_and_later_and_then_given_up(
    session: Session,
) -> None:
    message = make_message(session)
    waits = []
    now = NOW
    while claimed := mail.claim_message(session, now=now):
        mail.mark_failed(session, claimed, "no connection", now=now)
        if claimed.state is MessageState.FAILED:
            break
        assert claimed.due_at is not None
        waits.append(int((claimed.due_at - now).total_seconds() / 60))
        now = claimed.due_at
        session.flush()

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128] + [240] * 11
    assert timedelta(minutes=sum(waits)) > timedelta(days=2)
    assert (message.state, message.attempts, message.error) == (
        MessageState.FAILED,
        MOST_ATTEMPTS,
        "no connection",
    )


def test_sweep_requeues_what_a_dead_worker_did_not_hand_over(session: Session) -> None:
    message = make_message(session)
    claim(session)

    early = mail.sweep_outbox(session, now=NOW + timedelta(minutes=1))
    late = mail.sweep_outbox(session, now=NOW + timedelta(minutes=3))

    assert (early, late, message.state) == (0, 1, MessageState.QUEUED)
    assert message.raw == b"the bytes"


@pytest.mark.parametrize(
    ("is_idempotent", "state"),
    [(False, MessageState.UNCERTAIN), (True, MessageState.QUEUED)],
    ids=["mail server", "folder"],
)
def test_sweep_never_resends_by_itself_what_may_have_arrived(
    session: Session, is_idempotent: bool, state: MessageState
) -> None:
    message = make_message(session)
    claim(session)
    mail.hand_over(session, message.id, message.lease_token or "", now=NOW)
    session.refresh(message)

    mail.sweep_outbox(session, is_idempotent=is_idempotent, now=NOW + timedelta(minutes=4))

    assert message.state is state


def test_sign_in_mail_is_wiped_once_it_was_sent(session: Session) -> None:
    kept, wiped = make_message(session), make_message(session, kind=MessageKind.SIGN_IN)

    for message in (kept, wiped):
        mail.mark_sent(session, message, now=NOW)

    assert (kept.raw, wiped.raw) == (b"the bytes", None)


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNCERTAIN])
def test_organiser_can_send_again_with_the_same_identity(
    session: Session, state: MessageState
) -> None:
    message = make_message(session, state=state, attempts=8, message_id="<a@b>")

    mail.send_again(session, message, now=NOW)
    session.flush()

    claimed = claim(session)
    assert claimed is message
    assert (message.message_id, message.attempts) == ("<a@b>", 1)


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.QUEUED, MessageState.DRAFT])
def test_only_what_went_wrong_can_be_sent_again(session: Session, state: MessageState) -> None:
    message = make_message(session, state=state)

    with pytest.raises(Conflict):
        mail.send_again(session, message, now=NOW)


def test_message_that_ends_its_worker_every_time_is_given_up(session: Session) -> None:
    message = make_message(session, attempts=MOST_ATTEMPTS - 1)
    claim(session)

    mail.sweep_outbox(session, now=NOW + timedelta(minutes=3))

    assert (message.state, message.lease_token) == (MessageState.FAILED, None)
