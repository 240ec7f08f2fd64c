"""How an edition stands, and what asks for attention."""

from datetime import datetime
from math import ceil

from flask import g, render_template
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import invitations, preferences
from opendeur.web import auth
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.request import now

#: How many rows of a list the overview shows before it links to all of them.
SHORT_LIST = 8


@blueprint.route("/")
@auth.organiser
def overview() -> ResponseReturnValue:
    """Show how the edition stands, and what asks for attention."""
    survey = preferences.demand_of_edition(db.session(), g.edition)
    return render_template(
        "desk/overview.html",
        survey=survey,
        attention=survey.attention[:SHORT_LIST],
        silent=survey.silent[:SHORT_LIST],
        drafts=invitations.drafts_of(db.session(), g.edition).total,
        days_left=_days_left(g.edition.preferences_end_at),
    )


def _days_left(deadline: datetime) -> int:
    return max(0, ceil((deadline - now()).total_seconds() / 86_400))
