"""What somebody can still get: free places to take, and waiting for one."""

from flask import abort, flash, g, redirect, render_template, request, url_for
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
        "visitor/take.html",
        form=form,
        slot=slot,
        refusal=translate(refusal) if refusal else "",
        to_wait_for=_to_wait_for(slot) if refusal else [],
        wait=passing.standing_of(db.session(), me(), now=now()).waits.get(slot.visit_id),
    )
    return page, form.status


@blueprint.route("/waiting/<int:visit_id>/join", methods=["POST"])
@auth.visitor
def join_waiting(visit_id: int) -> ResponseReturnValue:
    """Wait for a place in a visit, at one of its moments or at whichever one comes free."""
    _require_results()
    visit = _visit(visit_id)
    number = request.form.get("slot", "")
    slot = next((slot for slot in visit.open_slots if str(slot.id) == number), None)
    if number and slot is None:
        abort(404)
    with attempt():
        placements.join(db.session(), me(), visit, slot=slot, now=now())
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


def _to_wait_for(slot: Slot) -> list[Slot]:
    """Return the moments that can be waited for beside this one; none where this one cannot."""
    found = placements.moments_to_wait_for(db.session(), me(), slot.visit, now=now())
    return found if slot in found else []


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
