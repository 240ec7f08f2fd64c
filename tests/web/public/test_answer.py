"""Answering an invitation from its letter, on a phone, without signing in."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations
from opendeur.enums import EditionPhase, Participation, PlacementState
from opendeur.models import Invitation, Placement
from tests.conftest import make_settings
from tests.domain.invited import make_case, send_all, to_host, to_visitor
from tests.factories import NOW, make_account
from tests.page import Page, submit


def make_link(app: Flask, store: Session) -> tuple[str, Invitation]:
    case = make_case(store)
    case.edition.phase = EditionPhase.ASSIGNMENT
    message = to_visitor(send_all(store, case.edition))
    assert message.invitation is not None
    store.commit()
    return path_of(app, message.invitation), message.invitation


def path_of(app: Flask, invitation: Invitation) -> str:
    settings = make_settings(app.config["SETTINGS"].instance)
    address = invitations.answer_address(invitation, language="nl", settings=settings)
    return address.removeprefix("http://localhost")


def test_looking_answers_nothing_and_one_button_does(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    path, invitation = make_link(app, store)

    page = Page.get(client, f"{path}?yes")
    store.refresh(invitation)
    before = invitation.participation
    sent = submit(client, path, sequence=0, answer="accepted")
    store.refresh(invitation)

    assert page.soup.select("button[value=declined].btn-2") != []
    assert before is Participation.NEEDS_ACTION
    assert (sent.status_code, invitation.participation) == (303, Participation.ACCEPTED)
    assert Page.get(client, path).texts(".tag-good") != []


def test_answer_that_is_none_changes_nothing(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    path, invitation = make_link(app, store)

    for answer in ("", "tentative", "<script>", "x" * 10_000):
        submit(client, path, sequence=0, answer=answer)
    store.refresh(invitation)

    assert invitation.participation is Participation.NEEDS_ACTION


def test_link_that_is_not_ours_is_not_found(client: FlaskClient) -> None:
    assert client.get("/nl/answer/x.y").status_code == 404
    assert submit(client, "/nl/answer/x.y", answer="accepted").status_code == 404


def test_contact_who_was_removed_is_told_so_and_sees_nothing_more(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    case = make_case(store)
    invitation = to_host(send_all(store, case.edition)).invitation
    assert invitation is not None
    case.visit.host.organisation.contacts[0].account = make_account(store)
    store.commit()
    path = path_of(app, invitation)

    looked = Page.get(client, path, status=403)
    sent = Page(submit(client, path, sequence=0, answer="accepted"), 403)
    store.refresh(invitation)

    said = "U bent geen contactpersoon meer van deze organisatie"
    assert [page.text("main .lead").startswith(said) for page in (looked, sent)] == [True] * 2
    assert case.visit.title_nl not in looked.text("main")
    assert invitation.participation is Participation.NEEDS_ACTION


def test_visitor_whose_seat_is_gone_is_told_so_and_has_no_buttons(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    path, invitation = make_link(app, store)
    placement = store.scalars(select(Placement)).one()
    placement.state = PlacementState.CANCELLED
    store.commit()

    page = Page.get(client, path)
    sent = submit(client, path, sequence=0, answer="accepted")
    store.refresh(invitation)

    assert page.text("main .lead").startswith("U hebt geen plaats meer in dit bezoek")
    assert page.soup.select("main form") == []
    assert (sent.status_code, invitation.participation) == (409, Participation.NEEDS_ACTION)


def test_page_says_what_a_no_does_and_a_no_frees_the_place(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    path, invitation = make_link(app, store)
    path = path.replace("/nl/", "/en/")

    before = Page.get(client, path)
    submit(client, path, sequence="0", answer="declined")
    after = Page.get(client, path)
    states = list(store.scalars(select(Placement.state)))
    submit(client, path, sequence="0", answer="accepted")

    assert before.text("form + p") == (
        "If you say no, your place is free at once and somebody else can have it. Until the "
        "visit begins you can change your mind here, as long as nobody else has your place."
    )
    assert states == [PlacementState.DECLINED]
    assert after.soup.select("button[value=accepted]") != []
    assert sorted(store.scalars(select(Placement.state))) == [
        PlacementState.DECLINED,
        PlacementState.PLACED,
    ]
    store.refresh(invitation)
    assert invitation.participation is Participation.ACCEPTED


def test_form_that_shows_another_time_than_was_sent_since_asks_again_with_both(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    path, invitation = make_link(app, store)
    open_form = Page.get(client, path)
    [shown] = open_form.soup.select("input[name=sequence]")
    invitation.slot.starts_at += timedelta(hours=4)
    invitation.slot.ends_at += timedelta(hours=4)
    send_all(store, invitation.edition, now=NOW + timedelta(hours=1))
    store.commit()

    stale = Page(submit(client, path, sequence=shown["value"], answer="accepted"), 409)
    store.refresh(invitation)
    after_stale = invitation.participation
    [now_shown] = stale.soup.select("input[name=sequence]")
    submit(client, path, sequence=now_shown["value"], answer="accepted")
    store.refresh(invitation)

    told = stale.text(".note-warn")
    assert ("9:30; " in told, "13:30" in told) == (True, True)
    assert after_stale is Participation.NEEDS_ACTION
    assert (shown["value"], now_shown["value"]) == ("0", "1")
    assert invitation.participation is Participation.ACCEPTED


@pytest.mark.parametrize("sequence", ["", "-1", "x", "7", None])
def test_form_that_does_not_say_what_it_showed_answers_nothing(
    app: Flask, client: FlaskClient, store: Session, sequence: str | None
) -> None:
    path, invitation = make_link(app, store)
    fields = {} if sequence is None else {"sequence": sequence}

    submit(client, path, answer="accepted", **fields)
    store.refresh(invitation)

    assert invitation.participation is Participation.NEEDS_ACTION


def test_page_shows_what_was_sent_and_not_a_move_that_was_not(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    path, invitation = make_link(app, store)
    before = Page.get(client, path).text(".ticket-when")
    invitation.slot.starts_at += timedelta(hours=4)
    invitation.slot.ends_at += timedelta(hours=4)
    store.commit()

    assert Page.get(client, path).text(".ticket-when") == before
