"""The visits that somebody has, and what they did not get."""

from flask import (
    abort,
    g,
    render_template,
)
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import placements, preferences
from opendeur.web import auth
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import me


@blueprint.route("/week")
@auth.visitor
def week() -> ResponseReturnValue:
    """Show the visits somebody has, and what they did not get."""
    if not g.edition.shows_results:
        abort(404)
    return render_template(
        "visitor/week.html",
        visitor=me(),
        week=placements.week_of(db.session(), me()),
        most_visits=preferences.most_visits(me()),
    )
