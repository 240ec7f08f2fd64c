"""What supply and demand are worked out from: columns, because there are many rows.

What belongs to one row of a table is put on one line by the database, with blanks between.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    cast,
    extract,
    select,
)
from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.enums import SlotState
from opendeur.models import (
    BusyPeriod,
    Edition,
    Host,
    Organisation,
    Preference,
    Slot,
    Visit,
    Visitor,
)
from opendeur.models.organisation import organisation_sector
from opendeur.models.visit import visit_audience
from opendeur.models.visitor import visitor_sector

#: From when until when, in seconds since 1970: numbers, because many are compared.
Seconds = tuple[int, int]


class Moment(NamedTuple):
    """What must be known of a slot, to tell who could attend it."""

    starts: int
    ends: int
    capacity: int
    languages: frozenset[str]
    organisation_id: int
    audience: frozenset[str]


class Guest(NamedTuple):
    """What must be known of a visitor, to tell what they could attend."""

    seats: int
    languages: frozenset[str]
    organisation_id: int | None
    sectors: frozenset[str]
    busy: tuple[Seconds, ...]

    def could_attend(self, moment: Moment) -> bool:
        """Tell what `attendance.could_attend` does, of columns instead of objects."""
        starts, ends, capacity, languages, organisation_id, audience = moment
        return (
            self.seats <= capacity
            and not self.languages.isdisjoint(languages)
            and self.organisation_id != organisation_id
            and not (audience and audience.isdisjoint(self.sectors))
            and not any(start < ends and starts < end for start, end in self.busy)
        )


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot in the programme that is not closed, with whose it is."""

    id: int
    visit_id: int
    host_id: int
    host_name: str
    title_nl: str
    title_fr: str
    minimum: int
    taken: int
    sectors: tuple[str, ...]
    moment: Moment
    is_forced: bool

    @property
    def starts_at(self) -> datetime:
        """The first instant."""
        return datetime.fromtimestamp(self.moment.starts, UTC)


@dataclass(frozen=True, slots=True)
class VisitorRow:
    """A visitor, the visits that they prefer, and whether that was submitted."""

    id: int
    has_submitted: bool
    visits: tuple[int, ...]
    guest: Guest


def slots_in_programme(session: Session, edition: Edition) -> list[SlotRow]:
    """Return the slots in the programme that are not closed, in order of time."""
    sectors = organisation_sector.c
    audience = visit_audience.c
    rows: Iterable[Any] = session.execute(
        select(
            Slot.id,
            Slot.visit_id,
            Visit.host_id,
            Organisation.name,
            Visit.title_nl,
            Visit.title_fr,
            Slot.minimum,
            queries.SEATS_TAKEN,
            queries.together(
                select(sectors.sector_code).where(sectors.organisation_id == Organisation.id)
            ),
            seconds(Slot.starts_at),
            seconds(Slot.ends_at),
            Slot.capacity,
            Slot.languages,
            Organisation.id,
            queries.together(select(audience.sector_code).where(audience.visit_id == Visit.id)),
            Slot.state,
        )
        .join(Slot.visit)
        .join(Visit.host)
        .join(Host.organisation)
        .where(
            Host.edition_id == edition.id, queries.IS_OFFERED, Slot.state != SlotState.CLOSED
        )
        .order_by(Slot.starts_at, Slot.id)
    )
    return [
        SlotRow(
            *[
                *row[:8],
                tuple((row[8] or "").split()),
                Moment(*[*row[9:14], frozenset((row[14] or "").split())]),
                row[15] is SlotState.FORCED,
            ]
        )
        for row in rows
    ]


def visitors_with_wishes(session: Session, edition: Edition) -> Iterator[VisitorRow]:
    """Yield every visitor of an edition, in order of their numbers."""
    sectors = visitor_sector.c
    busy = queries.together(
        select(
            cast(seconds(BusyPeriod.starts_at), String)
            + "/"
            + cast(seconds(BusyPeriod.ends_at), String)
        ).where(BusyPeriod.visitor_id == Visitor.id)
    )
    rows: Iterable[Any] = session.execute(
        select(
            Visitor.id,
            queries.HAS_SUBMITTED,
            queries.together(
                select(cast(Preference.visit_id, String)).where(
                    Preference.visitor_id == Visitor.id
                )
            ),
            Visitor.seats,
            Visitor.languages,
            Visitor.organisation_id,
            queries.together(
                select(sectors.sector_code).where(sectors.visitor_id == Visitor.id)
            ),
            busy,
        )
        .where(Visitor.edition_id == edition.id)
        .order_by(Visitor.id)
    )
    for number, has_submitted, visits, seats, languages, organisation_id, codes, spans in rows:
        yield VisitorRow(
            number,
            bool(has_submitted),
            tuple(map(int, (visits or "").split())),
            Guest(
                seats,
                languages,
                organisation_id,
                frozenset((codes or "").split()),
                tuple(map(_span, (spans or "").split())),
            ),
        )


def seconds(instant: Any) -> ColumnElement[int]:
    """Return an instant as seconds since 1970, which are compared fast."""
    return cast(extract("epoch", instant), BigInteger)


def _span(text: str) -> Seconds:
    start, _, end = text.partition("/")
    return int(start), int(end)
