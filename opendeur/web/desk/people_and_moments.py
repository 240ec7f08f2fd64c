"""The desk's lists: moments with their demand, hosts, visitors."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import placements, preferences
from opendeur.domain.placements import VisitorLine
from opendeur.domain.preferences import EditionDemand, SlotDemand, Strain
from opendeur.web import auth
from opendeur.web.desk.blueprint import blueprint


@blueprint.route("/moments")
@auth.organiser
def slots() -> ResponseReturnValue:
    """List the moments in the programme with their demand, all or some of them."""
    survey = preferences.demand_of_edition(db.session(), g.edition)
    chosen = {name: request.args.get(name, "") for name in ("sector", "half", "state")}
    found = [line for line in survey.slots if _matches(line, survey, chosen)]
    return render_template(
        "desk/slots.html", survey=survey, slots=found, chosen=chosen, strains=list(Strain)
    )


def _matches(line: SlotDemand, survey: EditionDemand, chosen: dict[str, str]) -> bool:
    """Tell whether a moment is within every filter; an unknown value matches nothing."""
    sectors = {sector.code for sector in line.slot.visit.host.organisation.sectors}
    halves = {
        half.key
        for half in survey.half_days
        if half.starts_at <= line.slot.starts_at < half.ends_at
    }
    states = {str(line.strain)} | ({"attention"} if line.strain is not Strain.NONE else set())
    wanted = ((chosen["sector"], sectors), (chosen["half"], halves), (chosen["state"], states))
    return all(not value or value in allowed for value, allowed in wanted)


@blueprint.route("/hosts")
@auth.organiser
def hosts() -> ResponseReturnValue:
    """List the hosts with what they offer and how much that is asked for."""
    survey = preferences.demand_of_edition(db.session(), g.edition)
    return render_template("desk/hosts.html", survey=survey)


@blueprint.route("/visitors")
@auth.organiser
def visitors() -> ResponseReturnValue:
    """List the visitors with what they said and what they have."""
    lines = placements.roster_of(db.session(), g.edition)
    groups: dict[str, list[VisitorLine]] = {
        "": lines,
        "submitted": [line for line in lines if line.has_submitted],
        "silent": [line for line in lines if not line.has_submitted],
        "nothing": [line for line in lines if line.has_submitted and not line.ranks],
    }
    chosen = request.args.get("show", "")
    return render_template(
        "desk/visitors.html",
        groups=groups,
        chosen=chosen if chosen in groups else "",
        is_assigned=any(line.ranks for line in lines),
    )
