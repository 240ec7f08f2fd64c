"""What comes back from mail servers and people: addresses are marked, words go on."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import inbox, invitations, mail
from opendeur.enums import InboundReason, InboundState, MessageKind, MessageState
from opendeur.errors import Conflict
from opendeur.models import Message
from tests.arrivals import bounce, words
from tests.domain.inbox.test_replies import APPLIED, ignored, make_invited, quarantined, receive
from tests.domain.invited import mail_of
from tests.factories import NOW


def address(invitation) -> str:
    return f"visits+{invitation.token}@opendeur.example"


def test_bounce_marks_the_address_until_an_organiser_says_otherwise(session: Session) -> None:
    case, invitation = make_invited(session)
    account = invitation.account
    raw = bounce(to=address(invitation), address=account.email)

    became = receive(session, raw)

    [lost] = inbox.unreachable_people(session, case.edition)
    assert became == APPLIED
    assert (account.bounced_at, account.bounce) == (NOW, "550 5.1.1 No such user")
    assert (lost.email, lost.words) == (account.email, "550 5.1.1 No such user")
    assert all(mail.has_come_back(session, message) for message in invitation.messages)

    inbox.write_again(session, case.edition, account.id)

    assert (account.bounced_at, account.bounce) == (None, None)
    assert not any(mail.has_come_back(session, message) for message in invitation.messages)
    with pytest.raises(Conflict):
        inbox.write_again(session, case.edition, account.id)


def test_what_came_back_was_not_said(session: Session) -> None:
    case, invitation = make_invited(session)
    [sent] = invitation.messages

    receive(session, bounce(to=address(invitation), address=invitation.account.email))

    assert (sent.state, sent.error) == (MessageState.FAILED, "550 5.1.1 No such user")
    assert invitation.said is None
    drafts = invitations.draft(session, case.edition, now=NOW)
    assert (drafts.new, drafts.changed, drafts.cancelled) == (1, 0, 0)


def test_bounce_without_the_secret_is_known_by_the_message_that_came_back(
    session: Session,
) -> None:
    _, invitation = make_invited(session)
    [sent] = invitation.messages
    raw = bounce(
        to="opendeur@opendeur.example", address=sent.to_address, returned=sent.raw or b""
    )

    assert receive(session, raw) == APPLIED
    assert invitation.account.bounced_at == NOW


@pytest.mark.parametrize("status", ["4.2.2", "x"])
def test_bounce_that_is_not_for_good_marks_nothing(session: Session, status: str) -> None:
    _, invitation = make_invited(session)
    raw = bounce(to=address(invitation), address=invitation.account.email, status=status)

    assert receive(session, raw) == ignored(InboundReason.NOT_FOR_GOOD)
    assert invitation.account.bounced_at is None


def test_bounce_that_names_somebody_else_marks_nobody(session: Session) -> None:
    case, invitation = make_invited(session)
    contact = case.visit.host.organisation.contacts[0].account
    raw = bounce(to=address(invitation), address=contact.email)

    assert receive(session, raw) == quarantined(InboundReason.BOUNCE_OF_ANOTHER)
    assert (invitation.account.bounced_at, contact.bounced_at) == (None, None)


def test_bounce_to_a_secret_that_never_was_marks_nobody(session: Session) -> None:
    _, invitation = make_invited(session)
    raw = bounce(to=f"visits+{'0' * 32}@opendeur.example", address=invitation.account.email)

    assert receive(session, raw) == ignored(InboundReason.UNKNOWN_INVITATION)
    assert invitation.account.bounced_at is None


def forwarded(session: Session) -> list[Message]:
    rows = select(Message).where(Message.kind == MessageKind.FORWARDED).order_by(Message.id)
    return list(session.scalars(rows))


def test_words_of_a_person_go_on_to_the_mailbox_of_the_edition(session: Session) -> None:
    case, invitation = make_invited(session)
    raw = words(address(invitation), "Kan ik een collega meebrengen? Zie https://x.example")

    became = receive(session, raw)

    [message] = forwarded(session)
    letter = mail_of(message)
    body = letter.get_body(("plain",))
    assert became == APPLIED
    assert (message.to_address, message.state) == (case.edition.email, MessageState.QUEUED)
    assert letter["Reply-To"] == "lotte@kastanje.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert body is not None
    assert "Kan ik een collega meebrengen?" in body.get_content()
    assert "https://x.example" not in body.get_content()


@pytest.mark.parametrize(
    "email",
    ["", "visits@opendeur.example", "opendeur@opendeur.example", "lotte@kastanje.example"],
)
def test_words_wait_at_the_desk_where_forwarding_would_lead_nowhere(
    session: Session, email: str
) -> None:
    case, invitation = make_invited(session)
    case.edition.email = email

    became = receive(session, words(address(invitation), "Hallo"))

    [waiting] = inbox.waiting_mail(session, case.edition)
    assert became == quarantined(InboundReason.NOBODY_TO_FORWARD_TO)
    assert waiting.message.words == "Hallo"
    assert forwarded(session) == []


def test_quarrel_of_two_machines_ends_after_ten_mails(session: Session) -> None:
    _, invitation = make_invited(session)

    became = [receive(session, words(address(invitation), f"Weg {n}")) for n in range(11)]

    assert became == [APPLIED] * 10 + [quarantined(InboundReason.TOO_OFTEN)]


def test_automatic_answers_and_mail_to_nobody_are_ignored(session: Session) -> None:
    _, invitation = make_invited(session)
    away = words(address(invitation), "Weg", headers="Auto-Submitted: auto-replied\r\n")
    lost = words("visits@opendeur.example", "Koop dit")

    assert receive(session, away) == ignored(InboundReason.AUTOMATIC)
    assert receive(session, lost) == ignored(InboundReason.UNKNOWN_INVITATION)
    assert forwarded(session) == []


def test_dismissed_mail_is_no_longer_kept(session: Session) -> None:
    case, invitation = make_invited(session)
    case.edition.email = ""
    receive(session, words(address(invitation), "Hallo"))
    [waiting] = inbox.waiting_mail(session, case.edition)

    by = invitation.account
    inbox.dismiss(session, waiting.message, by=by, now=NOW + timedelta(hours=1))

    assert inbox.count_waiting(session, case.edition) == 0
    assert (waiting.message.state, waiting.message.raw) == (InboundState.DISMISSED, None)
