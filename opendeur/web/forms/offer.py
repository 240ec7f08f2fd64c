"""What a host offers: a visit, and the moments at which it takes place.

Fields stand in the order of the pages, which is that of the errors.
"""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    ValidationError,
)
from wtforms.fields import HiddenField
from wtforms.validators import DataRequired, InputRequired, Optional

from opendeur import limits
from opendeur.errors import OpendeurError
from opendeur.web.forms.base import Form, long_text_field, text_field
from opendeur.web.forms.fields import CheckBoxes, clock_field, number_field, options
from opendeur.web.i18n import LANGUAGE_NAMES, language

OVERLAP = _(
    "You receive people then already. Tick the box if you can do both, or choose another time."
)


class CardForm(Form):
    """What visitors need of the organisation. A moment elsewhere has a place of its own."""

    contact_name = text_field(
        _("Whom visitors can call or ask for"),
        needed=_("Fill in the name of the person whom visitors can ask for"),
        render_kw={"autocomplete": "name"},
    )
    contact_phone = text_field(
        _("Phone number for visitors"),
        most=limits.LONGEST_PHONE,
        render_kw={"type": "tel", "autocomplete": "tel"},
    )
    host_street = text_field(
        _("Street and number"),
        needed=_("Fill in the street and number, so that people find you"),
        render_kw={"autocomplete": "street-address"},
    )
    host_postcode = SelectField(
        _("Postcode"), validators=[InputRequired(_("Choose a postcode"))]
    )
    wheelchair = RadioField(
        _("Can somebody in a wheelchair come in?"),
        choices=options(
            [
                ("yes", _("Yes")),
                ("partly", _("Partly, or with help")),
                ("no", _("No")),
                ("", _("I do not know yet")),
            ]
        ),
        default="",
    )


class VisitForm(Form):
    """A visit in Dutch, in French, or in both."""

    title_nl = text_field(_("Title in Dutch"), render_kw={"lang": "nl"})
    description_nl = long_text_field(
        _("What people will see and hear, in Dutch"), render_kw={"rows": 3, "lang": "nl"}
    )
    title_fr = text_field(_("Title in French"), render_kw={"lang": "fr"})
    description_fr = long_text_field(
        _("What people will see and hear, in French"), render_kw={"rows": 3, "lang": "fr"}
    )
    audience = CheckBoxes(_("For whom"))

    def validate_title_nl(self, field: Field) -> None:
        """Ask for a title, in the language of the page."""
        self._require_title(field, "nl")

    def validate_title_fr(self, field: Field) -> None:
        """Ask for a title, in the language of the page."""
        self._require_title(field, "fr")

    def _require_title(self, field: Field, its_language: str) -> None:
        has_title = self.title_nl.data or self.title_fr.data
        if not has_title and its_language == first_language():
            raise ValidationError(
                _("Give the visit a title in Dutch or in French; one is enough.")
            )


def first_language() -> str:
    """Return in which language a host is asked first: that of the page, or Dutch."""
    return "fr" if language() == "fr" else "nl"


class DayForm(Form):
    """The day of one moment."""

    day = SelectField(_("Day"), validators=[InputRequired(_("Choose a day"))])


class DaysForm(Form):
    """The days of several moments that are alike."""

    days = CheckBoxes(_("On which days?"))

    def validate_days(self, field: Field) -> None:
        """Ask for at least one."""
        if not field.data:
            raise ValidationError(_("Choose at least one day"))


class MomentForm(Form):
    """From when to when, for how many, in which languages, and where."""

    starts = clock_field(_("From"), needed=_("Fill in when the visit starts"))
    ends = clock_field(_("To"), needed=_("Fill in when the visit ends"))
    anyway = BooleanField(_("Yes, we can receive both groups at once"))
    minimum = number_field(_("Smallest group"), low=1, high=limits.MOST_SEATS)
    capacity = number_field(_("Largest group"), low=1, high=limits.MOST_SEATS)
    languages = CheckBoxes(
        _("Languages of the visit"),
        choices=options((code.value, name) for code, name in LANGUAGE_NAMES.items()),
    )
    street = text_field(_("Street and number of the other place"))
    postcode = SelectField(_("Postcode of the other place"), validators=[Optional()])

    def validate_languages(self, field: Field) -> None:
        """Ask for at least one."""
        if not field.data:
            raise ValidationError(_("Choose at least one language"))

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Every error; moments that overlap are listed at the box to tick, and only there."""
        return [
            (target, str(OVERLAP) if target == self.anyway.id else message)
            for target, message in super().problems
        ]

    def attach(self, error: OpendeurError) -> None:
        """Show an error on its field, once: what a field says already is not said again."""
        if error.field == "day" and "days" in self:
            error.field = "days"
        if not (error.field in self and self[error.field].errors):
            super().attach(error)


class SlotForm(DayForm, MomentForm):
    """A moment that changes."""


class MoveForm(SlotForm):
    """A moment with people in it that moves; refused when others come by then."""

    seen = IntegerField(widget=HiddenField.widget, default=0)
    sure = BooleanField(
        _("I have seen whom this touches"),
        validators=[DataRequired(_("Look whom this touches, then tick the box"))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all fields; a count that is no number is another count."""
        super().validate(extra_validators)
        self.seen.errors = ()
        return not self.problems

    @property
    def people(self) -> int:
        """How many people were on the page; -1 where that is missing or no number."""
        return -1 if self.seen.data is None else int(self.seen.data)


class SlotsForm(DaysForm, MomentForm):
    """New moments, all alike."""


class OfferForm(CardForm, VisitForm, DaysForm, MomentForm):
    """A new visit with its moments, and the organisation that shows it.

    `keep` is the button that keeps it as a draft. A draft needs no moment; then what is typed
    of moments is of no account.
    """

    keep = BooleanField()

    @property
    def has_moments(self) -> bool:
        """Whether moments are asked for."""
        return bool(self.days.data) or not self.keep.data

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all fields that count."""
        super().validate(extra_validators)
        if not self.has_moments:
            for name in ("days", *_names_of(MomentForm)):
                self[name].errors = []
        return not self.problems


def _names_of(form: type[Form]) -> list[str]:
    return [name for name, value in vars(form).items() if hasattr(value, "field_class")]
