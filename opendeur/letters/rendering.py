"""From what a letter is about to its words, as text and as HTML.

The text template of a letter holds the subject in its first line, the body after a blank
one. Works without Flask: letters are written by the worker.
"""

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from opendeur import formatting
from opendeur.enums import FeedRole
from opendeur.letters.kinds import Letter, Letterhead
from opendeur.letters.moments import Entry
from opendeur.letters.phrases import Phrases
from opendeur.letters.safety import safe_copy
from opendeur.safe_text import many_lines, one_line

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates"
TRANSLATIONS = ROOT / "opendeur" / "translations"

#: Every zone has its own front door: the paint, and the same paint in shadow.
DOORS = {
    "noord": ("#1f4079", "#122850"),
    "noord-oost": ("#762437", "#4d1422"),
    "zuid-oost": ("#14493c", "#0b2f26"),
    "zuid": ("#582b63", "#3a1a42"),
    "centrum-west": ("#644114", "#412a0b"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A letter in words."""

    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWords:
    """What an entry in the reader's calendar says.

    `description_language` is empty where a host's own words are in another language than the
    rest.
    """

    summary: str
    description: str
    location: str
    description_language: str


def render(letter: Letter, *, translations: Path = TRANSLATIONS) -> Rendered:
    """Write a letter in the language of its reader.

    Parameters
    ----------
    translations
        Folder of catalogues, ``LANGUAGE/LC_MESSAGES/messages.mo``; English needs none.

    Raises
    ------
    ValueError
        When a link does not lead to the site.
    """
    safe = safe_copy(letter, base_url=letter.head.base_url)
    write = partial(_written, safe, language=letter.head.language, folder=translations)
    subject, text = _parted(write(f"{letter.template}.txt"))
    if safe.head.example_of:
        marked = _parted(write("_example.txt", subject=subject))
        subject, text = marked[0], f"{marked[1]}\n{text}"
    html = write(f"{letter.template}.html", subject=subject)
    return Rendered(subject=subject, text=text, html=html, language=letter.head.language)


def calendar_words(entry: Entry, *, translations: Path = TRANSLATIONS) -> CalendarWords:
    """Write what the calendar entry says, from the same facts as the letter.

    Raises
    ------
    ValueError
        When a link does not lead to the site.
    """
    safe = safe_copy(entry, base_url=entry.head.base_url)
    name = f"{entry.template}.calendar.txt"
    words = _written(safe, name, language=entry.head.language, folder=translations)
    summary, description = _parted(words)
    visit = safe.visit
    location = ", ".join(part for part in (visit.host_name, visit.place) if part)
    passages = (visit.title, visit.description, visit.directions, visit.access)
    spoken = {p.language or safe.head.language for p in passages if p.text}
    return CalendarWords(
        summary=summary,
        description=description,
        location=location,
        description_language=safe.head.language if spoken <= {safe.head.language} else "",
    )


def calendar_name(
    head: Letterhead, role: FeedRole | None, *, translations: Path = TRANSLATIONS
) -> str:
    """Say what a calendar is called that shows the week of a role; None: the programme."""
    _ = _catalogue(head.language, translations).gettext
    edition = {"edition": head.edition_name}
    return {
        FeedRole.VISITOR: _("%(edition)s: my visits") % edition,
        FeedRole.HOST: _("%(edition)s: who visits us") % edition,
        FeedRole.ORGANISER: _("%(edition)s: all groups") % edition,
        None: _("%(edition)s: the programme") % edition,
    }[role]


def _written(
    letter: Letter | Entry,
    name: str,
    *,
    language: str,
    folder: Path,
    **more: str,
) -> str:
    head = letter.head
    paint, shadow = DOORS.get(head.door, DOORS["zuid-oost"])
    phrases = Phrases(_catalogue(language, folder), language=language, time_zone=head.time_zone)
    template = _environment(language, folder).get_template(f"mail/{name}")
    return template.render(
        letter=letter, head=head, say=phrases, paint=paint, shadow=shadow, **more
    )


@cache
def _catalogue(language: str, folder: Path) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    return Translations.load(folder, [language])


@cache
def _environment(language: str, folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The extension adds this method, which the types of Jinja do not know.
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        _catalogue(language, folder), newstyle=True
    )
    environment.filters["capitalised"] = _capitalised
    environment.filters["phone"] = formatting.phone
    return environment


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _parted(words: str) -> tuple[str, str]:
    first, _, rest = words.partition("\n")
    return one_line(first), f"{many_lines(rest)}\n"
