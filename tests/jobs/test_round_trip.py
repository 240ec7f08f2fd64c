"""From the worker to somebody's calendar and back, over real mail servers: the seat is gone."""

import email
from email.message import EmailMessage
from email.policy import default
from typing import Any

import vobject
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations
from opendeur.enums import InboundState, Participation
from opendeur.gateways.mailbox import Mailbox
from opendeur.jobs import sending
from opendeur.jobs.receiving import Receiver
from opendeur.models import InboundMessage, Invitation, Message
from tests import arrivals
from tests.conftest import make_settings
from tests.domain.invited import make_case
from tests.dovecot import MailServer
from tests.factories import NOW
from tests.gateways.delivering import free_port


class Recipients:
    """The mailboxes of everybody, by address."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails[envelope.rcpt_tos[0]] = envelope.content
        return "250 OK"


def declined(raw: bytes) -> bytes:
    """Return the mail in which a calendar says no to the invitation that a mail holds.

    Only from what the mail says: its reply address, and the event's UID, SEQUENCE and ATTENDEE.
    """
    mail = email.message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    event = vobject.readOne(payload.decode()).vevent
    assert event.organizer.value == f"mailto:{mail['Reply-To']}"
    answer = arrivals.calendar(
        uid=event.uid.value,
        attendee=event.attendee.value,
        participation="DECLINED",
        sequence=int(event.sequence.value),
        organizer=mail["Reply-To"],
    )
    head = arrivals.letter(sender=mail["To"], to=mail["Reply-To"], subject="Declined")
    return head + arrivals.packed_as("gmail", answer, "REPLY")


def test_no_of_a_calendar_comes_back_over_the_mailbox_and_the_seat_is_gone(
    app: Flask, store: Session, imap: MailServer
) -> None:
    case = make_case(store)
    invitations.draft(store, case.edition, now=NOW)
    invitations.queue_drafts(store, case.edition, expected=(2, 0, 0), now=NOW)
    store.commit()
    recipients = Recipients()
    controller = Controller(recipients, hostname="127.0.0.1", port=free_port())
    settings = make_settings(
        app.config["SETTINGS"].instance,
        smtp_url=f"smtp://127.0.0.1:{controller.port}?helo=test.example",
        imap_url=imap.url(),
    )
    controller.start()
    try:
        sending.send_messages(app.extensions["database"], settings, urgent=False)
    finally:
        controller.stop()
    address = "lotte.vermeiren@kastanje.example"
    imap.put(declined(recipients.mails[address]))
    assert settings.mailbox is not None
    woken: list[int] = []
    receiver = Receiver(
        app.extensions["database"],
        settings,
        settings.mailbox,
        on_applied=lambda: woken.append(1),
    )

    with Mailbox(settings.mailbox) as mailbox:
        receiver.read_all(mailbox)

    store.expire_all()
    [arrived] = store.scalars(select(InboundMessage)).all()
    [invitation] = store.scalars(
        select(Invitation).join(Message).where(Message.to_address == address).distinct()
    ).all()
    assert (arrived.state, arrived.reason, arrived.invitation) == (
        InboundState.APPLIED,
        "",
        invitation,
    )
    assert invitation.participation is Participation.DECLINED
    assert case.placement.ended_at == NOW
    assert woken == [1]
    assert (imap.mails(), len(imap.mails("Opendeur.Done"))) == ([], 1)
