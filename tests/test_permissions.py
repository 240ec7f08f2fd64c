"""Every route and every role: who gets in, who is asked to sign in, who finds nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from opendeur.app import create_app
from opendeur.domain import people
from opendeur.enums import (
    EditionPhase,
    InboundKind,
    InboundState,
    Language,
    MessageKind,
    MessageState,
)
from opendeur.models import Account, Contact, InboundMessage, Message, RemovedSlot
from tests.conftest import SECRET_KEY, make_settings
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_host,
    make_organiser,
    make_placement,
    make_slot,
    make_told_invitation,
    make_visit,
    make_visitor,
)
from tests.page import submit
from tests.plans import make_done_run


class Role(StrEnum):
    """Who asks. Each has only this part in the edition, or the same part in another one."""

    NOBODY = "nobody"
    SOMEBODY = "somebody signed in"
    VISITOR = "visitor"
    HOST = "host"
    OTHER_HOST = "other host"
    ORGANISER = "organiser"
    OTHER_ORGANISER = "organiser of another zone"


class Answer(StrEnum):
    """What they get."""

    IN = "in"
    SIGN_IN = "asked to sign in"
    REGISTER = "asked to register"
    NOTHING = "nothing there"


EVERYBODY = frozenset(Role)
PEOPLE = EVERYBODY - {Role.NOBODY}
VISITORS = frozenset({Role.VISITOR})
HOSTS = frozenset({Role.HOST, Role.OTHER_HOST})
THE_HOST = frozenset({Role.HOST})
ORGANISERS = frozenset({Role.ORGANISER})
ALL_ORGANISERS = frozenset({Role.ORGANISER, Role.OTHER_ORGANISER})

#: Who may come in, by endpoint. A new route without a row fails below.
TABLE: Mapping[str, frozenset[Role]] = {
    "public.start": EVERYBODY,
    "public.home": EVERYBODY,
    "public.accessibility": EVERYBODY,
    "public.privacy": EVERYBODY,
    "public.components": EVERYBODY,  # where the settings show it
    "public.programme": EVERYBODY,
    "public.visit": EVERYBODY,
    "public.answer": EVERYBODY,
    "public.offer": EVERYBODY,
    "public.programme_calendar": EVERYBODY,
    "public.calendar_feed": EVERYBODY,
    "account.sign_in": EVERYBODY,
    "account.code": EVERYBODY,
    "account.link": EVERYBODY,
    "account.sign_out": PEOPLE,
    "account.second_factor": ALL_ORGANISERS,
    "account.show": PEOPLE,
    "account.end_session": frozenset({Role.SOMEBODY}),  # whose session it is
    "visitor.register": PEOPLE,
    "visitor.workplaces": PEOPLE,
    "visitor.preferences": VISITORS,
    "visitor.choose": VISITORS,
    "visitor.preference_change": VISITORS,
    "visitor.submit": VISITORS,
    "visitor.submitted": VISITORS,
    "visitor.week": VISITORS,
    "visitor.calendar_entry": VISITORS,
    "visitor.withdraw": VISITORS,
    "visitor.take_back": VISITORS,
    "visitor.free": VISITORS,
    "visitor.take": VISITORS,
    "visitor.join_waiting": VISITORS,
    "visitor.leave_waiting": VISITORS,
    "visitor.calendar_address": VISITORS,
    "host.overview": PEOPLE,
    "host.calendar_address": HOSTS,
    "host.take_part": PEOPLE,
    "host.register": PEOPLE,
    "host.organisation": THE_HOST,
    "host.contacts": THE_HOST,
    "host.contact_remove": THE_HOST,
    "host.who_comes": THE_HOST,
    "host.dismiss": THE_HOST,
    "host.slot_cancel": THE_HOST,
    "host.slot_run": THE_HOST,
    "host.slot_move": THE_HOST,
    "host.visit_new": THE_HOST,
    "host.visit": THE_HOST,
    "host.publish": THE_HOST,
    "host.withdraw": THE_HOST,
    "host.visit_delete": THE_HOST,
    "host.slot_new": THE_HOST,
    "host.slot": THE_HOST,
    "host.slot_close": THE_HOST,
    "host.slot_open": THE_HOST,
    "host.slot_remove": THE_HOST,
    "host.slot_restore": THE_HOST,
    "desk.overview": ORGANISERS,
    "desk.calendar_address": ORGANISERS,
    "desk.slots": ORGANISERS,
    "desk.moment": ORGANISERS,
    "desk.moment_cancel": ORGANISERS,
    "desk.moment_rearrange": ORGANISERS,
    "desk.moment_run": ORGANISERS,
    "desk.dismiss": ORGANISERS,
    "desk.hosts": ORGANISERS,
    "desk.visitors": ORGANISERS,
    "desk.settings": ORGANISERS,
    "desk.change_phase": ORGANISERS,
    "desk.extend_deadlines": ORGANISERS,
    "desk.set_seat_offers": ORGANISERS,
    "desk.runs": ORGANISERS,
    "desk.run_start": ORGANISERS,
    "desk.run": ORGANISERS,
    "desk.run_progress": ORGANISERS,
    "desk.run_visitors": ORGANISERS,
    "desk.run_slots": ORGANISERS,
    "desk.run_stop": ORGANISERS,
    "desk.run_adopt": ORGANISERS,
    "desk.drafts": ORGANISERS,
    "desk.draft": ORGANISERS,
    "desk.draft_again": ORGANISERS,
    "desk.send": ORGANISERS,
    "desk.send_example": ORGANISERS,
    "desk.draft_list": ORGANISERS,
    "desk.messages": ORGANISERS,
    "desk.inbox": ORGANISERS,
    "desk.inbox_note": ORGANISERS,
    "desk.inbox_dismiss": ORGANISERS,
    "desk.inbox_refuse": ORGANISERS,
    "desk.inbox_write_again": ORGANISERS,
    "desk.message": ORGANISERS,
    "desk.message_again": ORGANISERS,
    "desk.messages_again": ORGANISERS,
    "desk.message_file": ORGANISERS,
}
#: Routes that exist once the results are known.
AFTER_RESULTS = {
    "visitor.week",
    "visitor.calendar_entry",
    "visitor.withdraw",
    "visitor.take_back",
    "visitor.free",
    "visitor.take",
    "visitor.join_waiting",
    "visitor.leave_waiting",
    "host.who_comes",
    "host.dismiss",
    "host.slot_cancel",
    "host.slot_run",
    "host.slot_move",
    "desk.dismiss",
    "visitor.calendar_address",
    "host.calendar_address",
    "desk.calendar_address",
}


@dataclass(frozen=True, slots=True)
class World:
    """Somebody in each role, and the numbers of rows that paths name."""

    accounts: dict[Role, int]
    values: dict[str, str | int]


def make_world(session: Session, endpoint: str) -> World:
    is_known = endpoint in AFTER_RESULTS
    phase = EditionPhase.PUBLISHED if is_known else EditionPhase.PREFERENCES
    edition = make_edition(session, slug="week", phase=phase)
    accounts = {
        role: make_account(session)
        for role in (Role.SOMEBODY, Role.VISITOR, Role.HOST, Role.OTHER_HOST)
    }
    accounts[Role.ORGANISER] = make_organiser(session)
    accounts[Role.OTHER_ORGANISER] = make_organiser(session, zone="noord")
    host = make_host(session, edition, contact=accounts[Role.HOST])
    colleague = Contact(organisation=host.organisation, account=make_account(session))
    session.add(colleague)
    make_host(session, edition, contact=accounts[Role.OTHER_HOST])
    visit = make_visit(session, host)
    slot = make_slot(session, visit)
    visitor = make_visitor(
        session, edition, account=accounts[Role.VISITOR], preferences=[visit]
    )
    placement_id = 1
    if is_known:
        placement_id = make_placement(session, visitor, slot).id
        make_told_invitation(session, visitor, slot)
    removed = RemovedSlot(
        visit=visit,
        slot_number=slot.id + 1,
        removed_at=NOW,
        reference="removed",
        starts_at=slot.starts_at + timedelta(days=1),
        ends_at=slot.ends_at + timedelta(days=1),
        minimum=1,
        capacity=8,
        languages={"nl"},
    )
    session.add(removed)
    message = Message(
        kind=MessageKind.RECEIPT,
        state=MessageState.FAILED,
        edition=edition,
        to_address="lotte@kastanje.example",
        language=Language.NL,
        raw=b"Subject: x\r\n\r\ntext\r\n",
        created_at=NOW,
    )
    session.add(message)
    waiting = InboundMessage(
        digest="0" * 64,
        edition=edition,
        kind=InboundKind.REPLY,
        state=InboundState.QUARANTINED,
        received_at=NOW,
    )
    session.add(waiting)
    run = make_done_run(session, edition, number=1)
    made = people.issue_sign_in(
        session,
        email="new@kastanje.example",
        language=Language.NL,
        pepper=SECRET_KEY,
        now=NOW,
    )
    session.flush()
    people.open_session(
        session, accounts[Role.SOMEBODY], browser="b", pepper=SECRET_KEY, now=NOW
    )
    [other_browser] = people.sessions_of(session, accounts[Role.SOMEBODY])
    session.commit()
    return World(
        accounts={role: account.id for role, account in accounts.items()},
        values={
            "language": "nl",
            "edition_slug": "week",
            "host_id": host.id,
            "contact_id": colleague.id,
            "visit_id": visit.id,
            "placement_id": placement_id,
            "slot_id": slot.id,
            "removed_id": removed.id,
            "number": run.number,
            "message_id": message.id,
            "mail_id": waiting.id,
            "account_id": accounts[Role.VISITOR].id,
            "session_id": other_browser.id,
            "token": made.link,
            "name": "not-ours",
        },
    )


def answer_of(response: TestResponse) -> Answer:
    location = response.headers.get("Location", "")
    if response.status_code == 401 or "/sign-in?" in location:
        return Answer.SIGN_IN
    if response.status_code == 303 and location.endswith("/me/register"):
        return Answer.REGISTER
    if response.status_code == 404:
        return Answer.NOTHING
    assert response.status_code < 500, response.text
    assert response.status_code != 403, response.text
    return Answer.IN


def expected(endpoint: str, role: Role) -> Answer:
    if endpoint in ("public.answer", "public.offer", "public.calendar_feed"):
        return Answer.NOTHING  # what is in the path was not made by us
    if role in TABLE[endpoint]:
        return Answer.IN
    if role is Role.NOBODY:
        return Answer.SIGN_IN
    if TABLE[endpoint] is VISITORS:
        return Answer.REGISTER
    return Answer.NOTHING


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def all_rules() -> list[tuple[str, str]]:
    with TemporaryDirectory() as folder:
        app = create_app(make_settings(Path(folder), database_url="sqlite://"))
    return sorted(
        (rule.endpoint, method)
        for rule in rules(app)
        for method in rule.methods or ()
        if method in ("GET", "POST")
    )


RULES = all_rules()


def test_table_has_a_row_for_every_route_and_no_other() -> None:
    assert {endpoint for endpoint, _ in RULES} == set(TABLE)


@pytest.mark.parametrize(("endpoint", "method"), RULES)
def test_route_answers_each_role_as_the_table_says(
    app: Flask,
    store: Session,
    browser_of: Callable[[Account | None], FlaskClient],
    endpoint: str,
    method: str,
) -> None:
    world = make_world(store, endpoint)
    path = path_of(app, world, endpoint, method)
    answers = {}

    # Whoever may come in asks last, because the answer may change what is there.
    for role in sorted(Role, key=lambda role: role in TABLE[endpoint]):
        account = store.get(Account, world.accounts[role]) if role in world.accounts else None
        client = browser_of(account)
        response = client.get(path) if method == "GET" else submit(client, path)
        answers[role] = answer_of(response)

    assert answers == {role: expected(endpoint, role) for role in Role}


def path_of(app: Flask, world: World, endpoint: str, method: str) -> str:
    rule = next(
        rule
        for rule in rules(app)
        if rule.endpoint == endpoint and method in (rule.methods or ())
    )
    built = rule.build({name: world.values[name] for name in rule.arguments})
    assert built is not None
    return built[1]


@pytest.mark.parametrize(
    "endpoint", sorted({endpoint for endpoint, method in RULES if method == "POST"})
)
def test_post_without_a_token_changes_nothing(
    app: Flask,
    store: Session,
    browser_of: Callable[[Account | None], FlaskClient],
    endpoint: str,
) -> None:
    world = make_world(store, endpoint)
    role = min(TABLE[endpoint] & world.accounts.keys(), default=Role.NOBODY)
    account = store.get(Account, world.accounts[role]) if role in world.accounts else None
    client = browser_of(account)
    path = path_of(app, world, endpoint, "POST")

    without = client.post(path)
    from_elsewhere = client.post(path, headers={"Sec-Fetch-Site": "cross-site"})

    assert (without.status_code, from_elsewhere.status_code) == (400, 403)
