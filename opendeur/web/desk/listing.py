"""Lists of the desk: searched, put in order and paged by what stands in the address.

What makes no sense in an address is left out: somebody may have typed it, or kept it long.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

from opendeur.domain.searching import folded, matches

#: How many rows a page has.
PAGE = 50
#: How much of what is searched for is looked at.
LONGEST_SEARCH = 100

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a list.

    `order` and `is_falling` say what it is put in order by; `chosen` has the filters that are
    on, by name.
    """

    search: str
    order: str
    is_falling: bool
    number: int
    chosen: Mapping[str, str]
    #: Whether each order falls at first, as numbers do; the first one is used unasked.
    orders: Mapping[str, bool]

    @property
    def words(self) -> list[str]:
        """What is searched for, word by word, to be compared with other texts."""
        return folded(self.search).split()

    @property
    def is_narrow(self) -> bool:
        """Whether something is searched for or left out."""
        return bool(self.search or any(self.chosen.values()))

    def url(self, **news: Any) -> str:
        """Return the address of this list with something changed, from its first page on."""
        return url_for(request.endpoint or "", **{**self.kept, **news})

    def url_by(self, order: str) -> str:
        """Return the address of the list in another order, or in this one turned around."""
        falls = not self.is_falling if order == self.order else self.orders[order]
        return self.url(sort=self._sort(order, is_falling=falls))

    @property
    def kept(self) -> dict[str, str]:
        """What an address must say to ask the same, without what goes unsaid."""
        values = {"q": self.search, "sort": self._sort(self.order, is_falling=self.is_falling)}
        return {name: value for name, value in (values | dict(self.chosen)).items() if value}

    def _sort(self, order: str, *, is_falling: bool) -> str | None:
        """Return how an address names an order; None for the one that is used unasked."""
        if order == next(iter(self.orders)) and is_falling == self.orders[order]:
            return None
        return f"-{order}" if is_falling else order


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page, and how many there are on all of them."""

    rows: Sequence[Row]
    total: int
    number: int = 1

    @property
    def count(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        """The number of the first row, from 1."""
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + len(self.rows) - 1


def asked(orders: Mapping[str, bool], **filters: Iterable[str]) -> Asked:
    """Read what the address asks of a list.

    Parameters
    ----------
    orders
        What it can be put in order by, and whether that falls at first.
    filters
        The values that each filter can have.
    """
    named = request.args.get("sort", "")
    order = named.removeprefix("-")
    if order not in orders:
        order = next(iter(orders))
        named = f"-{order}" if orders[order] else order
    chosen = {}
    for name, values in filters.items():
        value = request.args.get(name, "")
        chosen[name] = value if value in values else ""
    return Asked(
        search=" ".join(request.args.get("q", "")[:LONGEST_SEARCH].split()),
        order=order,
        is_falling=named.startswith("-"),
        number=_number(request.args.get("page", "")),
        chosen=chosen,
        orders=orders,
    )


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def page_at(number: int, total: int) -> Page[Any]:
    """Return the page of that number without rows, or the last one where there are fewer."""
    last = Page((), total).count
    return Page((), total, min(number, last))


def page_of(
    question: Asked,
    rows: Iterable[Row],
    *,
    texts: Callable[[Row], Iterable[str | None]],
    key: Callable[[Row], Any],
) -> Page[Row]:
    """Return the page of some rows that is asked for.

    Parameters
    ----------
    texts
        What of a row is searched in.
    key
        What it is put in order by.
    """
    words = question.words
    found = [row for row in rows if not words or matches(words, *texts(row))]
    found.sort(key=key, reverse=question.is_falling)
    number = page_at(question.number, len(found)).number
    start = (number - 1) * PAGE
    return Page(found[start : start + PAGE], len(found), number)
