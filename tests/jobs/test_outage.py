"""A mail server that is down costs no message an attempt, and all leave once it is back."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from opendeur.domain import mail
from opendeur.enums import MessageState
from opendeur.jobs import sending
from opendeur.models import MailOutage, Message
from tests.conftest import make_settings
from tests.domain.mail.test_outbox import make_message
from tests.gateways.delivering import free_port


class Mailbox:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken += 1
        return "250 OK"


def test_server_that_is_down_pauses_all_mail_and_costs_no_attempt(
    app: Flask, store: Session
) -> None:
    port, database = free_port(), app.extensions["database"]
    settings = make_settings(
        app.config["SETTINGS"].instance, smtp_url=f"smtp://127.0.0.1:{port}?helo=test.example"
    )
    for _ in range(3):
        make_message(store, raw=b"Subject: x\r\n\r\nx\r\n", due_at=datetime.now(UTC))
    store.commit()

    first = sending.send_messages(database, settings, urgent=False)
    [since] = store.scalars(select(MailOutage.since)).all()
    paused = sending.send_messages(database, settings, urgent=False)
    rows = store.execute(select(Message.state, Message.attempts)).all()
    store.execute(update(MailOutage).values(retry_at=datetime.now(UTC) - timedelta(seconds=1)))
    store.commit()
    knocked = sending.send_messages(database, settings, urgent=False)
    store.expire_all()
    still_since = store.scalars(select(MailOutage.since)).all()
    store.execute(update(MailOutage).values(retry_at=datetime.now(UTC) - timedelta(seconds=1)))
    store.commit()
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        sending.send_messages(database, settings, urgent=False)
    finally:
        controller.stop()

    store.expire_all()
    assert (first, paused, knocked) == (0, 0, 0)
    assert [tuple(row) for row in rows] == [(MessageState.QUEUED, 0)] * 3
    assert still_since == [since]
    assert mail.outage(store) is None
    assert mailbox.taken == 3
    assert store.scalars(select(Message.state)).all() == [MessageState.SENT] * 3
