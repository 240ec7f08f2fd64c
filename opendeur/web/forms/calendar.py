"""The address at which a calendar reads along."""

from wtforms import StringField
from wtforms.validators import AnyOf

from opendeur.web.forms.base import Form


class CalendarForm(Form):
    """Make an address or end it; the buttons of the form carry which."""

    address = StringField(validators=[AnyOf(["make", "end"])])
