"""Whole pages that are the same for everybody who is not signed in."""

from collections.abc import Callable
from sys import getsizeof

from flask import g
from flask import session as cookie

from opendeur import db
from opendeur.keeping import keep
from opendeur.web import auth
from opendeur.web.i18n import language
from opendeur.web.public.asked import Asked
from opendeur.web.request import now


def for_everybody(name: tuple[object, ...], make: Callable[[Asked], str]) -> str:
    """Return a page, kept where it is the same for everybody who is not signed in.

    It is made for this request only where it is for somebody, where the browser is to be told
    something, and where the address has more in it than is asked for: the links to the other
    languages repeat it, and anybody can write anything there.
    """
    asked = Asked.of_request()
    if auth.account() is not None or "_flashes" in cookie or not asked.is_as_written:
        return make(asked)
    edition = g.edition
    return keep(
        db.session(),
        edition,
        ("page", language(), *name, asked.query),
        lambda: make(asked),
        depends_on=(edition.takes_preferences(now()), edition.is_hosting(now())),
        ages=True,
        weigh=getsizeof,  # two bytes a character, where a page has a curly quote
    )
