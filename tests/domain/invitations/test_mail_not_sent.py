"""What nobody has to be told: what did not change, what was undone, and what is over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import invitations
from opendeur.enums import EditionPhase, Language, MessageKind, MessageState, Participation
from tests.domain.invitations.test_mail_changes import (
    LATER,
    a_later_time,
    another_end,
    lines_of,
    make_answered,
    send_later,
    sent,
    speak,
    the_description,
    the_name_of_the_contact,
    the_phone_of_the_contact,
    the_seat_is_lost,
)
from tests.domain.invited import Case, counts, event_of, mail_of, send_all, to_visitor


@pytest.mark.parametrize("before", Language)
@pytest.mark.parametrize("after", Language)
def test_new_language_of_the_reader_changes_nothing_though_towns_have_two_names(
    session: Session, before: Language, after: Language
) -> None:
    case = make_answered(session, language=before)

    speak(case, after)
    told = send_later(session, case)
    the_phone_of_the_contact(session, case)
    later = send_later(session, case, hours=2)

    assert told == []
    assert [(m.kind, m.language) for m in later] == [(MessageKind.CHANGED, after)] * 2
    assert [(sent(m).sequence, sent(m).partstat) for m in later] == [(0, "ACCEPTED")] * 2


def test_place_that_is_called_off_is_named_in_the_language_of_the_reader(
    session: Session,
) -> None:
    case = make_answered(session, language=Language.FR)

    speak(case, Language.NL)
    the_seat_is_lost(session, case)
    message = to_visitor(send_later(session, case))

    assert "1150 Sint-Pieters-Woluwe" in event_of(message).location.value


@pytest.mark.parametrize("change", [another_end, the_description, the_phone_of_the_contact])
def test_change_that_is_undone_before_it_was_written_is_not_told(
    session: Session, change: Callable[[Session, Case], None]
) -> None:
    case = make_answered(session)
    before = case.slots[0].ends_at, case.visit.description_fr, case.visit.host.contact_phone
    change(session, case)
    session.flush()
    drafts = invitations.draft(session, case.edition, now=LATER)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=LATER)
    case.slots[0].ends_at, case.visit.description_fr, case.visit.host.contact_phone = before

    messages = send_later(session, case)

    assert (counts(drafts), messages) == ((0, 2, 0), [])
    assert counts(invitations.draft(session, case.edition, now=LATER)) == (0, 0, 0)


def test_change_that_is_undone_before_sending_drafts_nothing(session: Session) -> None:
    case = make_answered(session)
    before = case.visit.description_fr
    the_description(session, case)
    drafted = counts(invitations.draft(session, case.edition, now=LATER))

    case.visit.description_fr = before

    assert drafted == (0, 2, 0)
    assert counts(invitations.draft(session, case.edition, now=LATER)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("participation", "said"),
    [
        (Participation.ACCEPTED, "You said yes. If that changes, say so here:"),
        (Participation.TENTATIVE, "You said maybe. Do you know by now? Say so here:"),
    ],
)
def test_who_answered_reads_the_answer_and_is_not_asked_again(
    session: Session, participation: Participation, said: str
) -> None:
    case = make_answered(session, participation)
    the_phone_of_the_contact(session, case)

    messages = send_later(session, case)

    for message in messages:
        lines, html = lines_of(message), mail_of(message).get_body(("html",))
        assert html is not None
        assert [line for line in lines if line.startswith(("Are you", "Does it"))] == []
        assert said in lines
        assert said in html.get_content()
        assert "RSVP" not in event_of(message).attendee.params


@pytest.mark.parametrize(
    "change", [the_description, the_name_of_the_contact, a_later_time, the_seat_is_lost]
)
def test_nothing_is_drafted_for_what_is_over(
    session: Session, change: Callable[[Session, Case], None]
) -> None:
    case = make_answered(session)
    over = case.slots[0].ends_at + timedelta(days=30)

    change(session, case)
    session.flush()
    session.expire_all()

    assert counts(invitations.draft(session, case.edition, now=over)) == (0, 0, 0)
    assert invitations.forecast(session, case.edition, [], now=over).total == 0


@pytest.mark.parametrize("change", [the_description, a_later_time, the_seat_is_lost])
def test_nothing_is_drafted_in_a_closed_edition(
    session: Session, change: Callable[[Session, Case], None]
) -> None:
    case = make_answered(session)
    case.edition.phase = EditionPhase.CLOSED

    change(session, case)
    session.flush()
    session.expire_all()

    assert counts(invitations.draft(session, case.edition, now=LATER)) == (0, 0, 0)


@pytest.mark.parametrize("change", [the_description, the_seat_is_lost])
def test_what_was_queued_and_is_over_by_then_is_not_sent(
    session: Session, change: Callable[[Session, Case], None]
) -> None:
    case = make_answered(session)
    change(session, case)
    session.flush()
    drafts = invitations.draft(session, case.edition, now=LATER)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=LATER)

    over = case.slots[0].ends_at

    assert send_all(session, case.edition, now=over) == []
    states = {message.state for message in drafts.messages}
    assert states == {MessageState.SUPERSEDED}
