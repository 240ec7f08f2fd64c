"""Where somebody works: organisations of the directory, found as one types their name."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur import limits
from opendeur.domain import directory
from opendeur.models import Organisation, Postcode

#: How many are shown to choose among.
MOST_WORKPLACES = 8
#: Fewer letters say too little.
LEAST_LETTERS = 2

_folded = lru_cache(maxsize=8192)(directory.folded)


@dataclass(frozen=True, slots=True)
class Workplace:
    """An organisation by its name and place: columns, because all are looked through."""

    id: int
    name: str
    postcode: str = ""
    town_nl: str = ""
    town_fr: str = ""

    def town(self, language: str) -> str:
        """Return the postcode and the municipality; empty where there is none."""
        return f"{self.postcode} {self.town_nl if language == 'nl' else self.town_fr}".strip()


def workplaces_named(session: Session, name: str) -> list[Workplace]:
    """Return the organisations with exactly this name, whatever accents and case."""
    wanted = _typed(name)
    if not wanted:
        return []
    return [place for place in _workplaces(session) if _folded(place.name) == wanted]


def find_workplaces(session: Session, text: str) -> list[Workplace]:
    """Return organisations whose name holds every word of a text, the closest first."""
    wanted = _typed(text)
    if len(wanted) < LEAST_LETTERS:
        return []
    words = wanted.split()
    matching = [
        place
        for place in _workplaces(session)
        if all(word in _folded(place.name) for word in words)
    ]
    return sorted(
        matching,
        key=lambda place: (
            _folded(place.name) != wanted,
            not _folded(place.name).startswith(wanted),
            _folded(place.name),
            place.id,
        ),
    )[:MOST_WORKPLACES]


def _typed(text: str) -> str:
    """Return a text as it is compared; nothing where it is longer than any name.

    What is typed is not remembered: anybody can write anything, and without end.
    """
    return directory.folded(text) if len(text) <= limits.LONGEST_LINE else ""


def _workplaces(session: Session) -> Iterable[Workplace]:
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Postcode.code,
            Postcode.name_nl,
            Postcode.name_fr,
        )
        .join(Organisation.postcode, isouter=True)
        .order_by(Organisation.id)
    )
    for number, name, code, town_nl, town_fr in rows:
        yield Workplace(number, name, code or "", town_nl or "", town_fr or "")
