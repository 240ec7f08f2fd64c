"""Reading JSON values that may be anything, and saying what is wrong with all of them.

A :class:`Field` is a value with its place in the file. Asked for what it should hold, it
answers with that, or writes a fault down and answers with something harmless, so that one
reading finds every fault. A place is put into words only where there is a fault.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import isfinite
from typing import Any

LARGEST_NUMBER = 1_000_000_000
LONGEST_QUOTE = 60
MOST_FAULTS = 1_000
"""How many faults are told in words; those after them are counted."""
Interval = tuple[datetime, datetime]
_LOCAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}(:00)?")
_MISSING = object()
_NOWHERE = datetime(2000, 1, 1)  # noqa: DTZ001 - local wall-clock time, as all of this
_TOO_LARGE = 10**4300
"""Python itself refuses to write larger numbers down, since that takes quadratic time."""


def quoted(value: object) -> str:
    """Return the value as JSON would show it, on one line, not too long."""
    match value:
        case str():
            return f'"{_short(value)}"'
        case list():
            return "a list"
        case dict():
            return "an object"
        case int() if abs(value) >= 10**LONGEST_QUOTE:
            return "a number of many digits"
        case None | bool() | int() | float():
            return json.dumps(value)
    return f"a Python {type(value).__name__}"


def on_one_line(text: str) -> str:
    """Return a text such that it can be printed anywhere, on one line."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def _short(text: str) -> str:
    long = len(text) > LONGEST_QUOTE
    return on_one_line(f"{text[:LONGEST_QUOTE]}…" if long else text)


@lru_cache(maxsize=1 << 16)
def _local_time(text: str) -> datetime | None:
    if not _LOCAL_TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=1 << 16)
def _interval_between(start: str, end: str) -> Interval | None:
    first, last = _local_time(start), _local_time(end)
    return (first, last) if first and last and first < last else None


@dataclass(slots=True)
class Faults:
    """What is wrong, a line each; the first ones in words, the others as a number."""

    _lines: dict[str, None] = field(default_factory=dict)
    _untold: int = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._lines) + self._untold

    def is_one_more(self) -> bool:
        """Count one more, where there are too many to put it into words."""
        is_full = len(self._lines) == MOST_FAULTS
        self._untold += is_full
        return is_full

    def add(self, place: "Field", what: str) -> None:
        """Write a fault down; one that was said before is not repeated."""
        if not self.is_one_more():
            where = place.place
            self._lines[f"{where}: {what}" if where else what] = None

    def lines(self) -> list[str]:
        """Return the lines, and one that says how many there are more."""
        more = [f"and {self._untold} faults more"] if self._untold else []
        return [*self._lines, *more]


@dataclass(slots=True)
class Field:
    """A value, where it stands, and where faults are written down.

    ``key`` is the name of a member of the object ``inside``, or the index of an item of the
    list ``inside``; the value of a whole file is inside nothing.
    """

    value: Any
    faults: Faults
    inside: "Field | None" = None
    key: str | int = ""

    @property
    def place(self) -> str:
        """Where this stands, such as ``visitors[3].preferences[1]``."""
        keys: list[str] = []
        here: Field | None = self
        while here is not None and here.inside is not None:
            is_item = isinstance(here.key, int)
            keys.append(f"[{here.key}]" if is_item else f".{_short(str(here.key))}")
            here = here.inside
        return "".join(reversed(keys)).removeprefix(".")

    def fault(self, what: str) -> None:
        """Write down what is wrong with this value."""
        self.faults.add(self, what)

    def _wrong(self, expected: str) -> None:
        if self.faults.is_one_more():
            return
        if self.value is _MISSING:
            self.fault("is missing")
        else:
            self.fault(f"{quoted(self.value)} is not {expected}")

    @property
    def is_null(self) -> bool:
        """True where the value is null or not there at all."""
        return self.value is None or self.value is _MISSING

    def get(self, key: str) -> "Field":
        """Return a member of this object; it is null where this is no object."""
        if not isinstance(self.value, dict):
            return Field(None, Faults(), self, key)
        return Field(self.value.get(key, _MISSING), self.faults, self, key)

    def is_object(self) -> bool:
        """Tell whether this is an object; a fault where it is not."""
        if not isinstance(self.value, dict):
            self._wrong("an object")
        return isinstance(self.value, dict)

    def items(self, *, optional: bool = False) -> Iterator["Field"]:
        """Yield the items of this list; none where it is ``optional`` and not there."""
        if isinstance(self.value, list):
            for index, item in enumerate(self.value):
                yield Field(item, self.faults, self, index)
        elif not (optional and self.is_null):
            self._wrong("a list")

    def objects(self, *, optional: bool = False) -> Iterator["Field"]:
        """Yield the items of this list that are objects; a fault for any other."""
        return (item for item in self.items(optional=optional) if item.is_object())

    def text(self, *, optional: bool = False) -> str:
        """Return a text; empty where it is ``optional`` and not there."""
        if isinstance(self.value, str):
            return self.value
        if not (optional and self.is_null):
            self._wrong("a text")
        return ""

    def texts(self, *, optional: bool = False) -> tuple[str, ...]:
        """Return a list of texts."""
        if isinstance(self.value, list) and _are_texts(self.value):
            return tuple(self.value)
        return tuple(item.text() for item in self.items(optional=optional))

    def whole(self, *, least: int = -LARGEST_NUMBER, most: int = LARGEST_NUMBER) -> int:
        """Return a whole number from ``least`` to ``most``."""
        if type(self.value) is not int:
            self._wrong("a whole number")
            return least
        return int(self._within(least, most))

    def optional_whole(self, *, least: int) -> int | None:
        """Return a whole number of at least ``least``, or None where there is none."""
        return None if self.is_null else self.whole(least=least)

    def number(self, *, least: float = 0, most: float = LARGEST_NUMBER) -> float:
        """Return a finite number from ``least`` to ``most``."""
        if type(self.value) is not int and not (
            type(self.value) is float and isfinite(self.value)
        ):
            self._wrong("a number")
            return least
        return self._within(least, most)

    def numbers(self, *, least: float = 0, most: float = LARGEST_NUMBER) -> tuple[float, ...]:
        """Return a list of finite numbers from ``least`` to ``most``."""
        values = self.value
        are_numbers = isinstance(values, list) and set(map(type, values)) <= {int, float}
        # NaN is not within anything.
        if are_numbers and all(least <= value <= most for value in values):
            return tuple(values)
        return tuple(item.number(least=least, most=most) for item in self.items())

    def _within(self, least: float, most: float) -> float:
        if self.value < least:
            self.fault(f"{quoted(self.value)} is less than {least}")
        elif self.value > most:
            self.fault(f"{quoted(self.value)} is more than {most}")
        else:
            return self.value  # type: ignore[no-any-return]  # a number, by its callers
        return least

    def one_of(self, known: Collection[str], *, what: str) -> str:
        """Return a text that is among ``known``; ``what`` names such a thing in a fault."""
        text = self.text()
        if text not in known and isinstance(self.value, str):
            self.fault(f"no {what} {quoted(text)}")
        return text

    def each_of(self, known: Collection[str], *, what: str) -> tuple[str, ...]:
        """Return a list of different texts that are among ``known``."""
        if isinstance(self.value, list) and _are_texts(self.value):
            texts = set(self.value)
            if len(texts) == len(self.value) and all(map(known.__contains__, texts)):
                return tuple(self.value)
        found: dict[str, None] = {}
        for item in self.items():
            text = item.one_of(known, what=what)
            if text in found and text in known:
                item.fault(f"the {what} {quoted(text)} was there before")
            found[text] = None
        return tuple(found)

    def local_time(self) -> datetime:
        """Return a local wall-clock time such as ``2026-11-03T09:30``."""
        found = _local_time(self.value) if isinstance(self.value, str) else None
        if found is None:
            self._wrong("a local time such as 2026-11-03T09:30")
        return found or _NOWHERE


def interval(start: Field, end: Field) -> Interval:
    """Return a local wall-clock time and a later one."""
    found = _interval_of([start.value, end.value])
    if found:
        return found
    faults_before = len(start.faults)
    ends = start.local_time(), end.local_time()
    if len(start.faults) == faults_before:
        end.fault(f"{quoted(end.value)} is not after {quoted(start.value)}")
    return ends


def intervals(field: Field) -> tuple[Interval, ...]:
    """Return a list of pairs of a local wall-clock time and a later one; it may be missing."""
    if isinstance(field.value, list):
        found = [_interval_of(item) for item in field.value]
        if all(found):
            return tuple(pair for pair in found if pair)
    read = []
    for item in field.items(optional=True):
        ends = list(item.items())
        if len(ends) == 2:
            read.append(interval(*ends))
        elif isinstance(item.value, list):
            item.fault("is not a start and an end")
    return tuple(read)


def _interval_of(ends: object) -> Interval | None:
    if isinstance(ends, list) and len(ends) == 2 and _are_texts(ends):
        return _interval_between(*ends)
    return None


def say_what_is_not_json(root: Field) -> None:
    """Write a fault down for every value that no JSON file in UTF-8 can hold.

    Those are NaN and the infinities, which a number like 1e999 becomes, half a character,
    a number of thousands of digits, and any other thing of Python.
    """
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        here = waiting.pop()
        words = _why_not_json(here.value)
        if words:
            here.fault(words)
        if isinstance(here.value, dict | list) and id(here.value) not in seen:
            seen.add(id(here.value))
            waiting.extend(reversed(list(_members(here))))


def _members(container: Field) -> Iterator[Field]:
    if isinstance(container.value, list):
        yield from container.items()
        return
    for key, value in container.value.items():
        words = _why_not_json(key) if isinstance(key, str) else f"{quoted(key)} is not a text"
        if words:
            container.fault(f"of the keys, {words}")
        yield Field(value, container.faults, container, str(key))


def _why_not_json(value: object) -> str | None:
    match value:
        case None | bool() | dict() | list():
            return None
        case str():
            is_whole = value.isascii() or value.encode(errors="ignore").decode() == value
            return None if is_whole else f"{quoted(value)} holds half a character"
        case int():
            return f"{quoted(value)} is too large" if abs(value) >= _TOO_LARGE else None
        case float():
            return None if isfinite(value) else f"{quoted(value)} is not a number"
    return f"{quoted(value)} is not JSON"


def _are_texts(values: list[Any]) -> bool:
    return set(map(type, values)) <= {str}
