"""Long words can be parted at the end of a line, with a hyphen."""

import pytest

from opendeur import formatting


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Wijkgezondheidscentrum De Linde", "Wijk-ge-zond-heids-centrum De Linde"),
        ("Ziekenhuisbegeleiding", "Zieken-huis-be-ge-lei-ding"),
        ("multidisciplinairement", "multi-dis-ci-pli-nai-re-ment"),
        ("Dagcentrum Zavelput", "Dagcentrum Zavelput"),
        ("https://www.zavelput.example/", "https://www.zavelput.example/"),
        ("x" * 39, "x" * 39),
        ("", ""),
    ],
)
def test_long_words_part_between_syllables(text: str, parts: str) -> None:
    assert formatting.parted(text).replace("\N{SOFT HYPHEN}", "-") == parts


def test_parting_a_text_leaves_its_letters() -> None:
    text = "Ziekenhuisbegeleidingsvertegenwoordiger à l’Île-d’Yeu"

    assert formatting.parted(text).replace("\N{SOFT HYPHEN}", "") == text
