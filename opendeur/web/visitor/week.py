"""The visits that somebody has, and what they did not get."""

from flask import (
    Response,
    abort,
    g,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import calendars, invitations, placements, preferences
from opendeur.domain.placements import VisitorWeek
from opendeur.enums import FeedRole
from opendeur.web import auth
from opendeur.web.calendars import block, change
from opendeur.web.i18n import language
from opendeur.web.request import now, settings
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import me


@blueprint.route("/week")
@auth.visitor
def week() -> ResponseReturnValue:
    """Show the visits somebody has, and what they did not get."""
    if not g.edition.shows_results:
        abort(404)
    found = placements.week_of(db.session(), me())
    return render_template(
        "visitor/week.html",
        visitor=me(),
        week=found,
        answers=_answers(found),
        most_visits=preferences.most_visits(me()),
        calendar=block(FeedRole.VISITOR, url_for(".calendar_address")),
    )


@blueprint.route("/calendar", methods=["POST"])
@auth.visitor
def calendar_address() -> ResponseReturnValue:
    """Make or end the address at which a calendar reads one's week."""
    return change(FeedRole.VISITOR, back=url_for(".week"))


@blueprint.route("/week/<int:placement_id>.ics")
@auth.visitor
def calendar_entry(placement_id: int) -> ResponseReturnValue:
    """Give one of one's visits as a calendar entry, to take over by hand."""
    seat = placements.find_seat(db.session(), me(), placement_id)
    if not g.edition.shows_results or seat is None or seat.invitation is None:
        abort(404)
    method, entry = calendars.entry_of(seat.invitation, now=now()) or abort(404)
    name = f"{g.edition.slug}-{seat.slot.local_starts_at:%Y-%m-%d}.ics"
    return Response(
        entry,
        content_type=f"text/calendar; charset=utf-8; method={method}",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _answers(found: VisitorWeek) -> dict[int, str]:
    """Return where each invitation that was sent is answered, by the number of its seat."""
    return {
        seat.placement_id: invitations.answer_address(
            seat.invitation, language=language(), settings=settings()
        )
        for seat in found.granted
        if seat.invitation and seat.invitation.said and not seat.slot.is_over(now())
    }
