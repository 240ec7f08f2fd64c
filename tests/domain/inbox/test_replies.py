"""Answers by mail: whose they are, in which order they count, and what waits for the desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import inbox, invitations
from opendeur.enums import (
    Door,
    InboundKind,
    InboundReason,
    InboundState,
    MessageKind,
    MessageState,
    Participation,
    PlacementState,
)
from opendeur.errors import Conflict
from opendeur.models import InboundMessage, Invitation, Message
from tests.arrivals import SHAPES, reply
from tests.domain.invited import SETTINGS, Case, event_of, make_case, send_all, to_visitor
from tests.factories import NOW, make_placement, make_visitor

LATER = NOW + timedelta(hours=1)
APPLIED = (InboundState.APPLIED, "")


def make_invited(session: Session) -> tuple[Case, Invitation]:
    case = make_case(session)
    invitation = to_visitor(send_all(session, case.edition)).invitation
    assert invitation is not None
    return case, invitation


def receive(session: Session, raw: bytes, *, now: object = NOW) -> tuple[InboundState, str]:
    message = inbox.receive(session, raw, settings=SETTINGS, now=now)  # type: ignore[arg-type]
    return message.state, message.reason


def quarantined(reason: InboundReason) -> tuple[InboundState, str]:
    return InboundState.QUARANTINED, reason


def ignored(reason: InboundReason) -> tuple[InboundState, str]:
    return InboundState.IGNORED, reason


@pytest.mark.parametrize("shape", SHAPES)
def test_answer_in_each_shape_is_noted(session: Session, shape: str) -> None:
    _, invitation = make_invited(session)

    became = receive(session, reply(invitation, shape=shape, participation="TENTATIVE"))

    assert became == APPLIED
    assert (invitation.participation, invitation.answered_through, invitation.answered_at) == (
        Participation.TENTATIVE,
        Door.MAIL,
        NOW,
    )
    assert (invitation.answer_sequence, invitation.answer_stamp) == (0, NOW)


def test_answer_of_an_automatic_calendar_without_method_in_its_header_is_noted(
    session: Session,
) -> None:
    _, invitation = make_invited(session)
    raw = reply(invitation, with_method=False, headers="Auto-Submitted: auto-generated\r\n")

    assert receive(session, raw) == APPLIED


def test_address_is_the_persons_however_it_is_written(session: Session) -> None:
    _, invitation = make_invited(session)
    raw = reply(invitation, attendee="MAILTO:Lotte.Vermeiren@KASTANJE.example")

    assert receive(session, raw) == APPLIED


def test_same_mail_is_read_once(session: Session) -> None:
    _, invitation = make_invited(session)
    raw = reply(invitation, participation="TENTATIVE")
    receive(session, raw)

    assert receive(session, raw, now=LATER) == APPLIED
    assert len(session.scalars(select(InboundMessage)).all()) == 1
    assert invitation.answered_at == NOW


def test_mail_that_a_relay_doubles_changes_nothing_the_second_time(session: Session) -> None:
    _, invitation = make_invited(session)
    receive(session, reply(invitation))

    doubled = reply(invitation, headers="Received: from relay.example\r\n")

    assert receive(session, doubled, now=LATER) == ignored(InboundReason.REPEATED)
    assert invitation.answered_at == NOW


def test_later_stamp_counts_in_whatever_order_mails_arrive(session: Session) -> None:
    _, invitation = make_invited(session)
    first = reply(invitation, participation="ACCEPTED", stamp=NOW)
    second = reply(invitation, participation="TENTATIVE", stamp=NOW + timedelta(seconds=1))

    became = [receive(session, second), receive(session, first, now=LATER)]

    assert became == [APPLIED, ignored(InboundReason.OLDER)]
    assert invitation.participation is Participation.TENTATIVE


def test_answer_by_mail_after_one_by_link_counts_although_its_clock_is_behind(
    session: Session,
) -> None:
    _, invitation = make_invited(session)
    invitations.answer(session, invitation, Participation.ACCEPTED, door=Door.LINK, now=NOW)

    raw = reply(invitation, participation="TENTATIVE", stamp=NOW - timedelta(minutes=1))

    assert receive(session, raw, now=LATER) == APPLIED
    assert invitation.participation is Participation.TENTATIVE


def test_mail_that_is_doubled_after_an_answer_by_link_changes_nothing(session: Session) -> None:
    _, invitation = make_invited(session)
    receive(session, reply(invitation, participation="TENTATIVE"))
    invitations.answer(session, invitation, Participation.ACCEPTED, door=Door.LINK, now=LATER)

    doubled = reply(invitation, participation="TENTATIVE", headers="X-A: b\r\n")

    assert receive(session, doubled, now=LATER) == ignored(InboundReason.REPEATED)
    assert invitation.participation is Participation.ACCEPTED


def test_clock_of_next_year_does_not_silence_later_answers(session: Session) -> None:
    _, invitation = make_invited(session)
    receive(session, reply(invitation, stamp=NOW + timedelta(days=365)))

    raw = reply(invitation, participation="TENTATIVE", stamp=LATER)

    assert receive(session, raw, now=LATER) == APPLIED


def moved(session: Session, case: Case, slot: int, *, hours: int) -> None:
    case.placement.slot = case.slots[slot]
    session.flush()
    send_all(session, case.edition, now=NOW + timedelta(hours=hours))


def test_answer_about_an_earlier_time_waits_and_is_not_noted(session: Session) -> None:
    case, invitation = make_invited(session)
    moved(session, case, 1, hours=1)

    became = receive(session, reply(invitation, sequence=0), now=NOW + timedelta(hours=2))

    assert became == quarantined(InboundReason.EARLIER_TIME)
    assert invitation.participation is Participation.NEEDS_ACTION


def test_answer_counts_when_the_visit_was_moved_and_moved_back(session: Session) -> None:
    case, invitation = make_invited(session)
    moved(session, case, 1, hours=1)
    moved(session, case, 0, hours=2)

    became = receive(session, reply(invitation, sequence=0), now=NOW + timedelta(hours=3))

    assert became == APPLIED
    assert invitation.participation is Participation.ACCEPTED


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"sequence": 1}, InboundReason.AHEAD),
        ({"participation": "DELEGATED"}, InboundReason.DELEGATED),
        ({"participation": "X-PERHAPS"}, InboundReason.UNKNOWN_ANSWER),
        ({"participation": None}, InboundReason.UNKNOWN_ANSWER),
        ({"attendee": "mailto:colleague@kastanje.example"}, InboundReason.OTHER_PERSON),
        ({"events": 2}, InboundReason.SEVERAL_EVENTS),
        ({"uid": "11111111-1111-4111-8111-111111111111"}, InboundReason.OTHER_INVITATION),
        ({"to": "visits@opendeur.example"}, InboundReason.OTHER_ADDRESS),
        ({"to": f"visits+{'0' * 32}@opendeur.example"}, InboundReason.OTHER_ADDRESS),
        ({"method": "REQUEST"}, InboundReason.ONLY_ORGANISER),
        ({"method": "CANCEL"}, InboundReason.ONLY_ORGANISER),
        ({"method": "PUBLISH"}, InboundReason.ONLY_ORGANISER),
        ({"method": "COUNTER", "starts_at": LATER}, InboundReason.PROPOSAL),
        (
            {"headers": "Authentication-Results: mx.example; dmarc=fail\r\n"},
            InboundReason.FAILED_DMARC,
        ),
    ],
)
def test_what_may_not_be_applied_waits_for_the_desk(
    session: Session, values: dict[str, object], reason: InboundReason
) -> None:
    case, invitation = make_invited(session)

    became = receive(session, reply(invitation, **values))  # type: ignore[arg-type]

    [waiting] = inbox.waiting_mail(session, case.edition)
    assert became == quarantined(reason)
    assert (waiting.reason, waiting.invitation) == (reason, invitation)
    assert invitation.participation is Participation.NEEDS_ACTION
    assert (invitation.cancelled_at, invitation.answer_sequence) == (None, None)


def test_secret_of_one_invitation_answers_no_other(session: Session) -> None:
    _, invitation = make_invited(session)
    other = session.scalars(select(Invitation).where(Invitation.id != invitation.id)).one()

    raw = reply(invitation, to=f"visits+{other.token}@opendeur.example")

    assert receive(session, raw) == quarantined(InboundReason.OTHER_INVITATION)
    assert (invitation.participation, other.participation) == (
        Participation.NEEDS_ACTION,
        Participation.NEEDS_ACTION,
    )


def test_answer_to_nothing_of_ours_waits_at_every_desk(session: Session) -> None:
    case, invitation = make_invited(session)
    raw = reply(
        invitation,
        uid="11111111-1111-4111-8111-111111111111",
        to=f"visits+{'0' * 32}@opendeur.example",
    )

    assert receive(session, raw) == quarantined(InboundReason.UNKNOWN_INVITATION)
    assert inbox.count_waiting(session, case.edition) == 1


def test_answer_to_what_was_called_off_or_is_over_is_ignored(session: Session) -> None:
    case, invitation = make_invited(session)
    after = invitation.slot.ends_at
    over = receive(session, reply(invitation), now=after)
    case.placement.state = PlacementState.CANCELLED
    session.flush()
    send_all(session, case.edition)

    called_off = receive(session, reply(invitation, stamp=LATER), now=LATER)

    assert (over, called_off) == (
        ignored(InboundReason.OVER),
        ignored(InboundReason.CANCELLED),
    )
    assert invitation.participation is Participation.NEEDS_ACTION


def test_mail_of_40_megabytes_waits_and_is_not_kept(session: Session) -> None:
    case, invitation = make_invited(session)

    became = receive(session, reply(invitation) + b"x" * 40 * 2**20)

    [waiting] = inbox.waiting_mail(session, case.edition)
    assert became == quarantined(InboundReason.TOO_BIG)
    assert waiting.message.raw is None


def test_words_in_an_answer_are_kept(session: Session) -> None:
    _, invitation = make_invited(session)

    raw = reply(invitation, comment="Ik kom <b>met</b> Jan")
    message = inbox.receive(session, raw, settings=SETTINGS, now=NOW)

    assert message.words == "Ik kom <b>met</b> Jan"


def test_calendar_that_asks_gets_the_same_again_three_times_a_day(session: Session) -> None:
    case, invitation = make_invited(session)
    first = to_visitor(session.scalars(select(Message).order_by(Message.id)).all())  # type: ignore[arg-type]
    became = []
    for hour in range(4):
        now = NOW + timedelta(hours=hour)
        raw = reply(invitation, method="REFRESH", participation=None, stamp=now)
        became.append(receive(session, raw, now=now))
        send_all(session, case.edition, now=now)

    copies = [m for m in invitation.messages if m is not first]
    assert became == [APPLIED] * 3 + [ignored(InboundReason.TOO_OFTEN)]
    assert [message.state for message in copies] == [MessageState.SENT] * 3
    assert len({message.message_id for message in invitation.messages}) == 4
    assert {event_of(m).serialize() for m in copies} == {event_of(first).serialize()}
    assert invitation.sequence == 0


def test_organiser_notes_or_dismisses_what_waits_once(session: Session) -> None:
    case, invitation = make_invited(session)
    receive(session, reply(invitation, attendee="mailto:boss@kastanje.example"))
    [waiting] = inbox.waiting_mail(session, case.edition)
    by = case.visit.host.organisation.contacts[0].account

    inbox.apply(session, waiting.message, by=by, now=LATER)

    assert waiting.answer is Participation.ACCEPTED
    assert (invitation.participation, invitation.answered_through) == (
        Participation.ACCEPTED,
        Door.DESK,
    )
    assert waiting.message.state is InboundState.APPLIED
    with pytest.raises(Conflict):
        inbox.dismiss(session, waiting.message, by=by, now=LATER)


def test_kind_of_every_row_is_what_the_mail_is(session: Session) -> None:
    _, invitation = make_invited(session)
    for method in ("REPLY", "REFRESH", "COUNTER", "REQUEST"):
        receive(session, reply(invitation, method=method))

    kinds = session.scalars(select(InboundMessage.kind).order_by(InboundMessage.id)).all()
    assert list(kinds) == [
        InboundKind.REPLY,
        InboundKind.REFRESH,
        InboundKind.COUNTER,
        InboundKind.OTHER,
    ]


@pytest.mark.parametrize("participation", ["TENTATIVE", "ACCEPTED"])
def test_entry_that_comes_back_after_a_no_to_a_seat_that_is_gone_is_taken_out(
    session: Session, participation: str
) -> None:
    case, invitation = make_invited(session)
    case.slots[0].minimum = case.slots[0].capacity = 1
    receive(session, reply(invitation, participation="DECLINED"))
    make_placement(session, make_visitor(session, case.edition), case.slots[0])
    later = reply(invitation, participation=participation, stamp=NOW + timedelta(minutes=1))

    became = [receive(session, later, now=LATER) for _ in range(2)]

    assert became == [quarantined(InboundReason.NO_SEAT)] * 2
    queued = session.scalars(
        select(Message).where(
            Message.invitation_id == invitation.id, Message.state == MessageState.QUEUED
        )
    ).all()
    assert [message.kind for message in queued] == [MessageKind.CANCELLED]
