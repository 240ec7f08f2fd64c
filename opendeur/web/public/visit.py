"""One visit of the programme: what everybody may read of it, and what its reader can do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from flask import abort, current_app, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from opendeur import db
from opendeur.domain import offers, placements
from opendeur.domain.offers import OfferedVisit
from opendeur.keeping import keep
from opendeur.models import LocalText, Visit
from opendeur.web import auth
from opendeur.web.i18n import PREFIX, language
from opendeur.web.public.asked import Asked
from opendeur.web.public.blueprint import blueprint
from opendeur.web.public.kept import for_everybody
from opendeur.web.public.pieces import whys
from opendeur.web.public.reader import Reader
from opendeur.web.request import now

#: Filled in for a reader: whether a moment fits, and its seats.
FITS, SEATS = "\x01", "\x02"


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a page says of a visit, as HTML in one language."""

    title: LocalText
    organisation: str
    organisation_id: int
    is_withdrawn: bool
    facts: Markup
    #: By the number of the moment, with the marks `FITS` and `SEATS`.
    moments: Mapping[int, str]
    capacities: Mapping[int, int]
    starts: Mapping[int, datetime]
    story: Markup
    practical: Markup


@blueprint.route(f"{PREFIX}/<edition_slug>/visits/<int:visit_id>")
@auth.anybody
def visit(visit_id: int) -> ResponseReturnValue:
    """Show one visit: what it is, when, where, and how to get in."""
    if not g.edition.shows_programme:
        found = offers.find_in_programme(db.session(), g.edition, visit_id) or abort(404)
        if not (auth.roles().organises or found.host in auth.roles().hosts):
            abort(404)
    return for_everybody(("visit", visit_id), lambda asked: _page(visit_id, asked))


def _page(visit_id: int, asked: Asked) -> str:
    session, edition = db.session(), g.edition
    offer = offers.read_offer(session, edition)
    offered = offer.visits.get(visit_id)
    # Only what is there is kept: anybody can ask for any number.
    pieces = (
        keep(
            session,
            edition,
            ("visit", visit_id, language()),
            lambda: _pieces(visit_id, offered),
            weigh=lambda made: len(made.story) + len(made.practical) + 4_000,
        )
        if offered
        else _pieces(visit_id, offered)
    )
    reader = Reader.of_request(offer)
    taken = offers.seats_taken(session, edition) if edition.shows_results else None
    is_own = pieces.organisation_id == reader.organisation_id
    shows_fit = reader.is_known and not is_own and taken is None and offered is not None
    can_still_come = (
        reader.visitor is not None
        and taken is not None
        and offered is not None
        and not is_own
        and not placements.has_seat(session, reader.visitor, visit_id)
    )
    hinders = shows_fit and any(number in reader.obstacles for number in pieces.moments)

    def words(number: int) -> str:
        if hinders:
            return _fits(reader, number)
        if not can_still_come or taken is None or number in reader.obstacles:
            return ""
        return _way_in(pieces, number, taken)

    page: str = render_template(
        "public/visit.html",
        visit_id=visit_id,
        pieces=pieces,
        moments=_moments(pieces, taken, words),
        reader=reader,
        asked=asked,
        is_own=is_own,
        can_choose=reader.can_choose and offered is not None and not is_own,
        fits_whole=shows_fit and not hinders,
        demand=offers.demand_of_programme(session, edition).visits.get(visit_id)
        if taken is None
        else None,
    )
    return page


def _pieces(visit_id: int, offered: OfferedVisit | None) -> Pieces:
    found: Visit = offers.find_in_programme(db.session(), g.edition, visit_id) or abort(404)
    template = current_app.jinja_env.get_template("public/_visit_pieces.html")
    macros: Any = template.make_module(
        {
            "language": language(),
            "visit": found,
            "offered": offered,
            "FITS": FITS,
            "SEATS": SEATS,
        }
    )
    return Pieces(
        title=found.title(language()),
        organisation=found.host.organisation.name,
        organisation_id=found.host.organisation_id,
        is_withdrawn=found.withdrawn_at is not None,
        facts=macros.facts() if offered else Markup(),
        moments={slot.id: str(macros.moment(slot)) for slot in found.open_slots},
        capacities={slot.id: slot.capacity for slot in found.open_slots},
        starts={slot.id: slot.starts_at for slot in found.open_slots},
        story=macros.story(),
        practical=macros.practical(),
    )


def _moments(
    pieces: Pieces, taken: Mapping[int, int] | None, words: Callable[[int], str]
) -> Markup:
    """Return the moments with their seats, and with the words to the reader about each."""
    rows = []
    for number, moment in pieces.moments.items():
        seats = _seats(pieces.capacities[number], number, taken)
        rows.append(moment.replace(SEATS, seats).replace(FITS, words(number)))
    return Markup("".join(rows))  # noqa: S704  # the pieces and the texts are escaped


def _seats(capacity: int, number: int, taken: Mapping[int, int] | None) -> str:
    if taken is None:
        text = ngettext("%(num)s place", "%(num)s places", capacity)
    elif number in taken:
        text = _(
            "%(taken)s of %(capacity)s places taken", taken=taken[number], capacity=capacity
        )
    else:
        text = _("Does not take place")
    return escape(str(text))


def _way_in(pieces: Pieces, number: int, taken: Mapping[int, int]) -> str:
    """Return the link to a place at a moment that takes place: to take it or wait for it."""
    if number not in taken or pieces.starts[number] <= now():
        return ""
    is_full = taken[number] >= pieces.capacities[number]
    text = _("Wait for a place…") if is_full else _("Take a place…")
    path = url_for("visitor.take", slot_id=number)
    return f'<p><a class="go small" href="{escape(path)}">{escape(str(text))}</a></p>'


def _fits(reader: Reader, number: int) -> str:
    obstacle = reader.obstacles.get(number)
    if obstacle is None:
        tag = f'<span class="tag tag-good">{escape(str(_("Fits your week")))}</span>'
        return f'<p class="small">{tag}</p>'
    why = whys()[obstacle]
    return f'<p class="small soft">{why[:1].upper()}{why[1:]}</p>'
