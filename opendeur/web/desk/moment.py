"""One moment: who comes, what happened to its places, and letting it run or cancelling it."""

from flask import abort, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import assignment, passing, placements
from opendeur.enums import Door
from opendeur.models import Slot
from opendeur.web import auth, cancelling
from opendeur.web.attempts import attempt
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.request import now

#: How long the solver may look for what people could get instead: somebody waits for it.
TRY_SECONDS = 60


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
        shown={"group": group, "can_rearrange": g.edition.takes_runs and bool(group)},
        done=_("The moment is cancelled. Nothing has been sent yet."),
        after=url_for("desk.drafts"),
        back=_page_of(found),
    )


@blueprint.route("/moments/<int:slot_id>/rearrange", methods=["POST"])
@auth.organiser
def moment_rearrange(slot_id: int) -> ResponseReturnValue:
    """Have the solver try what everybody could get instead, with as little change as can be."""
    found = _slot(slot_id)
    with attempt():
        run = assignment.request_run(
            db.session(),
            g.edition,
            by=auth.require_account(),
            time_limit_seconds=TRY_SECONDS,
            keeps_places=True,
            closes=found,
            now=now(),
        )
        db.session().commit()
        jobs.of_app().wake_runs()
        return redirect(url_for("desk.run", number=run.number), code=303)
    return redirect(url_for(".moment_cancel", slot_id=slot_id), code=303)


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
