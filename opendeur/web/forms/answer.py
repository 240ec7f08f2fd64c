"""The answers to an invitation, and to the offer of a seat."""

from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, NumberRange

from opendeur.enums import Participation
from opendeur.web.forms.base import Form


class AnswerForm(Form):
    """Yes or no; the buttons of the form carry the answer, and `sequence` to what it is one."""

    sequence = IntegerField(validators=[NumberRange(min=0)])
    answer = StringField(validators=[AnyOf([Participation.ACCEPTED, Participation.DECLINED])])


class OfferForm(Form):
    """Take the place or pass it on; the buttons of the form carry the answer."""

    answer = StringField(validators=[AnyOf(["yes", "no"])])

    @property
    def takes(self) -> bool:
        """Whether the place is taken."""
        return bool(self.answer.data == "yes")
