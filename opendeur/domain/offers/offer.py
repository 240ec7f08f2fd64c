"""What an edition offers, as everybody may read it: plain data, read once and kept.

Rows and not objects: a list of hundreds of visits costs more to make into objects of the
database than to show.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.enums import SlotState, WheelchairAccess
from opendeur.keeping import keep
from opendeur.models import (
    Edition,
    Host,
    LocalText,
    Organisation,
    Postcode,
    Sector,
    Slot,
    Visit,
)
from opendeur.models.base import localised
from opendeur.models.organisation import organisation_sector
from opendeur.models.visit import visit_audience

#: About how many bytes a moment takes in memory, with its share of the visit.
BYTES_OF_MOMENT = 1_500


@dataclass(frozen=True, slots=True)
class Place:
    """A postcode and its municipality."""

    code: str
    name_nl: str
    name_fr: str

    def name(self, language: str) -> str:
        """Return the municipality's name; English has none of its own and uses French."""
        return self.name_nl if language == "nl" else self.name_fr


@dataclass(frozen=True, slots=True)
class OfferedSector:
    """A sector that somebody who offers a visit works in."""

    code: str
    position: int
    name_nl: str
    name_fr: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the name in one of the interface languages."""
        return {"nl": self.name_nl, "fr": self.name_fr}.get(language, self.name_en)


@dataclass(frozen=True, slots=True)
class OfferedMoment:
    """An open moment of a visit; its start and end are on the edition's wall clock."""

    id: int
    visit_id: int
    starts_at: datetime
    ends_at: datetime
    minimum: int
    capacity: int
    languages: frozenset[str]
    place: Place | None

    @property
    def day(self) -> date:
        """The date on which it starts."""
        return self.starts_at.date()


@dataclass(frozen=True, slots=True)
class OfferedVisit:
    """A visit in the programme, with its open moments in order of time."""

    id: int
    organisation_id: int
    organisation: str
    title_nl: str
    title_fr: str
    wheelchair: WheelchairAccess | None
    sectors: frozenset[str]
    audience: frozenset[str]
    moments: tuple[OfferedMoment, ...]

    def title(self, language: str) -> LocalText:
        """Return the title in `language`, or in the other one."""
        return localised(language, nl=self.title_nl, fr=self.title_fr)

    @property
    def place(self) -> Place | None:
        """Where the visit is: where its first moment is."""
        return self.moments[0].place

    @property
    def languages(self) -> frozenset[str]:
        """The languages of all its moments."""
        return frozenset().union(*(moment.languages for moment in self.moments))

    @property
    def seats(self) -> int:
        """The places at all its moments."""
        return sum(moment.capacity for moment in self.moments)

    @property
    def smallest(self) -> int:
        """The smallest group with which one of its moments takes place."""
        return min(moment.minimum for moment in self.moments)


@dataclass(frozen=True, slots=True)
class Offer:
    """Every visit in the programme that has an open moment, in order of who offers it."""

    visits: Mapping[int, OfferedVisit]
    #: All moments, in order of time.
    moments: tuple[OfferedMoment, ...]
    #: The sectors of those who offer something, in their own order.
    sectors: Mapping[str, OfferedSector]


def read_offer(session: Session, edition: Edition) -> Offer:
    """Return what an edition offers."""
    return keep(
        session,
        edition,
        "offer",
        lambda: _read(session, edition),
        weigh=lambda offer: BYTES_OF_MOMENT * len(offer.moments),
    )


def _read(session: Session, edition: Edition) -> Offer:
    moments = _moments(session, edition)
    sectors, named = _sectors(session, edition)
    audience = _audience(session, edition)
    visits = [
        OfferedVisit(
            *row,
            frozenset(sectors[row.organisation_id]),
            frozenset(audience[row.id]),
            tuple(moments[row.id]),
        )
        for row in session.execute(
            select(
                Visit.id,
                Host.organisation_id,
                Organisation.name,
                Visit.title_nl,
                Visit.title_fr,
                Host.wheelchair,
            )
            .join(Host, Host.id == Visit.host_id)
            .join(Organisation, Organisation.id == Host.organisation_id)
            .where(Host.edition_id == edition.id, queries.IS_OFFERED)
        )
        if row.id in moments
    ]
    visits.sort(key=lambda visit: (visit.organisation.casefold(), visit.id))
    here = {code for visit in visits for code in visit.sectors}
    return Offer(
        visits={visit.id: visit for visit in visits},
        moments=tuple(
            sorted(
                (moment for visit in visits for moment in visit.moments),
                key=lambda moment: moment.starts_at,
            )
        ),
        sectors={code: sector for code, sector in named.items() if code in here},
    )


def _sectors(
    session: Session, edition: Edition
) -> tuple[Mapping[int, set[str]], Mapping[str, OfferedSector]]:
    """Return the sectors of each organisation that hosts, and what they are called."""
    of_organisation: dict[int, set[str]] = defaultdict(set)
    named: dict[str, OfferedSector] = {}
    rows = session.execute(
        select(
            organisation_sector.c.organisation_id.label("organisation_id"),
            Sector.code,
            Sector.position,
            Sector.name_nl,
            Sector.name_fr,
            Sector.name_en,
        )
        .join(Sector, Sector.code == organisation_sector.c.sector_code)
        .join(Host, Host.organisation_id == organisation_sector.c.organisation_id)
        .where(Host.edition_id == edition.id)
        .order_by(Sector.position)
    )
    for row in rows:
        of_organisation[row.organisation_id].add(row.code)
        named.setdefault(row.code, OfferedSector(*row[1:]))
    return of_organisation, named


def _audience(session: Session, edition: Edition) -> Mapping[int, set[str]]:
    """Return the sectors that each visit is meant for."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(
        select(visit_audience)
        .join(Visit, Visit.id == visit_audience.c.visit_id)
        .join(Host, Host.id == Visit.host_id)
        .where(Host.edition_id == edition.id, queries.IS_OFFERED)
    ):
        found[row.visit_id].add(row.sector_code)
    return found


def _moments(session: Session, edition: Edition) -> dict[int, list[OfferedMoment]]:
    """Return the open moments of each visit in the programme, in order of time."""
    own = Slot.street != ""
    own_place = own | Slot.postcode_code.is_not(None) | Slot.latitude.is_not(None)
    found: dict[int, list[OfferedMoment]] = defaultdict(list)
    places = _places(session)
    for row in session.execute(
        select(
            Slot.id,
            Slot.visit_id,
            Slot.starts_at,
            Slot.ends_at,
            Slot.minimum,
            Slot.capacity,
            Slot.languages,
            own_place.label("has_own_place"),
            Slot.postcode_code,
            Organisation.postcode_code.label("postcode_of_organisation"),
        )
        .join(Visit, Visit.id == Slot.visit_id)
        .join(Host, Host.id == Visit.host_id)
        .join(Organisation, Organisation.id == Host.organisation_id)
        .where(
            Host.edition_id == edition.id,
            queries.IS_OFFERED,
            Slot.state != SlotState.CLOSED,
        )
        .order_by(Slot.starts_at, Slot.id)
    ):
        code = row.postcode_code if row.has_own_place else row.postcode_of_organisation
        found[row.visit_id].append(
            OfferedMoment(
                row.id,
                row.visit_id,
                edition.local(row.starts_at),
                edition.local(row.ends_at),
                row.minimum,
                row.capacity,
                row.languages,
                places.get(code),
            )
        )
    return found


def _places(session: Session) -> dict[str, Place]:
    rows = session.execute(select(Postcode.code, Postcode.name_nl, Postcode.name_fr))
    return {row.code: Place(*row) for row in rows}
