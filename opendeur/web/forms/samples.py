"""A form with a field of each kind, for the page that shows the components."""

from wtforms import BooleanField, RadioField, SelectField

from opendeur.web.forms.base import Form, long_text_field, text_field
from opendeur.web.forms.fields import CheckBoxes, NumberField, options

HALF_DAYS = [("mo", "Monday morning"), ("tu", "Tuesday morning"), ("we", "Wednesday")]
ANSWERS = [("yes", "Yes"), ("no", "No"), ("later", "Not yet")]


class SampleForm(Form):
    """A field of each kind. What it says is for developers, in English."""

    email = text_field("E\u2011mail address", default="lotte@kastanje.example")
    text = long_text_field("What visitors see", default="A morning in the kitchen")
    seats = NumberField("How many of you come together?", default=2)
    place = SelectField("Where?", choices=options([("1", "Etterbeek"), ("2", "Oudergem")]))
    answer = RadioField("Do you come?", choices=options(ANSWERS), default="yes")
    half_days = CheckBoxes("When can you not come?", choices=options(HALF_DAYS), default=["tu"])
    agrees = BooleanField("This was discussed with the team", default=True)

    def fail(self) -> None:
        """Give each field an error, and one to the form as a whole."""
        for field in self:
            if field.type != "CSRFTokenField":
                field.errors = [f"Say what to write in \u201c{field.label.text}\u201d"]
        self.form_errors.append("The week was closed meanwhile; nothing was saved")
