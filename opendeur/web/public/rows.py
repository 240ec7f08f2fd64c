"""The rows of the programme: pieces that everybody shares, and over them what is one's own.

Every text in them was escaped where it came in: by the template of the pieces, or here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape

from flask import g, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from opendeur import db, formatting
from opendeur.domain import offers
from opendeur.domain.offers import (
    OfferedMoment,
    OfferedVisit,
    Programme,
    ProgrammeDemand,
    WeekCell,
)
from opendeur.web.i18n import language
from opendeur.web.public.asked import Asked
from opendeur.web.public.pieces import HEARD, QUERY, VALUE, WHERE, pieces_of, whys
from opendeur.web.public.reader import Reader


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; `id` is what the address of the heading ends in."""

    id: str
    heading: str
    count: int
    rows: Markup


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in the table of the week."""

    items: Markup
    closed: str
    rows: int


class Rows:
    """Rows for one reader of one programme."""

    def __init__(self, reader: Reader, asked: Asked) -> None:
        self._reader = reader
        self._asked = asked
        self._pieces = pieces_of(reader.offer)
        edition = g.edition
        self._shows_results = edition.shows_results
        self._demand: ProgrammeDemand | None = None
        self._taken: Mapping[int, int] = {}
        if self._shows_results:
            self._taken = offers.seats_taken(db.session(), edition)
        else:
            self._demand = offers.demand_of_programme(db.session(), edition)
        self._query = escape(asked.query)
        self._texts_of_obstacles = whys()
        self._texts = {
            "moments": escape(_("Moments")),
            "own": escape(_("Your own organisation")),
            "choice": escape(_("Your choice")),
            "stopped": escape(_("Does not take place")),
        }
        self._preferences = url_for("visitor.preferences") if reader.is_known else ""

    def runs(self, visit: OfferedVisit) -> bool:
        """Tell whether a visit takes place, as far as that is known."""
        return not self._shows_results or any(m.id in self._taken for m in visit.moments)

    def groups(self, programme: Programme) -> Iterator[Group]:
        """Yield the visits that take place, under their municipality or under each day."""
        if self._asked.view == "day":
            for day, visits in programme.by_day.items():
                yield self._group(
                    f"day-{day}",
                    _capital(formatting.unbroken(formatting.day(day, language()))),
                    visits,
                    day,
                )
            return
        names = programme.by_municipality(language())
        for number, (name, visits) in enumerate(names.items(), start=1):
            yield self._group(f"place-{number}", name or _("Place not known yet"), visits)

    def stopped(self, programme: Programme) -> Markup:
        """Return the rows of visits that do not take place."""
        return self._joined(self._row(v) for v in programme.visits if not self.runs(v))

    def of_visits(self, visits: Iterable[OfferedVisit]) -> Markup:
        """Return every row in which visits stand on a page, to take the place of those."""
        by_day = self._asked.view == "day"
        return self._joined(
            self._row(visit, day, swaps=True)
            for visit in visits
            for day in (dict.fromkeys(m.day for m in visit.moments) if by_day else (None,))
        )

    def _group(
        self, number: str, heading: str, visits: Iterable[OfferedVisit], day: date | None = None
    ) -> Group:
        running = [visit for visit in visits if self.runs(visit)]
        rows = self._joined(self._row(visit, day) for visit in running)
        return Group(number, heading, len(running), rows)

    def _joined(self, rows: Iterable[str]) -> Markup:
        html = "".join(rows).replace(QUERY, self._query)
        return Markup(html)  # noqa: S704  # escaped, see above

    def _row(self, visit: OfferedVisit, day: date | None = None, *, swaps: bool = False) -> str:
        piece = self._pieces.visits[visit.id]
        where = f"-{day:%Y%m%d}" if day else ""
        rank = self._reader.ranks.get(visit.id)
        said = self._said(visit, where)
        return (
            f'<article class="visit{" mine" if rank else ""}" id="visit-{visit.id}{where}"'
            f"{' hx-swap-oob=true' if swaps else ''}>{piece.head}"
            f'<ul class="when" aria-label="{self._texts["moments"]}">{self._chips(visit)}</ul>'
            f"{self._demand_of(visit)}"
            f'<div class="act">{self._act(visit, day, rank)}</div>{said}</article>'
        )

    def _act(self, visit: OfferedVisit, day: date | None, rank: int | None) -> str:
        if rank:
            return (
                f'<a class="plate" href="{self._preferences}#rank-{visit.id}">'
                f'<span class="sr">{self._texts["choice"]} </span>{rank}</a>'
            )
        if not self._reader.can_choose or self._reader.works_at(visit):
            return ""
        piece = self._pieces.visits[visit.id]
        if day is None:
            return piece.plain_knock
        heard = f", {escape(formatting.day(day, language()))}"
        filled = piece.knock.replace(WHERE, f"-{day:%Y%m%d}").replace(VALUE, f",{day:%Y%m%d}")
        return filled.replace(HEARD, heard)

    def _chips(self, visit: OfferedVisit) -> str:
        chips = self._pieces.visits[visit.id].chips
        if self._shows_results:
            return "".join(
                f"<li>{chip}</li>"
                if number in self._taken
                else self._off(chip, self._texts["stopped"])
                for number, chip in chips.items()
            )
        obstacles = self._reader.obstacles
        if not obstacles:
            return self._pieces.visits[visit.id].plain_chips
        return "".join(
            self._off(chip, self._texts_of_obstacles[obstacles[number]])
            if number in obstacles
            else f'<li class="fits">{chip}<span class="sr"> {self._fits}</span></li>'
            for number, chip in chips.items()
        )

    @staticmethod
    def _off(chip: str, why: str) -> str:
        return f'<li class="off">{chip}<span class="sr"> {why}</span></li>'

    @cached_property
    def _fits(self) -> str:
        return escape(str(_("fits your week")))

    def _demand_of(self, visit: OfferedVisit) -> str:
        if self._reader.works_at(visit):
            return f'<p class="demand soft">{self._texts["own"]}</p>'
        if self._demand is not None:
            demand = self._pieces.demand(self._demand, visit.id)
            return f'<p class="demand">{demand}</p>'
        running = [moment for moment in visit.moments if moment.id in self._taken]
        taken = self._pieces.taken(
            sum(self._taken[moment.id] for moment in running),
            sum(moment.capacity for moment in running),
            min((moment.minimum for moment in running), default=0),
        )
        return f'<p class="demand">{taken}</p>'

    def _said(self, visit: OfferedVisit, where: str) -> str:
        said = self._reader.said
        if said is None or (said.visit_id, said.where) != (visit.id, where):
            return ""
        ranking = self._reader.ranking
        return str(render_template("public/_said.html", said=said, ranking=ranking))

    def week(self, cells: Iterable[WeekCell]) -> list[Cell]:
        """Return one row of the table of the week, without the cells that others cover."""
        return [
            Cell(
                items=self._joined(self._item(moment) for moment in cell.moments),
                closed=cell.closed.reason(language()) if cell.closed else "",
                rows=cell.rows,
            )
            for cell in cells
            if cell.rows
        ]

    def _item(self, moment: OfferedMoment) -> str:
        item = self._pieces.visits[moment.visit_id].week[moment.id]
        rank = self._reader.ranks.get(moment.visit_id)
        if self._demand is not None:
            mark = self._pieces.mark(self._demand, moment.visit_id)
        else:
            mark = "" if moment.id in self._taken else self._pieces.stopped
        if rank is None:
            return f"<li>{item}{mark}</li>"
        choice = escape(_("your choice %(rank)s", rank=rank))
        plate = f'<span class="plate plate-s" aria-hidden="true">{rank}</span> {choice}'
        return f'<li class="mine">{item}<span class="small">{plate}</span>{mark}</li>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
