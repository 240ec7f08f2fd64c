"""What a stranger typed, made harmless in every letter at once.

A field is taken for such text unless its metadata says otherwise, so that a field which is
added later is safe without anybody thinking of it.
"""

import dataclasses
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from opendeur.safe_text import inert, many_lines, one_line

#: What a reader of a letter puts up with, in characters.
LINE_LENGTH = 300
PASSAGE_LENGTH = 2000

_URL = re.compile(r"[!-~]+")

Facts = TypeVar("Facts")


def safe_copy(facts: Facts, *, base_url: str) -> Facts:
    """Return the same facts with every text cleaned, cut to length and free of links.

    Raises
    ------
    ValueError
        When a link does not lead to the site.
    """
    if not dataclasses.is_dataclass(facts) or isinstance(facts, type):
        return facts
    changed = {
        item.name: _safe_value(getattr(facts, item.name), item.metadata, base_url)
        for item in dataclasses.fields(facts)
    }
    return dataclasses.replace(facts, **changed)


def _safe_value(value: Any, metadata: Mapping[str, bool], base_url: str) -> Any:
    if isinstance(value, tuple):
        return tuple(safe_copy(item, base_url=base_url) for item in value)
    if not isinstance(value, str) or isinstance(value, Enum):
        return safe_copy(value, base_url=base_url)
    if metadata.get("link"):
        return _own_link(value, base_url)
    if metadata.get("ours"):
        return one_line(value)
    if metadata.get("long"):
        return inert(many_lines(value, limit=PASSAGE_LENGTH))
    return inert(one_line(value, limit=LINE_LENGTH))


def _own_link(url: str, base_url: str) -> str:
    if url and not (_URL.fullmatch(url) and url.startswith(f"{base_url.rstrip('/')}/")):
        raise ValueError(f"A link in a letter leads to {base_url}, not elsewhere.")
    return url
