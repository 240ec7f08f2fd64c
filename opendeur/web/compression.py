"""Answers made shorter for the line: with Brotli where the browser knows it, or gzip.

BREACH: whoever can have somebody's browser ask for addresses of their choice, and sees how
long the answers are, can guess what is secret in an answer that repeats something of the
address and is compressed. So an answer to a browser that has a cookie of ours is compressed
only when this site, or the person, asked for it, which browsers say in ``Sec-Fetch-Site``.
"""

import gzip
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import brotli
from werkzeug.wrappers import Request

#: Shorter than this, what compressing saves is less than a packet.
AT_LEAST_BYTES = 800
#: How hard each encoding tries for a page of one person, and for a file that stays. A page of
#: 150 kB takes 2 ms with the first; with the second htmx becomes a fifth smaller, once.
QUICK, BEST = {"br": 4, "gzip": 4}, {"br": 11, "gzip": 9}
ENCODINGS = ("br", "gzip")
#: How much of what is the same for everybody is kept compressed, in bytes, in one process.
KEPT_BYTES = 4 << 20

_TEXTS = ("application/javascript", "application/json", "image/svg+xml")


def pays(media_type: str | None, length: int) -> bool:
    """Tell whether a body of this kind and length is worth the work."""
    kind = media_type or ""
    return length >= AT_LEAST_BYTES and (kind.startswith("text/") or kind in _TEXTS)


def accepted(request: Request, encodings: Sequence[str] = ENCODINGS) -> str | None:
    """Return the best encoding that a browser accepts, or None for none."""
    return request.accept_encodings.best_match(encodings) if encodings else None


def compress(body: bytes, encoding: str, *, efforts: dict[str, int] = QUICK) -> bytes:
    """Return a body in an encoding."""
    effort = efforts[encoding]
    if encoding == "br":
        made: bytes = brotli.compress(body, quality=effort, mode=brotli.MODE_TEXT)
        return made
    # Without the time of day in it, the same body gives the same bytes.
    return gzip.compress(body, effort, mtime=0)


def all_forms(body: bytes) -> dict[str, bytes]:
    """Return a body in every encoding, for a file that stays."""
    return {encoding: compress(body, encoding, efforts=BEST) for encoding in ENCODINGS}


class Kept:
    """What was compressed and is the same for everybody, by its tag; the oldest goes first.

    Whoever gives a tag promises that it stands for this body and for no other.
    """

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self._most_bytes = most_bytes
        self._forms: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def compressed(self, body: bytes, encoding: str, *, tag: str) -> bytes:
        """Return a body in an encoding, from what is kept or made now and kept."""
        key = (tag, encoding)
        with self._lock:
            if key in self._forms:
                self._forms.move_to_end(key)
                return self._forms[key]
        made = compress(body, encoding)
        with self._lock:
            if key not in self._forms:
                self._forms[key] = made
                self._bytes += len(made)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._forms.popitem(last=False)[1])
        return made
