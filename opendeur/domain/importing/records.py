"""The rows of the tables: what each says, and all rows of a table by their names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from opendeur.domain.importing import values
from opendeur.domain.importing.people import Person
from opendeur.domain.importing.tables import Row
from opendeur.enums import SlotState

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """A row of ``organisations.csv``; the attributes are those of the models."""

    row: Row
    reference: str
    is_host: bool
    sectors: frozenset[str]
    attributes: dict[str, Any]
    host_attributes: dict[str, Any]
    contact: Person | None


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A row of ``visits.csv``."""

    row: Row
    reference: str
    organisation: str
    audience: frozenset[str]
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlotRecord:
    """A row of ``slots.csv``."""

    row: Row
    reference: str
    visit: str
    capacity: int
    state: SlotState
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VisitorRecord:
    """A row of ``visitors.csv``."""

    row: Row
    reference: str
    person: Person
    organisation: str
    sectors: frozenset[str]
    seats: int
    busy: list[tuple[datetime, datetime]]
    is_submitted: bool
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PreferenceRecord:
    """A row of ``preferences.csv``."""

    row: Row
    visitor: str
    rank: int
    visit: str


@dataclass(slots=True)
class Records(Generic[Record]):
    """The rows of a table by reference, and the line of every reference that it mentions.

    A faulty row is mentioned but not found, so that nothing else is blamed for it.
    """

    is_readable: bool = True
    found: dict[str, Record] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.found.values())

    def lacks(self, reference: str) -> bool:
        """Tell whether the table was read and has no such row."""
        return self.is_readable and reference not in self.lines


def collect(
    rows: list[Row] | None, key: str, read: Callable[[Row, str], Record]
) -> Records[Record]:
    """Return the records of a table whose column `key` names each row."""
    records: Records[Record] = Records(is_readable=rows is not None)
    for row in rows or ():
        reference = row.required(key, values.reference)
        if reference in records.lines:
            line = records.lines[reference]
            row.blame(
                key, "This name is that of line %(line)s too. Give it another.", line=line
            )
        elif reference:
            records.lines[reference] = row.line
        record = read(row, reference)
        if not row.is_faulty:
            records.found[reference] = record
    return records
