"""After adoption nobody is silent: letters to visitors and hosts who get nothing (W16)."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations, mail
from opendeur.enums import EditionPhase, MessageKind, MessageState
from opendeur.models import Account, Message, Visit, Visitor
from tests.domain.invited import SETTINGS, Case, counts, mail_of, make_case, send_all
from tests.factories import NOW, make_account, make_offer, make_placement, make_visitor


@pytest.fixture
def case(session: Session) -> Case:
    return make_case(session)


def make_left_out(session: Session, case: Case, name: str = "Omar") -> Visitor:
    """Return a visitor who chose the visit of the case and got nothing."""
    account = make_account(
        session, given_name=name, family_name="Benali", email=f"{name.lower()}@x.example"
    )
    return make_visitor(session, case.edition, account=account, preferences=[case.visit])


def make_empty_host(session: Session, case: Case) -> tuple[Visit, Account]:
    contact = make_account(session, email="hilde@y.example")
    return make_offer(session, case.edition, contact=contact, days=(2,)), contact


def silent(messages: list[Message]) -> list[tuple[str, MessageKind]]:
    kinds = (MessageKind.NO_PLACE, MessageKind.NO_GUESTS)
    return sorted((m.to_address, m.kind) for m in messages if m.kind in kinds)


def drafted(session: Session, case: Case) -> list[tuple[str, MessageKind]]:
    return silent(list(invitations.draft(session, case.edition, now=NOW).messages))


def text_of(message: Message) -> str:
    body = mail_of(message).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_visitor_and_host_with_nothing_have_a_letter_among_the_drafts(
    session: Session, case: Case
) -> None:
    make_left_out(session, case)
    make_empty_host(session, case)

    drafts = invitations.draft(session, case.edition, now=NOW)

    assert silent(list(drafts.messages)) == [
        ("hilde@y.example", MessageKind.NO_GUESTS),
        ("omar@x.example", MessageKind.NO_PLACE),
    ]
    assert counts(drafts) == (4, 0, 0)
    assert len(invitations.draft_lines(session, case.edition)) == 4


def test_forecast_counts_them_as_the_drafts_do(session: Session, case: Case) -> None:
    make_left_out(session, case)
    make_empty_host(session, case)
    pairs = {(case.placement.visitor.id, case.slots[0].id)}

    forecast = invitations.forecast(session, case.edition, pairs, now=NOW)

    assert counts(forecast) == counts(invitations.draft(session, case.edition, now=NOW))


def test_nobody_gets_the_letter_twice(session: Session, case: Case) -> None:
    make_left_out(session, case)
    make_empty_host(session, case)

    first = silent(send_all(session, case.edition))
    second = silent(send_all(session, case.edition, now=NOW + timedelta(hours=1)))

    assert (len(first), second) == (2, [])


def test_letter_that_failed_for_good_is_drafted_again(session: Session, case: Case) -> None:
    make_left_out(session, case)
    for message in send_all(session, case.edition):
        if message.kind is MessageKind.NO_PLACE:
            message.state = MessageState.FAILED
    session.flush()

    assert drafted(session, case) == [("omar@x.example", MessageKind.NO_PLACE)]


def test_whoever_did_not_submit_or_lost_a_place_is_not_told_that_there_was_none(
    session: Session, case: Case
) -> None:
    make_visitor(session, case.edition, preferences=[case.visit], submitted=False)
    other = make_left_out(session, case)
    make_placement(session, other, case.slots[0])
    send_all(session, case.edition)
    account = case.placement.visitor.account

    invitations.withdraw(session, case.placement, by=account, now=NOW)

    assert drafted(session, case) == []


@pytest.mark.parametrize(
    "phase", [EditionPhase.PREFERENCES, EditionPhase.WEEK, EditionPhase.CLOSED]
)
def test_there_is_no_such_letter_when_it_is_of_no_use(
    session: Session, case: Case, phase: EditionPhase
) -> None:
    make_left_out(session, case)
    case.edition.phase = phase
    session.flush()

    assert drafted(session, case) == []


def test_before_anybody_has_a_place_nobody_is_told_of_none(
    session: Session, case: Case
) -> None:
    make_left_out(session, case)
    session.delete(case.placement)
    session.flush()

    assert drafted(session, case) == []


def test_letter_says_why_and_what_is_free_with_a_link(session: Session, case: Case) -> None:
    case.slots[0].minimum = case.slots[0].capacity = 1
    make_left_out(session, case)
    free = make_offer(session, case.edition, days=(3,))
    make_placement(session, make_visitor(session, case.edition), free.slots[0])

    [letter] = [
        message
        for message in send_all(session, case.edition)
        if message.kind is MessageKind.NO_PLACE
    ]

    text = text_of(letter)
    assert "Vol: 2 mensen voor 1 plaats" in text
    address = f"{SETTINGS.base_url}/nl/{case.edition.slug}/me/take/"
    assert [line.strip() for line in text.splitlines() if address in line] == [
        f"{address}{free.slots[0].id}"
    ]


def test_letter_to_a_host_says_how_many_chose_it(session: Session, case: Case) -> None:
    visit, _ = make_empty_host(session, case)
    for seats in (1, 2):
        person = make_visitor(
            session, case.edition, preferences=[case.visit, visit], seats=seats
        )
        make_placement(session, person, case.slots[0])

    [letter] = [
        message
        for message in send_all(session, case.edition)
        if message.kind is MessageKind.NO_GUESTS
    ]

    assert "3 mensen kozen een van uw bezoeken." in text_of(letter)


def test_letter_that_is_no_longer_true_is_not_written(session: Session, case: Case) -> None:
    person = make_left_out(session, case)
    drafts = invitations.draft(session, case.edition, now=NOW)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)
    make_placement(session, person, case.slots[1])
    session.flush()
    [letter] = session.scalars(select(Message).filter_by(kind=MessageKind.NO_PLACE))

    with pytest.raises(ValueError, match="has a place by now"):
        invitations.make_up(session, letter, settings=SETTINGS, now=NOW)


def test_letter_is_shown_and_tried_before_it_is_sent(session: Session, case: Case) -> None:
    make_left_out(session, case)
    make_empty_host(session, case)
    invitations.draft(session, case.edition, now=NOW)
    organiser = make_account(session, email="desk@zone.example")

    for message in session.scalars(
        select(Message).where(Message.kind.in_([MessageKind.NO_PLACE, MessageKind.NO_GUESTS]))
    ).all():
        shown = invitations.preview(session, message, settings=SETTINGS, now=NOW)
        copy = invitations.queue_example(
            session, message, to=organiser, settings=SETTINGS, now=NOW
        )
        assert mail.open_mail(copy.raw or b"") is not None
        assert shown.subject in copy.subject
