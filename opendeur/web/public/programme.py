"""The programme of an edition."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import offers
from opendeur.web import auth
from opendeur.web.i18n import PREFIX
from opendeur.web.public.asked import Asked
from opendeur.web.public.blueprint import blueprint
from opendeur.web.public.filters import Filters
from opendeur.web.public.kept import for_everybody
from opendeur.web.public.reader import Reader
from opendeur.web.public.rows import Rows


@blueprint.route(f"{PREFIX}/<edition_slug>/", endpoint="programme")
@auth.anybody
def browse() -> ResponseReturnValue:
    """Show the programme of an edition, by municipality, by day or as a table of the week."""
    if not (g.edition.shows_programme or auth.roles().organises):
        return render_template("public/programme_later.html")
    return for_everybody(("programme",), _programme)


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
