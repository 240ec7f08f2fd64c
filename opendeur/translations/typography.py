"""How French and Dutch are set: spaces and hyphens that do not break, and curly apostrophes.

``make messages`` writes translations like this, whatever they were typed with; a test holds
them to it.
"""

import re
from collections.abc import Callable

from opendeur import formatting

NARROW = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
HYPHEN = "\N{NON-BREAKING HYPHEN}"
#: What is left as it is: values, tags, addresses, times and dates, entities.
_KEPT = re.compile(
    r"%\(\w+\)\w|</?\w[^>]*>|\w+://\S+|\S+@\S+|\b\d{1,2}:\d\d\b"
    r"|\b\d{4}-\d\d-\d\d\S*|&\w+;"
)


def typeset(text: str, language: str) -> str:
    """Return a translation as it is set in a language; another language is left alone."""
    rules: dict[str, Callable[[str], str]] = {"fr": _french, "nl": _dutch}
    if language not in rules:
        return text
    parts, end = [], 0
    marks = list(_KEPT.finditer(text))
    kept = [mark[0] for mark in marks]
    for mark in marks:
        parts.append(text[end : mark.start()])
        end = mark.end()
    # One text with holes, so that a sign after a value is seen to stand after something.
    with_holes = "\0".join([*parts, text[end:]])
    filled = rules[language](with_holes).split("\0")
    return "".join(part + whole for part, whole in zip(filled, [*kept, ""], strict=True))


def _french(text: str) -> str:
    text = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    text = re.sub(rf"(?<=[^\s:;!?])[ {NO_BREAK}{NARROW}]*(?=[:;!?])", NARROW, text)
    text = re.sub(rf"(?<=\S)[ {NO_BREAK}{NARROW}]*(?=»)", NARROW, text)
    text = re.sub(rf"«[ {NO_BREAK}{NARROW}]*", f"«{NARROW}", text)
    return _unbroken(text)


def _dutch(text: str) -> str:
    return _unbroken(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"))


def _unbroken(text: str) -> str:
    return formatting.unbroken(re.sub(r"\b([Ee])-(?=mail)", rf"\1{HYPHEN}", text))
