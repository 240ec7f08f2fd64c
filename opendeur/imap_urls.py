"""The address of a mailbox, as a setting says it: ``imaps://user:password@host/INBOX``."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

_PORTS = {"imap": 143, "imaps": 993, "imap+starttls": 143}
_SHAPE = (
    "must be like imaps://user:password@mail.example/INBOX, or begin with imap:// or "
    "imap+starttls://; percent-encode / ? # @ in user and password"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAddress:
    """Where a mailbox is, and who reads it.

    Attributes
    ----------
    security
        ``imap`` in the clear, ``imaps`` for TLS from the start, ``imap+starttls``.
    folder
        The one in which mail arrives.
    """

    security: str
    host: str
    port: int
    user: str
    # Not in the text of the object: that can end up in a log.
    password: str = field(repr=False)
    folder: str = "INBOX"

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``imap[s|+starttls]://user:password@host[:port][/FOLDER]``, percent-encoded.

        Raises
        ------
        ValueError
            When the URL has another shape; its words end a sentence that begins with the name
            of the setting, and never hold the password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
            user, password = unquote(parts.username or ""), unquote(parts.password or "")
            folder = unquote(parts.path.strip("/")) or "INBOX"
        except (ValueError, KeyError):
            # Without its cause: that quotes what may be a piece of the password.
            raise ValueError(_SHAPE) from None
        is_whole = bool(parts.hostname and user and password)
        is_plain = all(text.isprintable() for text in (user, password, folder))
        if not is_whole or not is_plain or parts.query or parts.fragment:
            raise ValueError(_SHAPE)
        return cls(
            security=parts.scheme,
            host=parts.hostname or "",
            port=port,
            user=user,
            password=password,
            folder=folder,
        )
