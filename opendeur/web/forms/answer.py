"""The answer to an invitation."""

from wtforms import StringField
from wtforms.validators import AnyOf

from opendeur.enums import Participation
from opendeur.web.forms.base import Form


class AnswerForm(Form):
    """Yes or no; the buttons of the form carry the answer."""

    answer = StringField(validators=[AnyOf([Participation.ACCEPTED, Participation.DECLINED])])
