"""Signing in by a link or a code from an e-mail.

Every address gets the same answer: an unknown one gets a link too, and its account is made
when the link is used. Links, codes and session tokens are random; the database holds only
their hashes. Scanners that follow links in mail do no harm: looking at a link uses nothing.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from opendeur.domain.people import throttling
from opendeur.domain.people.accounts import clean_address, ensure_account
from opendeur.domain.people.digests import digest
from opendeur.enums import Language
from opendeur.errors import Conflict, InvalidInput, TooOften
from opendeur.models import Account, SignInRequest

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


@dataclass(frozen=True, slots=True)
class SignInSecrets:
    """What a sign-in request hands out once: to the mail, and to the browser that asked."""

    link: str = field(repr=False)
    code: str = field(repr=False)
    browser: str = field(repr=False)


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


def forget_sign_ins(session: Session, *, now: datetime) -> None:
    """Delete requests a day after they ended."""
    session.execute(
        delete(SignInRequest).where(SignInRequest.expires_at < now - timedelta(days=1))
    )
