"""What is wrong in a folder of files: every fault with its place and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from opendeur.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, and where it stands.

    `line` is the line in the file as an editor counts it, from 1; 0 means the whole file.
    `column` is the name in the header, or the key in ``edition.toml``; it is empty where the
    whole row is meant. `template` is an English literal with ``%(name)s`` for each of
    `values`, so that it can be translated where it is shown.
    """

    file: str
    line: int
    column: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in English."""
        return self.template % self.values if self.values else self.template

    @property
    def place(self) -> str:
        """File, line and column: ``slots.csv:12: end``."""
        line = f":{self.line}" if self.line else ""
        column = f": {self.column}" if self.column else ""
        return f"{self.file}{line}{column}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ImportRefused(InvalidInput):
    """A folder has faults, and nothing of it was imported. `faults` holds all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line)))
        super().__init__(
            "Nothing was imported. Mend what is listed and import again. Faults found: "
            "%(count)s.",
            count=len(self.faults),
        )


class BadValue(Exception):
    """A value cannot be read; the message says how to write it."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class Spot:
    """A place in a file that faults can be found at."""

    def __init__(self, faults: list[Fault], file: str, line: int = 0) -> None:
        self.file = file
        self.line = line
        self.is_faulty = False
        self._faults = faults

    def blame(self, column: str, message: str, **values: Any) -> None:
        """Note a fault in `column`; `message` is a literal, see `Fault`."""
        self.is_faulty = True
        self._faults.append(Fault(self.file, self.line, column, message, values))
