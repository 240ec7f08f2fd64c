"""Fields that several forms need: a time of day, a whole number, a choice of several."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, IntegerField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from opendeur import formatting
from opendeur.web.forms.base import whole_number
from opendeur.web.i18n import language

#: "9:30", "9h30", "9u30", "9.30", "9 h", "930", "0930", "9".
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:\s*[:.,hu]\s*(?P<minute>\d{2})?)?", re.IGNORECASE)
_DIGITS = re.compile(r"(?P<hour>\d{1,2})(?P<minute>\d{2})")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}")


def read_clock(text: str) -> time | None:
    """Return the time of day that somebody typed, or None when it is none.

    Accepts the ways of writing of Dutch and French: 9:30, 9h30, 9u30, 9.30, 930, 9 h.
    """
    typed = " ".join(text.split()).rstrip(".").strip()
    if not typed.isascii():
        return None
    found = _CLOCK.fullmatch(typed) or _DIGITS.fullmatch(typed)
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


class ClockField(Field):  # type: ignore[misc]  # WTForms has no types
    """A time of day, typed freely and shown as the language of the page writes it.

    Browsers have a field for it, which follows their own language: "9:30 PM" on a Dutch page.
    """

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            read = read_clock(self.raw_data[0])
            return _typed(read) if read else str(self.raw_data[0])
        return _typed(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent."""
        self.data = read_clock(valuelist[0]) if valuelist else None
        if valuelist and valuelist[0].strip() and self.data is None:
            raise ValueError(_("Give a time such as 9:30"))


def _typed(clock: time) -> str:
    """Return a time as somebody types it: "9:30", in French "9h30"."""
    return "".join(formatting.clock(clock, language()).split())


class NumberField(IntegerField):  # type: ignore[misc]  # WTForms has no types
    """A whole number in digits from 0 to 9, with an error that says so in words.

    Python also reads digits of other scripts and "1_0". No page shows a number like that, and
    the field of a browser does not either: what somebody sees must be what they typed.
    """

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent."""
        typed = [value.strip() for value in valuelist]
        if typed and not _NUMBER.fullmatch(typed[0]):
            self.data = None
            raise ValueError(_("Give a whole number, such as 8"))
        super().process_formdata(typed)


class CheckBoxes(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """A choice of several, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        known = {choice.value for choice in self.iter_choices()}
        if self.data and not set(self.data) <= known:
            raise ValidationError(_("Choose from the list"))


def options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return what a list offers, from values and the words for them."""
    return [SelectChoice(value, label) for value, label in pairs]


def clock_field(label: str, *, needed: str) -> ClockField:
    """Return a field for a time of day; `needed` is the error when it is left empty."""

    def check(form: Any, field: ClockField) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(needed)

    return ClockField(
        label,
        validators=[check],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "maxlength": 12, "size": 6},
    )


def number_field(label: str, *, low: int, high: int) -> NumberField:
    """Return a field for a number from `low` to `high`."""
    return NumberField(
        label,
        validators=[
            InputRequired(_("Give a number from %(low)s to %(high)s", low=low, high=high)),
            whole_number(low, high),
        ],
        render_kw={"type": "number", "inputmode": "numeric", "min": low, "max": high},
    )
