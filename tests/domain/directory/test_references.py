"""References are readable, safe in files and URLs, and never doubled."""

import re

from hypothesis import given
from hypothesis import strategies as st

from opendeur.domain.directory import folded, readable_reference, unique_reference
from opendeur.domain.directory.references import LONGEST


def test_a_reference_is_the_name_without_accents_and_marks() -> None:
    assert readable_reference("L’Œuvre de l’Été – Woluwé (asbl)", otherwise="x") == (
        "l-oeuvre-de-l-ete-woluwe-asbl"
    )


def test_a_name_without_latin_letters_falls_back() -> None:
    assert readable_reference("مركز 🚪", otherwise="organisation") == "organisation"


def test_words_compare_without_accents_case_or_extra_spaces() -> None:
    assert folded("  MÉDIATHÈQUE  Élan ") == "mediatheque elan"


def test_a_taken_reference_gets_the_first_free_number() -> None:
    assert unique_reference("huis", taken={"huis", "huis-2", "huis-4"}) == "huis-3"


@given(st.text())
def test_any_name_gives_a_reference_of_plain_words(name: str) -> None:
    reference = readable_reference(name, otherwise="visit")

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", reference)
    assert len(reference) <= LONGEST
