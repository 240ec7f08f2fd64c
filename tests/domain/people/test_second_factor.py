from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from opendeur.domain import people
from opendeur.errors import InvalidInput, TooOften
from opendeur.models import Account, LoginSession
from tests.factories import NOW, make_organiser

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_login(session: Session, account: Account) -> LoginSession:
    token = people.open_session(session, account, browser="b", pepper="p", now=NOW)
    login = people.find_session(session, token, pepper="p", now=NOW)
    assert login is not None
    return login


def code(seconds: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(int(NOW.timestamp()) + seconds)


def test_first_code_keeps_the_new_secret(session: Session) -> None:
    login = make_login(session, make_organiser(session))

    people.confirm_second_factor(session, login, code(), new_secret=SECRET, now=NOW)
    session.flush()
    session.refresh(login.account)

    assert (login.account.totp_secret, login.second_factor_at) == (SECRET, NOW)


def test_stored_secret_wins_over_a_new_one(session: Session) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))

    with pytest.raises(InvalidInput):
        people.confirm_second_factor(
            session,
            login,
            pyotp.TOTP("KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU").at(int(NOW.timestamp())),
            new_secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
            now=NOW,
        )


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_code_of_the_neighbouring_half_minutes_works(session: Session, seconds: int) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))

    people.confirm_second_factor(session, login, code(seconds), now=NOW)

    assert login.second_factor_at == NOW


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "٣٤٥٦٧٨"])
def test_wrong_code_is_refused(session: Session, typed: str) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))

    with pytest.raises(InvalidInput):
        people.confirm_second_factor(session, login, typed, now=NOW)

    assert login.second_factor_at is None


def test_code_works_once(session: Session) -> None:
    account = make_organiser(session, totp_secret=SECRET)
    people.confirm_second_factor(session, make_login(session, account), code(), now=NOW)

    with pytest.raises(InvalidInput, match="was used"):
        people.confirm_second_factor(session, make_login(session, account), code(), now=NOW)


def test_eleventh_try_in_a_quarter_is_refused(session: Session) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))
    for _ in range(10):
        with pytest.raises(InvalidInput):
            people.confirm_second_factor(session, login, "000", now=NOW)

    with pytest.raises(TooOften):
        people.confirm_second_factor(session, login, code(), now=NOW)
    people.confirm_second_factor(
        session,
        login,
        pyotp.TOTP(SECRET).at(int((NOW + timedelta(minutes=15)).timestamp())),
        now=NOW + timedelta(minutes=15),
    )


def test_thirty_first_try_in_a_day_is_refused(session: Session) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))
    morning = NOW.replace(hour=0, minute=0, second=0)
    quarters = [morning + number * timedelta(minutes=15) for number in range(4)]
    for quarter in quarters[:3]:
        for _ in range(10):
            with pytest.raises(InvalidInput):
                people.confirm_second_factor(session, login, "000", now=quarter)

    with pytest.raises(TooOften, match="Try again tomorrow"):
        confirm_at(session, login, quarters[3])
    confirm_at(session, login, morning + timedelta(days=1))

    assert login.second_factor_at == morning + timedelta(days=1)


def confirm_at(session: Session, login: LoginSession, at: datetime) -> None:
    right = pyotp.TOTP(SECRET).at(int(at.timestamp()))
    people.confirm_second_factor(session, login, right, now=at)
