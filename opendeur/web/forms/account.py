"""Forms for signing in and for what people say about themselves."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice

from opendeur import limits
from opendeur.web.forms.base import Form, text_field
from opendeur.web.i18n import OWN_NAMES


class SignInForm(Form):
    """Where to send the link and the code."""

    email = text_field(
        _("Your e-mail address"),
        needed=_("Fill in your e-mail address, such as name@example.be"),
        most=limits.LONGEST_EMAIL,
        render_kw={"type": "email", "autocomplete": "email", "inputmode": "email"},
    )

    def validate_email(self, field: Field) -> None:
        """Refuse what no mail can be sent to; nobody is asked over the network."""
        try:
            validate_email(field.data, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            raise ValidationError(
                _("Fill in an e-mail address such as name@example.be")
            ) from None


class CodeForm(Form):
    """Six digits, from an e-mail or from an authenticator."""

    code = text_field(
        _("The six digits"),
        needed=_("Type the six digits"),
        most=20,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class NameForm(Form):
    """The name of whoever fills it in."""

    given_name = text_field(
        _("Given name"),
        needed=_("Fill in your given name"),
        most=limits.LONGEST_PERSON_NAME,
        render_kw={"autocomplete": "given-name"},
    )
    family_name = text_field(
        _("Family name"),
        needed=_("Fill in your family name"),
        most=limits.LONGEST_PERSON_NAME,
        render_kw={"autocomplete": "family-name"},
    )


class AccountForm(NameForm):
    """Name and language of a person."""

    language = RadioField(
        _("Language of our messages to you"),
        choices=[SelectChoice(code, name) for code, name in OWN_NAMES.items()],
        validate_choice=True,
    )
