"""Many people at once: they wait for each other, or are kindly asked to try again."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import editions
from opendeur.enums import EditionPhase
from opendeur.errors import Busy
from opendeur.models import Account, Edition
from tests.factories import make_account, make_edition, make_offer, make_organiser, make_visitor
from tests.page import Page, submit
from tests.plans import make_done_run

Browsers = Callable[[Account | None], FlaskClient]


@pytest.fixture
def impatient(app: Flask) -> Iterator[Flask]:
    """The application, waiting for others for a moment only."""
    app.extensions["database"].engine.dispose()
    url = app.config["SETTINGS"].database
    app.extensions["database"] = Database(url, patience_seconds=0.1)
    yield app
    app.extensions["database"].engine.dispose()


def test_form_that_finds_the_database_held_is_kept_and_can_be_sent_again(
    impatient: Flask, store: Session, browser_of: Browsers
) -> None:
    account = make_account(store)
    store.commit()
    browser = browser_of(account)
    typed = {"given_name": "Annelies", "family_name": "Maes", "language": "nl"}
    engine = create_engine(impatient.config["SETTINGS"].database)
    with engine.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")

        page = Page.post(browser, "/nl/account", 503, **typed)

        holder.rollback()
    engine.dispose()
    again = {
        str(field["name"]): str(field["value"])
        for field in page.soup.select("form input[type=hidden]")
        if field["name"] != "csrf_token"
    }
    assert page.response.headers["Retry-After"] == "5"
    assert again == typed
    assert submit(browser, "/nl/account", **again).status_code == 303
    store.expire_all()
    assert account.name == "Annelies Maes"


def test_page_is_read_while_somebody_writes(
    impatient: Flask, store: Session, browser_of: Browsers
) -> None:
    account = make_account(store)
    store.commit()
    browser = browser_of(account)
    engine = create_engine(impatient.config["SETTINGS"].database)
    with engine.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")

        page = Page.get(browser, "/nl/account")

        holder.rollback()
    engine.dispose()
    assert page.response.status_code == 200


def test_ten_adoptions_at_once_are_done_or_told_and_never_fail(
    app: Flask, store: Session, browser_of: Browsers
) -> None:
    edition = make_edition(store, slug="week", phase=EditionPhase.ASSIGNMENT)
    visit = make_offer(store, edition)
    visitor = make_visitor(store, edition, preferences=[visit])
    make_done_run(store, edition, [(visitor, visit.slots[0])], number=1)
    organisers = [make_organiser(store) for _ in range(10)]
    store.commit()
    browsers = [browser_of(organiser) for organiser in organisers]

    def adopt(browser: FlaskClient) -> int:
        return submit(browser, "/nl/week/desk/assignment/1/adopt").status_code

    with ThreadPoolExecutor(10) as pool:
        met = Counter(pool.map(adopt, browsers))

    assert met == {303: 10}


def test_whoever_waits_too_long_is_told_so(database: Database) -> None:
    with database.session() as session:
        number = make_edition(session).id
        session.commit()
    url = database.engine.url.render_as_string(hide_password=False)
    impatient = Database(url, patience_seconds=0.1)

    with database.session() as holder, impatient.session() as other:
        editions.lock(holder, holder.get_one(Edition, number))
        with pytest.raises(Busy):
            editions.lock(other, other.get_one(Edition, number))

    impatient.engine.dispose()
