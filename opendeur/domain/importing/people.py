"""People in a folder: the same person can stand in several files, with the same details."""

from dataclasses import dataclass

from opendeur.domain.importing.faults import Fault, Spot
from opendeur.enums import Language


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an e-mail address, as a file describes them."""

    email: str
    given_name: str
    family_name: str
    language: Language


class People:
    """Everybody in a folder, by e-mail address."""

    def __init__(self) -> None:
        self.found: dict[str, Person] = {}
        self._places: dict[str, str] = {}

    def add(self, person: Person, spot: Spot, *, column: str = "email") -> None:
        """Note a person; blame `spot` where the folder describes them otherwise elsewhere."""
        known = self.found.setdefault(person.email, person)
        place = self._places.setdefault(person.email, Fault(spot.file, spot.line, "", "").place)
        if known != person:
            spot.blame(
                column,
                "%(place)s gives this person another name or language. Write the same in both.",
                place=place,
            )
