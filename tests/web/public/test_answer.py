"""Answering an invitation from its letter, on a phone, without signing in."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from opendeur.domain import invitations
from opendeur.enums import EditionPhase, Participation
from opendeur.models import Invitation
from tests.conftest import make_settings
from tests.domain.invited import make_case, send_all, to_visitor
from tests.page import Page, submit


def make_link(app: Flask, store: Session) -> tuple[str, Invitation]:
    case = make_case(store)
    case.edition.phase = EditionPhase.ASSIGNMENT
    message = to_visitor(send_all(store, case.edition))
    assert message.invitation is not None
    store.commit()
    settings = make_settings(app.config["SETTINGS"].instance)
    address = invitations.answer_address(message.invitation, language="nl", settings=settings)
    return address.removeprefix("http://localhost"), message.invitation


def test_looking_answers_nothing_and_one_button_does(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    path, invitation = make_link(app, store)

    page = Page.get(client, f"{path}?yes")
    store.refresh(invitation)
    before = invitation.participation
    sent = submit(client, path, answer="accepted")
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
        submit(client, path, answer=answer)
    store.refresh(invitation)

    assert invitation.participation is Participation.NEEDS_ACTION


def test_link_that_is_not_ours_is_not_found(client: FlaskClient) -> None:
    assert client.get("/nl/answer/x.y").status_code == 404
    assert submit(client, "/nl/answer/x.y", answer="accepted").status_code == 404
