"""Readable, stable names for rows, as they stand in files that are imported and exported."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count

LONGEST = 80


def folded(text: str) -> str:
    """Return text for comparing: without accents, in lower case, with single spaces."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(letters.split())


def readable_reference(text: str, *, otherwise: str) -> str:
    """Return a reference made from a text: letters a to z, digits and hyphens.

    Parameters
    ----------
    otherwise
        What to return when nothing of the text is left.
    """
    plain = folded(text).replace("œ", "oe").replace("æ", "ae")
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:LONGEST].rstrip("-") or otherwise


def unique_reference(reference: str, *, taken: Collection[str]) -> str:
    """Return the reference, with the first free number behind it when it is taken."""
    if reference not in taken:
        return reference
    return next(
        numbered for number in count(2) if (numbered := f"{reference}-{number}") not in taken
    )
