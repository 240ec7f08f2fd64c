"""What a person's hosts offer, against what people want, and who comes."""

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import offers, placements, preferences
from opendeur.enums import FeedRole
from opendeur.web import auth
from opendeur.web.calendars import block, change
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_host
from opendeur.web.request import now


@blueprint.route("/")
@auth.signed_in
def overview() -> ResponseReturnValue:
    """Show what a person's hosts offer, against what people want."""
    account = auth.require_account()
    can_change = g.edition.is_hosting(now())
    mine = offers.hosts_of(db.session(), g.edition, account)
    return render_template(
        "host/overview.html",
        hosts=mine,
        waiting=(
            offers.organisations_waiting(db.session(), g.edition, account) if can_change else []
        ),
        interest=preferences.demand_of_hosts(db.session(), mine),
        coming=placements.coming(db.session(), g.edition, mine),
        removed=offers.removed_lately(db.session(), mine, now=now()) if can_change else {},
        until=offers.can_be_put_back_until,
        can_change=can_change,
        calendar=(
            block(FeedRole.HOST, url_for(".calendar_address"))
            if mine and g.edition.shows_results
            else None
        ),
    )


@blueprint.route("/calendar", methods=["POST"])
@auth.host
def calendar_address() -> ResponseReturnValue:
    """Make or end the address at which a calendar reads who comes."""
    return change(FeedRole.HOST, back=url_for(".overview"))


@blueprint.route("/<int:host_id>/who-comes")
@auth.host
def who_comes(host_id: int) -> ResponseReturnValue:
    """Show who comes and when; before publication, in numbers only."""
    host = own_host(host_id, with_offer=True)
    return render_template(
        "host/who_comes.html",
        host=host,
        moments=sorted(
            (slot for visit in host.visits if visit.is_offered for slot in visit.open_slots),
            key=lambda slot: (slot.starts_at, slot.id),
        ),
        interest=preferences.demand_of_hosts(db.session(), [host])[host.id],
        coming=placements.coming(db.session(), g.edition, [host]),
        history=placements.history_of_host(db.session(), host),
    )
