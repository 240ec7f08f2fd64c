"""A week that is a draft is there for its organisers and its hosts, and for nobody else."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from opendeur.enums import EditionPhase
from opendeur.models import Account, Edition
from tests.factories import make_account, make_edition, make_offer, make_organiser

Browser = Callable[[Account | None], FlaskClient]
PATHS = ("", "me/register", "me/preferences", "host/", "host/register", "desk/")


@pytest.fixture
def draft(store: Session) -> Edition:
    return make_edition(store, phase=EditionPhase.DRAFT)


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_finds_a_draft(
    store: Session, browser_of: Browser, draft: Edition, path: str
) -> None:
    somebody, elsewhere = make_account(store), make_organiser(store, zone="noord")
    make_offer(store, draft)
    store.commit()

    answers = [
        browser_of(account).get(f"/nl/{draft.slug}/{path}")
        for account in (None, somebody, elsewhere)
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert [draft.name_nl in answer.text for answer in answers] == [False, False, False]


@pytest.mark.parametrize("path", ["desk/", "host/"])
def test_those_who_prepare_a_draft_open_it(
    store: Session, browser_of: Browser, draft: Edition, path: str
) -> None:
    contact, organiser = make_account(store), make_organiser(store)
    make_offer(store, draft, contact=contact)
    store.commit()

    answer = browser_of(organiser if path == "desk/" else contact).get(
        f"/nl/{draft.slug}/{path}"
    )

    assert answer.status_code == 200
