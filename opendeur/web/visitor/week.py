"""The visits that somebody has, and what they did not get."""

from flask import (
    Response,
    abort,
    flash,
    g,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import calendars, invitations, passing, placements, preferences
from opendeur.enums import FeedRole, PlacementState
from opendeur.models import Placement
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.calendars import block, change
from opendeur.web.forms.base import EmptyForm
from opendeur.web.i18n import translate
from opendeur.web.request import now
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
        standing=passing.standing_of(db.session(), me(), now=now()),
        history=placements.history_of_visitor(db.session(), me()),
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


@blueprint.route("/week/<int:placement_id>/withdraw", methods=["GET", "POST"])
@auth.visitor
def withdraw(placement_id: int) -> ResponseReturnValue:
    """Say what giving a place up means, and do it; afterwards offer to take it back."""
    found = _own_placement(placement_id)
    if found.state is not PlacementState.PLACED:
        refusal = invitations.refusal_to_give_back(db.session(), found, now=now())
        return render_template(
            "visitor/gave_up.html",
            placement=found,
            refusal=translate(refusal) if refusal else "",
        )
    form = EmptyForm()
    if form.validate_on_submit():
        with attempt(form):
            invitations.withdraw(db.session(), found, by=me().account, now=now())
            db.session().commit()
            jobs.of_app().wake_passing()
            return redirect(url_for(".withdraw", placement_id=placement_id), code=303)
    return render_template("visitor/withdraw.html", form=form, placement=found), form.status


@blueprint.route("/week/<int:placement_id>/take-back", methods=["POST"])
@auth.visitor
def take_back(placement_id: int) -> ResponseReturnValue:
    """Take back a place that was given up, as long as nobody else has it."""
    found = _own_placement(placement_id)
    with attempt():
        invitations.take_back(db.session(), found, by=me().account, now=now())
        db.session().commit()
        jobs.of_app().wake_passing()
        flash(_("You have your place back."))
    return redirect(url_for(".week"), code=303)


def _own_placement(placement_id: int) -> Placement:
    found = placements.find_own(db.session(), me(), placement_id)
    if not g.edition.shows_results or found is None:
        abort(404)
    return found
