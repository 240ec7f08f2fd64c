"""What is the same for everybody is computed once, and kept until its edition changes.

Every process has a `Keeper` of its own, and every value a stamp: the edition's revision, which
each request reads from the database, and whatever else the value depends on. A value with
another stamp is computed anew and takes the place of the old one, so that a change by another
process is seen by the next request here.

Only what everybody may read is kept, never what is one person's. What counts people may be a
little older than its stamp, where the keeper is told so: many choose at once.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from opendeur.models import Edition, is_settled

Value = TypeVar("Value")

#: Where a session has the keeper of its database.
KEEPER = "opendeur_keeper"
#: About how many bytes a keeper holds; what was not asked for longest goes first.
MOST_BYTES = 32_000_000
#: What a value counts for where nothing else is said.
LIGHT = 1_000


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Hashable
    value: Any
    bytes: int
    at: float


class Keeper:
    """Values by name, each with a stamp; bounded, and safe for threads.

    Parameters
    ----------
    seconds
        How old a count of people may be.
    most_bytes
        How much is kept, about; a value that is larger than all of it is not.
    """

    def __init__(self, *, seconds: float = 0, most_bytes: int = MOST_BYTES) -> None:
        self.seconds = seconds
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    @property
    def bytes(self) -> int:
        """About how many bytes are kept now."""
        return self._bytes

    def get(
        self,
        name: Hashable,
        stamp: Hashable,
        make: Callable[[], Value],
        *,
        ages: bool = False,
        weigh: Callable[[Value], int] = lambda _: LIGHT,
    ) -> Value:
        """Return the value of a name, made anew unless it is kept with the same stamp.

        Parameters
        ----------
        ages
            Whether the value is good for `seconds` only, however long the stamp stays.
        weigh
            Says about how many bytes a value has.
        """
        with self._lock:
            found = self._kept.get(name)
            if found is not None and self._is_good(found, stamp, ages=ages):
                self._kept.move_to_end(name)
                kept: Value = found.value
                return kept
        # Not under the lock: two threads rather make it twice than wait for a database.
        started = time.monotonic()
        value = make()
        if not ages or self.seconds > 0:
            self._put(name, _Kept(stamp, value, weigh(value), started))
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _is_good(self, found: _Kept, stamp: Hashable, *, ages: bool) -> bool:
        is_young = not ages or time.monotonic() - found.at < self.seconds
        return found.stamp == stamp and is_young

    def _put(self, name: Hashable, kept: _Kept) -> None:
        with self._lock:
            replaced = self._kept.pop(name, None)
            if replaced is not None:
                self._bytes -= replaced.bytes
            if kept.bytes > self._most_bytes:
                return
            self._kept[name] = kept
            self._bytes += kept.bytes
            while self._bytes > self._most_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= oldest.bytes


def keep(
    session: Session,
    edition: Edition,
    name: Hashable,
    make: Callable[[], Value],
    *,
    depends_on: Hashable = None,
    ages: bool = False,
    weigh: Callable[[Value], int] = lambda _: LIGHT,
) -> Value:
    """Return what everybody may read of an edition, kept until its revision changes.

    A session that changed the edition itself neither takes what is kept nor gives: what it
    reads may never be committed. Nor does one that is not of a `Database`.

    Parameters
    ----------
    name
        What it is, with all that may be asked for side by side, such as the language.
    depends_on
        What else makes it another, of which only the last is kept.
    ages, weigh
        See `Keeper.get`.
    """
    keeper: Keeper | None = session.info.get(KEEPER)
    if keeper is None:
        return make()
    session.flush()
    if not is_settled(session, edition):
        return make()
    stamp = (edition.revision, depends_on)
    return keeper.get((edition.id, name), stamp, make, ages=ages, weigh=weigh)
