"""How long the server takes for each page of the demonstration edition.

Every page that needs no form is asked for as the person it is for, in process, on SQLite,
through the whole application: routing, session, queries, template. The first answer warms
what is cached; the median and the slowest of the following ones are reported.
"""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from opendeur.app import create_app
from opendeur.config import Settings
from opendeur.demonstration import PEOPLE
from opendeur.domain import people
from opendeur.models import Host, Message, Organisation, Visit

ROUNDS = 15
LIMIT_MILLISECONDS = 150
#: The organisation of the demonstration's host.
GREETS = "dagcentrum-zavelput"


def measure(settings: Settings, slug: str) -> Iterator[tuple[str, str, float, float, int]]:
    """Yield for each page: who asks, the path, median and slowest in ms, bytes."""
    app = create_app(settings)
    for role in ("nobody", *PEOPLE):
        client = _browser(app, PEOPLE[role][0] if role in PEOPLE else None)
        for path in _paths(app, role, slug):
            first = client.get(path)
            assert first.status_code < 500, f"{path} fails"
            if first.status_code != 200:
                continue  # does not exist in this phase
            times = [_timed(client, path) for _ in range(ROUNDS)]
            yield role, path, statistics.median(times), max(times), len(first.data)


def _timed(client: FlaskClient, path: str) -> float:
    start = time.perf_counter()
    client.get(path)
    return (time.perf_counter() - start) * 1000


def _browser(app: Flask, email: str | None) -> FlaskClient:
    client = app.test_client()
    if email is None:
        return client
    with app.extensions["database"].session() as session:
        account = people.find_account(session, email)
        assert account is not None
        token = people.open_session(
            session,
            account,
            browser="benchmark",
            pepper=app.config["SECRET_KEY"],
            now=datetime.now(UTC),
        )
        session.commit()
    client.set_cookie("opendeur", token)
    return client


def _paths(app: Flask, role: str, slug: str) -> list[str]:
    with app.extensions["database"].reading() as session:
        values = {
            "language": "fr",
            "edition_slug": slug,
            "number": 1,
            "visit_id": session.scalars(select(Visit.id)).first(),
            "host_id": session.scalars(
                select(Host.id).join(Host.organisation).where(Organisation.reference == GREETS)
            ).first(),
            "message_id": session.scalars(select(Message.id)).first(),
        }
    of_role = {
        "nobody": ("public.",),
        "visitor": ("visitor.", "public.programme", "public.visit"),
        "host": ("host.",),
        "organiser": ("desk.",),
    }[role]
    built = []
    for rule in app.url_map.iter_rules():
        if (
            "GET" in (rule.methods or ())
            and rule.endpoint.startswith(of_role)
            and rule.arguments <= values.keys()
        ):
            found = rule.build({name: values[name] for name in rule.arguments})
            assert found is not None
            built.append(found[1])
    return sorted(built)


def report(instance: Path, slug: str) -> Iterator[str]:
    """Yield the lines of a table in Markdown, the slowest page first."""
    settings = Settings.load(environ={"OPENDEUR_INSTANCE": str(instance)})
    rows = sorted(measure(settings, slug), key=lambda row: -row[2])
    yield "| page | who | median, ms | slowest, ms | kB |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for role, path, median, slowest, size in rows:
        yield f"| `{path}` | {role} | {median:.0f} | {slowest:.0f} | {size / 1000:.0f} |"
    over = sum(median > LIMIT_MILLISECONDS for _, _, median, _, _ in rows)
    yield ""
    yield f"{len(rows)} pages, {over} over {LIMIT_MILLISECONDS} ms (median of {ROUNDS})."
