"""Revisions, and what each message says."""

import re
from datetime import UTC, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations, mail
from opendeur.enums import (
    InvitationRole,
    Language,
    MessageKind,
    MessageState,
    Participation,
    PlacementState,
)
from opendeur.models import Invitation
from tests.domain.invited import (
    SETTINGS,
    counts,
    event_of,
    mail_of,
    make_case,
    send_all,
    to_host,
    to_visitor,
)
from tests.factories import NOW, local, make_account, make_offer, make_placement, make_visitor


def test_first_request_is_revision_zero_with_a_uid_of_its_own_for_each_person(
    session: Session,
) -> None:
    case = make_case(session)

    sent = send_all(session, case.edition)
    events = [event_of(message) for message in sent]

    assert [event.sequence.value for event in events] == ["0", "0"]
    assert len({event.uid.value for event in events}) == 2
    assert {event.uid.value for event in events} == set(session.scalars(select(Invitation.uid)))


def test_nothing_changed_means_nothing_to_send(session: Session) -> None:
    case = make_case(session)
    send_all(session, case.edition)

    assert send_all(session, case.edition, now=NOW + timedelta(hours=1)) == []


def test_another_time_raises_the_sequence_and_asks_again(session: Session) -> None:
    case = make_case(session)
    first = to_visitor(send_all(session, case.edition))
    assert first.invitation is not None
    first.invitation.participation = Participation.ACCEPTED
    case.slots[0].starts_at += timedelta(minutes=30)
    case.slots[0].ends_at += timedelta(minutes=30)

    second = to_visitor(send_all(session, case.edition, now=NOW + timedelta(hours=1)))

    assert second.kind is MessageKind.CHANGED
    event = event_of(second)
    assert event.sequence.value == "1"
    assert event.uid.value == event_of(first).uid.value
    assert event.attendee.params["PARTSTAT"] == ["NEEDS-ACTION"]
    assert event.dtstart.value.astimezone(UTC) == local(0, "10:00")
    assert mail_of(second)["In-Reply-To"] == mail_of(first)["Message-ID"]


def test_other_words_keep_the_sequence_and_the_answer_with_a_later_stamp(
    session: Session,
) -> None:
    case = make_case(session)
    first = to_visitor(send_all(session, case.edition))
    assert first.invitation is not None
    first.invitation.participation = Participation.ACCEPTED
    case.visit.description_nl = "Koffie, en een verhaal."

    second = to_visitor(send_all(session, case.edition))

    event = event_of(second)
    assert event.sequence.value == "0"
    assert event.dtstamp.value > event_of(first).dtstamp.value
    assert event.attendee.params["PARTSTAT"] == ["ACCEPTED"]


def test_another_slot_of_the_same_visit_moves_the_same_entry(session: Session) -> None:
    case = make_case(session)
    sent = send_all(session, case.edition)
    first = to_visitor(sent)
    case.placement.state = PlacementState.REPLACED
    make_placement(session, case.placement.visitor, case.slots[1])

    second = send_all(session, case.edition, now=NOW + timedelta(hours=1))

    moved = to_visitor(second)
    assert event_of(moved).uid.value == event_of(first).uid.value
    assert event_of(moved).sequence.value == "1"
    host_kinds = sorted(str(m.kind) for m in second if m.to_address.startswith("greet"))
    assert host_kinds == ["cancelled", "new"]


def test_cancellation_repeats_the_request_one_sequence_higher(session: Session) -> None:
    case = make_case(session)
    first = to_visitor(send_all(session, case.edition))
    case.placement.state = PlacementState.CANCELLED

    last = to_visitor(send_all(session, case.edition, now=NOW + timedelta(hours=1)))

    before, after = event_of(first), event_of(last)
    assert after.sequence.value == "1"
    assert after.status.value == "CANCELLED"
    for name in ("uid", "organizer", "attendee", "dtstart", "dtend"):
        assert getattr(after, name).value == getattr(before, name).value
    [invitation] = session.scalars(
        select(Invitation).where(Invitation.role == InvitationRole.VISITOR)
    )
    assert invitation.cancelled_at == NOW + timedelta(hours=1)


def test_seat_that_is_had_again_gets_a_new_uid(session: Session) -> None:
    case = make_case(session)
    first = to_visitor(send_all(session, case.edition))
    case.placement.state = PlacementState.WITHDRAWN
    send_all(session, case.edition, now=NOW + timedelta(hours=1))
    make_placement(session, case.placement.visitor, case.slots[0])

    again = to_visitor(send_all(session, case.edition, now=NOW + timedelta(hours=2)))

    assert again.kind is MessageKind.NEW
    assert event_of(again).uid.value != event_of(first).uid.value


def test_host_reads_who_comes_but_no_address(session: Session) -> None:
    case = make_case(session)

    message = to_host(send_all(session, case.edition))

    text = mail_of(message).as_string()
    body = mail_of(message).get_body(("plain",))
    assert body is not None
    assert "Lotte Vermeiren" in body.get_content()
    assert "lotte.vermeiren@kastanje.example" not in text
    for part in mail_of(message).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            assert b"kastanje.example" not in payload


def test_visitor_does_not_read_the_address_of_the_host(session: Session) -> None:
    case = make_case(session)

    message = to_visitor(send_all(session, case.edition))

    for part in mail_of(message).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            assert b"zavelput.example" not in payload


def test_host_hears_of_a_second_visitor_without_a_new_sequence(session: Session) -> None:
    case = make_case(session)
    send_all(session, case.edition)
    other = make_visitor(session, case.edition, preferences=[case.visit])
    make_placement(session, other, case.slots[0])

    sent = send_all(session, case.edition, now=NOW + timedelta(hours=1))

    host = to_host(sent)
    assert (host.kind, event_of(host).sequence.value) == (MessageKind.CHANGED, "0")
    assert len(sent) == 2


def test_every_contact_of_the_host_is_invited(session: Session) -> None:
    case = make_case(session)
    colleague = make_account(session, email="an.dewit@zavelput.example")
    from_organisation = case.visit.host.organisation
    from_organisation.contacts.append(type(from_organisation.contacts[0])(account=colleague))

    sent = send_all(session, case.edition)

    assert sorted(m.to_address for m in sent) == [
        "an.dewit@zavelput.example",
        "greet.maes@zavelput.example",
        "lotte.vermeiren@kastanje.example",
    ]


def test_organiser_of_the_entry_is_a_mailbox_of_ours_for_this_person_only(
    session: Session,
) -> None:
    case = make_case(session)

    sent = send_all(session, case.edition)

    addresses = [event_of(message).organizer.value.lower() for message in sent]
    assert len(set(addresses)) == 2
    assert [m["Reply-To"].lower() for m in map(mail_of, sent)] == [
        address.removeprefix("mailto:") for address in addresses
    ]
    assert all(
        address.startswith("mailto:visits+") and address.endswith("@opendeur.example")
        for address in addresses
    )


def test_revision_of_an_invitation_is_unique(session: Session) -> None:
    case = make_case(session)
    sent = send_all(session, case.edition)
    case.visit.title_nl = "Anders"

    more = send_all(session, case.edition, now=NOW + timedelta(hours=1))

    revisions = sorted((m.invitation_id or 0, m.revision or 0) for m in [*sent, *more])
    assert len(set(revisions)) == 4
    assert sorted(revision for _, revision in revisions) == [1, 1, 2, 2]


def test_update_waits_until_the_message_before_it_is_through(session: Session) -> None:
    case = make_case(session)
    drafts = invitations.draft(session, case.edition, now=NOW)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)
    taken = [mail.claim_message(session, now=NOW) for _ in range(2)]
    for message in taken:
        assert message is not None
        invitations.make_up(session, message, settings=SETTINGS, now=NOW)
    case.placement.state = PlacementState.CANCELLED
    drafts = invitations.draft(session, case.edition, now=NOW)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)

    early = mail.claim_message(session, now=NOW)
    for message in taken:
        assert message is not None
        mail.mark_sent(session, message, now=NOW)
    session.flush()
    late = mail.claim_message(session, now=NOW)

    assert early is None
    assert late is not None
    assert late.kind is MessageKind.CANCELLED


def test_preview_keeps_nothing(session: Session) -> None:
    case = make_case(session)
    drafts = invitations.draft(session, case.edition, now=NOW)
    message = to_visitor(list(drafts.messages))

    letter = invitations.preview(session, message, settings=SETTINGS, now=NOW)

    assert letter.subject != ""
    assert (message.state, message.raw, message.message_id) == (MessageState.DRAFT, None, None)


def test_calendar_entry_lies_where_the_host_is_and_without_coordinates_nowhere(
    session: Session,
) -> None:
    case = make_case(session)
    first = event_of(to_visitor(send_all(session, case.edition)))
    case.visit.host.organisation.latitude = case.visit.host.organisation.longitude = None
    case.visit.description_nl = "Koffie, en een verhaal."

    second = event_of(to_visitor(send_all(session, case.edition)))

    assert first.geo.value == "50.829500;4.433720"
    assert "geo" not in second.contents


def test_calendar_entry_is_filed_under_the_edition(session: Session) -> None:
    case = make_case(session)

    event = event_of(to_visitor(send_all(session, case.edition)))

    assert event.categories.value == ["Opendeurweek"]


def test_visitor_reads_which_of_the_choices_it_is(session: Session) -> None:
    case = make_case(session)
    account = make_account(session, language=Language.EN)
    wishes = [make_offer(session, case.edition), case.visit]
    visitor = make_visitor(session, case.edition, account=account, preferences=wishes)
    make_placement(session, visitor, case.slots[0])

    [message] = [m for m in send_all(session, case.edition) if m.to_address == account.email]

    body = mail_of(message).get_body(("plain",))
    assert body is not None
    assert re.findall(r"You got your choice \d+\.", body.get_content()) == [
        "You got your choice 2."
    ]


@pytest.mark.parametrize(("seats", "said"), [(4, True), (5, False)])
def test_only_a_group_of_at_most_five_is_called_small(
    session: Session, seats: int, said: bool
) -> None:
    case = make_case(session)
    account = make_account(session, language=Language.EN)
    visitor = make_visitor(session, case.edition, account=account, seats=seats)  # and one more
    make_placement(session, visitor, case.slots[0])

    [message] = [m for m in send_all(session, case.edition) if m.to_address == account.email]

    body = mail_of(message).get_body(("plain",))
    assert body is not None
    assert ("The group is small" in body.get_content()) is said


@pytest.mark.parametrize("field", ["directions", "access"])
def test_good_to_know_in_the_language_of_others_is_not_told(
    session: Session, field: str
) -> None:
    case = make_case(session)
    host = case.visit.host
    setattr(host, f"{field}_nl", "Bel aan bij 3.")
    setattr(host, f"{field}_fr", "Sonnez au 3.")
    send_all(session, case.edition)

    setattr(host, f"{field}_fr", "Sonnez au 3 bis.")
    of_others = invitations.draft(session, case.edition, now=NOW)
    setattr(host, f"{field}_nl", "Bel aan bij 3 bis.")
    of_both_readers = invitations.draft(session, case.edition, now=NOW)

    assert counts(of_others) == (0, 0, 0)
    assert counts(of_both_readers) == (0, 2, 0)
