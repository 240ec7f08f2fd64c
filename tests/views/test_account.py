"""Signing in as people and mail scanners do it, and what an attacker would try."""

import email
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur import auth
from opendeur.app import create_app
from opendeur.enums import Language, MessageKind
from opendeur.models import Account, LoginSession, Message, SignInRequest
from opendeur.security import own_path
from tests.conftest import make_settings
from tests.factories import NOW, make_account, make_edition, make_organiser
from tests.page import Page, submit

HOSTILE = (
    "<script>alert(1)</script>",
    "a\r\nBcc: x@y.example",
    "\u202etxt.exe",
    "🙂" * 200,
    "x" * 10_000,
    "'; DROP TABLE account; --",
    "\x00",
)


def mailed(store: Session) -> tuple[str, str]:
    """Return the path of the link and the code in the last sign-in mail."""
    store.rollback()
    message = store.scalars(
        select(Message).where(Message.kind == MessageKind.SIGN_IN).order_by(Message.id.desc())
    ).first()
    assert message is not None
    assert message.raw is not None
    text = _plain_text(message.raw)
    link = re.search(r"http://localhost(/\S+/sign-in/link/\S+)", text)
    code = re.search(r"\b(\d{3}) ?(\d{3})\b", text.replace(link[0] if link else "", ""))
    assert link is not None
    assert code is not None
    return link[1], code[1] + code[2]


def _plain_text(raw: bytes) -> str:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    content: str = body.get_content()
    return content


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/nl/account").status_code == 200


def test_link_from_the_mail_signs_in_after_one_button(
    client: FlaskClient, store: Session
) -> None:
    submit(client, "/nl/sign-in", email="lotte@kastanje.example")
    link, _ = mailed(store)

    page = Page.get(client, link)
    answer = submit(client, link)

    assert "lotte@kastanje.example" in page.text("main .lead")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/nl/")
    assert is_signed_in(client)


def test_code_from_the_mail_signs_in_on_the_browser_that_asked(
    client: FlaskClient, store: Session
) -> None:
    submit(client, "/fr/sign-in", email="lotte@kastanje.example")
    _, code = mailed(store)

    answer = submit(client, "/fr/sign-in/code", code=code)

    assert answer.status_code == 303
    assert is_signed_in(client)


def test_scanner_that_opens_the_link_ten_times_is_not_signed_in_and_uses_nothing(
    client: FlaskClient, app: Flask, store: Session
) -> None:
    submit(client, "/nl/sign-in", email="lotte@kastanje.example")
    link, _ = mailed(store)
    scanner = app.test_client()

    statuses = [
        *(scanner.get(link).status_code for _ in range(10)),
        *(scanner.head(link).status_code for _ in range(10)),
    ]

    assert statuses == [200] * 20
    assert not is_signed_in(scanner)
    assert submit(client, link).status_code == 303


def test_used_link_leads_to_a_page_that_offers_a_new_one(
    client: FlaskClient, store: Session
) -> None:
    submit(client, "/nl/sign-in", email="lotte@kastanje.example")
    link, _ = mailed(store)
    submit(client, link)

    page = Page.get(client, link, status=409)

    assert [a["href"] for a in page.soup.select("main a.btn")] == ["/nl/sign-in"]


def test_known_unknown_and_disabled_addresses_get_the_same_answer(
    app: Flask, store: Session
) -> None:
    make_account(store, email="known@kastanje.example")
    make_account(store, email="disabled@kastanje.example", disabled_at=NOW)
    store.commit()

    answers = []
    for name in ("known", "unknown", "disabled"):
        client = app.test_client()
        answer = submit(client, "/nl/sign-in", email=f"{name}@kastanje.example")
        following = client.get(answer.headers["Location"])
        page = re.sub(r'name="csrf_token" value="[^"]+"', "", following.text)
        answers.append((answer.status_code, answer.headers["Location"], answer.data, page))

    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    "email", ["", "lotte", "lotte@", "@x.example", "a b@x.example", *HOSTILE]
)
def test_what_is_no_address_gets_an_error_that_says_what_to_do(
    client: FlaskClient, store: Session, email: str
) -> None:
    page = Page.post(client, "/nl/sign-in", email=email)

    assert list(page.errors) == ["email"]
    assert store.scalars(select(SignInRequest)).all() == []


@pytest.mark.parametrize("code", ["", "12345", "abcdef", *HOSTILE])
def test_wrong_code_gets_an_error_and_does_not_sign_in(client: FlaskClient, code: str) -> None:
    submit(client, "/nl/sign-in", email="lotte@kastanje.example")

    answer = submit(client, "/nl/sign-in/code", code=code)

    page = Page(answer, answer.status_code)
    assert answer.status_code in (200, 422)
    assert list(page.errors) == ["code"]
    assert not is_signed_in(client)


def test_sixth_request_for_an_address_says_to_wait_and_keeps_the_address(
    client: FlaskClient,
) -> None:
    for _ in range(5):
        submit(client, "/nl/sign-in", email="lotte@kastanje.example")

    page = Page.post(client, "/nl/sign-in", status=429, email="lotte@kastanje.example")

    assert len(page.problems) == 1
    assert [field["value"] for field in page.soup.select("#email")] == [
        "lotte@kastanje.example"
    ]


def test_links_in_mail_start_with_our_own_address_whatever_the_request_says(
    client: FlaskClient, store: Session
) -> None:
    client.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.example"
    submit(client, "/nl/sign-in", email="lotte@kastanje.example")

    link, _ = mailed(store)

    assert link.startswith("/nl/sign-in/link/")


def test_foreign_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/nl/", headers={"Host": "evil.example"}).status_code == 400


def test_signing_in_gives_a_new_session_and_ends_the_one_before(
    client: FlaskClient, store: Session
) -> None:
    for _ in range(2):
        submit(client, "/nl/sign-in", email="lotte@kastanje.example")
        submit(client, mailed(store)[0])
    store.rollback()

    logins = store.scalars(select(LoginSession).order_by(LoginSession.id)).all()

    assert [login.ended_at is None for login in logins] == [False, True]


def test_cookie_is_kept_from_scripts_and_other_sites(
    client: FlaskClient, store: Session
) -> None:
    submit(client, "/nl/sign-in", email="lotte@kastanje.example")

    answer = submit(client, mailed(store)[0])

    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("opendeur=")]
    assert re.sub(r"^opendeur=[\w-]{43}; Expires=[^;]+; Max-Age=7776000; ", "", cookie) == (
        "HttpOnly; Path=/; SameSite=Lax"
    )


def test_cookies_of_a_secure_site_are_bound_to_host_and_https(app: Flask) -> None:
    settings = make_settings(
        app.config["SETTINGS"].instance,
        base_url="https://opendeur.example",
        trusted_hosts=("opendeur.example",),
    )
    secure = create_app(settings)
    client = secure.test_client()

    answer = client.get("/nl/sign-in", base_url="https://opendeur.example")

    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-form=")
    assert cookie.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    with secure.test_request_context(base_url="https://opendeur.example"):
        assert auth.cookie_name() == "__Host-opendeur"


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


def test_organiser_needs_the_second_factor_outside_the_demonstration(
    app: Flask, store: Session, browser_of: Callable[[Account | None], FlaskClient]
) -> None:
    app.config["SETTINGS"] = make_settings(
        app.config["SETTINGS"].instance, demonstration=False, smtp_url="smtp://127.0.0.1"
    )
    edition = make_edition(store)
    organiser = make_organiser(store)
    store.commit()
    client = browser_of(organiser)
    desk = f"/nl/{edition.slug}/desk/"

    sent_to = client.get(desk).headers["Location"]
    page = Page.get(client, sent_to)
    secret = page.text("main b.num")
    refused = submit(client, sent_to, code="000000")
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    passed = submit(client, sent_to, code=code)

    assert sent_to.startswith("/nl/second-factor?next=")
    assert refused.status_code == 422
    assert (passed.status_code, passed.headers["Location"]) == (303, desk)
    assert client.get(desk).status_code == 200
    assert browser_of(organiser).get(desk).status_code == 303


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
        "",
    ],
)
def test_known_tricks_lead_home(target: str) -> None:
    assert own_path(target) == "/"


def test_signing_in_leads_back_to_the_page_that_asked_for_it(
    client: FlaskClient, store: Session
) -> None:
    asked = client.get("/nl/account").headers["Location"]
    submit(client, asked, email="lotte@kastanje.example")

    answer = submit(client, mailed(store)[0])

    assert answer.headers["Location"] == "/nl/account"


def test_session_is_refused_with_a_forged_or_absent_cookie(client: FlaskClient) -> None:
    for value in ("", "x", "\u00e9" * 40, "a" * 4000):
        client.set_cookie("opendeur", value)
        assert not is_signed_in(client)
