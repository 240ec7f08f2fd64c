"""The organisers' second factor: a time-based code from an authenticator (RFC 6238)."""

from datetime import datetime, timedelta

import pyotp
from sqlalchemy import update
from sqlalchemy.orm import Session

from opendeur.domain.people import throttling
from opendeur.domain.people.sealing import CannotUnseal, seal, unseal
from opendeur.errors import Conflict, InvalidInput, TooOften
from opendeur.models import Account, LoginSession

STEP_SECONDS = 30
TRIES = 10
WINDOW = timedelta(minutes=15)
TRIES_A_DAY = 30
DAY = timedelta(days=1)


def new_totp_secret() -> str:
    """Return a secret to show to an organiser who sets up an authenticator."""
    return pyotp.random_base32()


def provisioning_uri(account: Account, secret: str) -> str:
    """Return the ``otpauth:`` address that authenticators read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name="Opendeur")


def confirm_second_factor(
    session: Session,
    login: LoginSession,
    code: str,
    *,
    key: str,
    new_secret: str | None = None,
    now: datetime,
) -> None:
    """Check a code for this session, and keep `new_secret` when it is the first.

    The secret is stored sealed under `key`, the site's secret key. A code works once, within
    half a minute before or after its own. The caller commits even when this raises, so that
    tries are counted.

    Raises
    ------
    TooOften
        After ten tries in a quarter of an hour, or thirty in a day.
    InvalidInput
        When the code is wrong or was used before.
    Conflict
        When the secret was sealed under another secret key: the authenticator is as lost.
    """
    account = login.account
    in_a_quarter, in_a_day = _keys(account)
    throttling.count(session, in_a_quarter, limit=TRIES, window=WINDOW, now=now)
    throttling.count(
        session,
        in_a_day,
        limit=TRIES_A_DAY,
        window=DAY,
        refusal=TooOften(
            "Too many codes were tried for your account today. Try again tomorrow. If it was "
            "not you, tell whoever runs the site: somebody reads your mail.",
            field="code",
        ),
        now=now,
    )
    secret = new_secret
    if account.totp_secret is not None:
        try:
            secret = unseal(account.totp_secret, key=key, account_id=account.id)
        except CannotUnseal as error:
            raise Conflict(
                "We can no longer check your authenticator. Ask whoever runs the site to reset "
                "it; then sign in and set it up again.",
                field="code",
            ) from error
    typed = "".join(character for character in code if character.isdigit())
    step = _matching_step(secret, typed, now=now) if secret else None
    if secret is None or step is None:
        raise InvalidInput(
            "That is not the code. Type the six digits that your authenticator shows now.",
            field="code",
        )
    # One statement decides, so that two requests with one code cannot both win.
    won = session.execute(
        update(Account)
        .where(
            Account.id == account.id,
            (Account.totp_last_step.is_(None)) | (Account.totp_last_step < step),
        )
        .values(
            totp_last_step=step,
            totp_secret=seal(secret, key=key, account_id=account.id),
        )
        .returning(Account.id)
    ).one_or_none()
    if won is None:
        raise InvalidInput("This code was used. Wait for the next one.", field="code")
    login.second_factor_at = now


def reset_second_factor(session: Session, account: Account, *, now: datetime) -> None:
    """Forget an authenticator that was lost, and sign its owner out everywhere.

    At the next sign-in the site asks to set one up.
    """
    account.totp_secret = None
    account.totp_last_step = None
    session.execute(
        update(LoginSession)
        .where(LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    throttling.forget(session, _keys(account))
    session.flush()


def _keys(account: Account) -> tuple[str, str]:
    """Return under what tries are counted: in a quarter of an hour, and in a day."""
    return f"totp:{account.id}", f"totp-day:{account.id}"


def _matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if totp.verify(code, for_time=step * STEP_SECONDS, valid_window=0):
            return step
    return None
