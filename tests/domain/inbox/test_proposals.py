"""Another time that a calendar proposes is refused: the person hears it, and the calendar."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import inbox
from opendeur.enums import InboundState, MessageKind, MessageState, Participation
from opendeur.errors import Conflict
from opendeur.models import InboundMessage, Invitation, Message
from tests.arrivals import reply
from tests.domain.invited import SETTINGS, mail_of, make_case, send_all, to_visitor
from tests.factories import NOW, make_account

LATER = NOW + timedelta(days=3)


def take_in(session: Session, **values: object) -> tuple[Invitation, InboundMessage]:
    """Return a visitor's invitation, and a mail about it that came in."""
    invitation = to_visitor(send_all(session, make_case(session).edition)).invitation
    assert invitation is not None
    said: dict[str, object] = {"method": "COUNTER", "starts_at": LATER, **values}
    raw = reply(invitation, **said)  # type: ignore[arg-type]
    return invitation, inbox.receive(session, raw, settings=SETTINGS, now=NOW)


def refuse(session: Session, message: InboundMessage) -> None:
    inbox.refuse(session, message, by=make_account(session), settings=SETTINGS, now=LATER)


def refusals(session: Session) -> list[Message]:
    kind = Message.kind == MessageKind.PROPOSAL_REFUSED
    return list(session.scalars(select(Message).where(kind)))


def test_no_to_a_proposal_goes_to_the_calendar_that_made_it(session: Session) -> None:
    """Item 40: DECLINECOUNTER with the counter's UID and SEQUENCE (RFC 5546 3.2.8)."""
    invitation, message = take_in(session, sequence=0)

    refuse(session, message)

    [refused] = refusals(session)
    mail = mail_of(refused)
    [part] = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    address = f"visits+{invitation.token}@opendeur.example"
    assert part.get_param("method") == "DECLINECOUNTER"
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n ", "").splitlines() == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Opendeur//Opendeur//EN",
        "METHOD:DECLINECOUNTER",
        "BEGIN:VEVENT",
        f"DTSTAMP:{LATER:%Y%m%dT%H%M%SZ}",
        f"UID:{invitation.uid}",
        "SEQUENCE:0",
        f"ATTENDEE:mailto:{invitation.account.email}",
        f'ORGANIZER;CN="Opendeurweek Zorgzone Zuid-Oost":mailto:{address}',
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert (mail["Reply-To"], refused.to_address) == (address, invitation.account.email)
    assert (refused.state, refused.invitation_id) == (MessageState.QUEUED, None)


def test_nothing_changes_but_the_mail_is_dealt_with_once(session: Session) -> None:
    invitation, message = take_in(session)

    refuse(session, message)
    with pytest.raises(Conflict):
        refuse(session, message)

    assert (message.state, len(refusals(session))) == (InboundState.DISMISSED, 1)
    assert invitation.participation is Participation.NEEDS_ACTION
    assert inbox.count_waiting(session, invitation.edition) == 0


def test_proposal_without_a_time_is_refused_as_another_time(session: Session) -> None:
    _, message = take_in(session, starts_at=None)

    refuse(session, message)

    body = mail_of(refusals(session)[0]).get_body(("plain",))
    assert body is not None
    assert "Uw voorstel voor het bezoek aan" in body.get_content()
    assert "een ander moment." in body.get_content()


@pytest.mark.parametrize(
    "values",
    [
        {"method": "REPLY", "attendee": "mailto:else@kastanje.example"},
        {"attendee": "mailto:else@kastanje.example"},
    ],
)
def test_what_is_no_proposal_of_the_invited_person_cannot_be_refused(
    session: Session, values: dict[str, object]
) -> None:
    _, message = take_in(session, **values)

    with pytest.raises(Conflict, match="proposes no other time"):
        refuse(session, message)

    assert refusals(session) == []


def test_proposal_for_what_was_called_off_meanwhile_cannot_be_refused(
    session: Session,
) -> None:
    invitation, message = take_in(session)
    invitation.cancelled_at = NOW

    with pytest.raises(Conflict, match="proposes no other time"):
        refuse(session, message)
