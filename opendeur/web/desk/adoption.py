"""Adopting a run: what it means for people, then its placements made real."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import assignment, invitations
from opendeur.domain.assignment import Result
from opendeur.models import AssignmentRun
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.desk.finding import can_adopt, find_run, result_or_none
from opendeur.web.forms.desk import AdoptForm
from opendeur.web.request import now


@blueprint.route("/assignment/<int:number>/adopt", methods=["GET", "POST"])
@auth.organiser
def run_adopt(number: int) -> ResponseReturnValue:
    """Say what adopting means; then make the placements real, and draft the invitations."""
    found = find_run(number)
    result = result_or_none(found) or abort(404)
    form = AdoptForm(
        has_losers=bool(result.losers),
        closes_sign_up=g.edition.is_in_preferences,
        cancels=found.closes_slot is not None,
    )
    if not form.is_submitted():
        return _adopt_page(found, result, form)
    if not form.validate():
        return _adopt_page(found, result, form), 422
    with attempt(form):
        assignment.adopt(
            db.session(),
            g.edition,
            found,
            by=auth.require_account(),
            reason=form.reason.data if form.reason else "",
            now=now(),
        )
        invitations.draft(db.session(), g.edition, now=now())
        db.session().commit()
        flash(_("Assignment %(number)s is adopted. Nothing has been sent yet.", number=number))
        return redirect(url_for("desk.drafts"), code=303)
    return _adopt_page(found, result, form), form.status


def _adopt_page(found: AssignmentRun, result: Result, form: AdoptForm) -> str:
    # What changed since the run stands on the run's page; adopting refuses what does not fit.
    return render_template(
        "desk/run_adopt.html",
        run=found,
        result=result,
        form=form,
        can_adopt=can_adopt(found),
        drafts=invitations.forecast(
            db.session(), g.edition, assignment.placements_of(found), now=now()
        ),
    )
