"""The programme of an edition, and each visit in it."""

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import offers, preferences, queries
from opendeur.domain.offers import FILTERS
from opendeur.web import auth
from opendeur.web.i18n import PREFIX, language_list
from opendeur.web.public.blueprint import blueprint


@blueprint.route(f"{PREFIX}/<edition_slug>/", endpoint="programme")
@auth.anybody
def browse() -> ResponseReturnValue:
    """Show the programme of an edition, by day or as a table of the week."""
    if not (g.edition.shows_programme or auth.roles().organises):
        return render_template("public/programme_later.html")
    chosen = {name: request.args.getlist(name) for name in FILTERS}
    found = offers.read_programme(db.session(), g.edition, chosen)
    query = {name: sorted(values) for name, values in found.chosen.items()}
    as_table = request.args.get("view") == "week"
    return render_template(
        "public/programme_week.html" if as_table else "public/programme.html",
        programme=found,
        chosen=query,
        loosened=[
            (name, count, {other: query[other] for other in query if other != name})
            for name, count in found.loosened
        ],
        table=offers.week_table(g.edition, found.slots) if as_table else [],
        ranks=_ranks(),
        spoken={codes: language_list(codes) for codes in {s.languages for s in found.slots}},
    )


@blueprint.route(f"{PREFIX}/<edition_slug>/visits/<int:visit_id>")
@auth.anybody
def visit(visit_id: int) -> ResponseReturnValue:
    """Show one visit: what it is, when, where, and how to get in."""
    found = offers.find_in_programme(db.session(), g.edition, visit_id) or abort(404)
    is_theirs = auth.roles().organises or found.host in auth.roles().hosts
    if not (g.edition.shows_programme or is_theirs):
        abort(404)
    return render_template(
        "public/visit.html",
        visit=found,
        demand=offers.demand_of_visits(db.session(), [found])[found.id],
        taken=queries.seats_taken(db.session(), g.edition) if g.edition.shows_results else {},
        ranks=_ranks(),
    )


def _ranks() -> dict[int, int]:
    visitor = auth.roles().visitor
    return preferences.ranks_of(db.session(), visitor) if visitor else {}
