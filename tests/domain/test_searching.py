"""What is found: without case, accents or order of words."""

import pytest

from opendeur.domain.searching import folded, matches


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Şahin", "sahin"),
        ("ÉLIE", "elie"),
        ("Straße", "strasse"),
        ("Łukasz", "lukasz"),
        ("Sœur", "soeur"),
        ("Dağlı", "dagli"),
        ("Йод", "иод"),
        ("", ""),
    ],
)
def test_a_text_is_folded_as_it_is_typed_without_marks(typed, kept):
    assert folded(typed) == kept


def test_every_word_must_stand_somewhere_and_none_in_nothing():
    assert matches(["claes", "petra"], "Petra", None, "Claes")
    assert not matches(["petra", "smets"], "Petra", "Claes")
    assert matches([], "Petra")
    assert not matches(["petra"], None, "")


def test_a_word_is_not_found_across_two_texts():
    assert not matches(["petraclaes"], "Petra", "Claes")
