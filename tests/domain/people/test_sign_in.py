from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import people
from opendeur.domain.people import SignInSecrets
from opendeur.enums import Language
from opendeur.errors import Conflict, InvalidInput, TooOften
from opendeur.models import Account, LoginSession, SignInRequest
from tests.factories import NOW, make_account

PEPPER = "pepper of the tests"
#: The day of the counts is that of UTC.
DAY = NOW.astimezone(UTC).replace(hour=0, minute=0, second=0)
EMAIL = "lotte.vermeiren@kastanje.example"


def ask(
    session: Session, email: str = EMAIL, *, client: str = "10.0.0.1", now: datetime = NOW
) -> SignInSecrets:
    return people.request_sign_in(
        session,
        email=email,
        language=Language.NL,
        next_path="",
        client=client,
        pepper=PEPPER,
        now=now,
    )


def use_code(session: Session, made: SignInSecrets) -> Account:
    return people.use_code(
        session, made.code, browser=made.browser, client="c", pepper=PEPPER, now=NOW
    )[0]


def test_link_signs_in_once(session: Session) -> None:
    account = make_account(session, email=EMAIL)
    made = ask(session)

    entered, _ = people.use_link(session, made.link, pepper=PEPPER, now=NOW)

    assert entered is account
    with pytest.raises(Conflict, match="used before"):
        people.use_link(session, made.link, pepper=PEPPER, now=NOW)


def test_code_signs_in_once(session: Session) -> None:
    account = make_account(session, email=EMAIL)
    made = ask(session)

    def enter() -> Account:
        return people.use_code(
            session, made.code, browser=made.browser, client="c", pepper=PEPPER, now=NOW
        )[0]

    assert enter() is account
    with pytest.raises(Conflict, match="too old"):
        enter()


def test_code_may_be_typed_with_spaces(session: Session) -> None:
    made = ask(session)
    typed = f" {made.code[:3]} {made.code[3:]} "

    account, _ = people.use_code(
        session, typed, browser=made.browser, client="c", pepper=PEPPER, now=NOW
    )

    assert account.email == EMAIL


def test_link_makes_an_account_for_a_new_address_in_the_language_of_the_page(
    session: Session,
) -> None:
    made = people.request_sign_in(
        session,
        email=" Nadia.Lambert@Passerelle.example ",
        language=Language.FR,
        next_path="",
        client="c",
        pepper=PEPPER,
        now=NOW,
    )

    account, _ = people.use_link(session, made.link, pepper=PEPPER, now=NOW)

    assert (account.email, account.language) == (
        "nadia.lambert@passerelle.example",
        Language.FR,
    )


@pytest.mark.parametrize("by", ["link", "code"])
@pytest.mark.parametrize("used", [0, 1, 2])
def test_use_of_one_link_or_code_ends_all_others_of_the_address(
    session: Session, by: str, used: int
) -> None:
    requests = [ask(session), ask(session, EMAIL.upper()), ask(session)]
    other = ask(session, "another@kastanje.example")

    if by == "link":
        people.use_link(session, requests[used].link, pepper=PEPPER, now=NOW)
    else:
        use_code(session, requests[used])

    for made in requests:
        with pytest.raises(Conflict):
            people.use_link(session, made.link, pepper=PEPPER, now=NOW)
        with pytest.raises(Conflict):
            use_code(session, made)
    assert people.use_link(session, other.link, pepper=PEPPER, now=NOW)[0].email == (
        "another@kastanje.example"
    )


def test_link_that_was_asked_for_after_the_last_use_works(session: Session) -> None:
    people.use_link(session, ask(session).link, pepper=PEPPER, now=NOW)
    newer = ask(session)

    account, _ = people.use_link(session, newer.link, pepper=PEPPER, now=NOW)

    assert account.email == EMAIL


@pytest.mark.parametrize("minutes", [10, 11])
def test_link_and_code_work_for_ten_minutes(session: Session, minutes: int) -> None:
    made = ask(session)
    later = NOW + timedelta(minutes=minutes)

    with pytest.raises(Conflict):
        people.find_link(session, made.link, pepper=PEPPER, now=later)
    with pytest.raises(Conflict):
        people.use_code(
            session, made.code, browser=made.browser, client="c", pepper=PEPPER, now=later
        )


def test_looking_at_a_link_ten_times_does_not_use_it(session: Session) -> None:
    made = ask(session)

    for _ in range(10):
        people.find_link(session, made.link, pepper=PEPPER, now=NOW)

    assert people.use_link(session, made.link, pepper=PEPPER, now=NOW)[0].email == EMAIL


@pytest.mark.parametrize("link", ["", "x", "\x00", "é" * 50, "a" * 10_000])
def test_link_that_was_never_made_is_refused(session: Session, link: str) -> None:
    ask(session)

    with pytest.raises(Conflict):
        people.use_link(session, link, pepper=PEPPER, now=NOW)


def test_five_wrong_codes_close_the_request(session: Session) -> None:
    made = ask(session)
    wrong = "000000" if made.code != "000000" else "111111"

    def enter(code: str) -> None:
        people.use_code(session, code, browser=made.browser, client="c", pepper=PEPPER, now=NOW)

    for _ in range(5):
        with pytest.raises(InvalidInput, match="not the code"):
            enter(wrong)
    with pytest.raises(TooOften):
        enter(made.code)


def guess(session: Session, *, quarters: int) -> list[type[Exception]]:
    """Ask five mails a quarter and type five wrong codes for each; return what was said."""
    said: list[type[Exception]] = []
    for quarter in range(quarters):
        at, client = DAY + quarter * timedelta(minutes=15), f"client {quarter}"
        for _ in range(5):
            made = ask(session, client=client, now=at)
            wrong = "000000" if made.code != "000000" else "111111"
            for _ in range(5):
                with pytest.raises((InvalidInput, TooOften)) as caught:
                    people.use_code(
                        session,
                        wrong,
                        browser=made.browser,
                        client=client,
                        pepper=PEPPER,
                        now=at,
                    )
                said.append(caught.type)
    return said


def test_thirty_codes_a_day_are_compared_for_one_address(session: Session) -> None:
    assert Counter(guess(session, quarters=4)) == {InvalidInput: 30, TooOften: 70}


def test_owner_of_an_address_at_which_codes_are_guessed_gets_in_by_the_link(
    session: Session,
) -> None:
    guess(session, quarters=2)
    tonight = DAY + timedelta(hours=23, minutes=59)
    made = people.issue_sign_in(
        session, email=EMAIL, language=Language.NL, pepper=PEPPER, now=tonight
    )
    with pytest.raises(TooOften, match="Use the link in our e-mail"):
        people.use_code(
            session, made.code, browser=made.browser, client="c", pepper=PEPPER, now=tonight
        )

    account, _ = people.use_link(session, made.link, pepper=PEPPER, now=tonight)

    assert account.email == EMAIL


def test_guessing_at_one_address_leaves_others_alone(session: Session) -> None:
    guess(session, quarters=2)
    made = ask(session, "another@kastanje.example", now=DAY)

    account, _ = people.use_code(
        session, made.code, browser=made.browser, client="c", pepper=PEPPER, now=DAY
    )

    assert account.email == "another@kastanje.example"


def test_code_works_again_the_next_day(session: Session) -> None:
    guess(session, quarters=2)
    tomorrow = DAY + timedelta(days=1)
    made = ask(session, now=tomorrow)

    account, _ = people.use_code(
        session, made.code, browser=made.browser, client="c", pepper=PEPPER, now=tomorrow
    )

    assert account.email == EMAIL


def test_code_works_only_in_the_browser_that_asked(session: Session) -> None:
    made, other = ask(session), ask(session, "other@kastanje.example")

    with pytest.raises(InvalidInput):
        people.use_code(
            session, made.code, browser=other.browser, client="c", pepper=PEPPER, now=NOW
        )


def test_sixth_mail_to_an_address_in_a_quarter_is_refused(session: Session) -> None:
    for _ in range(5):
        ask(session)

    with pytest.raises(TooOften):
        ask(session, f" {EMAIL.upper()}", client="another client")
    ask(session, "somebody.else@kastanje.example")


def test_one_client_asks_thirty_times_in_a_quarter(session: Session) -> None:
    for number in range(30):
        ask(session, f"person{number}@kastanje.example")

    with pytest.raises(TooOften):
        ask(session, "person30@kastanje.example")


def test_disabled_account_cannot_sign_in(session: Session) -> None:
    make_account(session, email=EMAIL, disabled_at=NOW)
    made = ask(session)

    with pytest.raises(Conflict):
        people.use_link(session, made.link, pepper=PEPPER, now=NOW)


def test_database_holds_no_secret(session: Session) -> None:
    made = ask(session)
    account, _ = people.use_link(session, made.link, pepper=PEPPER, now=NOW)
    token = people.open_session(session, account, browser="b", pepper=PEPPER, now=NOW)

    [request] = session.scalars(select(SignInRequest)).all()
    [login] = session.scalars(select(LoginSession)).all()
    stored = [*vars(request).values(), *vars(login).values()]

    for secret in (made.link, made.code, made.browser, token):
        assert [value for value in stored if value in (secret, secret.encode())] == []


def test_twenty_uses_of_one_link_at_once_sign_in_once(database: Database) -> None:
    with database.session() as session:
        make_account(session, email=EMAIL)
        made = ask(session)
        session.commit()
    together = Barrier(20)

    def enter(_: int) -> bool:
        together.wait()
        with database.session() as session:
            try:
                people.use_link(session, made.link, pepper=PEPPER, now=NOW)
            except Conflict:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(enter, range(20)))

    assert outcomes.count(True) == 1


def test_five_links_and_codes_of_one_address_used_at_once_sign_in_once(
    database: Database,
) -> None:
    with database.session() as session:
        make_account(session, email=EMAIL)
        requests = [ask(session) for _ in range(5)]
        session.commit()
    together = Barrier(10)

    def enter(number: int) -> bool:
        made = requests[number // 2]
        together.wait()
        with database.session() as session:
            try:
                if number % 2:
                    use_code(session, made)
                else:
                    people.use_link(session, made.link, pepper=PEPPER, now=NOW)
            except Conflict:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(enter, range(10)))

    assert outcomes.count(True) == 1
