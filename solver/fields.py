"""Reading JSON values that may be anything, and saying what is wrong with all of them.

A :class:`Field` is a value with its place in the file. Asked for what it should hold, it
answers with that, or writes a fault down and answers with something harmless, so that one
reading finds every fault.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

LARGEST_NUMBER = 1_000_000_000
LONGEST_QUOTE = 60
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:00)?")
_MISSING = object()
_NOWHERE = datetime(2000, 1, 1)  # noqa: DTZ001 - local wall-clock time, as all of this


def quoted(value: object) -> str:
    """Return the value as JSON would show it, on one line, not too long."""
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    text = text.encode("unicode_escape").decode() if not text.isprintable() else text
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


@dataclass(frozen=True, slots=True)
class Field:
    """A value, where it stands, and where faults are written down."""

    value: Any
    place: str
    faults: list[str]

    def fault(self, what: str) -> None:
        """Write down what is wrong with this value."""
        self.faults.append(f"{self.place}: {what}" if self.place else what)

    def _wrong(self, expected: str) -> None:
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
            return Field(None, f"{self.place}.{key}", [])
        place = f"{self.place}.{key}" if self.place else key
        return Field(self.value.get(key, _MISSING), place, self.faults)

    def is_object(self) -> bool:
        """Tell whether this is an object; a fault where it is not."""
        if not isinstance(self.value, dict):
            self._wrong("an object")
        return isinstance(self.value, dict)

    def items(self, *, optional: bool = False) -> Iterator["Field"]:
        """Yield the items of this list; none where it is ``optional`` and not there."""
        if optional and self.is_null:
            return
        if not isinstance(self.value, list):
            self._wrong("a list")
            return
        for index, item in enumerate(self.value):
            yield Field(item, f"{self.place}[{index}]", self.faults)

    def objects(self, *, optional: bool = False) -> Iterator["Field"]:
        """Yield the items of this list that are objects; a fault for any other."""
        return (item for item in self.items(optional=optional) if item.is_object())

    def text(self, *, optional: bool = False) -> str:
        """Return a text; empty where it is ``optional`` and not there."""
        if optional and self.is_null:
            return ""
        if not isinstance(self.value, str):
            self._wrong("a text")
            return ""
        return self.value

    def texts(self, *, optional: bool = False) -> tuple[str, ...]:
        """Return a list of texts."""
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
        if type(self.value) not in (int, float) or (
            isinstance(self.value, float) and not isfinite(self.value)
        ):
            self._wrong("a number")
            return least
        return self._within(least, most)

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
        if isinstance(self.value, str) and text not in known:
            self.fault(f"no {what} {quoted(text)}")
        return text

    def local_time(self) -> datetime:
        """Return a local wall-clock time such as ``2026-11-03T09:30``."""
        if isinstance(self.value, str) and _LOCAL_TIME.fullmatch(self.value):
            try:
                return datetime.fromisoformat(self.value)
            except ValueError:
                pass
        self._wrong("a local time such as 2026-11-03T09:30")
        return _NOWHERE
