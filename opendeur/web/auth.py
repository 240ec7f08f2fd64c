"""Who is asking, and may they: one decorator above each view, enforced before it runs.

A view without a decorator is refused, so that forgetting one fails closed. What is not
yours does not exist: it answers 404, not 403.
"""

from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import TypeVar

from flask import Flask, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from opendeur import db
from opendeur.domain import people
from opendeur.domain.people import ABSOLUTE_LIMIT, SEEN_EVERY, Roles, roles_of
from opendeur.errors import Busy
from opendeur.models import Account, LoginSession
from opendeur.web.request import now, settings

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Permission(StrEnum):
    """Who may call a view. *Signed in* leaves out organisers' second factor."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    VISITOR = "visitor"
    HOST = "host"
    ORGANISER = "organiser"


def _decorator(permission: Permission) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


#: No need to be signed in.
anybody = _decorator(Permission.ANYBODY)
#: Signed in, whatever one is.
signed_in = _decorator(Permission.SIGNED_IN)
#: Registered as a visitor of the edition in the path.
visitor = _decorator(Permission.VISITOR)
#: A contact of at least one host of the edition in the path.
host = _decorator(Permission.HOST)
#: An organiser of the edition in the path, with the second factor.
organiser = _decorator(Permission.ORGANISER)


def cookie_name() -> str:
    """Return the name of the cookie with the session's token."""
    return "__Host-opendeur" if settings().is_secure else "opendeur"


def login() -> LoginSession | None:
    """Return the session of the browser that asks, or None when it is not signed in."""
    if "login" not in g:
        token = request.cookies.get(cookie_name(), "")
        g.login = (
            people.find_session(db.session(), token, pepper=settings().secret_key, now=now())
            if token
            else None
        )
    found: LoginSession | None = g.login
    return found


def account() -> Account | None:
    """Return who is asking, or None when nobody is signed in."""
    found = login()
    return found.account if found else None


def require_account() -> Account:
    """Return who is asking, in a view that only lets people in who are signed in."""
    return account() or abort(404)


def roles() -> Roles:
    """Return what the person who asks is in the edition of the path."""
    if "roles" not in g:
        g.roles = roles_of(db.session(), account(), g.get("edition"))
    found: Roles = g.roles
    return found


def know_nobody() -> None:
    """Show the rest of this request to somebody unknown: the database may not answer."""
    g.login, g.roles, g.edition = None, Roles(), None


def needs_second_factor(found: LoginSession) -> bool:
    """Tell whether an organiser's session still lacks the second factor."""
    return (
        found.account.is_organiser
        and found.second_factor_at is None
        and not settings().demonstration
    )


def remember(response: Response, token: str) -> None:
    """Set the cookie that keeps this browser signed in."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(ABSOLUTE_LIMIT.total_seconds()),
        secure=settings().is_secure,
        httponly=True,
        samesite="Lax",
    )


def forget(response: Response) -> None:
    """Delete the cookie that keeps this browser signed in."""
    response.delete_cookie(
        cookie_name(), secure=settings().is_secure, httponly=True, samesite="Lax"
    )


def init_app(app: Flask) -> None:
    """Check every request before its view runs."""
    app.before_request(_check)


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    permission: Permission | None = getattr(view, "permission", None)
    if permission is None:
        abort(403)
    if permission is Permission.ANYBODY:
        return None
    found = login()
    if found is None:
        return _ask_to_sign_in()
    _note_presence(found)
    if permission is Permission.SIGNED_IN:
        return None
    if permission is Permission.ORGANISER:
        if not roles().organises:
            abort(404)
        if needs_second_factor(found):
            return redirect(url_for("account.second_factor", next=request.path), code=303)
    if permission is Permission.VISITOR and roles().visitor is None:
        return redirect(url_for("visitor.register"), code=303)
    if permission is Permission.HOST and not roles().hosts:
        abort(404)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method == "POST":
        # Whoever was signed out while typing must not lose what they typed.
        return render_template("errors/again.html", reason="signed-out"), 401
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), code=303)


def _note_presence(found: LoginSession) -> None:
    if now() - found.seen_at < SEEN_EVERY:
        return
    db.session().commit()  # nothing yet, but a lock that the other session would wait for
    with suppress(Busy), db.database().session() as session:
        people.touch_session(session, found, now=now())
        session.commit()
