"""Headers and limits that every answer keeps, errors included."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from opendeur.models import Account
from opendeur.web.security import HEADERS
from tests.factories import make_account, make_edition, make_offer, make_visitor
from tests.page import Page

PATHS = ("/", "/nl/", "/fr/sign-in", "/en/no-such-page", "/nl/account", "/static/tokens.css")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        found = {name: answer.headers.get(name) for name in HEADERS}

    assert found == HEADERS


@pytest.mark.parametrize("path", ["/", "/fr/sign-in", "/en/no-such-page", "/nl/account"])
def test_pages_are_not_kept_by_caches(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_page_that_does_not_exist_says_so_in_the_language_of_the_path(
    client: FlaskClient,
) -> None:
    page = Page.get(client, "/fr/no-such-page/at-all", status=404)

    assert str(page.soup.find("html")["lang"]) == "fr"  # type: ignore[index, union-attr]


@pytest.mark.parametrize(
    "path",
    ["/nl/week/visits/99999999999999999999", "/nl/week/visits/-1", "/nl/%00/", "/xx/"],
)
def test_path_that_names_nothing_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/nl/sign-in", "/nl/sign-in?next=/nl/", "/nl/account"])
def test_body_that_is_too_large_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"email": "x" * (2 << 20)})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "query", ["_anchor=x", "_scheme=javascript&_external=1", "_method=POST", "endpoint=x"]
)
def test_query_of_a_page_cannot_break_its_links_to_other_languages(
    client: FlaskClient, query: str
) -> None:
    page = Page.get(client, f"/nl/accessibility?{query}&kept=1&language=xx")

    assert [link["href"] for link in page.soup.select(".tools a[hreflang]")] == [
        f"/{language}/accessibility?kept=1" for language in ("nl", "fr", "en")
    ]


def test_getting_every_page_changes_nothing(
    app: Flask,
    store: Session,
    browser_of: Callable[[Account | None], FlaskClient],
) -> None:
    edition = make_edition(store)
    account = make_account(store)
    visit = make_offer(store, edition, contact=account)
    make_visitor(store, edition, account=account, preferences=[visit])
    store.commit()
    client = browser_of(account)

    def content() -> list[object]:
        store.rollback()
        names = store.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return [
            (name, store.execute(text(f'SELECT * FROM "{name}"')).all())
            for name in sorted(names)
        ]

    before = content()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and set(rule.arguments) <= {
            "language",
            "edition_slug",
        }:
            built = rule.build(
                {
                    name: {"language": "nl", "edition_slug": edition.slug}[name]
                    for name in rule.arguments
                }
            )
            assert built is not None
            assert client.get(built[1]).status_code < 500

    assert content() == before
