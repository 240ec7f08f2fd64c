"""What all forms share: text that is clean, languages, and the domain's errors on fields."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import ListWidget

from opendeur import limits
from opendeur.errors import OpendeurError
from opendeur.safe_text import many_lines, one_line
from opendeur.web.i18n import translate


def line(value: str | None) -> str:
    """Return what is kept of a text on one line; nothing of a field that was not sent."""
    return one_line(value or "")


def lines(value: str | None) -> str:
    """Return what is kept of a text of several lines."""
    return many_lines(value or "")


def required(message: str) -> list[object]:
    """Return the validators of a field that must be filled in; `message` says with what."""
    return [DataRequired(message)]


def at_most(characters: int) -> Length:
    """Return the validator of a text of at most so many characters."""
    return Length(max=characters, message=_("Use at most %(max)d characters"))


def text_field(
    label: str, *, needed: str | None = None, most: int = limits.LONGEST_LINE, **options: Any
) -> StringField:
    """Return a field for one line of text; `needed` is the error when it is left empty."""
    validators = [*(required(needed) if needed else []), at_most(most)]
    return StringField(label, validators=validators, filters=[line], **options)


def long_text_field(
    label: str, *, needed: str | None = None, most: int = limits.LONGEST_TEXT, **options: Any
) -> TextAreaField:
    """Return a field for several lines of text."""
    validators = [*(required(needed) if needed else []), at_most(most)]
    return TextAreaField(label, validators=validators, filters=[lines], **options)


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose errors can also come from the domain."""

    #: Errors of the form as a whole; WTForms fills a list of each form's own.
    form_errors: list[str]
    #: The status of the answer that shows the form.
    status: int = 200

    def attach(self, error: OpendeurError) -> None:
        """Show the domain's error on its field, or at the top of the form."""
        message = translate(error)
        if error.field and error.field in self:
            self[error.field].errors = [*self[error.field].errors, message]
        else:
            self.form_errors.append(message)

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Every error as (id of the field, message), in the order of the fields."""
        found: list[tuple[str | None, str]] = [(None, str(text)) for text in self.form_errors]
        for field in self:
            found += [(_target(field), str(text)) for text in _flat(field.errors)]
        return found


class EmptyForm(Form):
    """A form of buttons only; it still carries the CSRF token."""


def whole_number(low: int, high: int) -> Callable[[Form, Field], None]:
    """Return a validator that wants a number from `low` to `high`."""

    def check(form: Form, field: Field) -> None:
        if field.data is not None and not low <= field.data <= high:
            raise ValidationError(
                _("Give a number from %(low)s to %(high)s", low=low, high=high)
            )

    return check


def _target(field: Field) -> str:
    """Return the id that an error links to: a group's first input, or the field."""
    if isinstance(field.widget, ListWidget):
        return f"{field.id}-0"
    return str(field.id)


def _flat(errors: Any) -> list[str]:
    if isinstance(errors, dict):
        return [text for part in errors.values() for text in _flat(part)]
    if isinstance(errors, list | tuple):
        return [text for part in errors for text in _flat(part)]
    return [str(errors)]
