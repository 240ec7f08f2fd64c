"""The outbox as a list: by state, searched, in order, a page at a time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import mail
from opendeur.enums import MessageKind, MessageState
from opendeur.models import Edition
from tests.domain.mail.test_messages import make_message
from tests.factories import NOW, make_edition
from tests.queries import counted


def ids(session: Session, edition: Edition, **asked: Any) -> list[int]:
    return [line.id for line in mail.list_messages(session, edition, **asked)[0]]


def test_messages_are_listed_the_last_first(session: Session) -> None:
    edition = make_edition(session)
    old = make_message(session, edition, created_at=NOW - timedelta(hours=1))
    first, second = make_message(session, edition), make_message(session, edition)
    new = make_message(session, edition, created_at=NOW + timedelta(hours=1))

    assert ids(session, edition) == [new.id, second.id, first.id, old.id]


def test_messages_in_every_state_are_listed_but_for_drafts(session: Session) -> None:
    edition = make_edition(session)
    for state in MessageState:
        make_message(session, edition, state=state)

    lines, total = mail.list_messages(session, edition)

    assert [line.state for line in reversed(lines)] == list(MessageState)[1:]
    assert total == len(lines)


@pytest.mark.parametrize("state", MessageState)
def test_messages_in_one_state_are_listed_even_drafts(
    session: Session, state: MessageState
) -> None:
    edition = make_edition(session)
    made = {each: make_message(session, edition, state=each) for each in MessageState}

    assert ids(session, edition, state=state) == [made[state].id]


def test_messages_of_other_editions_and_of_none_are_not_listed(session: Session) -> None:
    edition = make_edition(session)
    mine = make_message(session, edition)
    make_message(session, make_edition(session))
    make_message(session, None, kind=MessageKind.SIGN_IN)

    assert ids(session, edition) == [mine.id]
    assert mail.count_messages(session, edition) == {MessageState.SENT: 1}


@pytest.mark.parametrize("words", [["sahin"], ["mehmet", "sahin"], ["brug"], ["een", "bezoek"]])
def test_every_word_is_searched_in_name_address_and_subject(
    session: Session, words: list[str]
) -> None:
    edition = make_edition(session)
    found = make_message(
        session,
        edition,
        to_name="Mehmet Şahin",
        to_address="m@brug.example",
        subject="Een bezoek",
    )
    make_message(session, edition, to_name="Mehmet Smets", subject="Een brief")

    assert ids(session, edition, words=words) == [found.id]


@pytest.mark.parametrize("order", mail.MESSAGE_ORDERS)
def test_messages_are_put_in_order_and_turned_around(session: Session, order: str) -> None:
    edition = make_edition(session)
    one = make_message(session, edition, to_name="ann", subject="a", created_at=NOW)
    two = make_message(
        session,
        edition,
        to_name="Bert",
        subject="B",
        created_at=NOW + timedelta(hours=1),
        state=MessageState.UNCERTAIN,
    )

    rising = ids(session, edition, order=order, is_falling=False)

    assert rising == [one.id, two.id]
    assert ids(session, edition, order=order, is_falling=True) == rising[::-1]


def test_a_page_of_messages_comes_with_the_count_of_all(session: Session) -> None:
    edition = make_edition(session)
    made = [make_message(session, edition) for _ in range(5)]

    lines, total = mail.list_messages(session, edition, start=2, most=2)

    assert ([line.id for line in lines], total) == ([made[2].id, made[1].id], 5)


def test_messages_are_listed_in_as_many_statements_whatever_there_are(session: Session) -> None:
    edition = make_edition(session)
    counts = []
    for _ in range(2):
        make_message(session, edition)
        session.flush()
        with counted(session.get_bind().engine) as count:
            mail.list_messages(session, edition)
        counts.append(count.statements)

    assert counts == [2, 2]


def test_an_example_is_a_letter_about_no_invitation(session: Session) -> None:
    edition = make_edition(session)
    for kind in (MessageKind.RECEIPT, MessageKind.NEW):
        make_message(session, edition, kind=kind)

    lines, _ = mail.list_messages(session, edition)

    assert [(line.kind, line.is_example) for line in reversed(lines)] == [
        (MessageKind.RECEIPT, False),
        (MessageKind.NEW, True),
    ]
