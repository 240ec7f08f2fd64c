"""The programme of an edition, and each visit in it."""

from collections.abc import Callable

from flask import abort, g, render_template
from flask import session as cookie
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import offers
from opendeur.keeping import keep
from opendeur.web import auth
from opendeur.web.i18n import PREFIX, language
from opendeur.web.public.asked import Asked
from opendeur.web.public.blueprint import blueprint
from opendeur.web.public.filters import Filters
from opendeur.web.public.reader import Reader
from opendeur.web.public.rows import Rows
from opendeur.web.request import now


@blueprint.route(f"{PREFIX}/<edition_slug>/", endpoint="programme")
@auth.anybody
def browse() -> ResponseReturnValue:
    """Show the programme of an edition, by municipality, by day or as a table of the week."""
    if not (g.edition.shows_programme or auth.roles().organises):
        return render_template("public/programme_later.html")
    asked = Asked.of_request()
    if not asked.is_as_written:
        return _programme(asked)
    return _for_everybody(("programme", asked.query), lambda: _programme(asked))


@blueprint.route(f"{PREFIX}/<edition_slug>/visits/<int:visit_id>")
@auth.anybody
def visit(visit_id: int) -> ResponseReturnValue:
    """Show one visit: what it is, when, where, and how to get in."""
    asked = Asked.of_request()
    if not asked.is_as_written:
        return _visit(visit_id, asked)
    return _for_everybody(("visit", visit_id, asked.query), lambda: _visit(visit_id, asked))


def _for_everybody(name: tuple[object, ...], make: Callable[[], str]) -> str:
    """Return a page, kept where it is the same for everybody who is not signed in.

    A page for somebody, or one that has something to tell to this browser, is made for this
    request only.
    """
    if auth.account() is not None or "_flashes" in cookie:
        return make()
    edition = g.edition
    return keep(
        db.session(),
        edition,
        ("page", language(), *name),
        make,
        depends_on=(edition.takes_preferences(now()), edition.is_hosting(now())),
        ages=True,
        weigh=len,
    )


def _programme(asked: Asked) -> str:
    offer = offers.read_offer(db.session(), g.edition)
    reader = Reader.of_request(offer)
    found = offers.read_programme(db.session(), g.edition, asked.chosen, fitting=reader.fitting)
    asked = asked.known(found.chosen)
    rows = Rows(reader, asked)
    is_week = asked.view == "week"
    return render_template(
        "public/programme_week.html" if is_week else "public/programme.html",
        programme=found,
        asked=asked,
        reader=reader,
        filters=Filters(found, asked, reader),
        groups=[] if is_week else [group for group in rows.groups(found) if group.count],
        stopped=[v for v in found.visits if not rows.runs(v)],
        rows=rows,
        table=[
            (clock, rows.week(cells))
            for clock, cells in offers.week_table(g.edition, (m for _, m in found.moments))
        ]
        if is_week
        else [],
    )


def _visit(visit_id: int, asked: Asked) -> str:
    found = offers.find_in_programme(db.session(), g.edition, visit_id) or abort(404)
    is_theirs = auth.roles().organises or found.host in auth.roles().hosts
    if not (g.edition.shows_programme or is_theirs):
        abort(404)
    offer = offers.read_offer(db.session(), g.edition)
    return render_template(
        "public/visit.html",
        visit=found,
        offered=offer.visits.get(found.id),
        reader=Reader.of_request(offer),
        asked=asked,
        demand=offers.demand_of_programme(db.session(), g.edition).visits.get(found.id),
        taken=offers.seats_taken(db.session(), g.edition) if g.edition.shows_results else {},
    )
