"""What stands in a log when something breaks: where, never whose or with which secret."""

import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from opendeur import serving
from opendeur.db import Database
from opendeur.domain.people import SignInSecrets
from opendeur.models import Account
from tests.conftest import SECRET_KEY, make_settings
from tests.factories import NOW
from tests.page import submit
from tests.web.public.test_answer import make_link

SECRET = "pl7XhJb3v0Q9sKcW4dRtYz-a1b2c3d4e5f6g7h8i9j0"
EMAIL = "lotte.vermeiren@kastanje.example"


def break_table(store: Session, name: str) -> None:
    store.execute(text(f"ALTER TABLE {name} RENAME TO gone"))
    store.commit()


def where_it_failed(caplog: pytest.LogCaptureFixture) -> list[str]:
    said = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    return [re.sub(r"failure \w{8} ", "failure NUMBER ", line) for line in said]


def test_failure_at_a_sign_in_link_names_the_route_and_no_token(
    app: Flask, client: FlaskClient, store: Session, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    break_table(store, "sign_in_request")

    answer = submit(client, f"/nl/sign-in/link/{SECRET}")

    assert answer.status_code == 500
    assert where_it_failed(caplog) == [
        "Exception on /<language>/sign-in/link/<token> [POST]",
        "failure NUMBER at POST /<language>/sign-in/link/<token>",
    ]
    assert SECRET not in caplog.text


def test_failure_at_an_answer_link_names_the_route_and_no_token(
    app: Flask, client: FlaskClient, store: Session, caplog: pytest.LogCaptureFixture
) -> None:
    path, invitation = make_link(app, store)
    app.testing = False
    break_table(store, "invitation")

    answer = submit(client, path, answer="accepted")

    assert answer.status_code == 500
    assert where_it_failed(caplog) == [
        "Exception on /<language>/answer/<name> [POST]",
        "failure NUMBER at POST /<language>/answer/<name>",
    ]
    assert [s for s in (path.rpartition("/")[2], invitation.uid) if s in caplog.text] == []


def test_failure_while_an_address_is_written_logs_no_address(
    app: Flask, client: FlaskClient, store: Session, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    break_table(store, "sign_in_request")

    answer = submit(client, f"/nl/sign-in?next=/nl/{SECRET}", email=EMAIL)

    assert answer.status_code == 500
    assert [s for s in (EMAIL, SECRET) if s in caplog.text] == []


def test_error_of_the_database_quotes_no_row(database: Database) -> None:
    with database.session() as session:
        session.add(Account(email=EMAIL, created_at=NOW))
        session.commit()
        session.add(Account(email=EMAIL, created_at=NOW))
        with pytest.raises(DBAPIError) as caught:
            session.flush()

    said = f"{caught.value} {caught.value.__cause__} {caught.value!r}"
    assert EMAIL not in said
    assert re.search(r"account[._]email", said) is not None


def test_settings_and_made_secrets_do_not_show_when_they_are_printed(tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path,
        smtp_url="smtp://me:smtp-password@mail.example",
        database_url="postgresql+psycopg://me:sql-password@localhost/opendeur",
    )
    shown = f"{settings} {SignInSecrets(link=SECRET, code='123456', browser=SECRET)}"

    hidden = (SECRET_KEY, "smtp-password", "sql-password", SECRET, "123456")
    assert [secret for secret in hidden if secret in shown] == []


def test_server_logs_no_path(caplog: pytest.LogCaptureFixture) -> None:
    serving.keep_paths_out_of_the_log()

    waitress_log = logging.getLogger("waitress")
    waitress_log.error("Exception while serving %s", f"/nl/sign-in/link/{SECRET}?x={SECRET}")

    assert [record.getMessage() for record in caplog.records] == ["Exception while serving /…"]
