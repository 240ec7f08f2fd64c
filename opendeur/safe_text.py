"""Text that people typed: what of it is kept, in forms, files, messages and calendars alike.

Three dangers are met here, once, for everybody: characters that end a line or a field,
characters that change the direction of what follows, and words that a mail program turns
into a link by itself.
"""

import re
import unicodedata

from email_validator import validate_email

#: Everything that some reader takes for the end of a line.
_LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

#: Controls, lone surrogates, noncharacters, and the marks that embed, override or isolate a
#: direction (one that is left open turns around the text that follows). The plain marks for
#: left and right stay: names in Arabic or Hebrew need them.
_UNSAFE_CLASS = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff"
)
_UNSAFE = re.compile(f"[{_UNSAFE_CLASS}]")
#: The same, and the ends of lines that are none in a file.
_INVISIBLE = re.compile(f"[{_UNSAFE_CLASS}\x0b\x0c\u2028\u2029]")
_BLANKS = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r"\n{3,}")

_SCHEME = re.compile(r"(?<=[A-Za-z]):(?=[^\s\d]|\Z)")
_DOT_OR_AT = re.compile(r"(?<=\w)([.。．｡](?=[^\W\d_]{2})|@(?=\w))")
_NON_JOINER = "\u200c"


def many_lines(text: str, *, limit: int | None = None) -> str:
    """Return the text without unsafe characters, composed (NFC), its lines ended by LF.

    Parameters
    ----------
    limit
        Longest result, in characters; what is cut off is replaced by an ellipsis.
    """
    safe = _UNSAFE.sub("", _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)))
    lines = (_BLANKS.sub(" ", line).strip() for line in safe.split("\n"))
    return _capped(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n"), limit)


def one_line(text: str, *, limit: int | None = None) -> str:
    """Return the text as a single line; the end of a line becomes a space."""
    return _capped(_BLANKS.sub(" ", many_lines(text).replace("\n", " ")), limit)


def invisible_in(text: str) -> str | None:
    """Return the first character that nobody sees and that is not kept; None without one.

    The ends of lines of files, CR and LF, are none.
    """
    found = _INVISIBLE.search(text)
    return found[0] if found else None


def inert(text: str) -> str:
    """Return the text with nothing in it that a mail program would make into a link.

    A space goes after the colon of a scheme, and an invisible non-joiner after the dot of a
    domain and the @ of an address. The non-joiner was chosen over the other invisible
    characters because a domain that begins a label with it is not valid (RFC 5892 A.1),
    while the zero-width space is dropped and leads to the domain without it (UTS 46).
    """
    return _DOT_OR_AT.sub(rf"\1{_NON_JOINER}", _SCHEME.sub(": ", text))


def ascii_address(address: str) -> str:
    """Return a bare e-mail address in ASCII, its domain in IDNA.

    Raises
    ------
    ValueError
        When it is not one plain address, or what is before the @ is not ASCII.
    """
    found = validate_email(
        address, allow_smtputf8=False, check_deliverability=False, globally_deliverable=False
    )
    if found.ascii_email is None:
        raise ValueError("The part before the @ must be ASCII.")
    return found.ascii_email


def _capped(text: str, limit: int | None) -> str:
    if limit is None or len(text) <= limit:
        return text
    return text[: limit - 1].rstrip(" \n\u200d") + "…"
