"""Text of strangers, before it goes anywhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendeur.safe_text import ascii_address, inert, many_lines, one_line
from tests.gateways.hostile import hostile_text, unhurried


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a\r\nb\rc\nd\x0be\x0cf\x85g\u2028h\u2029i", "a\nb\nc\nd\ne\nf\ng\nh\ni"),
        ("\x00a\x07\x1b\x7f\x9bb", "ab"),
        ("\u202ea\u202d\u2066b\u2069\u202c", "ab"),
        ("\ufeffa\ud800\ufffe", "a"),
        ("  a\t\t b  \n\n\n\n c ", "a b\n\nc"),
        ("שלום\u200f 👩‍👩‍👧 a\u200cb c\xa0d", "שלום\u200f 👩‍👩‍👧 a\u200cb c\xa0d"),
    ],
)
def test_only_what_does_harm_is_taken_out(text: str, safe: str) -> None:
    assert many_lines(text) == safe
    assert one_line(text) == " ".join(safe.split("\n")).replace("  ", " ")


@unhurried
@given(hostile_text, st.integers(min_value=1, max_value=50))
def test_any_text_becomes_one_line_of_at_most_so_many_characters(text: str, limit: int) -> None:
    line = one_line(text, limit=limit)

    assert len(line) <= limit
    assert line.splitlines() in ([], [line])
    assert line.encode().decode() == line
    assert [c for c in line if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")] == []


@unhurried
@given(hostile_text)
def test_text_that_is_safe_stays_as_it_is(text: str) -> None:
    safe = many_lines(text)

    assert many_lines(safe) == safe


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("https://evil.example", "https: //evil.\u200cexample"),
        ("www.evil.example", "www.\u200cevil.\u200cexample"),
        ("me@evil.example", "me@\u200cevil.\u200cexample"),
        ("evil。example", "evil。\u200cexample"),
        ("javascript:alert(1)", "javascript: alert(1)"),
        (
            "om 9.30 of 10:30, prof. J.P. Claes: kom!",
            "om 9.30 of 10:30, prof. J.P. Claes: kom!",
        ),
    ],
)
def test_a_link_is_dead_and_ordinary_words_are_left_alone(text: str, dead: str) -> None:
    assert inert(text) == dead


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("Lotte+x@OCMW.example", "Lotte+x@ocmw.example"),
        ("o'neill@straße.example", "o'neill@xn--strae-oqa.example"),
    ],
)
def test_an_address_is_written_in_ascii(address: str, plain: str) -> None:
    assert ascii_address(address) == plain


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "a@b.example, c@d.example",
        "A <a@b.example>",
        "a@b.example\r\nX: y",
        "é@b.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the validator's
        ascii_address(address)
