"""Secret addresses of feeds: made, renewed, ended, found."""

import hashlib
from base64 import urlsafe_b64decode

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import calendars
from opendeur.enums import FeedRole
from opendeur.models import Account, CalendarFeed, Edition
from tests.domain.racing import one_before_the_other
from tests.factories import NOW, make_account, make_edition, make_organiser


def test_only_the_digest_of_an_address_is_stored(session: Session) -> None:
    secret = calendars.make(
        session, make_account(session), make_edition(session), FeedRole.VISITOR, now=NOW
    )

    [feed] = session.scalars(select(CalendarFeed))
    assert feed.token_digest == hashlib.sha256(secret.encode()).hexdigest()
    assert len(urlsafe_b64decode(f"{secret}=")) * 8 >= 128


def test_address_finds_its_feed_and_no_other_does(session: Session) -> None:
    edition = make_edition(session)
    people = [make_account(session), make_account(session)]
    secrets = [
        calendars.make(session, account, edition, role, now=NOW)
        for account in people
        for role in (FeedRole.VISITOR, FeedRole.HOST)
    ]

    found = [calendars.find(session, secret) for secret in secrets]

    assert [(feed.account, feed.role) for feed in found if feed] == [
        (account, role) for account in people for role in (FeedRole.VISITOR, FeedRole.HOST)
    ]
    for wrong in ("", "x" * 43, secrets[0][:-1], f"{secrets[0]}x", "\0", found[0].token_digest):  # type: ignore[union-attr]
        assert calendars.find(session, wrong) is None


def test_new_address_ends_the_old_one(session: Session) -> None:
    account, edition = make_account(session), make_edition(session)
    old = calendars.make(session, account, edition, FeedRole.VISITOR, now=NOW)

    new = calendars.make(session, account, edition, FeedRole.VISITOR, now=NOW)

    assert calendars.find(session, old) is None
    assert calendars.find(session, new) is not None


def test_address_that_was_ended_finds_nothing_and_can_be_made_anew(session: Session) -> None:
    account, edition = make_account(session), make_edition(session)
    old = calendars.make(session, account, edition, FeedRole.HOST, now=NOW)

    for _ in range(2):  # a second press of the button is no error
        calendars.end(session, account, edition, FeedRole.HOST)
    ended = calendars.find(session, old)
    new = calendars.make(session, account, edition, FeedRole.HOST, now=NOW)

    assert ended is None
    assert calendars.find(session, new) is not None


def test_address_of_a_disabled_account_finds_nothing(session: Session) -> None:
    account = make_account(session)
    secret = calendars.make(session, account, make_edition(session), FeedRole.VISITOR, now=NOW)
    account.disabled_at = NOW
    session.flush()

    assert calendars.find(session, secret) is None


def test_address_of_somebody_who_organises_no_more_finds_nothing(session: Session) -> None:
    account = make_organiser(session)
    edition = make_edition(session)
    secret = calendars.make(session, account, edition, FeedRole.ORGANISER, now=NOW)
    before = calendars.find(session, secret)
    session.delete(account.organised[0])
    session.commit()
    session.expire_all()

    assert before is not None
    assert calendars.find(session, secret) is None


def test_two_tabs_that_make_an_address_leave_the_one_of_the_last(database: Database) -> None:
    with database.session() as session:
        account, edition = make_account(session), make_edition(session)
        session.commit()
    made = ["", ""]

    def act(session: Session, number: int) -> None:
        made[number] = calendars.make(
            session,
            session.get_one(Account, account.id),
            session.get_one(Edition, edition.id),
            FeedRole.VISITOR,
            now=NOW,
        )

    met = one_before_the_other(database, act)

    assert met == ["done", "done"]
    with database.session() as session:
        found = [calendars.find(session, secret) is not None for secret in made]
    assert found == [False, True]
