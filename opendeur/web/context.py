"""What every template knows without being told."""

from typing import Any

from flask import Flask, g, request, url_for

from opendeur.enums import EditionPhase
from opendeur.web import auth, i18n
from opendeur.web.request import now, settings


def init_app(app: Flask) -> None:
    """Give templates the page's surroundings, and the phases to name."""
    app.context_processor(_page_context)
    app.add_template_global(_in_language, "in_language")
    app.jinja_env.globals.update(EditionPhase=EditionPhase)


def _page_context() -> dict[str, object]:
    return {
        "language": i18n.language(),
        "own_names": i18n.OWN_NAMES,
        "edition": g.get("edition"),
        "account": auth.account(),
        "roles": auth.roles(),
        "now": now(),
        "demonstration": settings().demonstration,
    }


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
