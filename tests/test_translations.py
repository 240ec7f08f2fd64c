"""Every text of the interface is translated, and every translation fits its text."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from opendeur.translations import collect

#: Names, codes and units that are the same in every language, or that happen to be.
PLACES = re.compile(r"%(?:\((\w+)\))?[a-z]")


def texts(message: Message) -> list[str]:
    value = message.string
    return [text or "" for text in (value if isinstance(value, list | tuple) else [value])]


def places(text: str) -> list[str]:
    return sorted(match[0] for match in PLACES.finditer(text))


@pytest.mark.parametrize("language", collect.LANGUAGES)
def test_catalogue_holds_exactly_the_texts_of_the_interface(language: str) -> None:
    wanted = {message.id for message in collect.template() if message.id}
    stored = {message.id for message in collect.read(language) if message.id}

    assert sorted(map(str, wanted - stored)) == []
    assert sorted(map(str, stored - wanted)) == []


@pytest.mark.parametrize("language", collect.LANGUAGES)
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    catalogue = collect.read(language)

    missing = [m.id for m in catalogue if m.id and not all(texts(m))]
    fuzzy = [m.id for m in catalogue if m.id and m.fuzzy]

    assert (missing, fuzzy) == ([], [])


@pytest.mark.parametrize("language", collect.LANGUAGES)
def test_translation_names_the_same_values_as_its_text(language: str) -> None:
    wrong = []
    for message in collect.read(language):
        if not message.id:
            continue
        plural = message.id[-1] if isinstance(message.id, list | tuple) else message.id
        for number, text in enumerate(texts(message)):
            named = set(places(text)) ^ set(places(plural))
            # A singular may say "one" where the plural counts.
            if named and not (number == 0 and message.pluralizable and named <= {"%(num)s"}):
                wrong.append((plural, text))

    assert wrong == []


@pytest.mark.parametrize("language", collect.LANGUAGES)
def test_translation_keeps_the_markup_and_the_edges_of_its_text(language: str) -> None:
    def edges(text: str) -> tuple[bool, bool, list[str]]:
        return text[:1].isspace(), text[-1:].isspace(), sorted(re.findall(r"</?\w+", text))

    wrong = [
        (message.id, text)
        for message in collect.read(language)
        if isinstance(message.id, str) and message.id
        for text in texts(message)
        if edges(text) != edges(message.id)
    ]

    assert wrong == []


@pytest.mark.parametrize("language", ["en", *collect.LANGUAGES])
def test_percent_sign_stands_only_before_a_value(language: str) -> None:
    """Every text is formatted, so "5 % de" would read as a place for a number and fail."""
    catalogue = collect.template() if language == "en" else collect.read(language)

    said = [
        text
        for message in catalogue
        if message.id
        for text in (
            [message.id] if language == "en" and isinstance(message.id, str) else texts(message)
        )
    ]

    assert [text for text in said if re.search(r"%(?!\(\w+\)[a-z])", text)] == []


def test_nothing_in_templates_is_said_outside_of_gettext() -> None:
    """Letters that stand alone between tags are texts that nobody would translate."""
    folder = Path(__file__).parent.parent / "templates"
    found = []
    for file in sorted(folder.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
        text = re.sub(r"\{% block look %\}.*?\{% endblock %\}", "", text)  # names of classes
        text = re.sub(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans.*?%\}", "", text, flags=re.DOTALL)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        text = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "\n", text, flags=re.DOTALL)
        found += [
            (file.name, line.strip())
            for line in text.splitlines()
            # Codes such as UID are the same in every language.
            if re.search(r"[a-zà-ÿ]{3,}", re.sub(r"&\w+;|Opendeur", "", line))
        ]

    assert found == []
