"""TOML with the line of every key, and its values taken one by one."""

import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, TypeVar, cast

from opendeur.domain.importing import values
from opendeur.domain.importing.faults import BadValue, Fault, Spot

Kind = TypeVar("Kind")

#: Whole numbers beyond this are not read as decimals.
_LARGEST = 10**9

_HEADER = re.compile(r"\s*(?P<many>\[?)\[\s*(?P<path>[\w.-]+)\s*\]")
_KEY = re.compile(r"\s*(?P<key>[\w-]+)\s*=")
_PLACE = re.compile(r"(?P<reason>.*) \(at line (?P<line>\d+), column \d+\)")
_KINDS: dict[type, str] = {
    str: 'a text between quotation marks, such as "zuid-oost"',
    int: "a whole number, such as 4",
    float: "a number, such as 1.3",
    date: "a date, such as 2027-11-15",
    time: "a time, such as 08:00:00",
    datetime: "a date and a local time, such as 2027-09-28T12:00:00",
    list: 'a list of texts, such as ["zuid-oost"]',
}


def read_toml(text: str, *, file: str, faults: list[Fault]) -> dict[str, Any] | None:
    """Return the content of a TOML file, or None where it is not TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also huge numbers and deep nesting
        found = _PLACE.fullmatch(str(error))
        line, reason = (int(found["line"]), found["reason"]) if found else (0, str(error))
        message = "This is not TOML: %(reason)s. See docs/import.md for an example."
        Spot(faults, file, line).blame("", message, reason=reason)
        return None


def key_lines(text: str) -> dict[str, int]:
    """Return the line of every key and table: ``edition.closed.0.starts_at`` is on line 37."""
    lines: dict[str, int] = {}
    path = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            path = header["path"]
            if header["many"]:
                count = sum(known.startswith(f"{path}.#") for known in lines)
                lines[f"{path}.#{count}"] = number
                path = f"{path}.{count}"
            lines.setdefault(path, number)
        elif key := _KEY.match(line):
            lines.setdefault(f"{path}.{key['key']}", number)
    return lines


class Section:
    """A table of the file: its values are taken one by one, what is left is not known."""

    def __init__(
        self,
        faults: list[Fault],
        *,
        file: str,
        lines: dict[str, int],
        path: str,
        content: dict[str, Any],
    ) -> None:
        self.path = path
        self._faults = faults
        self._file = file
        self._lines = lines
        self._left = dict(content)

    def spot(self, key: str) -> Spot:
        """Return the place of a key; of the table's header where the key is missing."""
        line = self._lines.get(self._path_of(key)) or self._lines.get(self.path, 0)
        return Spot(self._faults, self._file, line)

    def blame(self, column: str, message: str, **details: Any) -> None:
        """Note a fault at a key."""
        self.spot(column).blame(column, message, **details)

    def required(self, key: str, kind: type[Kind]) -> Kind:
        """Return a value of this kind; where there is a fault, the file is thrown away."""
        if key not in self._left:
            self.blame(key, "This key is missing. Add it.")
        return cast(Kind, self.optional(key, kind))

    def optional(self, key: str, kind: type[Kind]) -> Kind | None:
        """Return a value of this kind, or None where there is none."""
        value = self._left.pop(key, None)
        if kind is float and type(value) is int and abs(value) < _LARGEST:
            value = float(value)
        if value is None:
            return None
        if type(value) is not kind:
            self.blame(key, "Write %(kind)s.", kind=_KINDS[kind])
            return None
        if isinstance(value, date) and not values.is_likely(value):
            self.blame(key, "Write a date from this century.")
            return None
        return value

    def text(self, key: str, parse: Callable[[str], str], *, empty: bool = False) -> str:
        """Return a text that `parse` accepts; a missing one is empty where that is allowed."""
        text = self.optional(key, str) if empty else self.required(key, str)
        if text is None:
            return ""
        if not text.strip():
            if not empty:
                self.blame(key, "Fill this in.")
            return ""
        return self._parsed(key, text.strip(), parse) or ""

    def number(self, key: str, kind: type[Kind], least: float, most: float) -> Kind:
        """Return a number from `least` to `most`."""
        number = self.required(key, kind)
        self._check_range(key, number, least, most)
        return number

    def limit(self, key: str) -> int | None:
        """Return a maximum from 1 to 1000, or None for no limit."""
        number = self.optional(key, int)
        self._check_range(key, number, 1, 1000)
        return number

    def chosen(self, key: str, parse: Callable[[str], Kind]) -> Kind:
        """Return what `parse` makes of a text."""
        return cast(Kind, self._parsed(key, self.required(key, str), parse))

    def chosen_list(self, key: str, parse: Callable[[str], Kind]) -> list[Kind]:
        """Return what `parse` makes of the texts of a list, none of them twice."""
        texts = self.required(key, list) or []
        if not texts or any(type(text) is not str for text in texts):
            self.blame(key, "Write %(kind)s.", kind=_KINDS[list])
            return []
        if len(set(texts)) < len(texts):
            self.blame(key, "Something stands twice in this list. Remove one of them.")
        return [cast(Kind, self._parsed(key, text, parse)) for text in texts]

    def section(self, key: str) -> "Section":
        """Return the table ``[edition.key]``; where it is missing, only that is told."""
        found = self._left.pop(key, None)
        path = self._path_of(key)
        if isinstance(found, dict):
            return self._inner(path, found)
        self.blame(key, "The table [%(path)s] is missing. Add it.", path=path)
        return Section([], file=self._file, lines={}, path=path, content={})

    def sections(self, key: str) -> list["Section"]:
        """Return the tables ``[[edition.key]]``, of which there can be none."""
        found = self._left.pop(key, [])
        path = self._path_of(key)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.blame(key, "Write each of these as a table [[%(path)s]].", path=path)
            return []
        return [self._inner(f"{path}.{number}", each) for number, each in enumerate(found)]

    def close(self) -> None:
        """Blame every key that nobody took."""
        for key in self._left:
            self.blame(key, "This key is not known. Remove it, or mend its name.")

    def _path_of(self, key: str) -> str:
        return f"{self.path}.{key}".removeprefix(".")

    def _inner(self, path: str, content: dict[str, Any]) -> "Section":
        return Section(
            self._faults, file=self._file, lines=self._lines, path=path, content=content
        )

    def _parsed(self, key: str, text: str | None, parse: Callable[[str], Kind]) -> Kind | None:
        if text is None:
            return None
        try:
            return parse(values.visible(text))
        except BadValue as bad:
            self.blame(key, bad.message, **bad.values)
            return None

    def _check_range(self, key: str, number: object, least: float, most: float) -> None:
        if isinstance(number, int | float) and not least <= number <= most:
            self.blame(
                key, "Write a number from %(least)s to %(most)s.", least=least, most=most
            )
