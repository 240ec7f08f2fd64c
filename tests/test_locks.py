"""No request keeps the database from the others: not when it fails, is slow, or comes late."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from opendeur import db
from opendeur.models import Account, LoginSession
from opendeur.web import auth
from tests.factories import NOW, make_account, make_edition
from tests.page import Page, submit


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """These tests give the application routes that fail."""
    return own_app


def break_a_rule() -> str:
    db.session().execute(text("UPDATE zone SET code = NULL"))
    return "not reached"


def break_a_rule_of_rows() -> str:
    db.session().add(Account(email="UPPER@kastanje.example", created_at=NOW))
    db.session().flush()
    return "not reached"


@pytest.mark.parametrize("view", [break_a_rule, break_a_rule_of_rows])
def test_form_that_fails_says_so_and_lets_go_of_the_database(
    app: Flask,
    store: Session,
    browser_of: Callable[[Account | None], FlaskClient],
    view: Callable[[], str],
) -> None:
    app.add_url_rule(
        "/<any(nl, fr, en):language>/<edition_slug>/fail",
        view_func=auth.signed_in(lambda: view()),
        endpoint="fail",
        methods=["POST"],
    )
    app.testing = False
    edition = make_edition(store)
    account = make_account(store)
    store.commit()
    client = browser_of(account)

    page = Page.post(client, f"/nl/{edition.slug}/fail", status=500)
    answer = submit(client, "/nl/sign-in", email="lotte@kastanje.example")

    assert len(page.text("main .num")) == 8
    assert answer.status_code == 303


def test_form_that_is_sent_after_half_an_hour_of_typing_is_saved(
    store: Session, browser_of: Callable[[Account | None], FlaskClient]
) -> None:
    account = make_account(store)
    store.commit()
    client = browser_of(account)
    client.get("/nl/account")
    login = store.scalars(select(LoginSession)).one()
    login.seen_at -= timedelta(minutes=30)
    store.commit()

    answer = submit(
        client, "/nl/account", given_name="Jan", family_name="Peeters", language="nl"
    )

    store.expire_all()
    assert answer.status_code == 303
    assert account.given_name == "Jan"
    assert login.seen_at == NOW


class Slow(BytesIO):
    """A body that is still on its way; `when_read` happens before any of it is there."""

    def __init__(self, body: bytes, when_read: Callable[[], None]) -> None:
        super().__init__(body)
        self._when_read = when_read

    def readinto(self, buffer: object, /) -> int:
        self._when_read()
        return super().readinto(buffer)  # type: ignore[arg-type]


def test_form_that_arrives_slowly_does_not_keep_others_waiting(
    client: FlaskClient, store: Session
) -> None:
    edition = make_edition(store)
    store.commit()
    written: list[Account] = []

    def write() -> None:
        if not written:
            written.append(make_account(store))
            store.commit()

    client.post(
        f"/nl/{edition.slug}/me/preferences/add",
        input_stream=Slow(b"choose=1", write),
        content_length=8,
        content_type="application/x-www-form-urlencoded",
    )

    assert len(written) == 1
