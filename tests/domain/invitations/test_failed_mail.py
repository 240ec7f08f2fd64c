"""What failed was not said: who was never reached is invited as if for the first time, and
nothing that a later message overtook ever leaves again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import invitations, mail
from opendeur.enums import Door, MessageKind, MessageState, Participation, PlacementState
from opendeur.errors import Conflict
from opendeur.models import Message
from tests.domain.invited import (
    SETTINGS,
    Case,
    counts,
    event_of,
    mail_of,
    make_case,
    send_all,
    to_visitor,
)
from tests.factories import NOW, make_placement

HOUR = timedelta(hours=1)
REFUSAL = "550 No such user"


def queue_all(session: Session, case: Case, *, now: datetime) -> None:
    session.flush()
    drafts = invitations.draft(session, case.edition, now=now)
    if drafts.total:
        invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=now)


def work(session: Session, *, now: datetime, ends: MessageState) -> list[Message]:
    """Write everything that is due; mail to the visitor ends like this, all other arrives."""
    tried = []
    while (message := mail.claim_message(session, now=now)) is not None:
        if message.raw is None:
            invitations.make_up(session, message, settings=SETTINGS, now=now)
        if message.is_superseded:
            continue
        tried.append(message)
        if ends is MessageState.SENT or not message.to_address.startswith("lotte"):
            mail.mark_sent(session, message, now=now)
        elif ends is MessageState.FAILED:
            mail.mark_refused(session, message, REFUSAL)
        else:
            mail.mark_uncertain(session, message, "no answer")
        session.flush()
    return tried


def make_tried(session: Session, ends: MessageState) -> tuple[Case, Message]:
    """Return a case whose first letter to the visitor ended like this."""
    case = make_case(session)
    queue_all(session, case, now=NOW)
    return case, to_visitor(work(session, now=NOW, ends=ends))


def move(case: Case) -> None:
    case.slots[0].starts_at += 4 * HOUR
    case.slots[0].ends_at += 4 * HOUR


def lose(session: Session, case: Case) -> None:
    case.placement.state = PlacementState.CANCELLED
    session.flush()


def text_of(message: Message) -> str:
    body = mail_of(message).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def sequence_of(message: Message) -> int:
    return int(event_of(message).sequence.value)


def test_who_was_never_reached_gets_a_first_invitation_and_not_a_change(
    session: Session,
) -> None:
    case, refused = make_tried(session, MessageState.FAILED)
    move(case)

    queue_all(session, case, now=NOW + HOUR)
    message = to_visitor(work(session, now=NOW + HOUR, ends=MessageState.SENT))

    assert (refused.state, message.kind) == (MessageState.SUPERSEDED, MessageKind.NEW)
    assert mail_of(message)["In-Reply-To"] is None
    assert "9:30" not in text_of(message)
    assert sequence_of(message) == 0
    assert event_of(message).dtstamp.value > event_of(refused).dtstamp.value


def test_change_that_waits_behind_a_first_letter_that_fails_becomes_the_first(
    session: Session,
) -> None:
    case = make_case(session)
    queue_all(session, case, now=NOW)
    first = None
    while first is None or not first.to_address.startswith("lotte"):
        first = mail.claim_message(session, now=NOW)
        assert first is not None
        invitations.make_up(session, first, settings=SETTINGS, now=NOW)
    move(case)
    queue_all(session, case, now=NOW + HOUR)
    mail.mark_refused(session, first, REFUSAL)

    message = to_visitor(work(session, now=NOW + HOUR, ends=MessageState.SENT))

    assert (message.kind, mail_of(message)["In-Reply-To"]) == (MessageKind.NEW, None)


def test_cancellation_of_what_never_reached_anybody_is_not_sent(session: Session) -> None:
    case, refused = make_tried(session, MessageState.FAILED)
    lose(session, case)

    drafts = invitations.draft(session, case.edition, now=NOW + HOUR)

    assert [m.to_address for m in drafts.messages if m.to_address.startswith("lotte")] == []
    assert refused.state is MessageState.SUPERSEDED
    assert refused.invitation is not None
    assert refused.invitation.cancelled_at == NOW + HOUR


def test_cancellation_that_failed_is_listed_as_not_told_until_it_is(session: Session) -> None:
    case, _ = make_tried(session, MessageState.SENT)
    lose(session, case)
    queue_all(session, case, now=NOW + HOUR)
    failed = to_visitor(work(session, now=NOW + HOUR, ends=MessageState.FAILED))

    again = invitations.draft(session, case.edition, now=NOW + 2 * HOUR)
    listed = counts(again)
    invitations.queue_drafts(session, case.edition, expected=listed, now=NOW + 2 * HOUR)
    sent = to_visitor(work(session, now=NOW + 2 * HOUR, ends=MessageState.SENT))

    assert (failed.state, listed) == (MessageState.SUPERSEDED, (0, 0, 1))
    assert (sequence_of(failed), sequence_of(sent)) == (1, 2)
    assert event_of(failed).uid.value == event_of(sent).uid.value
    assert counts(invitations.draft(session, case.edition, now=NOW + 3 * HOUR)) == (0, 0, 0)


def test_visitor_who_is_placed_again_after_a_cancellation_that_failed_was_told_nothing(
    session: Session,
) -> None:
    case, first = make_tried(session, MessageState.SENT)
    lose(session, case)
    queue_all(session, case, now=NOW + HOUR)
    work(session, now=NOW + HOUR, ends=MessageState.FAILED)
    make_placement(session, case.placement.visitor, case.slots[0])

    drafts = invitations.draft(session, case.edition, now=NOW + 2 * HOUR)

    assert first.invitation is not None
    assert first.invitation.cancelled_at is None
    # The host was told that nobody comes: that invitation is over, and there is a new one.
    assert [(m.kind, m.to_address[:5]) for m in drafts.messages] == [(MessageKind.NEW, "greet")]


def test_pair_that_is_placed_again_after_a_cancellation_gets_a_new_uid(
    session: Session,
) -> None:
    case, first = make_tried(session, MessageState.SENT)
    lose(session, case)
    send_all(session, case.edition, now=NOW + HOUR)
    make_placement(session, case.placement.visitor, case.slots[0])

    second = to_visitor(send_all(session, case.edition, now=NOW + 2 * HOUR))

    assert (second.kind, sequence_of(second)) == (MessageKind.NEW, 0)
    assert event_of(second).uid.value != event_of(first).uid.value


def test_change_that_failed_is_told_from_what_was_known_before(session: Session) -> None:
    case, first = make_tried(session, MessageState.SENT)
    move(case)
    queue_all(session, case, now=NOW + HOUR)
    work(session, now=NOW + HOUR, ends=MessageState.FAILED)

    queue_all(session, case, now=NOW + 2 * HOUR)
    message = to_visitor(work(session, now=NOW + 2 * HOUR, ends=MessageState.SENT))

    assert (message.kind, sequence_of(message)) == (MessageKind.CHANGED, 2)
    assert mail_of(message)["In-Reply-To"] == first.message_id
    assert "9:30" in text_of(message)


def test_change_that_failed_and_was_undone_is_not_told(session: Session) -> None:
    case, _ = make_tried(session, MessageState.SENT)
    before = case.visit.description_nl, case.visit.description_fr
    case.visit.description_nl = case.visit.description_fr = "Autrement."
    queue_all(session, case, now=NOW + HOUR)
    work(session, now=NOW + HOUR, ends=MessageState.FAILED)
    case.visit.description_nl, case.visit.description_fr = before
    session.flush()

    drafts = invitations.draft(session, case.edition, now=NOW + 2 * HOUR)

    assert [m.to_address[:5] for m in drafts.messages] == ["greet"]


def test_answer_holds_again_when_nobody_hears_of_a_move_and_it_is_undone(
    session: Session,
) -> None:
    case, first = make_tried(session, MessageState.SENT)
    invitation = first.invitation
    assert invitation is not None
    accept = Participation.ACCEPTED
    invitations.answer(session, invitation, accept, door=Door.LINK, now=NOW, sequence=0)
    before = case.slots[0].starts_at, case.slots[0].ends_at
    move(case)
    queue_all(session, case, now=NOW + HOUR)
    tried = to_visitor(work(session, now=NOW + HOUR, ends=MessageState.FAILED))
    case.slots[0].starts_at, case.slots[0].ends_at = before
    session.flush()

    drafts = invitations.draft(session, case.edition, now=NOW + 2 * HOUR)

    assert (tried.state, sequence_of(tried)) == (MessageState.FAILED, 1)
    assert [m.to_address[:5] for m in drafts.messages] == ["greet"]
    assert (invitation.participation, invitation.answered_at) == (accept, NOW)
    assert invitation.answered_through is Door.LINK


@pytest.mark.parametrize("ends", [MessageState.FAILED, MessageState.UNCERTAIN])
def test_message_that_a_later_one_overtook_is_superseded_and_never_leaves_again(
    session: Session, ends: MessageState
) -> None:
    case, old = make_tried(session, ends)
    if ends is MessageState.UNCERTAIN:
        lose(session, case)
    else:
        move(case)
    queue_all(session, case, now=NOW + HOUR)
    later = to_visitor(work(session, now=NOW + HOUR, ends=MessageState.SENT))

    with pytest.raises(Conflict):
        invitations.send_again(session, old, now=NOW + 2 * HOUR)

    assert old.state is MessageState.SUPERSEDED
    assert later.kind is (
        MessageKind.CANCELLED if ends is MessageState.UNCERTAIN else MessageKind.NEW
    )
    assert work(session, now=NOW + 3 * HOUR, ends=MessageState.SENT) == []


@pytest.mark.parametrize("ends", [MessageState.FAILED, MessageState.UNCERTAIN])
def test_resending_what_still_holds_sends_the_same_bytes(
    session: Session, ends: MessageState
) -> None:
    _, message = make_tried(session, ends)
    before = message.raw, message.message_id

    count = invitations.send_again(session, message, now=NOW + HOUR)
    sent = work(session, now=NOW + HOUR, ends=MessageState.SENT)

    assert (count, sent) == (1, [message])
    assert (message.raw, message.message_id) == before
    assert message.invitation is not None
    assert message.invitation.said == message.said


@pytest.mark.parametrize("ends", [MessageState.FAILED, MessageState.UNCERTAIN])
def test_resending_what_no_longer_holds_sends_what_does(
    session: Session, ends: MessageState
) -> None:
    case, message = make_tried(session, ends)
    move(case)
    session.flush()

    count = invitations.send_again(session, message, now=NOW + HOUR)
    [sent] = work(session, now=NOW + HOUR, ends=MessageState.SENT)

    kind = MessageKind.NEW if ends is MessageState.FAILED else MessageKind.CHANGED
    assert (count, sent.kind, message.state) == (1, kind, MessageState.SUPERSEDED)
    assert event_of(sent).dtstart.value == case.slots[0].local_starts_at


def test_resending_to_an_address_that_was_corrected_goes_there(session: Session) -> None:
    case, message = make_tried(session, MessageState.FAILED)
    case.placement.visitor.account.email = "lotte@kastanje.example"
    session.flush()

    invitations.send_again(session, message, now=NOW + HOUR)
    [sent] = work(session, now=NOW + HOUR, ends=MessageState.SENT)

    assert mail_of(sent)["To"].addresses[0].addr_spec == "lotte@kastanje.example"
    assert sent.kind is MessageKind.NEW


def test_resending_what_nobody_has_to_know_sends_nothing(session: Session) -> None:
    case, message = make_tried(session, MessageState.FAILED)
    lose(session, case)

    count = invitations.send_again(session, message, now=NOW + HOUR)

    assert (count, message.state) == (0, MessageState.SUPERSEDED)
    assert work(session, now=NOW + HOUR, ends=MessageState.SENT) == []


def test_all_that_failed_goes_out_in_one_press_as_what_holds_now(session: Session) -> None:
    case = make_case(session)
    queue_all(session, case, now=NOW)
    while (message := mail.claim_message(session, now=NOW)) is not None:
        invitations.make_up(session, message, settings=SETTINGS, now=NOW)
        mail.mark_refused(session, message, REFUSAL)
    move(case)
    session.flush()

    count = invitations.send_failed(session, case.edition, now=NOW + HOUR)
    sent = work(session, now=NOW + HOUR, ends=MessageState.SENT)

    assert (count, [m.kind for m in sent]) == (2, [MessageKind.NEW] * 2)
    assert {event_of(m).dtstart.value for m in sent} == {case.slots[0].local_starts_at}
    with pytest.raises(Conflict):
        invitations.send_failed(session, case.edition, now=NOW + HOUR)


def test_drafts_of_others_stay_drafts_when_what_failed_is_sent(session: Session) -> None:
    case, _ = make_tried(session, MessageState.FAILED)
    move(case)
    session.flush()

    count = invitations.send_failed(session, case.edition, now=NOW + HOUR)

    left = invitations.drafts_of(session, case.edition)
    assert (count, [m.to_address[:5] for m in left.messages]) == (1, ["greet"])


def test_answer_about_a_time_that_moved_since_is_refused(session: Session) -> None:
    case, message = make_tried(session, MessageState.SENT)
    invitation = message.invitation
    assert invitation is not None
    before = case.slots[0].starts_at
    move(case)
    queue_all(session, case, now=NOW + HOUR)
    work(session, now=NOW + HOUR, ends=MessageState.SENT)

    with pytest.raises(Conflict):
        invitations.answer(
            session,
            invitation,
            Participation.ACCEPTED,
            door=Door.LINK,
            now=NOW + 2 * HOUR,
            sequence=0,
        )

    moved = invitations.overtaken(session, invitation, 0)
    assert moved is not None
    assert [start for start, _ in moved] == [before, case.slots[0].starts_at]
    assert invitation.participation is Participation.NEEDS_ACTION


def test_answer_is_about_what_was_sent_and_not_about_a_move_that_was_not(
    session: Session,
) -> None:
    case, message = make_tried(session, MessageState.SENT)
    invitation = message.invitation
    assert invitation is not None
    said = case.slots[0].starts_at
    case.placement.state = PlacementState.REPLACED
    moved = make_placement(session, case.placement.visitor, case.slots[1])
    invitations.draft(session, case.edition, now=NOW + HOUR)

    shown = invitations.said_times(invitation)[0]
    invitations.answer(
        session,
        invitation,
        Participation.ACCEPTED,
        door=Door.LINK,
        now=NOW + HOUR,
        sequence=invitations.said_sequence(invitation),
    )
    answered_for = shown
    moved.state = PlacementState.REPLACED
    make_placement(session, case.placement.visitor, case.slots[0])
    session.flush()
    drafts = invitations.draft(session, case.edition, now=NOW + 2 * HOUR)

    assert answered_for == said
    assert [m for m in drafts.messages if m.to_address.startswith("lotte")] == []
    assert invitation.participation is Participation.ACCEPTED


def test_answer_notes_its_door(session: Session) -> None:
    _, message = make_tried(session, MessageState.SENT)
    invitation = message.invitation
    assert invitation is not None

    invitations.answer(
        session, invitation, Participation.ACCEPTED, door=Door.MAIL, now=NOW, sequence=0
    )

    assert (invitation.answered_through, invitation.answer_sequence) == (Door.MAIL, 0)
