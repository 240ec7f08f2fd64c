"""What a host says about itself, and who speaks for it."""

from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from opendeur import limits
from opendeur.web.forms.base import Form, at_most, long_text_field, text_field, whole_number
from opendeur.web.forms.fields import CheckBoxes, NumberField, options


class SearchForm(Form):
    """A name to look for in the directory. It is sent with GET and changes nothing."""

    class Meta:
        """No token: the address of the page holds what is looked for."""

        csrf = False

    q = text_field(_("Name of your organisation"), render_kw={"type": "search"})


class TakePartForm(Form):
    """One organisation of the directory, by its number."""

    organisation = NumberField(
        validators=[InputRequired(), whole_number(1, limits.LARGEST_NUMBER)]
    )


class OrganisationForm(Form):
    """An organisation, and what its visitors need to know to find it and get in."""

    name = text_field(
        _("Name of the organisation"),
        needed=_("Fill in the name of your organisation"),
        render_kw={"autocomplete": "organization"},
    )
    street = text_field(
        _("Street and number"),
        needed=_("Fill in the street and number, so that people find you"),
        render_kw={"autocomplete": "street-address"},
    )
    postcode = SelectField(_("Postcode"), validators=[InputRequired(_("Choose a postcode"))])
    sectors = CheckBoxes(_("What you work in"))
    contact_name = text_field(
        _("Whom visitors can call or ask for"),
        needed=_("Fill in the name of the person whom visitors can ask for"),
        render_kw={"autocomplete": "name"},
    )
    contact_phone = text_field(
        _("Phone number for visitors"), most=limits.LONGEST_PHONE, render_kw={"type": "tel"}
    )
    phone = text_field(
        _("General phone number"), most=limits.LONGEST_PHONE, render_kw={"type": "tel"}
    )
    website = text_field(_("Website"), render_kw={"inputmode": "url", "autocapitalize": "none"})
    description_nl = long_text_field(
        _("About your organisation, in Dutch"), render_kw={"rows": 5}
    )
    description_fr = long_text_field(
        _("About your organisation, in French"), render_kw={"rows": 5}
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
    access_nl = long_text_field(
        _("Getting in, in Dutch"), most=limits.LONGEST_DIRECTIONS, render_kw={"rows": 3}
    )
    access_fr = long_text_field(
        _("Getting in, in French"), most=limits.LONGEST_DIRECTIONS, render_kw={"rows": 3}
    )
    directions_nl = long_text_field(
        _("Getting there, in Dutch"), most=limits.LONGEST_DIRECTIONS, render_kw={"rows": 3}
    )
    directions_fr = long_text_field(
        _("Getting there, in French"), most=limits.LONGEST_DIRECTIONS, render_kw={"rows": 3}
    )

    def validate_sectors(self, field: Field) -> None:
        """Ask for at least one."""
        if not field.data:
            raise ValidationError(_("Choose at least one sector"))

    def validate_website(self, field: Field) -> None:
        """Accept an address without its scheme; refuse what is no address of a website."""
        if not field.data:
            return
        typed = field.data if "://" in field.data else f"https://{field.data}"
        try:
            parts = urlsplit(typed)
            host = parts.hostname or ""
        except ValueError:
            host, parts = "", None
        if (
            parts is None
            or parts.scheme.lower() not in ("http", "https")
            or "." not in host
            or " " in typed
        ):
            raise ValidationError(_("Fill in a website such as www.example.be"))
        field.data = typed
        at_most(limits.LONGEST_LINE)(self, field)  # with the scheme that was put before it


class ContactForm(Form):
    """Somebody else who speaks for the organisation."""

    email = text_field(
        _("E-mail address of your colleague"),
        needed=_("Fill in an e-mail address such as name@example.be"),
        most=limits.LONGEST_EMAIL,
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "off"},
    )
    replacing = BooleanField(_("This colleague takes over from me: remove me as a contact"))

    def validate_email(self, field: Field) -> None:
        """Refuse what no mail can be sent to; nobody is asked over the network."""
        try:
            validate_email(field.data, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            raise ValidationError(
                _("Fill in an e-mail address such as name@example.be")
            ) from None
