"""The blueprint of each audience, and how paths name a language and an edition."""

from functools import partial

from flask import Blueprint, Flask, abort, current_app, g
from werkzeug.routing import IntegerConverter

from opendeur import db, limits
from opendeur.domain import editions
from opendeur.domain.people import roles_of
from opendeur.models import Edition
from opendeur.web import account, auth, desk, host, public, visitor
from opendeur.web.i18n import PREFIX

#: Blueprints whose paths start with the language and the edition.
IN_EDITION: tuple[tuple[Blueprint, str], ...] = (
    (host.blueprint, "/host"),
    (visitor.blueprint, "/me"),
    (desk.blueprint, "/desk"),
)


def init_app(app: Flask) -> None:
    """Register every blueprint of the site."""
    app.url_map.converters["int"] = partial(  # type: ignore[assignment]  # is called
        IntegerConverter, max=limits.LARGEST_NUMBER
    )
    app.register_blueprint(public.blueprint)
    app.register_blueprint(account.blueprint, url_prefix=PREFIX)
    for blueprint, path in IN_EDITION:
        app.register_blueprint(blueprint, url_prefix=f"{PREFIX}/<edition_slug>{path}")
    app.url_value_preprocessor(_take_edition)
    app.url_defaults(_give_edition)


def _take_edition(endpoint: str | None, values: dict[str, object] | None) -> None:
    if values and "edition_slug" in values:
        slug = str(values.pop("edition_slug"))
        # PostgreSQL refuses the one character that no text of a database can hold.
        known = None if "\0" in slug else editions.find(db.session(), slug)
        g.edition = known if known and _may_know_of(known) else abort(404)


def _may_know_of(edition: Edition) -> bool:
    """Tell whether a week is there for whoever asks: a draft is for those who prepare it."""
    if not edition.is_draft:
        return True
    roles = roles_of(db.session(), auth.account(), edition)
    return roles.organises or bool(roles.hosts)


def _give_edition(endpoint: str, values: dict[str, object]) -> None:
    edition = g.get("edition")
    if edition is not None and "edition_slug" not in values and _expects_edition(endpoint):
        values["edition_slug"] = edition.slug


def _expects_edition(endpoint: str) -> bool:
    return current_app.url_map.is_endpoint_expecting(endpoint, "edition_slug")
