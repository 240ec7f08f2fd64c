"""What all audiences share about calendars: the address, and how files are sent."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from flask import Response, abort, flash, g, get_flashed_messages, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from opendeur import db
from opendeur.domain import calendars
from opendeur.enums import FeedRole
from opendeur.web import auth
from opendeur.web.forms.calendar import CalendarForm
from opendeur.web.request import now, settings

#: Under which category a new address goes to the page that shows it once.
FRESH = "calendar-address"


@dataclass(frozen=True, slots=True)
class CalendarBlock:
    """What somebody's page says of the calendar that reads along in a role."""

    change_url: str
    #: When its address was made; None without one.
    made_on: date | None
    #: The address, on the page after it was made; empty every other time.
    address: str = ""

    @property
    def subscribe_url(self) -> str:
        """The address as phones and calendar programs take it to subscribe."""
        return f"webcal://{urlsplit(self.address)._replace(scheme='').geturl()[2:]}"


def block(role: FeedRole, change_url: str) -> CalendarBlock:
    """Return what to show of the calendar that reads along."""
    edition = g.edition
    fresh = get_flashed_messages(category_filter=[FRESH])
    feed = calendars.feed_of(db.session(), auth.require_account(), edition, role)
    made_on = edition.local(feed.created_at).date() if feed else None
    return CalendarBlock(change_url, made_on, str(fresh[-1]) if fresh else "")


def change(role: FeedRole, *, back: str) -> ResponseReturnValue:
    """Make a new address for a calendar that reads along, or end the one there is."""
    if not g.edition.shows_results:
        abort(404)
    form = CalendarForm()
    if not form.validate_on_submit():
        abort(400)
    account = auth.require_account()
    if form.address.data == "make":
        secret = calendars.make(db.session(), account, g.edition, role, now=now())
        flash(address_of(secret), FRESH)
    else:
        calendars.end(db.session(), account, g.edition, role)
        flash(_("The address has ended. Remove that calendar where you had added it."))
    db.session().commit()
    return redirect(f"{back}#calendar", code=303)


def address_of(secret: str) -> str:
    """Return the whole address of a feed."""
    return settings().base_url.rstrip("/") + url_for("public.calendar_feed", token=secret)


def answer(file: bytes, *, changed_at: datetime, kept_by: str) -> AnyResponse:
    """Send a calendar, or say that it is still the same.

    Parameters
    ----------
    kept_by
        Who may keep it: *public* or *private*. Whoever does asks each time if it changed.
    """
    response = Response(file, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = f"{kept_by}, no-cache"
    # Weak, as the compressed forms share it.
    response.set_etag(hashlib.sha256(file).hexdigest()[:32], weak=True)
    response.last_modified = changed_at
    return response.make_conditional(request)
