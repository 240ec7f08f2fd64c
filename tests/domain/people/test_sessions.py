from datetime import timedelta

from sqlalchemy.orm import Session

from opendeur.domain import people
from opendeur.models import Account
from tests.factories import NOW, make_account, make_organiser

PEPPER = "pepper of the tests"


def open_session(session: Session, account: Account) -> str:
    return people.open_session(session, account, browser="b", pepper=PEPPER, now=NOW)


def is_open(session: Session, token: str, later: timedelta) -> bool:
    found = people.find_session(session, token, pepper=PEPPER, now=NOW + later)
    return found is not None


def test_session_ends_after_thirty_idle_days(session: Session) -> None:
    token = open_session(session, make_account(session))

    assert [is_open(session, token, timedelta(days=days)) for days in (29, 30)] == [True, False]


def test_session_of_an_organiser_ends_after_twelve_idle_hours(session: Session) -> None:
    token = open_session(session, make_organiser(session))

    assert [is_open(session, token, timedelta(hours=hours)) for hours in (11, 12)] == [
        True,
        False,
    ]


def test_presence_prolongs_a_session_up_to_ninety_days(session: Session) -> None:
    token = open_session(session, make_account(session))
    for day in range(0, 89, 10):
        at = NOW + timedelta(days=day)
        found = people.find_session(session, token, pepper=PEPPER, now=at)
        assert found is not None
        people.touch_session(session, found, now=at)
        session.expire_all()

    assert [is_open(session, token, timedelta(days=days)) for days in (89, 90)] == [True, False]


def test_ended_session_and_disabled_account_are_out_at_once(session: Session) -> None:
    account = make_account(session)
    first, second = open_session(session, account), open_session(session, account)
    login = people.find_session(session, first, pepper=PEPPER, now=NOW)
    assert login is not None

    people.end_session(session, account, login.id, now=NOW)
    session.flush()

    assert not is_open(session, first, timedelta(0))
    assert is_open(session, second, timedelta(0))
    account.disabled_at = NOW
    assert not is_open(session, second, timedelta(0))


def test_nobody_ends_the_session_of_somebody_else(session: Session) -> None:
    account, other = make_account(session), make_account(session)
    token = open_session(session, account)
    login = people.find_session(session, token, pepper=PEPPER, now=NOW)
    assert login is not None

    assert people.end_session(session, other, login.id, now=NOW) is None
    assert is_open(session, token, timedelta(0))
