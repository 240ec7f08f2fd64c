"""One moment: who comes, what happened to its places, and letting it run or cancelling it."""

from flask import abort, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import passing, placements
from opendeur.enums import Door
from opendeur.models import Slot
from opendeur.web import auth, cancelling
from opendeur.web.desk.blueprint import blueprint


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
        offers=passing.offers_in(db.session(), found),
        waiting=placements.who_waits(db.session(), found),
    )


@blueprint.route("/moments/<int:slot_id>/cancel", methods=["GET", "POST"])
@auth.organiser
def moment_cancel(slot_id: int) -> ResponseReturnValue:
    """Say whom cancelling a moment touches and which letters that makes, and do it."""
    found = _slot(slot_id)
    group = placements.group_of(db.session(), found)
    return cancelling.cancel(
        found,
        people=sum(guest.seats for guest in group),
        door=Door.DESK,
        template="desk/moment_cancel.html",
        shown={"group": group},
        done=_("The moment is cancelled. Nothing has been sent yet."),
        after=url_for("desk.drafts"),
        back=_page_of(found),
    )


@blueprint.route("/moments/<int:slot_id>/run", methods=["POST"])
@auth.organiser
def moment_run(slot_id: int) -> ResponseReturnValue:
    """Decide that a moment takes place, however few people come."""
    found = _slot(slot_id)
    return cancelling.let_run(found, back=_page_of(found))


@blueprint.route("/places/<int:placement_id>/dismiss", methods=["GET", "POST"])
@auth.organiser
def dismiss(placement_id: int) -> ResponseReturnValue:
    """Say what it means that somebody will not come, and free the place."""
    found = placements.find_placement(db.session(), g.edition, placement_id) or abort(404)
    return cancelling.dismiss(
        found,
        door=Door.DESK,
        template="desk/dismiss.html",
        done=_("The place is free. The letters about it wait among the drafts."),
        back=_page_of(found.slot),
    )


def _slot(slot_id: int) -> Slot:
    return placements.find_slot(db.session(), g.edition, slot_id) or abort(404)


def _page_of(slot: Slot) -> str:
    return url_for("desk.moment", slot_id=slot.id)
