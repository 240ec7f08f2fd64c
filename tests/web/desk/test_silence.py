"""The desk reads and sends the letters to those who get nothing, with all others (W16)."""

import pytest
from sqlalchemy import select

from opendeur.domain import invitations
from opendeur.enums import EditionPhase, MessageKind, MessageState
from opendeur.models import Message
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_visitor,
)
from tests.page import Page, submit


@pytest.fixture
def edition(store):
    made = make_edition(store, phase=EditionPhase.ASSIGNMENT)
    visit = make_offer(store, made, contact=make_account(store))
    make_offer(store, made, contact=make_account(store))
    make_placement(store, make_visitor(store, made, preferences=[visit]), visit.slots[0])
    make_visitor(store, made, preferences=[visit])
    store.flush()
    invitations.draft(store, made, now=NOW)
    store.commit()
    return made


def test_the_letters_are_counted_by_kind_read_and_sent(desk, store, edition):
    base = f"/en/{edition.slug}/desk/invitations"

    page = Page.get(desk, base)
    listed = Page.get(desk, f"{base}/all?sort=when")
    letters = store.scalars(select(Message).filter_by(kind=MessageKind.NO_PLACE)).all()
    one = Page.get(desk, f"{base}/{letters[0].id}")
    answer = submit(desk, base, new="4", changed="0", cancelled="0", sure="y")

    assert page.texts(".pile b") == [
        "New invitation",
        "No place this time",
        "Who comes",
        "Nobody comes this time",
    ]
    assert len(listed.soup.select("tbody tr")) == 4
    assert one.text("h2#letter") == "No place this time, 1 of 1"
    assert answer.status_code == 303
    store.expire_all()
    assert {message.state for message in store.scalars(select(Message))} == {
        MessageState.QUEUED
    }
