"""Forms of organisers: starting a run, adopting it, sending, and moving an edition on."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import AnyOf, DataRequired
from wtforms.widgets import TextInput

from opendeur import limits
from opendeur.enums import EditionPhase
from opendeur.web.forms.base import Form, long_text_field
from opendeur.web.forms.fields import number_field, options, read_clock

#: How long a run may take, in seconds, with its name.
TIME_LIMITS = {
    60: _("1 minute"),
    limits.DEFAULT_RUN_SECONDS: _("5 minutes"),
    900: _("15 minutes"),
    limits.LONGEST_RUN_SECONDS: _("1 hour"),
}


def _seconds(value: Any) -> int | None:
    """Return a number of seconds, None for what is no number: the validator refuses it."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


class RunForm(Form):
    """How long the solver may look for something better, and what it may change.

    The box is there once people were told what they have.
    """

    keeps_places = BooleanField(
        _("Leave people what they were told, and change as little as can be"), default=True
    )
    time_limit_seconds = SelectField(
        _("Take at most"),
        choices=options((str(seconds), name) for seconds, name in TIME_LIMITS.items()),
        default=limits.DEFAULT_RUN_SECONDS,
        coerce=_seconds,
        validate_choice=False,
        validators=[AnyOf(TIME_LIMITS, message=_("Choose how long the run may take"))],
    )

    def __init__(self, *, were_told: bool, **options: Any) -> None:
        super().__init__(**options)
        if not were_told:
            del self.keeps_places


class AdoptForm(Form):
    """That the organiser knows what adopting does: to those who lose, and to sign-up; and why a
    moment is cancelled with it.

    Each box is there only where there is something to know.
    """

    seen = BooleanField(
        _("I have looked at who gets less than now"),
        validators=[DataRequired(_("Look at who gets less than now, then tick the box"))],
    )
    closes = BooleanField(
        _("I know that sign-up closes: nobody can change preferences any more"),
        validators=[
            DataRequired(_("Tick the box: from then on nobody can change preferences any more"))
        ],
    )

    reason = long_text_field(
        _("Why is the moment cancelled? It stands in every letter."),
        needed=_("Say in a few words why, so that people understand it"),
    )

    def __init__(
        self, *, has_losers: bool, closes_sign_up: bool, cancels: bool, **options: Any
    ) -> None:
        super().__init__(**options)
        if not cancels:
            del self.reason
        if not has_losers:
            del self.seen
        if not closes_sign_up:
            del self.closes


class SendForm(Form):
    """That the organiser read the letters, and the counts that were on the page.

    Sending is refused when the counts are others by then.
    """

    new = IntegerField(widget=HiddenField.widget, default=0)
    changed = IntegerField(widget=HiddenField.widget, default=0)
    cancelled = IntegerField(widget=HiddenField.widget, default=0)
    sure = BooleanField(
        _("I have read at least one letter of each kind"),
        validators=[DataRequired(_("Read a letter of each kind, then tick the box"))],
    )

    def validate(self, *args: Any, **options: Any) -> bool:
        """Tell only whether the box is ticked: counts that are no numbers are other counts."""
        super().validate(*args, **options)
        for field in (self.new, self.changed, self.cancelled):
            field.errors = ()
        return not self.sure.errors

    @property
    def counts(self) -> tuple[int, int, int]:
        """The counts; -1, which no count is, for one that is missing or no number."""
        fields = (self.new, self.changed, self.cancelled)
        new, changed, cancelled = (-1 if f.data is None else f.data for f in fields)
        return new, changed, cancelled


class PhaseForm(Form):
    """To which phase, from the one that the organiser saw."""

    seen = HiddenField(validators=[AnyOf([str(phase) for phase in EditionPhase])])
    phase = RadioField(
        _("Move this week to"),
        choices=[],
        validate_choice=False,
        validators=[AnyOf([str(phase) for phase in EditionPhase], message=_("Choose a phase"))],
    )
    sure = BooleanField(
        _("I know that hosts and visitors notice this at once"),
        validators=[DataRequired(_("Tick the box: hosts and visitors notice this at once"))],
    )

    def offer(self, phases: Iterable[tuple[str, str]]) -> None:
        """Offer these phases, each with what it means."""
        self.phase.choices = options(phases)


#: "28/9/2027", "28.09.2027", and what a browser or a file would write: "2027-09-28".
_DAY = re.compile(
    r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
    r"|(?P<iso>\d{4}-\d{2}-\d{2})",
    re.ASCII,
)


def _read_day(text: str) -> date | None:
    """Return the date that somebody wrote, or None when it is none."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


class _Day(Field):  # type: ignore[misc]  # WTForms has no types
    """A date as people here write it, whatever the browser would make of it."""

    widget = TextInput()
    shape = "%d/%m/%Y"
    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:{self.shape}}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent."""
        self.data = self.read(valuelist[0]) if valuelist else None
        if valuelist and valuelist[0].strip() and self.data is None:
            raise ValueError(self.fault())

    def read(self, text: str) -> date | None:
        """Return what a text says, None where it is no date."""
        return _read_day(text)

    def fault(self) -> str:
        """Say how it is written."""
        return str(gettext("Write the date like this: 5/10/2027"))


class _Moment(_Day):
    """A date and time on the edition's wall clock, to the minute."""

    shape = "%d/%m/%Y %H:%M"

    def read(self, text: str) -> datetime | None:
        """Return what a text says, None where it is no date with a time."""
        day, _, clock = text.strip().replace("T", " ").replace(",", " ").partition(" ")
        read, at = _read_day(day), read_clock(clock)
        return None if read is None or at is None else datetime.combine(read, at)

    def fault(self) -> str:
        """Say how it is written."""
        return str(gettext("Write the date and time like this: 28/9/2027 12:00"))


class DeadlinesForm(Form):
    """Until when hosts and visitors can change something, and when all is known."""

    hosting_ends_at = _Moment(
        _("Hosts can change their offer until"),
        validators=[DataRequired(_("Fill in a date and time"))],
    )
    preferences_end_at = _Moment(
        _("Visitors can give preferences until"),
        validators=[DataRequired(_("Fill in a date and time"))],
    )
    results_on = _Day(
        _("Everybody’s week is known on"), validators=[DataRequired(_("Fill in a date"))]
    )


class SeatOfferForm(Form):
    """How many hours a free seat is held for somebody who is asked."""

    hours = number_field(_("Hours to answer"), low=1, high=limits.LONGEST_SEAT_OFFER_HOURS)
