"""What may be kept, what is asked for again in vain, and what is compressed for whom."""

import gzip
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from opendeur.app import create_app
from opendeur.enums import EditionPhase
from opendeur.models import Account, Visit
from opendeur.web.answers import SAME_FOR_EVERYBODY
from opendeur.web.compression import Kept
from tests.conftest import make_settings
from tests.factories import make_account, make_edition, make_offer, make_visitor

PUBLIC = ("", "accessibility", "your-data", "week/", "week/?view=week", "week/visits/1")
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
HTTPS = "https://opendeur.example"


@pytest.fixture
def account(store: Session) -> Account:
    """A visitor of an edition with one visit, which can be read."""
    edition = make_edition(store, slug="week", phase=EditionPhase.PROGRAMME)
    account = make_account(store)
    visit = make_offer(store, edition, contact=make_account(store))
    assert visit.id == 1
    make_visitor(store, edition, account=account)
    store.commit()
    return account


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_is_asked_for_again_in_vain_while_it_is_the_same(
    client: FlaskClient, account: Account, path: str
) -> None:
    first = client.get(f"/nl/{path}", headers=BROWSER)
    again = client.get(
        f"/nl/{path}", headers={**BROWSER, "If-None-Match": first.headers["ETag"]}
    )

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    assert sorted(first.vary) == ["Accept-Encoding", "Cookie"]
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Vary", "Cache-Control"):
        assert again.headers[name] == first.headers[name]


def test_public_page_is_sent_anew_when_it_changed(
    client: FlaskClient, store: Session, account: Account
) -> None:
    before = client.get("/nl/week/visits/1").headers["ETag"]
    store.get_one(Visit, 1).title_nl = "Een andere titel"
    store.commit()

    after = client.get("/nl/week/visits/1", headers={"If-None-Match": before})

    assert (after.status_code, "Een andere titel" in after.text) == (200, True)


def test_tag_is_another_one_in_another_language(client: FlaskClient) -> None:
    tags = {client.get(f"/{language}/").headers["ETag"] for language in ("nl", "fr", "en")}

    assert len(tags) == 3


@pytest.mark.parametrize("path", PUBLIC)
def test_page_for_somebody_who_is_signed_in_is_never_kept(
    browser_of: Callable[[Account | None], FlaskClient], account: Account, path: str
) -> None:
    answer = browser_of(account).get(f"/nl/{path}", headers=BROWSER)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in answer.headers


def test_tag_of_a_public_page_brings_somebody_who_signed_in_the_whole_page(
    client: FlaskClient,
    browser_of: Callable[[Account | None], FlaskClient],
    account: Account,
) -> None:
    tag = client.get("/nl/").headers["ETag"]

    assert browser_of(account).get("/nl/", headers={"If-None-Match": tag}).status_code == 200


def test_message_for_one_person_is_not_kept(app: Flask, client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("message", "Only for you")]

    with_message = client.get("/nl/")
    without = client.get("/nl/")

    assert "Only for you" in with_message.text
    assert with_message.headers["Cache-Control"] == "no-store"
    assert without.headers["Cache-Control"] == "no-cache"


def test_page_with_a_token_is_not_kept(client: FlaskClient, store: Session) -> None:
    make_offer(store, make_edition(store, slug="open"), contact=make_account(store))
    store.commit()
    client.get("/nl/sign-in")  # from here on there is a token, and no new cookie

    for path in ("/nl/sign-in", "/nl/open/visits/1"):
        answer = client.get(path)
        kept = "no-store" if "csrf_token" in answer.text else "no-cache"
        assert answer.headers["Cache-Control"] == kept, path


def test_pages_that_are_the_same_for_everybody_exist(app: Flask) -> None:
    assert app.view_functions.keys() >= SAME_FOR_EVERYBODY


@pytest.mark.parametrize("method", ["get", "head"])
def test_page_is_compressed_and_stays_the_same(client: FlaskClient, method: str) -> None:
    plain = client.get("/nl/accessibility")
    ask = getattr(client, method)

    answer = ask("/nl/accessibility", headers=BROWSER)

    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["ETag"] == plain.headers["ETag"]
    if method == "get":
        assert brotli.decompress(answer.data) == plain.data
        zipped = client.get("/nl/accessibility", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(zipped.data) == plain.data


def test_short_answer_is_not_compressed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/", headers=BROWSER).headers


@pytest.fixture
def secure(sqlite_template: Path, tmp_path: Path) -> FlaskClient:
    """A browser on a site with HTTPS."""
    (tmp_path / "opendeur.sqlite3").write_bytes(sqlite_template.read_bytes())
    settings = make_settings(tmp_path, base_url=HTTPS, trusted_hosts=("opendeur.example",))
    return create_app(settings).test_client()


@pytest.mark.parametrize("cookie", ["__Host-opendeur", "__Host-form"])
@pytest.mark.parametrize(
    ("headers", "is_compressed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Referer": f"{HTTPS}/nl/"}, False),
        ({"Referer": f"{HTTPS}/nl/"}, True),
        ({"Referer": f"{HTTPS}.evil.example/nl/"}, False),
        ({}, False),
    ],
)
def test_page_with_a_secret_is_compressed_only_when_the_site_or_its_reader_asked(
    secure: FlaskClient, cookie: str, headers: dict[str, str], is_compressed: bool
) -> None:
    secure.set_cookie(cookie, "x", domain="opendeur.example", secure=True)

    answer = secure.get("/nl/sign-in", base_url=HTTPS, headers={**BROWSER, **headers})

    assert ("Content-Encoding" in answer.headers) == is_compressed


def test_page_without_any_secret_is_compressed_whoever_asked(secure: FlaskClient) -> None:
    answer = secure.get(
        "/nl/", base_url=HTTPS, headers={**BROWSER, "Sec-Fetch-Site": "cross-site"}
    )

    assert answer.headers["Content-Encoding"] == "br"


def test_form_that_is_refused_is_compressed_too(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "raw"

    answer = client.post("/nl/sign-in", data={"email": "no address"}, headers=BROWSER)

    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_kept_compressed_has_a_limit_and_the_oldest_goes_first() -> None:
    kept = Kept(most_bytes=300)
    bodies = {tag: tag.encode() * 20_000 for tag in "abcdefghijklmnopqrstuvwxyz"}

    for tag, body in bodies.items():
        assert gzip.decompress(kept.compressed(body, "gzip", tag=tag)) == body

    assert sum(map(len, kept._forms.values())) == kept._bytes <= 300
    assert [tag for tag, _ in kept._forms] == list(bodies)[-len(kept._forms) :]
