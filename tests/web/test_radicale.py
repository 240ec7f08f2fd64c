"""Feeds as another program takes them in: a calendar server that keeps what it can read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import vobject
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from opendeur.domain import calendars
from opendeur.enums import EditionPhase, FeedRole, PlacementState
from tests.domain.invited import Case, make_case, send_all
from tests.factories import NOW, make_account, make_organiser, make_placement, make_visitor
from tests.gateways.hostile import HOSTILE
from tests.web import radicale
from tests.web.radicale import Radicale


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale.running(tmp_path_factory.mktemp("radicale")) as found:
        yield found


def events_of(file: bytes) -> dict[str, dict[str, Any]]:
    """Return what each entry of a calendar says, by its UID."""
    return {
        event.uid.value: {line.name: line.value for line in event.getChildren()}
        for event in vobject.readOne(file.decode()).contents.get("vevent", [])
    }


def make_week(store: Session) -> Case:
    """Make a week in which one visit was called off, one moved, and one has hostile words."""
    case = make_case(store)
    for text in ("".join(HOSTILE[:5])[:200].replace("\x00", ""), "🙂; gewoon"):
        visitor = make_visitor(store, case.edition, account=make_account(store))
        case.visit.title_nl = text
        make_placement(store, visitor, case.slots[1])
    send_all(store, case.edition)
    case.slots[1].starts_at += timedelta(minutes=15)
    case.placement.state = PlacementState.CANCELLED
    send_all(store, case.edition, now=NOW + timedelta(minutes=5))
    case.edition.phase = EditionPhase.PUBLISHED
    return case


@pytest.mark.parametrize("what", [*FeedRole, "programme"])
def test_radicale_takes_every_feed_and_gives_it_back(
    client: FlaskClient, store: Session, server: Radicale, what: str
) -> None:
    case = make_week(store)
    accounts = {
        FeedRole.VISITOR: lambda: case.placement.visitor.account,
        FeedRole.HOST: lambda: case.visit.host.organisation.contacts[0].account,
        FeedRole.ORGANISER: lambda: make_organiser(store),
    }
    path = f"/fr/{case.edition.slug}/programme.ics"
    if what in accounts:
        account = accounts[FeedRole(what)]()
        secret = calendars.make(store, account, case.edition, FeedRole(what), now=NOW)
        path = f"/calendar/{secret}.ics"
    store.commit()
    file = client.get(path).data

    status, _ = server.ask("PUT", f"/lotte/{what}/", file)
    found, kept = server.ask("GET", f"/lotte/{what}/")

    assert (status, found) == (201, 200)
    assert len(events_of(file)) == {"host": 2}.get(what, 1)
    assert events_of(kept) == events_of(file)


def test_radicale_takes_a_feed_that_is_empty(
    client: FlaskClient, store: Session, server: Radicale
) -> None:
    case = make_case(store)
    account = case.placement.visitor.account
    secret = calendars.make(store, account, case.edition, FeedRole.VISITOR, now=NOW)
    store.commit()
    answer = client.get(f"/calendar/{secret}.ics")

    assert (answer.status_code, events_of(answer.data)) == (200, {})
    assert server.ask("PUT", "/lotte/empty/", answer.data)[0] == 201
