"""Pages of signing in know where it leads: whose week, and which visit was chosen."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import EditionPhase
from opendeur.models import Account, Edition, Preference, Visit
from tests.factories import make_account, make_edition, make_offer, make_visitor
from tests.page import Page, submit
from tests.web.signing_in import mailed

EMAIL = "lotte@kastanje.example"


@pytest.fixture
def edition(store: Session) -> Edition:
    return make_edition(store)


@pytest.fixture
def visit(store: Session, edition: Edition) -> Visit:
    made = make_offer(store, edition)
    store.commit()
    return made


@pytest.fixture
def target(edition: Edition, visit: Visit) -> str:
    """Where the button of a visit leads somebody who is not known."""
    there = f"/en/{edition.slug}/visits/{visit.id}"
    return f"/en/{edition.slug}/me/register?choose={visit.id}&next={there}"


def door_of(page: Page) -> str:
    [html] = page.soup.select("html")
    return " ".join(html["class"])


def test_every_page_of_signing_in_has_the_door_and_names_the_visit(
    client: FlaskClient, store: Session, visit: Visit, target: str
) -> None:
    sign_in = Page.get(client, f"/en/sign-in?next={quote(target)}")
    sent = submit(client, f"/en/sign-in?next={quote(target)}", email=EMAIL)
    code = Page.get(client, sent.headers["Location"])
    link = Page.get(client, mailed(store)[0])

    for page in (sign_in, code, link):
        assert door_of(page) == "door-zuid-oost"
        assert page.text("main b") == visit.title("en").text
    said = [page.texts("main .note p")[0] for page in (sign_in, code, link)]
    assert said == ["You chose", "You chose", "Chosen when this e-mail was asked for"]
    [again] = code.soup.select("main a.go")
    assert again["href"] == f"/en/sign-in?next={quote(target, safe='/?')}"


def test_whoever_is_known_has_chosen_the_visit_by_signing_in(
    client: FlaskClient, store: Session, edition: Edition, visit: Visit, target: str
) -> None:
    visitor = make_visitor(store, edition, account=make_account(store, email=EMAIL))
    store.commit()
    submit(client, f"/en/sign-in?next={quote(target)}", email=EMAIL)
    _, code = mailed(store)

    answer = submit(client, "/en/sign-in/code", code=code)

    chosen = store.scalars(select(Preference.visit_id).where(Preference.visitor == visitor))
    assert list(chosen) == [visit.id]
    there = client.get(answer.headers["Location"]).headers["Location"]
    assert there == f"/en/{edition.slug}/visits/{visit.id}"
    assert Page.get(client, there).texts("main > .note")[0].endswith("number 1 in your list.")


@pytest.mark.parametrize(
    "path",
    [
        "/en/nowhere/me/register?choose=1",
        "/en/draft/me/register?choose=1",
        "/en",
        "/en/sign-in",
        "https://evil.example/en/week/",
        "/en/nowhere/?choose=" + "9" * 400,
        "/en/nowhere/?choose=<script>",
    ],
)
def test_a_path_that_leads_nowhere_tells_nothing(
    client: FlaskClient, store: Session, path: str
) -> None:
    make_offer(store, make_edition(store, slug="draft", phase=EditionPhase.DRAFT))
    store.commit()

    page = Page.get(client, f"/en/sign-in?next={quote(path)}")

    assert door_of(page) == ""
    assert page.texts("main .note") == []


def test_a_visit_is_not_named_before_everybody_may_read_the_programme(
    client: FlaskClient, store: Session, edition: Edition, target: str
) -> None:
    edition.phase = EditionPhase.HOSTING
    store.commit()

    page = Page.get(client, f"/en/sign-in?next={quote(target)}")

    assert (door_of(page), page.texts("main .note")) == ("door-zuid-oost", [])


def test_a_code_that_was_used_elsewhere_chooses_nothing_for_a_stranger(
    client: FlaskClient,
    store: Session,
    browser_of: Callable[[Account | None], FlaskClient],
    target: str,
) -> None:
    submit(client, f"/en/sign-in?next={quote(target)}", email=EMAIL)
    _, code = mailed(store)

    answer = submit(client, "/en/sign-in/code", code=code)

    assert answer.headers["Location"].endswith(target)
    assert store.scalars(select(Preference.id)).all() == []
