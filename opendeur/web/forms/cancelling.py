"""Taking a place back, or cancelling a moment: why, and what was on the page."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField
from wtforms.fields import HiddenField

from opendeur.web.forms.base import Form, long_text_field


class DismissForm(Form):
    """That somebody will not come, and why, where that is known."""

    reason = long_text_field(_("What do you know? It stays in the history of the place."))


class CancelForm(Form):
    """That a moment is cancelled; cancelling is refused when other people come by then."""

    seen = IntegerField(widget=HiddenField.widget, default=0)
    reason = long_text_field(
        _("Why? It stands in every letter."),
        needed=_("Say in a few words why, so that people understand it"),
    )

    def validate(self, *args: Any, **options: Any) -> bool:
        """Tell only whether there is a reason: a count that is no number is another count."""
        super().validate(*args, **options)
        self.seen.errors = ()
        return not self.reason.errors

    @property
    def people(self) -> int:
        """How many people were on the page; -1 where that is missing or no number."""
        return -1 if self.seen.data is None else int(self.seen.data)
