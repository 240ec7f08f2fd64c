"""What somebody can still get: free places to take, and waiting for one."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import assignment, offers, passing, placements
from opendeur.models import Slot, Visit
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.base import EmptyForm
from opendeur.web.i18n import translate
from opendeur.web.request import now
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import me


@blueprint.route("/free")
@auth.visitor
def free() -> ResponseReturnValue:
    """Show the moments with places left that fit in one's week."""
    _require_results()
    found = assignment.free_moments(db.session(), me(), now=now())
    return render_template("visitor/free.html", slots=found)


@blueprint.route("/take/<int:slot_id>", methods=["GET", "POST"])
@auth.visitor
def take(slot_id: int) -> ResponseReturnValue:
    """Say what taking a free place means, and take it."""
    _require_results()
    slot = _slot(slot_id)
    if placements.has_seat(db.session(), me(), slot.visit_id):
        return redirect(url_for(".week"), code=303)
    form = EmptyForm()
    if form.validate_on_submit():
        with attempt(form):
            passing.take(db.session(), me(), slot, now=now())
            db.session().commit()
            jobs.of_app().wake_passing()
            flash(_("The place is yours. The invitation is on its way to your mailbox."))
            return redirect(url_for(".week"), code=303)
        slot = _slot(slot_id)
    refusal = passing.refusal_to_take(db.session(), me(), slot, now=now())
    page = render_template(
        "visitor/take.html", form=form, slot=slot, refusal=translate(refusal) if refusal else ""
    )
    return page, form.status


@blueprint.route("/waiting/<int:visit_id>/join", methods=["POST"])
@auth.visitor
def join_waiting(visit_id: int) -> ResponseReturnValue:
    """Wait for a place in a visit, at whichever of its moments one comes free."""
    _require_results()
    visit = _visit(visit_id)
    with attempt():
        placements.join(db.session(), me(), visit, now=now())
        db.session().commit()
        jobs.of_app().wake_passing()
        flash(_("You are on the waiting list. We write to you as soon as it is your turn."))
    return redirect(url_for(".week", _anchor="missed"), code=303)


@blueprint.route("/waiting/<int:visit_id>/leave", methods=["POST"])
@auth.visitor
def leave_waiting(visit_id: int) -> ResponseReturnValue:
    """Wait no more."""
    _require_results()
    placements.leave(db.session(), me(), visit_id, now=now())
    db.session().commit()
    flash(_("You are no longer on the waiting list."))
    return redirect(url_for(".week", _anchor="missed"), code=303)


def _require_results() -> None:
    if not g.edition.shows_results:
        abort(404)


def _slot(slot_id: int) -> Slot:
    found: Slot = placements.find_slot(db.session(), g.edition, slot_id) or abort(404)
    if not found.visit.is_offered:
        abort(404)
    return found


def _visit(visit_id: int) -> Visit:
    found: Visit = offers.find_in_programme(db.session(), g.edition, visit_id) or abort(404)
    return found
