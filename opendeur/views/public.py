"""Pages that everybody may read."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from opendeur import auth, db
from opendeur.domain import editions, offers, preferences
from opendeur.domain.offers import FILTERS
from opendeur.i18n import PREFIX, language_list

site = Blueprint("public", __name__)
in_edition = Blueprint("programme", __name__)


@site.route("/")
@auth.anybody
def start() -> ResponseReturnValue:
    """Go to the home page in the browser's language."""
    return redirect(url_for("public.home"), code=303)


@site.route(f"{PREFIX}/")
@auth.anybody
def home() -> ResponseReturnValue:
    """Show the editions."""
    return render_template("public/home.html", editions=editions.listed(db.session()))


@site.route(f"{PREFIX}/accessibility")
@auth.anybody
def accessibility() -> ResponseReturnValue:
    """Show the accessibility statement."""
    return render_template("public/accessibility.html")


@site.route(f"{PREFIX}/your-data")
@auth.anybody
def privacy() -> ResponseReturnValue:
    """Show what is kept about people, why, and for how long."""
    return render_template("public/privacy.html")


@in_edition.route("/")
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


@in_edition.route("/visits/<int:visit_id>")
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
        taken=offers.taken_seats(db.session(), g.edition) if g.edition.shows_results else {},
        ranks=_ranks(),
    )


def _ranks() -> dict[int, int]:
    visitor = auth.roles().visitor
    return preferences.ranks_of(db.session(), visitor) if visitor else {}
