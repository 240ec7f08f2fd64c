"""One moment: who comes, what happened to its places, and letting it run or cancelling it."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import invitations, placements
from opendeur.enums import Door, PlacementState
from opendeur.models import Slot
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.forms.cancelling import CancelForm, DismissForm
from opendeur.web.request import now


@blueprint.route("/moments/<int:slot_id>")
@auth.organiser
def moment(slot_id: int) -> ResponseReturnValue:
    """Show who comes to a moment, what they answered, and what happened to its places."""
    found = _slot(slot_id)
    group = placements.group_of(db.session(), found)
    return render_template(
        "desk/moment.html",
        slot=found,
        group=group,
        taken=sum(guest.seats for guest in group),
        history=placements.history_of_slot(db.session(), found),
    )


@blueprint.route("/moments/<int:slot_id>/cancel", methods=["GET", "POST"])
@auth.organiser
def moment_cancel(slot_id: int) -> ResponseReturnValue:
    """Say whom cancelling a moment touches and which letters that makes, and do it."""
    found = _slot(slot_id)
    group = placements.group_of(db.session(), found)
    if found.is_closed and not group:
        flash(_("This moment is cancelled already."))
        return _to_moment(found)
    people = sum(guest.seats for guest in group)
    form = CancelForm(data={"seen": people})
    if form.validate_on_submit():
        with attempt(form):
            invitations.cancel(
                db.session(),
                found,
                door=Door.DESK,
                by=auth.require_account(),
                reason=form.reason.data,
                seen=form.people,
                now=now(),
            )
            db.session().commit()
            flash(_("The moment is cancelled. Nothing has been sent yet."))
            return redirect(url_for("desk.drafts"), code=303)
    page = render_template(
        "desk/moment_cancel.html",
        form=form,
        fresh=CancelForm(formdata=None, data={"seen": people}),
        slot=found,
        group=group,
        people=people,
        letters=invitations.letters_of_cancelling(db.session(), found),
    )
    return page, form.status


@blueprint.route("/moments/<int:slot_id>/run", methods=["POST"])
@auth.organiser
def moment_run(slot_id: int) -> ResponseReturnValue:
    """Decide that a moment takes place, however few people come."""
    found = _slot(slot_id)
    with attempt():
        placements.let_run(db.session(), found, now=now())
        db.session().commit()
        flash(_("The moment takes place, however few people come."))
    return _to_moment(found)


@blueprint.route("/places/<int:placement_id>/dismiss", methods=["GET", "POST"])
@auth.organiser
def dismiss(placement_id: int) -> ResponseReturnValue:
    """Say what it means that somebody will not come, and free the place."""
    found = placements.find_placement(db.session(), g.edition, placement_id) or abort(404)
    if found.state is not PlacementState.PLACED:
        flash(_("This place is free already."))
        return _to_moment(found.slot)
    form = DismissForm()
    if form.validate_on_submit():
        with attempt(form):
            invitations.dismiss(
                db.session(),
                found,
                door=Door.DESK,
                by=auth.require_account(),
                reason=form.reason.data,
                now=now(),
            )
            db.session().commit()
            flash(_("The place is free. The letters about it wait among the drafts."))
            return _to_moment(found.slot)
    return render_template("desk/dismiss.html", form=form, placement=found), form.status


def _slot(slot_id: int) -> Slot:
    return placements.find_slot(db.session(), g.edition, slot_id) or abort(404)


def _to_moment(slot: Slot) -> ResponseReturnValue:
    return redirect(url_for("desk.moment", slot_id=slot.id), code=303)
