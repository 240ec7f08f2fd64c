"""Moving a moment in which people have a place: whom it touches, then letters as drafts."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import invitations, placements
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.offer import MoveForm
from opendeur.web.host import moments
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_slot
from opendeur.web.i18n import language
from opendeur.web.request import now


@blueprint.route("/slots/<int:slot_id>/move", methods=["GET", "POST"])
@auth.host
def slot_move(slot_id: int) -> ResponseReturnValue:
    """Say whom moving a moment touches, and move it."""
    found = own_slot(slot_id)
    if not g.edition.shows_results or found.is_closed:
        abort(404)
    placed = placements.placed_in(db.session(), found)
    people = sum(placement.visitor.seats for placement in placed)
    day = found.local_starts_at.date()
    typed = {**moments.as_typed(found), "day": day.isoformat(), "seen": people}
    form = MoveForm(data=typed)
    moments.fill_lists(form, also=day)
    if form.is_submitted() and (chosen := moments.checked_day(form)):
        with attempt(form):
            invitations.move(
                db.session(),
                found,
                moments.pattern(form).on(chosen),
                seen=form.people,
                anyway=form.anyway.data,
                language=language(),
                now=now(),
            )
            db.session().commit()
            jobs.of_app().wake_passing()
            flash(_("The moment has moved. The team of your zone sends the letters."))
            return redirect(url_for(".who_comes", host_id=found.visit.host_id), code=303)
    page = render_template(
        "host/slot_move.html",
        form=form,
        fresh=MoveForm(formdata=None, data=typed),
        slot=found,
        placed=placed,
        people=people,
    )
    return page, form.status
