"""What templates say about dates, phases and browsers."""

import re
from datetime import datetime

from flask import Flask, g
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from opendeur import formatting
from opendeur.enums import EditionPhase
from opendeur.models import Edition
from opendeur.web.i18n import language

TYPED_AT_LEAST = 3
#: What people write between the digits of a phone number.
_BETWEEN_DIGITS = re.compile(r"[\s./()-]")
_DIGITS = re.compile(r"\+?\d{6,15}")


def init_app(app: Flask) -> None:
    """Make the filters known to templates."""
    for function in (
        edition_period,
        phase_name,
        phase_sentence,
        moment,
        local,
        browser_name,
        typed_texts,
        capitalised,
        formatting.parted,
        phone_link,
    ):
        app.add_template_filter(function)


def edition_period(edition: Edition) -> str:
    """Return the days of an edition: "15 tot 19 november 2027"."""
    period = formatting.period(edition.starts_on, edition.ends_on, language())
    return formatting.unbroken(period)


def local(instant: datetime) -> datetime:
    """Return an instant on the wall clock of the edition, or of Brussels without one."""
    edition: Edition | None = g.get("edition")
    return (edition or Edition(time_zone="Europe/Brussels")).local(instant)


def moment(instant: datetime) -> str:
    """Return an instant as day and time: "dinsdag 28 september, 12:00"."""
    here = local(instant)
    day = formatting.unbroken(formatting.day(here, language()))
    return f"{day}, {formatting.clock(here, language())}"


def phase_name(phase: EditionPhase) -> str:
    """Return the name of a phase."""
    names = {
        EditionPhase.DRAFT: _("Preparation"),
        EditionPhase.HOSTING: _("Offer"),
        EditionPhase.PROGRAMME: _("Programme"),
        EditionPhase.PREFERENCES: _("Preferences"),
        EditionPhase.ASSIGNMENT: _("Assignment"),
        EditionPhase.PUBLISHED: _("Known"),
        EditionPhase.WEEK: _("The week"),
        EditionPhase.EVALUATION: _("Evaluation"),
        EditionPhase.CLOSED: _("Closed"),
    }
    return str(names[phase])


def phase_sentence(phase: EditionPhase, edition: Edition) -> str:
    """Say what can be done now, for people who look for their week."""
    if phase is EditionPhase.PREFERENCES:
        until = edition.local(edition.preferences_end_at)
        return str(
            _(
                "You can give your preferences until %(day)s, %(clock)s.",
                day=formatting.unbroken(formatting.day(until, language())),
                clock=formatting.clock(until, language()),
            )
        )
    sentences = {
        EditionPhase.DRAFT: _("This week is being prepared."),
        EditionPhase.HOSTING: _("Hosts can register what they offer."),
        EditionPhase.PROGRAMME: _("The programme can be read. Preferences come later."),
        EditionPhase.ASSIGNMENT: _("All preferences are in. The week is being put together."),
        EditionPhase.PUBLISHED: _("Everybody's week is known."),
        EditionPhase.WEEK: _("The doors are open."),
        EditionPhase.EVALUATION: _("The week is over. Thank you for coming."),
        EditionPhase.CLOSED: _("This week is over."),
    }
    return str(sentences[phase])


def browser_name(user_agent: str) -> str:
    """Name a browser and its system in words that its owner knows."""
    browsers = (
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), _("A browser"))
    system = next((name for mark, name in systems if mark in user_agent), "")
    return f"{browser}, {system}" if system else str(browser)


def capitalised(text: str) -> str:
    """Return text with a capital first letter and the rest as it is, for headings."""
    return text[:1].upper() + text[1:]


def phone_link(text: str) -> str:
    """Return a phone number as a link dials it; empty where the text is not one number.

    A number without its country is one of Belgium.
    """
    number = _BETWEEN_DIGITS.sub("", text)
    if not _DIGITS.fullmatch(number):
        return ""
    if number.startswith("00"):
        return f"tel:+{number[2:]}"
    return f"tel:+32{number[1:]}" if number.startswith("0") else f"tel:{number}"


def typed_texts(form: MultiDict[str, str]) -> list[str]:
    """Return the texts in a form that somebody may have typed, without tokens and numbers."""
    return [
        value
        for name, value in form.items(multi=True)
        if name != "csrf_token" and len(value) > TYPED_AT_LEAST
    ]
