"""The filters above the programme: chips for what most people ask, the rest in a form."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from opendeur import formatting
from opendeur.domain.offers import FITS, FilterOption, OfferedSector, Place, Programme
from opendeur.web.i18n import language, language_name
from opendeur.web.public.asked import Asked
from opendeur.web.public.reader import Reader


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is a link: it turns one value on, or off where it is on."""

    text: str
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A value in the form of the other filters."""

    value: str
    text: str
    count: int
    is_on: bool


class Filters:
    """What there is to filter by, for one reader of one programme."""

    #: What the form asks, and not a chip.
    IN_FORM = ("municipality", "sector", "access")

    def __init__(self, programme: Programme, asked: Asked, reader: Reader) -> None:
        self._programme = programme
        self._asked = asked
        self._reader = reader

    @property
    def rails(self) -> Iterator[list[Chip]]:
        """The chips, in groups."""
        own = {"week": _("Fits my week"), "language": _("In my language")}
        first = [
            self._chip(FITS, value, own[value])
            for value in own
            if value in self._reader.fitting
        ]
        spoken = self._programme.options["spoken"]
        if len(spoken) > 1:
            first += [
                self._chip("spoken", o.value, _capital(language_name(o.value))) for o in spoken
            ]
        days = [
            self._chip("day", option.value, self.text_of(option))
            for option in self._programme.options["day"]
        ]
        return (group for group in (first, days) if len(group) > 1)

    def boxes(self, name: str) -> list[Box]:
        """The values of a filter in the form."""
        return [
            Box(option.value, self.text_of(option), option.count, option.is_chosen)
            for option in self._programme.options[name]
        ]

    @property
    def in_form(self) -> int:
        """How many values of the form are on."""
        return sum(len(self._asked.chosen.get(name, ())) for name in self.IN_FORM)

    @property
    def beside_form(self) -> list[tuple[str, str]]:
        """What the form sends along unseen, because chips say it."""
        found = [
            (name, value)
            for name, values in self._asked.chosen.items()
            if name not in self.IN_FORM
            for value in values
        ]
        return [*found, ("view", self._asked.view)]

    @property
    def loosened(self) -> list[tuple[str, int, str]]:
        """The filters without which there would be something: name, visits, address."""
        labels = {
            FITS: _("Fits me"),
            "day": _("Day"),
            "spoken": _("Language of the visit"),
            "municipality": _("Municipality"),
            "sector": _("Sector"),
            "access": _("Access"),
        }
        return [
            (labels[name], count, self._asked.without(name).url)
            for name, count in self._programme.loosened
            if count
        ]

    @staticmethod
    def text_of(option: FilterOption) -> str:
        """Return what a value is called."""
        subject = option.subject
        if isinstance(subject, Place | OfferedSector):
            return subject.name(language())
        if isinstance(subject, str):
            return str(_("Wheelchair accessible"))
        return _capital(formatting.unbroken(formatting.short_day(subject, language())))

    def _chip(self, name: str, value: str, text: str) -> Chip:
        is_on = value in self._asked.chosen.get(name, ())
        return Chip(text, self._asked.toggled(name, value).url, is_on)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
