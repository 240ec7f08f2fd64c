"""Forms of visitors: who they are, their list, and when they cannot come."""

from collections.abc import Callable
from typing import Protocol

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from opendeur.web.forms.account import NameForm
from opendeur.web.forms.base import Form, text_field
from opendeur.web.forms.fields import CheckBoxes, NumberField, options
from opendeur.web.i18n import LANGUAGE_NAMES

#: The answer that none of the organisations that were found is meant.
ANOTHER = "new"
#: More digits than any number of a row has.
LONGEST_NUMBER = 12


class Named(Protocol):
    """An organisation of the directory."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """Its name."""


class IntroductionForm(NameForm):
    """Who somebody is, where they work and what they can follow.

    The name of the organisation is typed. Where it could be several of the directory, the
    form comes again with these to choose among: `which` is the answer, and it only counts
    for the name that it was asked for, `asked`.
    """

    organisation = text_field(
        _("Where do you work?"),
        render_kw={"autocomplete": "organization", "list": "workplaces"},
    )
    asked = text_field("")
    which = RadioField(_("Which one is it?"), validate_choice=False)
    self_employed = BooleanField(_("I am self-employed"))
    sectors = CheckBoxes(_("In which sectors do you work?"))
    languages = CheckBoxes(
        _("In which languages can you follow a visit?"), choices=options(LANGUAGE_NAMES.items())
    )
    seats = NumberField(
        _("How many of you come together?"),
        validators=[InputRequired(_("Give a number, 1 when you come alone"))],
        default=1,
        render_kw={"inputmode": "numeric", "min": 1},
    )

    def offer(
        self,
        *,
        sectors: list[tuple[str, str]],
        most_seats: int,
        find: Callable[[str], tuple[list[Named], bool]],
    ) -> None:
        """Say which sectors there are, how many can come together, and how to look up a name.

        `find` returns the organisations that a text can mean, and whether they are called
        exactly so.
        """
        self.sectors.choices = options(sectors)
        self._most_seats = most_seats
        typed = self.organisation.data or ""
        is_name = bool(typed) and not self.self_employed.data
        self.found, self._is_exact = find(typed) if is_name else ([], False)
        self.which.choices = [
            *((str(place.id), place.name) for place in self.found),
            (ANOTHER, typed),
        ]

    @property
    def organisation_id(self) -> int | None:
        """The organisation of the directory that is meant, if one is."""
        return self._chosen.id if self._chosen else None

    @property
    def organisation_name(self) -> str:
        """The name of an organisation that is not in the directory; empty without one."""
        is_named = not self.self_employed.data and self._chosen is None
        return (self.organisation.data or "") if is_named else ""

    @property
    def asks_which(self) -> bool:
        """Whether it is not clear which organisation is meant."""
        is_another = self._answer == ANOTHER
        return bool(self.found) and self._chosen is None and not is_another

    @property
    def _answer(self) -> str:
        """Which organisation was meant, if that was asked for the name as it is typed now."""
        was_asked = self.asked.data == self.organisation.data
        return (self.which.data or "") if was_asked else ""

    @property
    def _chosen(self) -> Named | None:
        if self._answer:
            return next((p for p in self.found if str(p.id) == self._answer), None)
        return self.found[0] if self._is_exact and len(self.found) == 1 else None

    def validate_organisation(self, field: Field) -> None:
        """Ask for one answer: a name, or self-employed."""
        if bool(field.data) == bool(self.self_employed.data):
            raise ValidationError(
                _("Leave the name empty, or do not tick that you are self-employed")
                if field.data
                else _("Say where you work, or that you are self-employed")
            )

    def validate_which(self, field: Field) -> None:
        """Ask which of several organisations is meant."""
        if self.asks_which:
            raise ValidationError(_("Say which organisation you mean"))

    def validate_sectors(self, field: Field) -> None:
        """Ask for at least one, unless those of the organisation are taken."""
        if not field.data and self._chosen is None and not self.asks_which:
            raise ValidationError(_("Tick at least one sector that you work in."))

    def validate_languages(self, field: Field) -> None:
        """Ask for at least one."""
        if not field.data:
            raise ValidationError(_("Tick at least one language."))

    def validate_seats(self, field: Field) -> None:
        """Accept as many as can sign up as one."""
        if field.data is not None and not 1 <= field.data <= self._most_seats:
            raise ValidationError(
                _(
                    "Give a number from 1 to %(most)s. Are you with more? Sign up in several "
                    "groups.",
                    most=self._most_seats,
                )
            )


class RankForm(Form):
    """One change to the list, made on the list that was shown; a button tells which.

    Each button sends the number of its visit; one to a place sends that too, after a comma.
    """

    shown = StringField()
    up = StringField()
    down = StringField()
    to = StringField()
    remove = StringField()

    @property
    def shown_ids(self) -> list[int]:
        """The visits in the list that was shown, the best first."""
        return numbers_in(self.shown.data or "")

    @property
    def act(self) -> str:
        """The name of the button that was pressed; empty when it was another one."""
        pressed = (name for name in ("up", "down", "to", "remove") if self[name].data)
        return next(pressed, "")

    @property
    def is_removal(self) -> bool:
        """Whether the visit leaves the list."""
        return self.act == "remove"

    @property
    def visit(self) -> int:
        """The visit that the change is about; 0 when it is not a number."""
        return next(iter(self._numbers), 0)

    @property
    def rank(self) -> int:
        """The rank that the visit goes to, as the button asks; 0 when it is not a number."""
        shown = self.shown_ids
        place = shown.index(self.visit) + 1 if self.visit in shown else 0
        steps = {"up": place - 1, "down": place + 1}
        return steps.get(self.act, next(iter(self._numbers[1:]), 0))

    @property
    def _numbers(self) -> list[int]:
        return numbers_in(self[self.act].data or "") if self.act else []


class LimitsForm(Form):
    """When somebody cannot come, and how many visits they want."""

    half_days = CheckBoxes(_("When can you not come?"))
    max_visits = SelectField(_("How many visits, at most?"), coerce=int, validate_choice=False)

    def offer(self, half_days: list[str], most_visits: int) -> None:
        """Say which half days there are, by key, and how many visits one can want."""
        self.half_days.choices = options((key, key) for key in half_days)
        self.max_visits.choices = options((str(n), str(n)) for n in range(1, most_visits + 1))


def numbers_in(text: str) -> list[int]:
    """Return the whole numbers in a text with commas between; anything else is left out."""
    parts = (part.strip() for part in text.split(","))
    return [
        int(part)
        for part in parts
        if part.isascii() and part.isdigit() and len(part) <= LONGEST_NUMBER
    ]
