"""Which programme is asked for: how it is listed and filtered. All of it is in the address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from opendeur.domain.offers import FILTERS, FITS

#: How visits can be listed; the first is meant where the address names none.
VIEWS = ("municipality", "day", "week")


@dataclass(frozen=True, slots=True)
class Asked:
    """A programme as its address asks for it."""

    view: str = VIEWS[0]
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of_request(cls) -> Self:
        """Return what this request asks for."""
        return cls._of(request.args)

    @classmethod
    def of_path(cls, path: str) -> Self:
        """Return what an address on this site asks for."""
        return cls._of(MultiDict(parse_qsl(urlsplit(path).query)))

    @classmethod
    def _of(cls, arguments: MultiDict[str, str]) -> Self:
        """Return what is asked for; other names and views are left out."""
        view = arguments.get("view", "")
        chosen = {
            name: tuple(dict.fromkeys(values))
            for name in (FITS, *FILTERS)
            if (values := [value for value in arguments.getlist(name) if value])
        }
        return cls(view if view in VIEWS else VIEWS[0], chosen)

    def known(self, chosen: Mapping[str, Iterable[str]]) -> "Asked":
        """Return the same with only the values that there are."""
        return Asked(self.view, {name: tuple(sorted(chosen[name])) for name in sorted(chosen)})

    @property
    def query(self) -> str:
        """What stands behind the path, with its question mark; nothing where all is usual."""
        values: dict[str, object] = dict(sorted(self.chosen.items()))
        if self.view != VIEWS[0]:
            values["view"] = self.view
        return f"?{urlencode(values, doseq=True)}" if values else ""

    @property
    def url(self) -> str:
        """The address of this programme."""
        return url_for("public.programme") + self.query

    @property
    def calendar_url(self) -> str:
        """The address of this programme as a calendar, which knows nobody's week."""
        return (
            url_for("public.programme_calendar") + Asked(chosen=self.without(FITS).chosen).query
        )

    @property
    def is_as_written(self) -> bool:
        """Whether the request asks for this and has nothing else in its address."""
        return request.query_string.decode("ascii", "replace") == self.query.removeprefix("?")

    def seen(self, view: str) -> "Asked":
        """Return the same, listed another way."""
        return Asked(view, self.chosen)

    def without(self, name: str = "") -> "Asked":
        """Return the same without one of its filters, or without any."""
        rest = {other: values for other, values in self.chosen.items() if name != other}
        return Asked(self.view, rest if name else {})

    def toggled(self, name: str, value: str) -> "Asked":
        """Return the same with one value more, or one less where it is chosen."""
        values = self.chosen.get(name, ())
        rest = tuple(other for other in values if other != value)
        changed = rest if value in values else (*values, value)
        chosen = {**self.chosen, name: changed}
        return Asked(self.view, {key: found for key, found in chosen.items() if found})
