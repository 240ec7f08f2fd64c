"""Whose hosts, visits and slots a page is about: what is not yours does not exist."""

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import offers
from opendeur.models import Host, Slot, Visit
from opendeur.web import auth


def own_host(host_id: int, *, with_offer: bool = False) -> Host:
    account = auth.require_account()
    return offers.find_host(
        db.session(), g.edition, account, host_id, with_offer=with_offer
    ) or abort(404)


def own_visit(visit_id: int) -> Visit:
    account = auth.require_account()
    return offers.find_visit(db.session(), g.edition, account, visit_id) or abort(404)


def own_slot(slot_id: int) -> Slot:
    account = auth.require_account()
    return offers.find_slot(db.session(), g.edition, account, slot_id) or abort(404)


def to_overview(visit: Visit, said: str) -> ResponseReturnValue:
    """Go back to the visit on the overview, and say there what was done: where the eye is."""
    flash(said, f"visit-{visit.id}")
    return redirect(url_for(".overview", _anchor=f"visit-{visit.id}"), code=303)
