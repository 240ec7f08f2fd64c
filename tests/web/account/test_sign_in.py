"""Signing in as people and mail scanners do it, and what an attacker would try."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.app import create_app
from opendeur.domain.people.sealing import seal
from opendeur.models import Account, LoginSession, SignInRequest
from opendeur.web import auth
from tests.conftest import make_settings
from tests.factories import NOW, make_account, make_edition, make_organiser
from tests.page import Page, submit
from tests.web.signing_in import HOSTILE, is_signed_in, mailed


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
    "email",
    [
        "",
        "lotte",
        "lotte@",
        "@x.example",
        "a b@x.example",
        "été@x.example",
        "a@x.test",
        *HOSTILE,
    ],
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


def test_organiser_after_a_change_of_the_secret_key_is_told_what_to_do(
    app: Flask, store: Session, browser_of: Callable[[Account | None], FlaskClient]
) -> None:
    app.config["SETTINGS"] = make_settings(
        app.config["SETTINGS"].instance, demonstration=False, smtp_url="smtp://127.0.0.1"
    )
    organiser = make_organiser(store)
    sealed = seal("JBSWY3DPEHPK3PXP", key="the key before", account_id=organiser.id)
    organiser.totp_secret = sealed
    store.commit()

    page = Page(submit(browser_of(organiser), "/en/second-factor", code="123456"), 409)
    store.refresh(organiser)

    assert "Ask whoever runs the site to reset it" in page.text("main form")
    assert organiser.totp_secret == sealed
