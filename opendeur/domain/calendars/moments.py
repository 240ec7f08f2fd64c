"""Moments as calendar entries that nobody is invited to: the programme, and what runs.

They name no person. Their UIDs are made from where they are, so that they stay the same and
are never those of an invitation. They make nobody busy.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from opendeur import letters
from opendeur.config import Settings
from opendeur.domain import offers, queries
from opendeur.domain.offers import OfferedMoment, OfferedVisit
from opendeur.enums import Language
from opendeur.gateways.calendar_files import PublishedEntry, feed_file
from opendeur.keeping import keep
from opendeur.models import Edition, Placement, Slot, Visitor


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar to read, and since when it is as it is."""

    file: bytes
    changed_at: datetime


def head_of(edition: Edition, language: Language, settings: Settings) -> letters.Letterhead:
    """Return what the words of all entries of an edition share."""
    return letters.Letterhead(
        language=language,
        edition_name=edition.name(language),
        time_zone=edition.time_zone,
        base_url=settings.base_url,
    )


def programme_calendar(
    session: Session,
    edition: Edition,
    *,
    chosen: Mapping[str, Iterable[str]],
    language: Language,
    settings: Settings,
) -> CalendarFile:
    """Return the programme as a calendar: every open moment that passes the filters.

    Once everybody's week is known, only what takes place. For the filters see
    `offers.read_programme`. The whole programme is kept: calendars of many ask for it.
    """

    def make() -> CalendarFile:
        return _programme(session, edition, chosen, language, settings)

    if chosen:
        return make()
    return keep(
        session,
        edition,
        ("programme calendar", language),
        make,
        ages=edition.shows_results,  # what takes place is then a count of people
        weigh=lambda made: len(made.file),
    )


def _programme(
    session: Session,
    edition: Edition,
    chosen: Mapping[str, Iterable[str]],
    language: Language,
    settings: Settings,
) -> CalendarFile:
    found = offers.read_programme(session, edition, chosen).moments
    changed_at = offered_at(edition)
    if edition.shows_results:
        taken = queries.seats_taken(session, edition)
        found = tuple((visit, moment) for visit, moment in found if moment.id in taken)
        changed_at = max(changed_at, _seats_changed_at(session, edition) or changed_at)
    head = head_of(edition, language, settings)
    file = feed_file(
        (_offered(edition, visit, moment, head) for visit, moment in found),
        name=letters.calendar_name(head, None),
        time_zone=edition.time_zone,
    )
    return CalendarFile(file, changed_at)


def offered_at(edition: Edition) -> datetime:
    """Return when what an edition offers changed last, to the second."""
    return datetime.fromtimestamp(edition.revision // 1000, UTC)


def _offered(
    edition: Edition, visit: OfferedVisit, moment: OfferedMoment, head: letters.Letterhead
) -> PublishedEntry:
    place = moment.place
    facts = letters.ProgrammeMoment(
        head=head,
        visit=letters.VisitFacts(
            title=letters.Title(*visit.title(head.language)),
            host_name=visit.organisation,
            place=f"{place.code} {place.name(head.language)}" if place else "",
            starts_at=moment.starts_at,
            ends_at=moment.ends_at,
            languages=moment.languages,
            wheelchair=visit.wheelchair,
        ),
        minimum=moment.minimum,
        capacity=moment.capacity,
        page_url=_page(edition, head, f"visits/{visit.id}"),
    )
    return _entry(
        facts, uid=_uid(edition, head, "programme", moment.id), at=offered_at(edition)
    )


@dataclass(frozen=True, slots=True)
class _Running:
    """How many people come to a moment, and since when that is so."""

    people: int
    changed_at: datetime


def moments_that_run(
    session: Session, edition: Edition, *, language: Language, settings: Settings
) -> Iterator[PublishedEntry]:
    """Yield every moment of an edition to which somebody comes, with how many and not who.

    Nothing before everybody may know: whoever organises may share a calendar with others.
    """
    if not edition.shows_results:
        return
    running = _running(session, edition)
    head = head_of(edition, language, settings)
    for slot in queries.slots_by_number(session, edition).values():
        if slot.id in running:
            yield _run(edition, slot, running[slot.id], head)


def _running(session: Session, edition: Edition) -> dict[int, _Running]:
    rows: Iterable[Any] = session.execute(
        select(
            Placement.slot_id,
            func.sum(case((queries.IS_LIVE, Visitor.seats), else_=0)),
            func.max(Placement.created_at),
            func.max(Placement.ended_at),
        )
        .join(Placement.visitor)
        .where(Visitor.edition_id == edition.id)
        .group_by(Placement.slot_id)
    )
    offered = offered_at(edition)
    return {
        slot_id: _Running(int(people), max(filter(None, (offered, made_at, ended_at))))
        for slot_id, people, made_at, ended_at in rows
        if people
    }


def _seats_changed_at(session: Session, edition: Edition) -> datetime | None:
    """Return when somebody got or lost a seat last; None while nobody ever had one."""
    row = session.execute(
        select(func.max(Placement.created_at), func.max(Placement.ended_at))
        .join(Placement.visitor)
        .where(Visitor.edition_id == edition.id)
    ).one()
    return max(filter(None, row), default=None)


def _run(
    edition: Edition, slot: Slot, running: _Running, head: letters.Letterhead
) -> PublishedEntry:
    visit, host = slot.visit, slot.visit.host
    street, postcode = slot.address
    town = f"{postcode.code} {postcode.name(head.language)}" if postcode else ""
    facts = letters.DeskMoment(
        head=head,
        visit=letters.VisitFacts(
            title=letters.Title(*visit.title(head.language)),
            host_name=host.organisation.name,
            place=", ".join(part for part in (street, town) if part),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            languages=slot.languages,
            wheelchair=host.wheelchair,
        ),
        people=running.people,
        minimum=slot.minimum,
        capacity=slot.capacity,
        page_url=_page(edition, head, "desk/slots"),
    )
    return _entry(facts, uid=_uid(edition, head, "desk", slot.id), at=running.changed_at)


def _entry(
    facts: letters.ProgrammeMoment | letters.DeskMoment, *, uid: str, at: datetime
) -> PublishedEntry:
    words = letters.calendar_words(facts)
    return PublishedEntry(
        uid=uid,
        sequence=0,
        stamp=at.replace(microsecond=0),
        starts_at=facts.visit.starts_at,
        ends_at=facts.visit.ends_at,
        time_zone=facts.head.time_zone,
        summary=words.summary,
        description=words.description,
        location=words.location,
        url=facts.page_url,
        categories=(facts.head.edition_name,),
        language=facts.head.language,
        is_theirs=False,
    )


def _page(edition: Edition, head: letters.Letterhead, path: str) -> str:
    return f"{head.base_url.rstrip('/')}/{head.language}/{edition.slug}/{path}"


def _uid(edition: Edition, head: letters.Letterhead, what: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{head.base_url}/{edition.slug}/{what}/{number}"))
