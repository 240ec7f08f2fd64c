"""What a host offers: a visit, and the moments at which it takes place."""

from flask_babel import lazy_gettext as _
from wtforms import Field, SelectField, ValidationError
from wtforms.validators import InputRequired, Optional

from opendeur import limits
from opendeur.web.forms.base import Form, long_text_field, text_field
from opendeur.web.forms.fields import CheckBoxes, clock_field, number_field, options
from opendeur.web.i18n import LANGUAGE_NAMES


class VisitForm(Form):
    """A visit in Dutch, in French, or in both."""

    title_nl = text_field(_("Title in Dutch"))
    description_nl = long_text_field(
        _("What people will see and hear, in Dutch"), render_kw={"rows": 8}
    )
    title_fr = text_field(_("Title in French"))
    description_fr = long_text_field(
        _("What people will see and hear, in French"), render_kw={"rows": 8}
    )
    audience = CheckBoxes(_("For whom"))


class SlotForm(Form):
    """A moment: when, for how many, in which languages, and where."""

    day = SelectField(_("Day"), validators=[InputRequired(_("Choose a day"))])
    starts = clock_field(_("From"), needed=_("Fill in when the visit starts"))
    ends = clock_field(_("To"), needed=_("Fill in when the visit ends"))
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
