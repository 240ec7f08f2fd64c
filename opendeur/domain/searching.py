"""Finding what somebody typed in what others typed: without case, accents or order of words."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: Letters that are no other letter with a mark on it, but are typed as one.
_PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "œ": "oe", "æ": "ae"})


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return a text as it is compared and put in order: "Şahin" and "SAHIN" are one."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).translate(_PLAIN)


def matches(words: Iterable[str], *texts: str | None) -> bool:
    """Tell whether every word, folded, stands in one of these texts."""
    whole = folded("\n".join(text for text in texts if text))
    return all(word in whole for word in words)
