"""The web application, put together from its parts."""

from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from opendeur import auth, db, i18n, security, views
from opendeur.config import ROOT, Settings
from opendeur.enums import EditionPhase, InvitationRole, SlotState
from opendeur.jobs import Jobs

MAX_BODY_BYTES = 1 << 20


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application.

    Raises
    ------
    InvalidSettings
        When a setting is missing or wrong; each line says what to write.
    """
    settings = (settings or Settings.load()).checked()
    app = Flask(
        "opendeur",
        root_path=str(Path(__file__).parent),
        template_folder=str(ROOT / "templates"),
        instance_path=str(settings.instance.resolve()),
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="__Host-form" if settings.is_secure else "form",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_SAMESITE="Lax",
        # A token that expires would cost people what they typed; it lives with the browser.
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
    database = db.Database(settings.database)
    db.init_app(app, database)
    app.extensions["jobs"] = Jobs(settings, database)
    security.init_app(app, settings)
    i18n.init_app(app)
    CSRFProtect(app)
    views.init_app(app)
    auth.init_app(app)
    app.context_processor(_page_context)
    app.add_template_global(_static_url, "static_url")
    app.add_template_global(_in_language, "in_language")
    app.jinja_env.globals.update(
        EditionPhase=EditionPhase, SlotState=SlotState, InvitationRole=InvitationRole
    )
    return app


def _page_context() -> dict[str, object]:
    return {
        "language": i18n.language(),
        "own_names": i18n.OWN_NAMES,
        "edition": g.get("edition"),
        "account": auth.account(),
        "roles": auth.roles(),
        "now": auth.now(),
        "demonstration": auth.settings().demonstration,
    }


def _static_url(name: str) -> str:
    """Return the address of a static file, which changes when the file does."""
    file = Path(__file__).parent / "static" / name
    return url_for("static", filename=name, v=int(file.stat().st_mtime))


def _in_language(language: str) -> str:
    """Return the address of this page in another language."""
    expected = request.url_rule.arguments if request.url_rule else set()
    is_lost = "edition_slug" in expected and g.get("edition") is None
    if request.endpoint is None or "language" not in expected or is_lost:
        return url_for("public.home", language=language)
    # Anybody can write anything after the question mark: not what is in the path, and not
    # what `url_for` keeps for itself.
    query: dict[str, Any] = {
        name: values
        for name, values in request.args.lists()
        if name not in expected and name != "endpoint" and not name.startswith("_")
    }
    path = {**(request.view_args or {}), "language": language}
    return url_for(request.endpoint, **query, **path)
