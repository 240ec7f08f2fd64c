"""The web application, put together from its parts."""

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from opendeur import db
from opendeur.config import ROOT, Settings
from opendeur.jobs import Jobs
from opendeur.web import (
    answers,
    assets,
    auth,
    context,
    errors,
    filters,
    histories,
    i18n,
    routes,
    security,
)

MAX_BODY_BYTES = 1 << 20


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application.

    Raises
    ------
    InvalidSettings
        When a setting is missing or wrong; each line says what to write.
    """
    settings = (settings or Settings.load()).checked()
    settings.keep_private()
    app = errors.Site(
        "opendeur",
        static_folder=None,  # see `assets`
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
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
    database = db.Database(settings.database, demand_seconds=settings.demand_seconds)
    db.init_app(app, database)
    app.extensions["jobs"] = Jobs(settings, database)
    security.init_app(app, settings)
    i18n.init_app(app)
    CSRFProtect(app)
    assets.init_app(app)
    routes.init_app(app)
    errors.init_app(app)
    filters.init_app(app)
    histories.init_app(app)
    auth.init_app(app)
    context.init_app(app)
    answers.init_app(app)
    return app
