"""The language of a request: the first part of its path. English is the source."""

from collections.abc import Callable

from flask import Flask, current_app, g, request
from flask_babel import Babel, gettext, lazy_gettext

from opendeur import formatting
from opendeur.config import ROOT
from opendeur.enums import Language
from opendeur.errors import OpendeurError

LANGUAGES = tuple(language.value for language in Language)
#: What stands before every page's path.
PREFIX = "/<any(nl, fr, en):language>"

LANGUAGE_NAMES = {
    Language.NL: lazy_gettext("Dutch"),
    Language.FR: lazy_gettext("French"),
    Language.EN: lazy_gettext("English"),
}
#: Each language in its own words, for the switch.
OWN_NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}


def language() -> str:
    """Return the language of this request; the browser's where the path has none.

    A path that leads nowhere still begins with a language, most often.
    """
    if "language" not in g:
        first = request.path.split("/")[1]
        preferred = request.accept_languages.best_match(LANGUAGES) or "nl"
        g.language = first if first in LANGUAGES else preferred
    chosen: str = g.language
    return chosen


def translate(error: OpendeurError) -> str:
    """Return the message of a domain error in the language of this request."""
    text: str = gettext(error.message)
    return text % error.values if error.values else text


def language_name(code: str) -> str:
    """Return the name of a language in the language of this request."""
    return str(LANGUAGE_NAMES[Language(code)])


def language_list(codes: frozenset[str]) -> str:
    """Return names of languages as a phrase: "Dutch and French"."""
    order = [language.value for language in Language if language in codes]
    return formatting.listed([language_name(code) for code in order], language())


def init_app(app: Flask) -> None:
    """Take the language from the path, put it into every link, and add the filters."""
    Babel(app, locale_selector=language, default_translation_directories=_catalogues())
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    for name in (
        "day",
        "full_day",
        "short_day",
        "weekday",
        "short_weekday",
        "day_and_month",
        "month",
        "clock",
        "number",
        "ordinal",
        "percent",
    ):
        app.add_template_filter(_in_language(name), name)
    app.add_template_filter(language_name)
    app.add_template_filter(language_list)


def _in_language(name: str) -> Callable[..., str]:
    function = getattr(formatting, name)
    return lambda value: formatting.unbroken(function(value, language()))


def _take_language(endpoint: str | None, values: dict[str, object] | None) -> None:
    if values and "language" in values:
        g.language = values.pop("language")


def _give_language(endpoint: str, values: dict[str, object]) -> None:
    if "language" not in values and current_app.url_map.is_endpoint_expecting(
        endpoint, "language"
    ):
        values["language"] = language()


def _catalogues() -> str:
    return str(ROOT / "opendeur" / "translations")
