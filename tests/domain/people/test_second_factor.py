from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from opendeur.domain import people
from opendeur.domain.people.sealing import MARK, CannotUnseal, seal, unseal
from opendeur.errors import Conflict, InvalidInput, TooOften
from opendeur.models import Account, LoginSession
from tests.factories import NOW, make_organiser

KEY = "the secret key of the tests"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_login(session: Session, account: Account) -> LoginSession:
    token = people.open_session(session, account, browser="b", pepper="p", now=NOW)
    login = people.find_session(session, token, pepper="p", now=NOW)
    assert login is not None
    return login


def opened(account: Account) -> str:
    """Return an account's secret, which must be stored sealed."""
    stored = account.totp_secret or ""
    assert SECRET not in stored
    assert stored.startswith(MARK)
    return unseal(stored, key=KEY, account_id=account.id)


def code(seconds: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(int(NOW.timestamp()) + seconds)


def test_first_code_keeps_the_new_secret(session: Session) -> None:
    login = make_login(session, make_organiser(session))

    people.confirm_second_factor(session, login, code(), new_secret=SECRET, key=KEY, now=NOW)
    session.flush()
    session.refresh(login.account)

    assert opened(login.account) == SECRET
    assert login.second_factor_at == NOW


def test_stored_secret_wins_over_a_new_one(session: Session) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))

    with pytest.raises(InvalidInput):
        people.confirm_second_factor(
            session,
            login,
            pyotp.TOTP("KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU").at(int(NOW.timestamp())),
            key=KEY,
            new_secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
            now=NOW,
        )


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_code_of_the_neighbouring_half_minutes_works(session: Session, seconds: int) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))

    people.confirm_second_factor(session, login, code(seconds), key=KEY, now=NOW)

    assert login.second_factor_at == NOW


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "٣٤٥٦٧٨"])
def test_wrong_code_is_refused(session: Session, typed: str) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))

    with pytest.raises(InvalidInput):
        people.confirm_second_factor(session, login, typed, key=KEY, now=NOW)

    assert login.second_factor_at is None


def test_code_works_once(session: Session) -> None:
    account = make_organiser(session, totp_secret=SECRET)
    people.confirm_second_factor(
        session, make_login(session, account), code(), key=KEY, now=NOW
    )

    with pytest.raises(InvalidInput, match="was used"):
        people.confirm_second_factor(
            session, make_login(session, account), code(), key=KEY, now=NOW
        )


def test_eleventh_try_in_a_quarter_is_refused(session: Session) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))
    for _ in range(10):
        with pytest.raises(InvalidInput):
            people.confirm_second_factor(session, login, "000", key=KEY, now=NOW)

    with pytest.raises(TooOften):
        people.confirm_second_factor(session, login, code(), key=KEY, now=NOW)
    people.confirm_second_factor(
        session,
        login,
        pyotp.TOTP(SECRET).at(int((NOW + timedelta(minutes=15)).timestamp())),
        key=KEY,
        now=NOW + timedelta(minutes=15),
    )


def test_thirty_first_try_in_a_day_is_refused(session: Session) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))
    morning = NOW.replace(hour=0, minute=0, second=0)
    quarters = [morning + number * timedelta(minutes=15) for number in range(4)]
    for quarter in quarters[:3]:
        for _ in range(10):
            with pytest.raises(InvalidInput):
                people.confirm_second_factor(session, login, "000", key=KEY, now=quarter)

    with pytest.raises(TooOften, match="Try again tomorrow"):
        confirm_at(session, login, quarters[3])
    confirm_at(session, login, morning + timedelta(days=1))

    assert login.second_factor_at == morning + timedelta(days=1)


def confirm_at(session: Session, login: LoginSession, at: datetime) -> None:
    right = pyotp.TOTP(SECRET).at(int(at.timestamp()))
    people.confirm_second_factor(session, login, right, key=KEY, now=at)


def test_secret_that_is_in_clear_from_before_works_and_is_sealed(session: Session) -> None:
    login = make_login(session, make_organiser(session, totp_secret=SECRET))

    people.confirm_second_factor(session, login, code(), key=KEY, now=NOW)
    session.flush()
    session.refresh(login.account)

    assert opened(login.account) == SECRET


def test_sealed_secret_works(session: Session) -> None:
    account = make_organiser(session)
    account.totp_secret = seal(SECRET, key=KEY, account_id=account.id)
    login = make_login(session, account)

    people.confirm_second_factor(session, login, code(), key=KEY, now=NOW)

    assert login.second_factor_at == NOW


def test_secret_sealed_under_another_key_is_as_lost_and_stays(session: Session) -> None:
    account = make_organiser(session)
    sealed = account.totp_secret = seal(SECRET, key="the key before", account_id=account.id)
    login = make_login(session, account)

    with pytest.raises(Conflict, match="Ask whoever runs the site to reset it"):
        people.confirm_second_factor(
            session, login, code(), key=KEY, new_secret=SECRET, now=NOW
        )

    assert (login.second_factor_at, account.totp_secret) == (None, sealed)


@pytest.mark.parametrize(
    "stored",
    [
        seal(SECRET, key=KEY, account_id=8),
        seal(SECRET, key=f"{KEY}.", account_id=7),
        seal(SECRET, key=KEY, account_id=7)[:-4],
        MARK,
        f"{MARK}x",
        f"{MARK}é",
    ],
    ids=["another account", "another key", "cut off", "empty", "not base 64", "not ASCII"],
)
def test_seal_of_another_account_or_key_or_a_damaged_one_does_not_open(stored: str) -> None:
    with pytest.raises(CannotUnseal):
        unseal(stored, key=KEY, account_id=7)


def test_one_secret_is_sealed_in_another_form_each_time() -> None:
    sealed = {seal(SECRET, key=KEY, account_id=7) for _ in range(100)}

    assert len(sealed) == 100


def test_organiser_whose_authenticator_was_reset_sets_up_another(session: Session) -> None:
    account = make_organiser(session, totp_secret=SECRET)
    before = make_login(session, account)
    for _ in range(10):
        with pytest.raises(InvalidInput):
            people.confirm_second_factor(session, before, "000", key=KEY, now=NOW)

    people.reset_second_factor(session, account, now=NOW)
    session.refresh(before)
    login = make_login(session, account)
    people.confirm_second_factor(session, login, code(), key=KEY, new_secret=SECRET, now=NOW)

    assert (before.ended_at, login.second_factor_at) == (NOW, NOW)
