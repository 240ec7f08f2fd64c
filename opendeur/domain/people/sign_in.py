"""Signing in by a link or a code from an e-mail, and staying signed in.

Every address gets the same answer: an unknown one gets a link too, and its account is made
when the link is used. Links, codes and session tokens are random; the database holds only
their hashes. Scanners that follow links in mail do no harm: looking at a link uses nothing.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from opendeur import limits
from opendeur.domain.people import throttling
from opendeur.enums import Language
from opendeur.errors import Conflict, InvalidInput, TooOften
from opendeur.models import Account, LoginSession, SignInRequest

LINK_LASTS = timedelta(minutes=10)
WRONG_CODES = 5
MAILS_PER_ADDRESS = 5
MAILS_PER_CLIENT = 30
CODES_PER_CLIENT = 50
WINDOW = timedelta(minutes=15)
#: Whoever asks for mails to somebody else's address can guess at their codes. Only codes are
#: counted: with more than these a day the owner still gets in by the link.
CODES_PER_ADDRESS = 30
DAY = timedelta(days=1)

IDLE_LIMIT = timedelta(days=30)
ABSOLUTE_LIMIT = timedelta(days=90)
ORGANISER_IDLE_LIMIT = timedelta(hours=12)
ORGANISER_ABSOLUTE_LIMIT = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignInSecrets:
    """What a sign-in request hands out once: to the mail, and to the browser that asked."""

    link: str = field(repr=False)
    code: str = field(repr=False)
    browser: str = field(repr=False)


def digest(secret: str, *, pepper: str) -> bytes:
    """Return the keyed hash under which a secret is stored."""
    return hmac.new(pepper.encode(), secret.encode(), sha256).digest()


def clean_address(email: str) -> str:
    """Return an address as it is stored and compared: lower case, without spaces around."""
    return email.strip().lower()


def request_sign_in(
    session: Session,
    *,
    email: str,
    language: Language,
    next_path: str,
    client: str,
    pepper: str,
    now: datetime,
) -> SignInSecrets:
    """Make a link and a code for an address.

    Parameters
    ----------
    next_path
        Path on this site to go to after signing in; empty for the start page.
    client
        Who asks, such as the network address: 30 requests in 15 minutes are allowed.

    Raises
    ------
    TooOften
        When the address or the client asked too often.
    """
    email = clean_address(email)
    throttling.count(session, f"mail:{client}", limit=MAILS_PER_CLIENT, window=WINDOW, now=now)
    throttling.count(
        session,
        f"mail:{digest(email, pepper=pepper).hex()}",
        limit=MAILS_PER_ADDRESS,
        window=WINDOW,
        now=now,
    )
    return issue_sign_in(
        session,
        email=email,
        language=language,
        next_path=next_path,
        lasts=LINK_LASTS,
        pepper=pepper,
        now=now,
    )


def issue_sign_in(
    session: Session,
    *,
    email: str,
    language: Language,
    next_path: str = "",
    lasts: timedelta = LINK_LASTS,
    pepper: str,
    now: datetime,
) -> SignInSecrets:
    """Make a link and a code without counting, as the command line does on the server."""
    made = SignInSecrets(
        link=secrets.token_urlsafe(32),
        code=f"{secrets.randbelow(1_000_000):06}",
        browser=secrets.token_urlsafe(32),
    )
    session.add(
        SignInRequest(
            email=clean_address(email),
            link_hash=digest(made.link, pepper=pepper),
            code_hash=digest(f"{made.browser}:{made.code}", pepper=pepper),
            browser_hash=digest(made.browser, pepper=pepper),
            language=language,
            next_path=next_path,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return made


def find_link(session: Session, link: str, *, pepper: str, now: datetime) -> SignInRequest:
    """Return the request behind a link that can still be used. Nothing is used up.

    Raises
    ------
    Conflict
        When there is no such link, or it was used, or its time is over.
    """
    found = session.scalars(
        select(SignInRequest).where(SignInRequest.link_hash == digest(link, pepper=pepper))
    ).one_or_none()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise Conflict("This link was used before or is too old. Ask for a new one.")
    return found


def use_link(
    session: Session, link: str, *, pepper: str, now: datetime
) -> tuple[Account, SignInRequest]:
    """Use up a link and return who signs in; an account is made for a new address.

    Raises
    ------
    Conflict
        As `find_link`, and when the account is disabled.
    """
    found = find_link(session, link, pepper=pepper, now=now)
    return _use(session, found, now=now), found


def use_code(
    session: Session, code: str, *, browser: str, client: str, pepper: str, now: datetime
) -> tuple[Account, SignInRequest]:
    """Use up a six-digit code in the browser that asked for it.

    The caller commits even when this raises, so that wrong codes are counted.

    Raises
    ------
    TooOften
        After five wrong codes for one request, too many codes from one client, or thirty for
        one address in a day.
    InvalidInput
        When the code is not the one that was sent.
    Conflict
        When there is nothing to confirm: used, too old, or another browser.
    """
    throttling.count(session, f"code:{client}", limit=CODES_PER_CLIENT, window=WINDOW, now=now)
    found = session.scalars(
        select(SignInRequest).where(
            SignInRequest.browser_hash == digest(browser, pepper=pepper)
        )
    ).one_or_none()
    if found is None or found not in _open_requests(session, found.email, now=now):
        raise Conflict("This code is too old. Ask for a new one.")
    if found.wrong_codes >= WRONG_CODES:
        raise TooOften("That was the wrong code too many times. Ask for a new one.")
    throttling.count(
        session,
        f"codes:{digest(found.email, pepper=pepper).hex()}",
        limit=CODES_PER_ADDRESS,
        window=DAY,
        refusal=TooOften(
            "Too many codes were typed for your address today. Use the link in our e-mail: it "
            "still works.",
            field="code",
        ),
        now=now,
    )
    typed = "".join(character for character in code if character.isdigit())
    expected = digest(f"{browser}:{typed}", pepper=pepper)
    if not hmac.compare_digest(found.code_hash, expected):
        found.wrong_codes += 1
        session.flush()
        raise InvalidInput(
            "That is not the code. Type the six digits from our last e-mail.", field="code"
        )
    return _use(session, found, now=now), found


def _use(session: Session, found: SignInRequest, *, now: datetime) -> Account:
    """Use a request up, and with it all others of the address: their mails may lie about."""
    requests = _open_requests(session, found.email, now=now)
    if found not in requests:
        raise Conflict("This link was used before or is too old. Ask for a new one.")
    for request in requests:
        request.used_at = now
    session.flush()
    account = ensure_account(session, found.email, language=found.language, now=now)
    if account.disabled_at is not None:
        raise Conflict("This link was used before or is too old. Ask for a new one.")
    return account


def _open_requests(session: Session, email: str, *, now: datetime) -> list[SignInRequest]:
    """Return the requests of an address that can be used, locked in one order for everybody."""
    return list(
        session.scalars(
            select(SignInRequest)
            .where(
                SignInRequest.email == email,
                SignInRequest.used_at.is_(None),
                SignInRequest.expires_at > now,
            )
            .order_by(SignInRequest.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def find_account(session: Session, email: str) -> Account | None:
    """Return the account of an address, however it is written."""
    return session.scalars(
        select(Account).where(Account.email == clean_address(email))
    ).one_or_none()


def ensure_account(
    session: Session, email: str, *, language: Language, now: datetime
) -> Account:
    """Return the account of an address; it is made when there is none."""
    found = find_account(session, email)
    if found is not None:
        return found
    made = Account(email=clean_address(email), language=language, created_at=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # somebody made it at the same moment
        return session.scalars(select(Account).where(Account.email == made.email)).one()
    return made


def open_session(
    session: Session, account: Account, *, browser: str, pepper: str, now: datetime
) -> str:
    """Sign a browser in and return its token, which is not stored."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            account=account,
            token_hash=digest(token, pepper=pepper),
            browser=browser[: limits.LONGEST_LINE],
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token


def find_session(
    session: Session, token: str, *, pepper: str, now: datetime
) -> LoginSession | None:
    """Return the session behind a token while it is open and neither too old nor too idle."""
    found = session.scalars(
        select(LoginSession)
        .where(LoginSession.token_hash == digest(token, pepper=pepper))
        .options(
            joinedload(LoginSession.account).selectinload(Account.organised),
        )
    ).one_or_none()
    if found is None or found.ended_at is not None or found.account.disabled_at is not None:
        return None
    idle, absolute = IDLE_LIMIT, ABSOLUTE_LIMIT
    if found.account.is_organiser:
        idle, absolute = ORGANISER_IDLE_LIMIT, ORGANISER_ABSOLUTE_LIMIT
    if now - found.seen_at >= idle or now - found.created_at >= absolute:
        return None
    return found


def touch_session(session: Session, found: LoginSession, *, now: datetime) -> bool:
    """Note that somebody is still there; at most every quarter of an hour. Tell if it did."""
    if now - found.seen_at < SEEN_EVERY:
        return False
    session.execute(update(LoginSession).where(LoginSession.id == found.id).values(seen_at=now))
    return True


def sessions_of(session: Session, account: Account) -> list[LoginSession]:
    """Return the browsers on which somebody is signed in, last seen first."""
    return list(
        session.scalars(
            select(LoginSession)
            .where(LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
    )


def end_session(
    session: Session, account: Account, session_id: int, *, now: datetime
) -> LoginSession | None:
    """Sign one browser out; None when it is not one of this account's."""
    found = session.get(LoginSession, session_id)
    if found is None or found.account_id != account.id:
        return None
    found.ended_at = found.ended_at or now
    return found


def forget_sign_ins(session: Session, *, now: datetime) -> None:
    """Delete requests a day after they ended."""
    session.execute(
        delete(SignInRequest).where(SignInRequest.expires_at < now - timedelta(days=1))
    )
