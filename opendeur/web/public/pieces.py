"""The parts of the programme that are the same for everybody, as HTML in one language.

They are made by one template, once for each state of the offer, and kept until it changes;
a page puts them together and lays over them what is its reader's own. What depends on the
page only is a mark in them: a character that no text of ours has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from flask import current_app, g, url_for
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain.offers import Offer, ProgrammeDemand
from opendeur.domain.preferences import Obstacle
from opendeur.keeping import keep
from opendeur.web.i18n import language

#: Filled in for a page: its query, where in it a row stands, and how that is sent and heard.
QUERY, WHERE, VALUE, HEARD = "\x01", "\x02", "\x03", "\x04"
#: About how many bytes the pieces of one visit have.
BYTES_OF_VISIT = 4_000
#: How many different states of demand are remembered as HTML.
MOST_STATES = 5_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A visit: its head, its button, and its moments by their number."""

    head: str
    knock: str
    #: The button where a visit stands once.
    plain_knock: str
    #: Day and hour of each moment.
    chips: Mapping[int, str]
    #: All of them, for a reader of whom nothing is known.
    plain_chips: str
    #: Each moment in the table of the week.
    week: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The visits of an edition in one language, by their number."""

    visits: Mapping[int, Piece]
    macros: Any
    _states: dict[tuple[Any, ...], str] = field(default_factory=dict)

    def demand(self, demand: ProgrammeDemand, visit_id: int) -> str:
        """Return how much a visit is asked for."""
        found = demand.visits[visit_id]
        mark = self._mark(demand, visit_id)
        return self._state("demand", found.people, found.seats, found.smallest, mark)

    def mark(self, demand: ProgrammeDemand, visit_id: int) -> str:
        """Return the mark of a visit that too many or too few ask for, if it has one."""
        mark = self._mark(demand, visit_id)
        return self._state("mark_of", mark) if mark else ""

    def taken(self, people: int, seats: int, smallest: int) -> str:
        """Return how full a visit is, or that it does not take place."""
        return self._state("taken", people, seats, smallest) if seats else self.stopped

    @property
    def stopped(self) -> str:
        """That something does not take place."""
        return self._state("stopped")

    def _mark(self, demand: ProgrammeDemand, visit_id: int) -> str:
        found = demand.visits[visit_id]
        if found.is_overrun:
            return "overrun"
        return "thin" if found.is_thin and demand.points_out_thin else ""

    def _state(self, *state: Any) -> str:
        known = self._states.get(state)
        if known is not None:
            return known
        if len(self._states) >= MOST_STATES:
            self._states.clear()
        name, *values = state
        made = self._states[state] = str(getattr(self.macros, name)(*values))
        return made  # not from the states: another thread may have cleared them


def pieces_of(offer: Offer) -> Pieces:
    """Return the pieces of the edition that is asked for, in the language of the request."""
    return keep(
        db.session(),
        g.edition,
        ("pieces", language()),
        lambda: _make(offer),
        weigh=lambda made: BYTES_OF_VISIT * len(made.visits),
    )


def whys() -> dict[Obstacle, str]:
    """Return the words for what keeps somebody from a moment, as HTML."""
    texts = {
        Obstacle.BUSY: _("does not fit your week"),
        Obstacle.LANGUAGE: _("not in your languages"),
        Obstacle.AUDIENCE: _("not for your sectors"),
        Obstacle.SEATS: _("too small for your group"),
    }
    return {obstacle: escape(str(text)) for obstacle, text in texts.items()}


def _make(offer: Offer) -> Pieces:
    template = current_app.jinja_env.get_template("public/_pieces.html")
    macros: Any = template.make_module(
        {
            "language": language(),
            "prefix": url_for("public.programme"),
            "choose": _("Choose:"),
            "QUERY": QUERY,
            "WHERE": WHERE,
            "VALUE": VALUE,
            "HEARD": HEARD,
        }
    )
    pieces = {}
    for visit in offer.visits.values():
        chips = {moment.id: str(macros.chip(moment)) for moment in visit.moments}
        knock = str(macros.knock(visit))
        pieces[visit.id] = Piece(
            head=str(macros.head(visit)),
            knock=knock,
            plain_knock=knock.replace(WHERE, "").replace(VALUE, "").replace(HEARD, ""),
            chips=chips,
            plain_chips="".join(f"<li>{chip}</li>" for chip in chips.values()),
            week={m.id: str(macros.week_item(visit, m)) for m in visit.moments},
        )
    return Pieces(pieces, macros)
