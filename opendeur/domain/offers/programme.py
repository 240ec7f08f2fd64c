"""The programme: what can be visited, found by day, language, place, sector and access."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from opendeur.domain.offers.offer import (
    BYTES_OF_MOMENT,
    Offer,
    OfferedMoment,
    OfferedSector,
    OfferedVisit,
    Place,
    read_offer,
)
from opendeur.enums import Language, WheelchairAccess
from opendeur.keeping import keep
from opendeur.models import (
    Edition,
    Host,
    Organisation,
    Slot,
    Visit,
)

#: What a filter is about; it knows its own name in the reader's language.
Subject = str | date | Place | OfferedSector
#: What a filter finds in a moment of a visit.
Finding = Callable[[OfferedVisit, OfferedMoment], Collection[str]]

#: The one value of the filter by access.
WHEELCHAIR = "wheelchair"
#: The filter by what fits a person, and its values: all of those that are chosen must hold.
FITS = "fits"


def _day(_visit: OfferedVisit, moment: OfferedMoment) -> Collection[str]:
    return (moment.day.isoformat(),)


def _spoken(_visit: OfferedVisit, moment: OfferedMoment) -> Collection[str]:
    return moment.languages


def _municipality(_visit: OfferedVisit, moment: OfferedMoment) -> Collection[str]:
    return (moment.place.code,) if moment.place else ()


def _sector(visit: OfferedVisit, _moment: OfferedMoment) -> Collection[str]:
    return visit.sectors


def _access(visit: OfferedVisit, _moment: OfferedMoment) -> Collection[str]:
    return (WHEELCHAIR,) if visit.wheelchair is WheelchairAccess.YES else ()


#: Every filter by its name in the address, and what it finds in a moment.
FILTERS: dict[str, Finding] = {
    "day": _day,
    "spoken": _spoken,
    "municipality": _municipality,
    "sector": _sector,
    "access": _access,
}


@dataclass(frozen=True, slots=True)
class FilterOption:
    """A value to filter by, and how many visits it gives beside the other filters."""

    value: str
    subject: Subject
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Programme:
    """The visits that a reader asked for, and what there is to filter by.

    A visit is among them with at least one moment that passes every filter. `loosened`
    tells how many visits there would be without one of the active filters, the most first.
    """

    #: In order of who offers them.
    visits: tuple[OfferedVisit, ...]
    #: Those that pass every filter, in order of time, with their visit.
    moments: tuple[tuple[OfferedVisit, OfferedMoment], ...]
    total: int
    options: Mapping[str, tuple[FilterOption, ...]]
    chosen: Mapping[str, frozenset[str]]
    loosened: tuple[tuple[str, int], ...]

    @property
    def by_day(self) -> dict[date, list[OfferedVisit]]:
        """The visits of each day that has any, the earliest first."""
        days: dict[date, dict[int, OfferedVisit]] = {}
        for visit, moment in self.moments:
            days.setdefault(moment.day, {}).setdefault(visit.id, visit)
        return {day: list(visits.values()) for day, visits in days.items()}

    def by_municipality(self, language: str) -> dict[str, list[OfferedVisit]]:
        """The visits of each municipality by its name; what has no place yet comes last."""
        found: dict[str, list[OfferedVisit]] = {}
        for visit in self.visits:
            found.setdefault(visit.place.name(language) if visit.place else "", []).append(
                visit
            )
        return dict(sorted(found.items(), key=lambda item: (not item[0], item[0])))


def read_programme(
    session: Session,
    edition: Edition,
    chosen: Mapping[str, Iterable[str]] | None = None,
    *,
    fitting: Mapping[str, Collection[int]] | None = None,
) -> Programme:
    """Return the programme of an edition.

    Parameters
    ----------
    chosen
        Values to filter by, under the names of `FILTERS`. A moment must have one value of
        each filter that is used. Names and values that do not occur are left out.
    fitting
        Moments that fit the reader, by the values of the filter `FITS`.
    """
    offer = read_offer(session, edition)
    index = keep(
        session,
        edition,
        "index of the offer",
        lambda: _index(offer),
        weigh=lambda _: BYTES_OF_MOMENT * len(offer.moments),
    )
    active = {
        name: picked
        for name, values in (chosen or {}).items()
        if name in FILTERS and (picked := frozenset(values) & index.subjects[name].keys())
    }
    passing = {
        name: set().union(*(index.moments[name][value] for value in picked))
        for name, picked in active.items()
    }
    wanted = frozenset((chosen or {}).get(FITS, ())) & (fitting or {}).keys()
    if wanted and fitting:
        active[FITS] = wanted
        passing[FITS] = set.intersection(*(set(fitting[value]) for value in wanted))

    def shown(without: str = "") -> set[int] | None:
        """Return the moments that pass; None stands for all of them."""
        others = [numbers for name, numbers in passing.items() if name != without]
        return set.intersection(*others) if others else None

    def options(name: str) -> Iterator[FilterOption]:
        beside = shown(without=name)
        for value, subject in index.subjects[name].items():
            moments = index.moments[name][value]
            rest = moments if beside is None else moments & beside
            count = index.visits_in(rest)
            yield FilterOption(value, subject, count, value in active.get(name, ()))

    visible = shown()
    seen = [m for m in offer.moments if visible is None or m.id in visible]
    numbers = {moment.visit_id for moment in seen}
    return Programme(
        visits=tuple(visit for visit in offer.visits.values() if visit.id in numbers),
        moments=tuple((offer.visits[moment.visit_id], moment) for moment in seen),
        total=len(offer.visits),
        options={name: tuple(options(name)) for name in FILTERS},
        chosen=active,
        loosened=tuple(
            sorted(
                (
                    (name, len(offer.visits) if rest is None else index.visits_in(rest))
                    for name in active
                    for rest in (shown(without=name),)
                ),
                key=lambda pair: -pair[1],
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class _Index:
    """The moments that each value of each filter finds, by their numbers."""

    subjects: Mapping[str, Mapping[str, Subject]]
    moments: Mapping[str, Mapping[str, set[int]]]
    #: The visit of each moment.
    visit: Mapping[int, int]

    def visits_in(self, moments: Iterable[int]) -> int:
        """Return how many visits some moments belong to."""
        return len({self.visit[number] for number in moments})


def _index(offer: Offer) -> _Index:
    subjects = _subjects(offer)
    moments: dict[str, dict[str, set[int]]] = {
        name: {value: set() for value in values} for name, values in subjects.items()
    }
    for name, find in FILTERS.items():
        for moment in offer.moments:
            for value in find(offer.visits[moment.visit_id], moment):
                moments[name][value].add(moment.id)
    return _Index(subjects, moments, {moment.id: moment.visit_id for moment in offer.moments})


def _subjects(offer: Offer) -> dict[str, dict[str, Subject]]:
    """Return what there is to filter by, each in its own order."""
    days = sorted({moment.day for moment in offer.moments})
    spoken = {code for moment in offer.moments for code in moment.languages}
    places = {moment.place.code: moment.place for moment in offer.moments if moment.place}
    is_easy = any(visit.wheelchair is WheelchairAccess.YES for visit in offer.visits.values())
    return {
        "day": {day.isoformat(): day for day in days},
        "spoken": {code.value: code.value for code in Language if code.value in spoken},
        "municipality": dict(sorted(places.items())),
        "sector": dict(offer.sectors),
        "access": {WHEELCHAIR: WHEELCHAIR} if is_easy else {},
    }


def find_in_programme(session: Session, edition: Edition, visit_id: int) -> Visit | None:
    """Return a visit that is, or was, in the programme of an edition."""
    return (
        session.scalars(
            select(Visit)
            .join(Visit.host)
            .where(
                Host.edition_id == edition.id,
                Visit.published_at.is_not(None),
                Visit.id == visit_id,
            )
            .options(
                contains_eager(Visit.host)
                .joinedload(Host.organisation)
                .options(joinedload(Organisation.postcode), joinedload(Organisation.sectors)),
                selectinload(Visit.slots).joinedload(Slot.own_postcode),
                selectinload(Visit.audience),
            )
        )
        .unique()
        .one_or_none()
    )
