"""The programme: what can be visited, found by day, language, place, sector and access."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from opendeur.domain import queries
from opendeur.domain.offers import visit_demand
from opendeur.domain.offers.visit_demand import VisitDemand
from opendeur.enums import Language, WheelchairAccess
from opendeur.models import (
    Edition,
    Host,
    Organisation,
    Postcode,
    Sector,
    Slot,
    Visit,
)

#: What a filter is about; it knows its own name in the reader's language.
Subject = str | date | Postcode | Sector


def _days(slot: Slot) -> Mapping[str, Subject]:
    day = slot.local_starts_at.date()
    return {day.isoformat(): day}


def _spoken(slot: Slot) -> Mapping[str, Subject]:
    return {code: code for code in slot.languages}


def _municipalities(slot: Slot) -> Mapping[str, Subject]:
    _, postcode = slot.address
    return {postcode.code: postcode} if postcode else {}


def _sectors(slot: Slot) -> Mapping[str, Subject]:
    return {sector.code: sector for sector in slot.visit.host.organisation.sectors}


def _access(slot: Slot) -> Mapping[str, Subject]:
    is_easy = slot.visit.host.wheelchair is WheelchairAccess.YES
    return {"wheelchair": "wheelchair"} if is_easy else {}


#: Every filter by its name in the address, and what it finds in a slot.
FILTERS: dict[str, Callable[[Slot], Mapping[str, Subject]]] = {
    "day": _days,
    "spoken": _spoken,
    "municipality": _municipalities,
    "sector": _sectors,
    "access": _access,
}


@dataclass(frozen=True, slots=True)
class FilterOption:
    """A value to filter by, and how many slots it gives beside the other filters."""

    value: str
    subject: Subject
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Programme:
    """The slots that a reader asked for, in order of time, and what there is to filter by.

    `loosened` tells how many slots there would be without one of the active filters, the
    most first.
    """

    slots: tuple[Slot, ...]
    total: int
    options: Mapping[str, tuple[FilterOption, ...]]
    chosen: Mapping[str, frozenset[str]]
    loosened: tuple[tuple[str, int], ...]
    #: By visit, until results are shown; empty from then on.
    demand: Mapping[int, VisitDemand]
    #: Seats taken by slot, once everybody may know; empty before.
    taken: Mapping[int, int]

    @property
    def by_day(self) -> dict[date, list[Slot]]:
        """The slots of each day that has any."""
        days: dict[date, list[Slot]] = {}
        for slot in self.slots:
            days.setdefault(slot.local_starts_at.date(), []).append(slot)
        return days

    @property
    def points_out_thin(self) -> bool:
        """Whether few enough visits lack people for a mark to stand out."""
        thin = sum(demand.is_thin for demand in self.demand.values())
        return 2 * thin < len(self.demand)


def read_programme(
    session: Session, edition: Edition, chosen: Mapping[str, Iterable[str]] | None = None
) -> Programme:
    """Return the programme of an edition.

    Parameters
    ----------
    chosen
        Values to filter by, under the names of `FILTERS`. A slot must have one value of
        each filter that is used. Names and values that do not occur are left out.
    """
    visits = offered_visits(session, edition)
    slots = sorted(
        (slot for visit in visits for slot in visit.open_slots),
        key=lambda slot: (
            slot.starts_at,
            slot.visit.host.organisation.name.casefold(),
            slot.id,
        ),
    )
    found = {name: [(slot, values(slot)) for slot in slots] for name, values in FILTERS.items()}
    subjects = {name: _merged(values for _, values in rows) for name, rows in found.items()}
    active = {
        name: picked
        for name, values in (chosen or {}).items()
        if name in FILTERS and (picked := frozenset(values) & subjects[name].keys())
    }
    passing = {
        name: {slot.id for slot, values in found[name] if values.keys() & picked}
        for name, picked in active.items()
    }

    def shown(without: str = "") -> set[int]:
        others = [ids for name, ids in passing.items() if name != without]
        return {slot.id for slot in slots}.intersection(*others)

    options = {}
    for name, rows in found.items():
        beside = shown(without=name)
        options[name] = tuple(
            FilterOption(
                value,
                subject,
                count=sum(value in values for slot, values in rows if slot.id in beside),
                is_chosen=value in active.get(name, ()),
            )
            for value, subject in subjects[name].items()
        )
    visible = shown()
    return Programme(
        slots=tuple(slot for slot in slots if slot.id in visible),
        total=len(slots),
        options=options,
        chosen=active,
        loosened=tuple(
            sorted(((name, len(shown(name))) for name in active), key=lambda pair: -pair[1])
        ),
        demand={} if edition.shows_results else visit_demand.demand_of_visits(session, visits),
        taken=queries.seats_taken(session, edition) if edition.shows_results else {},
    )


def offered_visits(session: Session, edition: Edition) -> list[Visit]:
    """Return the visits in the programme, with all that a list of them shows."""
    return list(
        session.scalars(
            _published(edition).where(Visit.withdrawn_at.is_(None)).order_by(Visit.id)
        ).unique()
    )


def find_in_programme(session: Session, edition: Edition, visit_id: int) -> Visit | None:
    """Return a visit that is, or was, in the programme of an edition."""
    return (
        session.scalars(
            _published(edition)
            .where(Visit.id == visit_id)
            .options(selectinload(Visit.audience))
        )
        .unique()
        .one_or_none()
    )


def _published(edition: Edition) -> Select[Visit]:
    return (
        select(Visit)
        .join(Visit.host)
        .where(Host.edition_id == edition.id, Visit.published_at.is_not(None))
        .options(
            contains_eager(Visit.host)
            .joinedload(Host.organisation)
            .options(joinedload(Organisation.postcode), joinedload(Organisation.sectors)),
            selectinload(Visit.slots).joinedload(Slot.own_postcode),
        )
    )


def _merged(found: Iterable[Mapping[str, Subject]]) -> dict[str, Subject]:
    merged: dict[str, Subject] = {}
    for values in found:
        merged.update(values)
    return dict(sorted(merged.items(), key=_order))


def _order(item: tuple[str, Subject]) -> tuple[int, str]:
    """Sort sectors and languages in their own order, and days and postcodes by value."""
    value, subject = item
    if isinstance(subject, Sector):
        return subject.position, value
    return (list(Language).index(Language(value)) if value in set(Language) else 0, value)
