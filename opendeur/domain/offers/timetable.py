"""The programme as a table of the week."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import groupby

from opendeur.domain import intervals
from opendeur.domain.offers.offer import OfferedMoment
from opendeur.models import (
    ClosedPeriod,
    Edition,
)


@dataclass(frozen=True, slots=True)
class WeekCell:
    """What starts at one time on one day; `closed` says why nothing can.

    A closed cell covers `rows` rows; the ones that are covered have 0 and are left out.
    """

    moments: tuple[OfferedMoment, ...]
    closed: ClosedPeriod | None = None
    rows: int = 1


def week_table(
    edition: Edition, moments: Iterable[OfferedMoment]
) -> list[tuple[time, list[WeekCell]]]:
    """Return moments as a table: a row for each time of start, a cell for each day."""
    found: dict[tuple[time, date], list[OfferedMoment]] = {}
    for moment in moments:
        start = moment.starts_at
        found.setdefault((start.time(), start.date()), []).append(moment)
    clocks = sorted({clock for clock, _ in found})
    columns = [
        _spanning(
            WeekCell(tuple(found.get((clock, day), ())), _closed(edition, day, clock))
            for clock in clocks
        )
        for day in edition.days
    ]
    return [(clock, list(cells)) for clock, *cells in zip(clocks, *columns, strict=True)]


def _spanning(column: Iterable[WeekCell]) -> list[WeekCell]:
    """Let the first of several closed cells below each other cover the rest."""
    cells: list[WeekCell] = []
    for (closed, is_empty), run in groupby(column, lambda c: (c.closed, not c.moments)):
        same = list(run)
        if closed is not None and is_empty:
            first, *covered = same
            cells.append(replace(first, rows=len(same)))
            cells += [replace(cell, rows=0) for cell in covered]
        else:
            cells += same
    return cells


def _closed(edition: Edition, day: date, clock: time) -> ClosedPeriod | None:
    instant = edition.at(day, clock)
    return intervals.first_containing(edition.closed_periods, instant)
