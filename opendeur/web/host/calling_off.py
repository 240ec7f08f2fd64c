"""What a host decides about people who come: one who will not, or a moment as a whole."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import invitations, placements
from opendeur.enums import Door, PlacementState
from opendeur.models import Slot
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.cancelling import CancelForm, DismissForm
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_slot
from opendeur.web.request import now


@blueprint.route("/guests/<int:placement_id>/dismiss", methods=["GET", "POST"])
@auth.host
def dismiss(placement_id: int) -> ResponseReturnValue:
    """Say what it means that somebody will not come, and free the place."""
    found = placements.find_guest(db.session(), g.edition, auth.require_account(), placement_id)
    if not g.edition.shows_results or found is None:
        abort(404)
    if found.state is not PlacementState.PLACED:
        flash(_("This place is free already."))
        return _to_list(found.slot)
    form = DismissForm()
    if form.validate_on_submit():
        with attempt(form):
            invitations.dismiss(
                db.session(),
                found,
                door=Door.HOST,
                by=auth.require_account(),
                reason=form.reason.data,
                now=now(),
            )
            db.session().commit()
            flash(_("The place is free. The team of your zone sends the letter about it."))
            return _to_list(found.slot)
    return render_template("host/dismiss.html", form=form, placement=found), form.status


@blueprint.route("/slots/<int:slot_id>/cancel", methods=["GET", "POST"])
@auth.host
def slot_cancel(slot_id: int) -> ResponseReturnValue:
    """Say whom cancelling a moment touches and what they are told, and do it."""
    found = own_slot(slot_id)
    if not g.edition.shows_results:
        abort(404)
    placed = placements.placed_in(db.session(), found)
    if found.is_closed and not placed:
        flash(_("This moment is cancelled already."))
        return _to_list(found)
    people = sum(placement.visitor.seats for placement in placed)
    form = CancelForm(data={"seen": people})
    if form.validate_on_submit():
        with attempt(form):
            invitations.cancel(
                db.session(),
                found,
                door=Door.HOST,
                by=auth.require_account(),
                reason=form.reason.data,
                seen=form.people,
                now=now(),
            )
            db.session().commit()
            flash(
                _("The moment is cancelled. The team of your zone sends the letters about it.")
            )
            return _to_list(found)
    page = render_template(
        "host/slot_cancel.html",
        form=form,
        fresh=CancelForm(formdata=None, data={"seen": people}),
        slot=found,
        placed=placed,
        people=people,
        letters=invitations.letters_of_cancelling(db.session(), found),
    )
    return page, form.status


@blueprint.route("/slots/<int:slot_id>/run", methods=["POST"])
@auth.host
def slot_run(slot_id: int) -> ResponseReturnValue:
    """Decide that a moment takes place, however few people come."""
    found = own_slot(slot_id)
    if not g.edition.shows_results:
        abort(404)
    with attempt():
        placements.let_run(db.session(), found, now=now())
        db.session().commit()
        flash(_("The moment takes place, however few people come."))
    return _to_list(found)


def _to_list(slot: Slot) -> ResponseReturnValue:
    return redirect(url_for(".who_comes", host_id=slot.visit.host_id), code=303)
