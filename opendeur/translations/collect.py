"""Collect the texts of the interface, and bring the catalogues up to them.

``make messages`` runs it. New texts come in without a translation, which a test refuses;
texts that are gone are dropped. Nothing is guessed, but spaces and hyphens are put right.
"""

from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from opendeur.config import ROOT
from opendeur.translations.typography import typeset

FOLDER = Path(__file__).parent
NAMES = {"nl": "Dutch", "fr": "French"}
LANGUAGES = tuple(NAMES)
#: Functions whose first literal is a text, besides gettext's own; errors are among them.
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "NotAllowed": None,
    "TooLate": None,
    "TooOften": None,
    "InvalidInput": None,
    "Conflict": None,
}
COPYRIGHT = "The Opendeur authors"


def template() -> Catalog:
    """Return every text of the interface as it is now, with the places it stands in."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Opendeur", copyright_holder=COPYRIGHT)
    for folder in ("opendeur", "templates"):
        for name, line, text, comments, context in extract_from_dir(
            ROOT / folder,
            [(f"{pattern.removeprefix(folder + '/')}", method) for pattern, method in methods],
            {pattern.removeprefix(f"{folder}/"): value for pattern, value in options.items()},
            keywords=KEYWORDS,
        ):
            catalogue.add(
                text,
                locations=[(f"{folder}/{name}", line)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def path_of(language: str) -> Path:
    """Return the file of a language's catalogue."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue as it is stored."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def main() -> None:
    """Update every catalogue."""
    current = template()
    for language in LANGUAGES:
        file = path_of(language)
        catalogue = read(language) if file.exists() else Catalog(locale=language)
        catalogue.update(current, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.project, catalogue.version = "Opendeur", ""
        catalogue.fuzzy = False
        for message in catalogue:
            if message.id:
                message.string = _typeset(message.string, language)
        catalogue.header_comment = f"# The texts of Opendeur in {NAMES[language]}."
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as opened:
            write_po(
                opened,
                catalogue,
                width=96,
                sort_output=True,
                include_lineno=False,
                omit_header=False,
            )


def _typeset(said: Any, language: str) -> Any:
    """Return a translation, or each of its numbers, as the language is set."""
    if isinstance(said, list | tuple):
        return type(said)(typeset(text or "", language) for text in said)
    return typeset(said or "", language)


if __name__ == "__main__":
    main()
