"""Runs in the interpreter of the commit that is measured, and knows nothing but its site.

``insider.py people WORDS`` signs people in and prints their tokens; ``insider.py pages WORDS``
asks for every page in process and prints what each costs. WORDS is JSON, so is what it says.
It imports what that commit has: modules were moved since the first ones.
"""

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event, select

from opendeur.app import create_app
from opendeur.config import Settings
from opendeur.enums import Language
from opendeur.models import Contact, Host, Visit

try:
    from opendeur.domain.people import ensure_account, open_session
except ImportError:  # before 0.3.0
    from opendeur.services.sign_in import ensure_account, open_session  # type: ignore

ROUNDS = 9
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}
#: Whose a page is, by what its path begins with behind the edition.
PARTS = {"me": "visitor", "host": "host", "desk": "organiser"}
COOKIE = "opendeur"


def main() -> None:
    """Do what is asked for and print it as JSON."""
    what, words = sys.argv[1], json.loads(sys.argv[2])
    app = create_app(Settings.load())
    does: dict[str, Callable[..., Any]] = {
        "people": sign_in,
        "pages": measure,
        "first": first_visit,
    }
    json.dump(does[what](app, **words), sys.stdout)


def sign_in(app: Any, *, emails: list[str]) -> list[str]:
    """Return a token for each person."""
    with app.extensions["database"].session() as session:
        tokens = []
        for email in emails:
            now = datetime.now(UTC)
            account = ensure_account(session, email, language=Language.NL, now=now)
            tokens.append(
                open_session(
                    session, account, browser="bench", pepper=app.config["SECRET_KEY"], now=now
                )
            )
        session.commit()
    return tokens


def measure(app: Any, *, slug: str, people: dict[str, str], rounds: int = ROUNDS) -> list[Any]:
    """Return for each page what one request costs, as a row of `tables.Page`."""
    counter = _Counter()
    tokens = dict(zip(people, sign_in(app, emails=list(people.values())), strict=True))
    found = []
    for who, path, pattern in _pages(app, slug, people):
        client = app.test_client()
        if who in tokens:
            client.set_cookie(COOKIE, tokens[who])
        plain = client.get(path)
        if plain.status_code != 200:
            continue  # does not exist in this phase
        with counter:
            sent = client.get(path, headers=BROWSER)
        times = [_timed(client, path, BROWSER) for _ in range(rounds)]
        again = None
        if tag := sent.headers.get("ETag"):
            asked = {**BROWSER, "If-None-Match": tag}
            assert client.get(path, headers=asked).status_code == 304, path
            again = statistics.median(_timed(client, path, asked) for _ in range(rounds))
        found.append(
            {
                "who": who,
                "path": pattern,
                "milliseconds": statistics.median(times),
                "again": again,
                "size": len(plain.data),
                "sent": len(sent.data),
                "queries": counter.queries,
                "rows": counter.rows,
            }
        )
    return found


def first_visit(app: Any, *, path: str) -> dict[str, int]:
    """Return what a first visit of a page brings over the line, by file."""
    client = app.test_client()
    page = client.get(path)
    names = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    sheets = [client.get(name).text for name in names if ".css" in name]
    fonts = [font for text in sheets for font in re.findall(r'url\("([^"#]+)"\)', text)]
    names += [f"/static/{font}" for font in fonts]
    return {name: len(client.get(name, headers=BROWSER).data) for name in (path, *names)}


def _timed(client: Any, path: str, headers: dict[str, str]) -> float:
    start = time.process_time()
    client.get(path, headers=headers)
    return (time.process_time() - start) * 1000


def _pages(app: Any, slug: str, people: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return who asks for which page, and how the page is named in the results."""
    values = _values(app, slug, people)
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if not rule.arguments <= values.keys():
            continue
        built = rule.build({name: values[name] for name in rule.arguments})
        assert built is not None
        path = built[1]
        pattern = path.replace(f"/fr/{slug}", "") or "/"
        behind = path.removeprefix(f"/fr/{slug}/").split("/")[0]
        if "edition_slug" not in rule.arguments:
            found.append(("nobody", path, path))
        elif behind in PARTS:
            found.append((PARTS[behind], path, pattern))
        else:
            found += [(who, path, pattern) for who in ("nobody", "visitor")]
            if not behind:
                found += [
                    (who, f"{path}?view=week", f"{pattern}?view=week")
                    for who in ("nobody", "visitor")
                ]
    return sorted(found)


def _values(app: Any, slug: str, people: dict[str, str]) -> dict[str, Any]:
    with app.extensions["database"].reading() as session:
        host = session.scalars(
            select(Host)
            .join(Contact, Contact.organisation_id == Host.organisation_id)
            .where(Contact.account.has(email=people["host"]))
        ).first()
        assert host is not None, "the host of the benchmark has no host"
        visit = session.scalars(select(Visit).where(Visit.host_id == host.id)).first()
        assert visit is not None
        return {
            "language": "fr",
            "edition_slug": slug,
            "number": 1,
            "host_id": host.id,
            "visit_id": visit.id,
            "slot_id": visit.slots[0].id,
            "message_id": 1,
        }


class _Counter:
    """Counts statements, and on SQLite the rows that they bring, while it is on."""

    def __init__(self) -> None:
        self.queries = self.rows = 0
        self._is_on = False
        self._connections: list[Any] = []
        event.listen(Engine, "before_cursor_execute", self._note)
        event.listen(Engine, "connect", self._watch)

    def __enter__(self) -> None:
        self.queries = self.rows = 0
        self._switch(is_on=True)

    def __exit__(self, *_: object) -> None:
        self._switch(is_on=False)

    def _switch(self, *, is_on: bool) -> None:
        self._is_on = is_on
        for connection in self._connections:
            connection.row_factory = self._row if is_on else None

    def _note(self, *_: object) -> None:
        self.queries += self._is_on

    def _watch(self, connection: Any, _record: object) -> None:
        if "sqlite3" in type(connection).__module__:
            self._connections.append(connection)

    def _row(self, _cursor: object, row: Any) -> Any:
        self.rows += 1
        return row


if __name__ == "__main__":
    main()
