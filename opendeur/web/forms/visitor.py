"""Forms of visitors: who they are, their list, and when they cannot come."""

from flask_babel import lazy_gettext as _
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from opendeur.web.forms.account import NameForm
from opendeur.web.forms.base import Form, text_field
from opendeur.web.forms.fields import CheckBoxes, NumberField, options
from opendeur.web.i18n import LANGUAGE_NAMES

#: Answers to "where do you work" that are not one of the directory.
SELF_EMPLOYED = "self"
NOT_LISTED = "new"
#: More digits than any number of a row has.
LONGEST_NUMBER = 12


class IntroductionForm(NameForm):
    """Who somebody is, where they work and what they can follow."""

    organisation = SelectField(_("Where do you work?"), validate_choice=False)
    organisation_name = text_field(
        _("Name of your organisation, if it is not in the list"),
        render_kw={"autocomplete": "organization"},
    )
    languages = CheckBoxes(
        _("In which languages can you follow a visit?"), choices=options(LANGUAGE_NAMES.items())
    )
    sectors = CheckBoxes(_("In which sectors do you work?"))
    seats = NumberField(
        _("How many of you come together?"),
        validators=[InputRequired(_("Give a number, 1 when you come alone"))],
        default=1,
        render_kw={"inputmode": "numeric", "min": 1},
    )

    def offer(
        self, organisations: list[tuple[str, str]], sectors: list[tuple[str, str]]
    ) -> None:
        """Say which organisations and sectors there are, as (value, name)."""
        self.organisation.choices = options(
            [
                ("", _("Choose")),
                (SELF_EMPLOYED, _("I am self-employed")),
                (NOT_LISTED, _("My organisation is not in the list")),
                *organisations,
            ]
        )
        self.sectors.choices = options(sectors)

    @property
    def organisation_id(self) -> int | None:
        """The organisation of the directory that was chosen, if one was."""
        numbers = numbers_in(self.organisation.data or "")
        return numbers[0] if numbers else None

    def validate_organisation(self, field: Field) -> None:
        """Ask for one answer: from the list, or a name, or self-employed."""
        chosen, typed = field.data or "", self.organisation_name.data
        if not chosen and not typed:
            raise ValidationError(_("Say where you work, or that you are self-employed"))
        if chosen and chosen not in (SELF_EMPLOYED, NOT_LISTED) and not numbers_in(chosen):
            raise ValidationError(_("Choose your organisation from the list."))
        if typed and chosen not in ("", NOT_LISTED):
            raise ValidationError(_("Choose from the list or give a name, not both"))

    def validate_organisation_name(self, field: Field) -> None:
        """Ask for the name of an organisation that is not in the list."""
        if self.organisation.data == NOT_LISTED and not field.data:
            raise ValidationError(_("Fill in the name of your organisation"))


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
