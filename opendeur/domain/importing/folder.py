"""A folder as a whole: every file read, and every reference between them followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from opendeur.domain.importing import edition_file, reading
from opendeur.domain.importing.edition_file import EditionFile, read_edition
from opendeur.domain.importing.faults import Fault, Spot
from opendeur.domain.importing.people import People
from opendeur.domain.importing.reading import COLUMNS, KnownCodes
from opendeur.domain.importing.records import (
    OrganisationRecord,
    PreferenceRecord,
    Records,
    SlotRecord,
    VisitorRecord,
    VisitRecord,
    collect,
)
from opendeur.domain.importing.tables import read_table


@dataclass(frozen=True, slots=True)
class Folder:
    """What the files of a folder say. `edition` is None where its file has a fault.

    `preferences` are those of each visitor who has any, the best first.
    """

    edition: EditionFile | None
    people: People
    organisations: Records[OrganisationRecord]
    visits: Records[VisitRecord]
    slots: Records[SlotRecord]
    visitors: Records[VisitorRecord]
    preferences: dict[str, list[PreferenceRecord]]


def read_folder(path: Path, *, known: KnownCodes, faults: list[Fault]) -> Folder:
    """Return what the files say; what has a fault is left out and blamed."""
    _blame_strangers(path, faults)
    people = People()
    edition = read_edition(
        path / edition_file.NAME, zones=known.zones, people=people, faults=faults
    )
    week = edition.week if edition else None
    tables = {name: read_table(path / name, COLUMNS[name], faults) for name in COLUMNS}
    folder = Folder(
        edition,
        people,
        organisations=collect(
            tables["organisations.csv"],
            "organisation",
            partial(reading.read_organisation, known=known),
        ),
        visits=collect(tables["visits.csv"], "visit", partial(reading.read_visit, known=known)),
        slots=collect(
            tables["slots.csv"], "slot", partial(reading.read_slot, known=known, week=week)
        ),
        visitors=collect(
            tables["visitors.csv"], "visitor", partial(reading.read_visitor, known=known)
        ),
        preferences=_by_visitor(
            reading.read_preference(row) for row in tables["preferences.csv"] or ()
        ),
    )
    _blame_people(folder)
    _blame_references(folder)
    for ranked in folder.preferences.values():
        _blame_ranks(ranked, most=edition.max_preferences if edition else None)
    return folder


def _blame_strangers(path: Path, faults: list[Fault]) -> None:
    """Blame files that look like ours under another name: nobody would miss their rows."""
    names = [*COLUMNS, edition_file.NAME]
    for file in sorted(path.glob("*")):
        if file.suffix.lower() in (".csv", ".toml") and file.name not in names:
            Spot(faults, file.name).blame(
                "",
                "This file is not known. Remove it, or mend its name. Known are: %(known)s.",
                known=", ".join(names),
            )


def _by_visitor(found: Iterable[PreferenceRecord]) -> dict[str, list[PreferenceRecord]]:
    """Group preferences; a visitor with a faulty row is left out, to be blamed only once."""
    everything = list(found)
    faulty = {record.visitor for record in everything if record.row.is_faulty}
    readable = [record for record in everything if record.visitor not in faulty | {None}]
    readable.sort(key=lambda record: (record.visitor, record.rank, record.row.line))
    grouped = groupby(readable, key=lambda record: record.visitor)
    return {visitor: list(ranked) for visitor, ranked in grouped}


def _blame_people(folder: Folder) -> None:
    lines: dict[str, int] = {}
    for organisation in folder.organisations:
        if organisation.contact is not None:
            folder.people.add(organisation.contact, organisation.row, column="contact_email")
    for visitor in folder.visitors:
        line = lines.setdefault(visitor.person.email, visitor.row.line)
        if line != visitor.row.line:
            message = "This address is that of line %(line)s too. A person has one row."
            visitor.row.blame("email", message, line=line)
        folder.people.add(visitor.person, visitor.row)


def _blame_references(folder: Folder) -> None:
    for visit in folder.visits:
        host = folder.organisations.found.get(visit.organisation)
        if folder.organisations.lacks(visit.organisation):
            visit.row.blame(
                "organisation",
                'organisations.csv has no "%(reference)s". Add it, or mend the name.',
                reference=visit.organisation,
            )
        elif host is not None and not host.is_host:
            visit.row.blame(
                "organisation",
                "This organisation is no host. Write yes in its row of organisations.csv.",
            )
    for slot in folder.slots:
        if folder.visits.lacks(slot.visit):
            _blame_visit(slot)
    for ranked in folder.preferences.values():
        for preference in ranked:
            if folder.visits.lacks(preference.visit):
                _blame_visit(preference)
            if folder.visitors.lacks(preference.visitor):
                preference.row.blame(
                    "visitor",
                    'visitors.csv has no "%(reference)s". Add it, or mend the name.',
                    reference=preference.visitor,
                )


def _blame_visit(record: SlotRecord | PreferenceRecord) -> None:
    record.row.blame(
        "visit",
        'visits.csv has no "%(reference)s". Add it, or mend the name.',
        reference=record.visit,
    )


def _blame_ranks(ranked: list[PreferenceRecord], *, most: int | None) -> None:
    """Blame ranks that stand twice or leave a gap, visits that stand twice, and too many."""
    lines: dict[str, int] = {}
    last = 0
    for preference in ranked:
        line = lines.setdefault(preference.visit, preference.row.line)
        if line != preference.row.line:
            message = "This visitor has this visit on line %(line)s already. Remove one."
            preference.row.blame("visit", message, line=line)
        if preference.rank == last:
            message = "This visitor has rank %(rank)s twice. Give each visit its own."
            preference.row.blame("rank", message, rank=last)
        elif preference.rank != last + 1:
            message = "Rank %(rank)s is missing before this one. Leave no gaps."
            preference.row.blame("rank", message, rank=last + 1)
        elif most is not None and preference.rank > most:
            message = "The edition allows %(most)s preferences. Remove what is above."
            preference.row.blame("rank", message, most=most)
        last = preference.rank
