"""What people change about themselves, forms that must not be lost, and targets."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import Language
from opendeur.models import Account
from opendeur.web.security import own_path
from tests.factories import make_account
from tests.page import Page, submit
from tests.web.signing_in import HOSTILE, is_signed_in, mailed


def test_signing_out_ends_the_session_on_the_server(
    store: Session, browser_of: Callable[[Account | None], FlaskClient]
) -> None:
    account = make_account(store)
    store.commit()
    client = browser_of(account)
    cookie = client.get_cookie("opendeur")
    assert cookie is not None

    submit(client, "/nl/sign-out")
    client.set_cookie("opendeur", cookie.value)

    assert not is_signed_in(client)


def test_another_browser_can_be_signed_out(
    store: Session, browser_of: Callable[[Account | None], FlaskClient]
) -> None:
    account = make_account(store)
    store.commit()
    here, there = browser_of(account), browser_of(account)
    page = Page.get(here, "/nl/account")
    [form] = [f for f in page.soup.select("main form") if "/sessions/" in str(f.get("action"))]

    submit(here, str(form["action"]))

    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_name_and_language_are_kept(
    store: Session, browser_of: Callable[[Account | None], FlaskClient]
) -> None:
    account = make_account(store)
    store.commit()
    client = browser_of(account)

    answer = submit(
        client, "/nl/account", given_name=" Zoë\u202e ", family_name="D’Hondt", language="fr"
    )
    store.refresh(account)

    assert answer.status_code == 303
    assert (account.given_name, account.family_name, account.language) == (
        "Zoë",
        "D’Hondt",
        Language.FR,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_name_is_shown_as_text_or_refused_and_never_lost(
    store: Session, browser_of: Callable[[Account | None], FlaskClient], text: str
) -> None:
    account = make_account(store)
    store.commit()
    client = browser_of(account)

    submit(client, "/nl/account", given_name=text, family_name=text, language="nl")
    page = Page.get(client, "/nl/account")

    assert page.soup.select("main script") == []


def test_form_that_lost_its_token_can_be_sent_again_with_all_that_was_typed(
    store: Session, browser_of: Callable[[Account | None], FlaskClient]
) -> None:
    account = make_account(store)
    store.commit()
    client = browser_of(account)
    typed = {"given_name": "Loes", "family_name": "Peeters", "language": "fr"}

    answer = client.post("/nl/account", data={**typed, "csrf_token": "too old"})
    page = Page(answer, 400)
    fields = {
        str(field["name"]): str(field["value"])
        for field in page.soup.select("main form input[type=hidden]")
    }
    again = client.post("/nl/account", data=fields)
    store.refresh(account)

    assert {name: fields[name] for name in typed} == typed
    assert (again.status_code, account.given_name) == (303, "Loes")


def test_form_of_somebody_who_was_signed_out_can_be_sent_after_signing_in(
    client: FlaskClient, store: Session
) -> None:
    typed = {"given_name": "Loes", "family_name": "Peeters", "language": "fr"}
    submit(client, "/nl/sign-in", email="lotte@kastanje.example")

    page = Page.post(client, "/nl/account", status=401, **typed)
    submit(client, mailed(store)[0])
    fields = {
        str(field["name"]): str(field["value"])
        for field in page.soup.select("main form input[type=hidden]")
        if field["name"] != "csrf_token"
    }
    again = submit(client, "/nl/account", **fields)

    assert again.status_code == 303
    assert store.scalars(select(Account.given_name)).all() == ["Loes"]


@given(st.text())
def test_no_target_leads_to_another_site(target: str) -> None:
    path = own_path(target)

    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert path in (target, "/")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "http:evil.example",
        "//[",
        "//\u2100.example",
        "",
    ],
)
def test_known_tricks_lead_home(target: str) -> None:
    assert own_path(target) == "/"
