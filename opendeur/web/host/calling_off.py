"""What a host decides about people who come: one who will not, or a moment as a whole."""

from flask import abort, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import placements
from opendeur.enums import Door
from opendeur.models import Slot
from opendeur.web import auth, cancelling
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_slot


@blueprint.route("/guests/<int:placement_id>/dismiss", methods=["GET", "POST"])
@auth.host
def dismiss(placement_id: int) -> ResponseReturnValue:
    """Say what it means that somebody will not come, and free the place."""
    found = placements.find_guest(db.session(), g.edition, auth.require_account(), placement_id)
    if not g.edition.shows_results or found is None:
        abort(404)
    return cancelling.dismiss(
        found,
        door=Door.HOST,
        template="host/dismiss.html",
        done=_("The place is free. The team of your zone sends the letter about it."),
        back=_list_of(found.slot),
    )


@blueprint.route("/slots/<int:slot_id>/cancel", methods=["GET", "POST"])
@auth.host
def slot_cancel(slot_id: int) -> ResponseReturnValue:
    """Say whom cancelling a moment touches and what they are told, and do it."""
    found = _own_slot(slot_id)
    placed = placements.placed_in(db.session(), found)
    return cancelling.cancel(
        found,
        people=sum(placement.visitor.seats for placement in placed),
        door=Door.HOST,
        template="host/slot_cancel.html",
        shown={},
        done=_("The moment is cancelled. The team of your zone sends the letters about it."),
        after=_list_of(found),
        back=_list_of(found),
    )


@blueprint.route("/slots/<int:slot_id>/run", methods=["POST"])
@auth.host
def slot_run(slot_id: int) -> ResponseReturnValue:
    """Decide that a moment takes place, however few people come."""
    found = _own_slot(slot_id)
    return cancelling.let_run(found, back=_list_of(found))


def _own_slot(slot_id: int) -> Slot:
    found = own_slot(slot_id)
    if not g.edition.shows_results:
        abort(404)
    return found


def _list_of(slot: Slot) -> str:
    return url_for(".who_comes", host_id=slot.visit.host_id)
