"""Editions to import, as large as wanted: the demonstration, copied until there is enough.

Copies differ in names and addresses only, so that texts are as long as real ones.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, groupby
from pathlib import Path

from benchmarks.judging import ROOT

DEMONSTRATION = ROOT / "demo" / "zuid-oost"
Row = dict[str, str]


@dataclass(frozen=True)
class Size:
    """How large an edition is."""

    moments: int
    people: int


#: The demonstration, and the region that the solver is measured on.
SMALL, LARGE = Size(129, 140), Size(668, 1000)


def write(size: Size, target: Path, *, weeks: int = 0) -> None:
    """Write an edition that takes preferences, its dates moved by some weeks."""
    target.mkdir(parents=True)
    text = (DEMONSTRATION / "edition.toml").read_text(encoding="utf-8")
    text = text.replace('phase = "assignment"', 'phase = "preferences"')
    (target / "edition.toml").write_text(_moved(text, weeks), encoding="utf-8")
    for name, rows in tables(size).items():
        with (target / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(
                {key: _moved(value, weeks) for key, value in row.items()} for row in rows
            )


def tables(size: Size) -> dict[str, list[Row]]:
    """Return the rows of each file: as many moments and people as `size` says, exactly.

    Raises
    ------
    ValueError
        When no whole visits make up that many moments.
    """
    of_visit = {
        visit: list(slots)
        for visit, slots in groupby(_read("slots.csv"), key=lambda slot: slot["visit"])
    }
    visits: list[Row] = []
    slots: list[Row] = []
    copies = 0
    for copy in count():
        if len(slots) == size.moments:
            break
        before, copies = len(slots), copy + 1
        for visit in _read("visits.csv"):
            moments = of_visit.get(visit["visit"], [])
            if len(slots) + len(moments) <= size.moments:
                visits.append(_copied(visit, copy))
                slots += [_copied(slot, copy) for slot in moments]
        if len(slots) == before:
            raise ValueError(f"no visits make up {size.moments} moments")
    people = _people(size.people)
    copies = max(copies, *(int(visitor["copy"]) + 1 for visitor in people))
    return {
        "organisations.csv": [
            _copied(row, copy) for copy in range(copies) for row in _read("organisations.csv")
        ],
        "visits.csv": visits,
        "slots.csv": slots,
        "visitors.csv": [
            {key: value for key, value in visitor.items() if key != "copy"}
            for visitor in people
        ],
        "preferences.csv": list(_preferences(people, visits)),
    }


def emails(size: Size) -> dict[str, list[str]]:
    """Return the addresses of people by what they are: organiser, host, visitor."""
    found = tables(size)
    offering = {visit["organisation"] for visit in found["visits.csv"]}
    return {
        "organiser": ["ilse.baert@opendeur.example"],
        "host": [
            row["contact_email"]
            for row in found["organisations.csv"]
            if row["organisation"] in offering and row["contact_email"]
        ],
        "visitor": [row["email"] for row in found["visitors.csv"]],
    }


def _people(many: int) -> list[Row]:
    rows = _read("visitors.csv")
    return [
        {**_copied(row, copy), "copy": str(copy)}
        for copy, row in (
            (number // len(rows), rows[number % len(rows)]) for number in range(many)
        )
    ]


def _preferences(people: list[Row], visits: list[Row]) -> Iterator[Row]:
    """Yield what each person wants, of the own copy or the last before it that has it all."""
    offered = {visit["visit"] for visit in visits}
    wanted = {
        visitor: [row["visit"] for row in rows]
        for visitor, rows in groupby(_read("preferences.csv"), key=lambda row: row["visitor"])
    }
    for person in people:
        names = wanted.get(_original(person["visitor"]), [])
        copy = int(person["copy"])
        while not {_named(name, copy) for name in names} <= offered:
            copy -= 1
        for rank, name in enumerate(names, start=1):
            yield {
                "visitor": person["visitor"],
                "rank": str(rank),
                "visit": _named(name, copy),
            }


def _read(name: str) -> list[Row]:
    with (DEMONSTRATION / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: Columns that name rows, and columns with addresses of people.
_NAMES = ("organisation", "visit", "slot", "visitor")
_ADDRESSES = ("email", "contact_email")


def _copied(row: Row, copy: int) -> Row:
    if copy == 0:
        return dict(row)
    made = dict(row)
    for column in _NAMES:
        if row.get(column):
            made[column] = _named(row[column], copy)
    for column in _ADDRESSES:
        if row.get(column):
            made[column] = f"x{copy}.{row[column]}"
    if "contact_email" in row:
        made["name"] = f"{row['name']} {copy + 1}"
    return made


def _named(name: str, copy: int) -> str:
    return f"{name}-x{copy}" if copy else name


def _original(name: str) -> str:
    return re.sub(r"-x\d+$", "", name)


def _moved(text: str, weeks: int) -> str:
    def move(found: re.Match[str]) -> str:
        return (date.fromisoformat(found[0]) + timedelta(weeks=weeks)).isoformat()

    return re.sub(r"\b20\d\d-\d\d-\d\d(?=T|\b)", move, text) if weeks else text
