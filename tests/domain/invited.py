"""One visit with its host and visitor, and what organiser and worker do with invitations."""

import email
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple

import vobject
from sqlalchemy.orm import Session

from opendeur.config import Settings
from opendeur.domain import invitations, mail
from opendeur.domain.invitations import Drafts
from opendeur.enums import (
    EditionPhase,
)
from opendeur.models import Edition, Message, Placement, Slot, Visit
from tests.conftest import make_settings
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_visitor,
)

SETTINGS: Settings = make_settings(Path("unused"))


class Case(NamedTuple):
    """One visit of a host with one contact, two slots, and one visitor placed in the first."""

    edition: Edition
    visit: Visit
    slots: list[Slot]
    placement: Placement


def make_case(session: Session) -> Case:
    edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)
    contact = make_account(
        session, email="greet.maes@zavelput.example", given_name="Greet", family_name="Maes"
    )
    visit = make_offer(session, edition, contact=contact, days=(0, 1))
    visitor = make_visitor(
        session,
        edition,
        account=make_account(session, email="lotte.vermeiren@kastanje.example"),
        preferences=[visit],
    )
    slots = list(visit.slots)
    return Case(edition, visit, slots, make_placement(session, visitor, slots[0]))


def counts(drafts: Drafts) -> tuple[int, int, int]:
    return drafts.new, drafts.changed, drafts.cancelled


def send_all(session: Session, edition: Edition, *, now: datetime = NOW) -> list[Message]:
    """Draft, queue and write everything, as organiser and worker do; return what was sent."""
    drafts = invitations.draft(session, edition, now=now)
    if drafts.total:
        invitations.queue_drafts(session, edition, expected=counts(drafts), now=now)
    sent = []
    while (message := mail.claim_message(session, now=now)) is not None:
        if message.raw is None:  # a letter that is sent as it was written is made up already
            invitations.make_up(session, message, settings=SETTINGS, now=now)
        if message.is_superseded:
            continue
        mail.mark_sent(session, message, now=now)
        sent.append(message)
    return sent


def mail_of(message: Message) -> EmailMessage:
    parsed = email.message_from_bytes(message.raw or b"", policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def event_of(message: Message) -> vobject.base.Component:
    [part] = [p for p in mail_of(message).walk() if p.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    calendar = vobject.readOne(payload.decode())
    return calendar.vevent


def to_visitor(messages: list[Message]) -> Message:
    [found] = [m for m in messages if m.to_address.startswith("lotte")]
    return found


def to_host(messages: list[Message]) -> Message:
    [found] = [m for m in messages if m.to_address.startswith("greet")]
    return found
