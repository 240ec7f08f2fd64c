"""Read the rows of each table; the rules that one row can break alone stand here."""

from dataclasses import dataclass
from typing import Any

from opendeur import limits
from opendeur.domain.importing import values
from opendeur.domain.importing.edition_file import EditionWeek
from opendeur.domain.importing.people import Person
from opendeur.domain.importing.records import (
    OrganisationRecord,
    PreferenceRecord,
    SlotRecord,
    VisitorRecord,
    VisitRecord,
)
from opendeur.domain.importing.tables import Row
from opendeur.enums import Language, SlotState, WheelchairAccess

_LANGUAGES = tuple(Language)

_COLUMNS = {
    "organisations.csv": (
        "organisation name host sectors street postcode latitude longitude phone website "
        "description_nl description_fr access_nl access_fr directions_nl directions_fr "
        "wheelchair contact_email contact_given_name contact_family_name contact_language"
    ),
    "visits.csv": (
        "visit organisation title_nl title_fr description_nl description_fr audience"
    ),
    "slots.csv": (
        "slot visit date start end minimum capacity languages state street postcode latitude "
        "longitude"
    ),
    "visitors.csv": (
        "visitor email given_name family_name language organisation sectors languages seats "
        "max_visits max_visits_per_day speed_km_per_hour busy submitted"
    ),
    "preferences.csv": "visitor rank visit",
}
#: The columns of each file, in the order of ``docs/import.md``.
COLUMNS = {file: tuple(columns.split()) for file, columns in _COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class KnownCodes:
    """The codes that the database knows."""

    zones: frozenset[str]
    postcodes: frozenset[str]
    sectors: frozenset[str]


def read_organisation(row: Row, reference: str, *, known: KnownCodes) -> OrganisationRecord:
    """Read a row of ``organisations.csv``."""
    attributes = {
        "name": row.required("name", values.one_line(limits.LONGEST_LINE)),
        "phone": row.text("phone", values.one_line(limits.LONGEST_PHONE)),
        "website": row.text("website", values.website),
        "description_nl": row.text("description_nl", values.several_lines(limits.LONGEST_TEXT)),
        "description_fr": row.text("description_fr", values.several_lines(limits.LONGEST_TEXT)),
        **_place(row, known=known),
    }
    host_attributes = {
        name: row.text(name, values.several_lines(limits.LONGEST_TEXT))
        for name in ("access_nl", "access_fr", "directions_nl", "directions_fr")
    }
    return OrganisationRecord(
        row=row,
        reference=reference,
        is_host=row.required("host", values.yes_no),
        sectors=row.optional("sectors", values.codes(known.sectors)) or frozenset(),
        attributes=attributes,
        host_attributes={
            **host_attributes,
            "wheelchair": row.optional("wheelchair", values.one_of(WheelchairAccess)),
        },
        contact=_contact(row),
    )


def read_visit(row: Row, reference: str, *, known: KnownCodes) -> VisitRecord:
    """Read a row of ``visits.csv``."""
    title_nl = row.text("title_nl", values.one_line(limits.LONGEST_LINE))
    title_fr = row.text("title_fr", values.one_line(limits.LONGEST_LINE))
    if not row.cells["title_nl"] and not row.cells["title_fr"]:
        row.blame("title_nl", "Write a title in Dutch, in French, or in both.")
    return VisitRecord(
        row=row,
        reference=reference,
        organisation=row.required("organisation", values.reference),
        audience=row.optional("audience", values.codes(known.sectors)) or frozenset(),
        attributes={
            "title_nl": title_nl,
            "title_fr": title_fr,
            "description_nl": row.text(
                "description_nl", values.several_lines(limits.LONGEST_TEXT)
            ),
            "description_fr": row.text(
                "description_fr", values.several_lines(limits.LONGEST_TEXT)
            ),
        },
    )


def read_slot(
    row: Row, reference: str, *, known: KnownCodes, week: EditionWeek | None
) -> SlotRecord:
    """Read a row of ``slots.csv``; its moment is held against the week where that is known."""
    day = row.required("date", values.day)
    start = row.required("start", values.clock)
    end = row.required("end", values.clock)
    minimum = row.required("minimum", values.integer(1, limits.MOST_SEATS))
    capacity = row.required("capacity", values.integer(1, limits.MOST_SEATS))
    if minimum and capacity and minimum > capacity:
        row.blame("minimum", "The minimum is above the capacity. Lower it, or add seats.")
    attributes = {
        "minimum": minimum,
        "capacity": capacity,
        "languages": row.required("languages", values.codes(_LANGUAGES)),
        "state": row.required("state", values.one_of(SlotState)),
        **_place(row, known=known),
    }
    if day and start is not None and end is not None:
        attributes["starts_at"] = values.instant(day, start)
        attributes["ends_at"] = values.instant(day, end)
        if start >= end:
            row.blame("end", "The slot ends before it starts. Write a later time.")
        elif week is not None:
            week.blame_slot(row, day, start, end)
    return SlotRecord(
        row=row,
        reference=reference,
        visit=row.required("visit", values.reference),
        capacity=capacity,
        state=attributes["state"],
        attributes=attributes,
    )


def read_visitor(row: Row, reference: str, *, known: KnownCodes) -> VisitorRecord:
    """Read a row of ``visitors.csv``."""
    most = values.integer(1, limits.MOST_VISITS)
    seats = row.required("seats", values.integer(1, limits.MOST_COLLEAGUES))
    return VisitorRecord(
        row=row,
        reference=reference,
        person=Person(
            email=row.required("email", values.email),
            given_name=row.required("given_name", values.one_line(limits.LONGEST_LINE)),
            family_name=row.required("family_name", values.one_line(limits.LONGEST_LINE)),
            language=row.required("language", values.one_of(Language)),
        ),
        organisation=row.text("organisation", values.reference),
        sectors=row.optional("sectors", values.codes(known.sectors)) or frozenset(),
        seats=seats,
        busy=row.optional("busy", values.periods) or [],
        is_submitted=row.required("submitted", values.yes_no),
        attributes={
            "languages": row.required("languages", values.codes(_LANGUAGES)),
            "seats": seats,
            "max_visits": row.optional("max_visits", most),
            "max_visits_per_day": row.optional("max_visits_per_day", most),
            "speed_km_per_hour": row.optional("speed_km_per_hour", values.decimal(1, 200)),
        },
    )


def read_preference(row: Row) -> PreferenceRecord:
    """Read a row of ``preferences.csv``."""
    return PreferenceRecord(
        row=row,
        visitor=row.required("visitor", values.reference),
        rank=row.required("rank", values.integer(1, limits.MOST_VISITS)),
        visit=row.required("visit", values.reference),
    )


def _place(row: Row, *, known: KnownCodes) -> dict[str, Any]:
    latitude = row.optional("latitude", values.decimal(-90, 90))
    longitude = row.optional("longitude", values.decimal(-180, 180))
    if bool(row.cells["latitude"]) != bool(row.cells["longitude"]):
        row.blame("latitude", "Write both latitude and longitude, or neither.")
    return {
        "street": row.text("street", values.one_line(limits.LONGEST_LINE)),
        "postcode_code": row.optional("postcode", values.code(known.postcodes)),
        "latitude": latitude,
        "longitude": longitude,
    }


def _contact(row: Row) -> Person | None:
    if not row.cells["contact_email"]:
        for column in ("contact_given_name", "contact_family_name", "contact_language"):
            if row.cells[column]:
                row.blame("contact_email", "Write the address of this contact.")
                break
        return None
    return Person(
        email=row.required("contact_email", values.email),
        given_name=row.text("contact_given_name", values.one_line(limits.LONGEST_LINE)),
        family_name=row.text("contact_family_name", values.one_line(limits.LONGEST_LINE)),
        language=row.required("contact_language", values.one_of(Language)),
    )
