"""Calendars to read along: the programme, and somebody's own week at its secret address."""

from flask import Response, abort, g
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import calendars
from opendeur.enums import Language
from opendeur.web import auth
from opendeur.web.calendars import answer
from opendeur.web.i18n import PREFIX, language
from opendeur.web.public.asked import Asked
from opendeur.web.public.blueprint import blueprint
from opendeur.web.request import now, settings

#: What the answer to a secret address carries: it is for nobody else to find or to pass on.
SECRET_HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@blueprint.route(f"{PREFIX}/<edition_slug>/programme.ics")
@auth.anybody
def programme_calendar() -> ResponseReturnValue:
    """Give the programme as a calendar, with the filters that the address names."""
    if not g.edition.shows_programme:
        abort(404)
    found = calendars.programme_calendar(
        db.session(),
        g.edition,
        chosen=Asked.of_request().chosen,
        language=Language(language()),
        settings=settings(),
    )
    return answer(found.file, changed_at=found.changed_at, kept_by="public")


@blueprint.route("/calendar/<token>.ics")
@auth.anybody
def calendar_feed(token: str) -> ResponseReturnValue:
    """Give somebody's week as a calendar. Every address that is none gets the same answer."""
    feed = calendars.find(db.session(), token)
    if feed is None:
        return Response(
            "There is no calendar at this address.\n",
            status=404,
            content_type="text/plain; charset=utf-8",
            headers=SECRET_HEADERS,
        )
    found = calendars.read(db.session(), feed, settings=settings(), now=now())
    response = answer(found.file, changed_at=found.changed_at, kept_by="private")
    response.headers.update(SECRET_HEADERS)
    return response
