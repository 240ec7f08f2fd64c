"""From an error to a page that says what to do next."""

import logging
import secrets
from typing import Any

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from opendeur import db
from opendeur.errors import (
    Busy,
    Conflict,
    InvalidInput,
    NotAllowed,
    OpendeurError,
    TooLate,
    TooOften,
)
from opendeur.web import auth
from opendeur.web.i18n import translate
from opendeur.web.request import route

logger = logging.getLogger(__name__)

#: When to try again what found the database held by others.
RETRY_AFTER_SECONDS = 5

STATUS_BY_ERROR = {
    NotAllowed: 403,
    TooLate: 410,
    TooOften: 429,
    InvalidInput: 422,
    Conflict: 409,
}


class Site(Flask):
    """A Flask application whose log names routes, never paths: a path can hold a secret."""

    def log_exception(self, exc_info: Any) -> None:
        """Log what no view caught."""
        self.logger.error("Exception on %s [%s]", route(), request.method, exc_info=exc_info)


def status_of(error: OpendeurError) -> int:
    """Return the HTTP status of a domain error."""
    statuses = (STATUS_BY_ERROR[cls] for cls in type(error).__mro__ if cls in STATUS_BY_ERROR)
    return next(statuses, 400)


def init_app(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(OpendeurError, show_domain_error)
    app.register_error_handler(db.RowRemoved, show_removed)
    app.register_error_handler(CSRFError, show_again)
    app.register_error_handler(Busy, show_busy)
    app.register_error_handler(SecurityError, refuse_host)
    app.register_error_handler(HTTPException, show_http_error)


def show_domain_error(error: OpendeurError) -> tuple[str, int]:
    """Show what the domain refused, in the reader's language."""
    return render_template("errors/domain.html", message=translate(error)), status_of(error)


def show_removed(error: db.RowRemoved) -> tuple[str, int]:
    """Tell that somebody else removed what this page was about, while it was being changed."""
    return show_domain_error(
        Conflict("What you were changing was removed meanwhile. Go back and look again.")
    )


def show_again(error: CSRFError) -> tuple[str, int]:
    """Ask to send a form again, with all that was typed, when its token was lost."""
    return render_template("errors/again.html", reason="token"), 400


def show_busy(error: Busy) -> tuple[str, int, dict[str, str]]:
    """Ask to send a form again, with all that was typed, when others held the database."""
    db.close()
    auth.know_nobody()
    page = render_template("errors/again.html", reason="busy")
    return page, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}


def refuse_host(error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Answer a request for another site in plain text: no link of ours would be right."""
    return "This site does not answer to that name.", 400, {"Content-Type": "text/plain"}


def show_http_error(error: HTTPException) -> tuple[str, int]:
    """Show a page for any other refusal; a failure of ours gets a number to mention."""
    number = ""
    if isinstance(error, InternalServerError):
        number = secrets.token_hex(4)
        logger.error("failure %s at %s %s", number, request.method, route())
        db.close()  # the others need not wait until this page is written
        auth.know_nobody()
    code = error.code or 500
    return render_template("errors/http.html", code=code, number=number), code
