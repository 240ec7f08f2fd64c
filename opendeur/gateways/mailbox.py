"""A mailbox over IMAP: its mails one after another, moved away when they are done with.

References
----------
RFC 3501 (IMAP), RFC 2342 (under which name folders of ours may be), RFC 6851 (MOVE),
RFC 2177 (IDLE: the server tells of new mail by itself).
"""

import re
import select
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from threading import Event
from types import TracebackType
from typing import Any, Self, cast

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from opendeur.imap_urls import ImapAddress
from opendeur.safe_text import one_line

_TIMEOUT_SECONDS = 30.0
#: The server is asked again after this long, also while it promised to tell by itself.
_IDLE_SECONDS = 60.0
_POLL_SECONDS = 5.0
#: How soon waiting ends after it should.
_NAP_SECONDS = 0.5
_REASON_LENGTH = 500
#: What the names of one's own folders begin with, and what parts them: as NAMESPACE tells it,
#: and as LIST does.
_NAMESPACE = re.compile(rb'^\(\("(?P<prefix>[^"]*)" "\\?(?P<delimiter>.)"')
_ROOT = re.compile(rb'\) "\\?(?P<delimiter>.)" (?P<prefix>)')


class MailboxUnreachable(Exception):
    """The server cannot be reached, or hung up. `reason` is one line without the password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailboxRefused(MailboxUnreachable):
    """The server said no to this, and goes on listening."""


class Mailbox:
    """The mailbox of an address, open inside ``with``. Mails are known by their UID.

    Everything raises `MailboxUnreachable`; after that it is of no use, unless it was refused.

    Parameters
    ----------
    timeout_seconds
        For each single step of the conversation.
    poll_seconds
        Between two questions to a server that does not tell of new mail.
    """

    def __init__(
        self,
        address: ImapAddress,
        *,
        timeout_seconds: float = _TIMEOUT_SECONDS,
        poll_seconds: float = _POLL_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address = address
        self.timeout_seconds = timeout_seconds
        self.poll_seconds = poll_seconds
        self._tls = tls
        self._box: BaseMailBox | None = None
        self._prefix, self._delimiter = "", "/"

    def __enter__(self) -> Self:
        with self._speaking():
            self._box = self._connect()
        try:
            with self._speaking():
                self._sign_in()
                self._look_around()
                self._open.folder.set(self.address.folder)
        except BaseException:
            self._part()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._part()

    def numbers(self) -> list[int]:
        """Return the numbers of all mails in the folder, in the order in which they came."""
        with self._speaking():
            self._open.client.noop()  # to search alone need not show what is new
            return sorted(int(number) for number in self._open.uids("UNDELETED", charset=None))

    def fetch(self, number: int, *, most: int) -> bytes | None:
        """Return the first `most` bytes of a mail; None when it is there no longer."""
        with self._speaking():
            answer, data = self._open.client.uid(
                "FETCH", str(number), f"(UID BODY.PEEK[]<0.{most}>)"
            )
        if answer != "OK":
            raise MailboxRefused(self._told(data))
        # The server may tell of the flags of mails in the same breath.
        told = [part for part in data if b"BODY[" in _head(part)]
        if not told or _head(told[0]).rstrip(b")").endswith(b" NIL"):
            return None
        return bytes(told[0][1]) if isinstance(told[0], tuple) else b""

    def move(self, number: int, *folder: str) -> None:
        """Put a mail into a folder, made where it is missing; nothing when it is gone.

        Parameters
        ----------
        folder
            Its name, after the names of those that it lies in.
        """
        name = self._prefix + self._delimiter.join(folder)
        try:
            self._move(number, name)
        except MailboxRefused:
            # Most probably it is missing; and at this moment somebody else may make it.
            with suppress(MailboxRefused), self._speaking():
                self._open.folder.create(name)
            self._move_if_there(number, name)

    def wait(self, should_stop: Event) -> None:
        """Return when mail may have come, after a while in any case, and soon when told to."""
        if "IDLE" not in self._open.client.capabilities:
            should_stop.wait(self.poll_seconds)
            return
        until = time.monotonic() + _IDLE_SECONDS
        with self._speaking(), self._open.idle:
            sock = self._open.client.socket()
            # What came with the answer to IDLE is read already: the socket has it no more.
            has_news = self._has_read_ahead(sock)
            while not has_news and not should_stop.is_set() and time.monotonic() < until:
                has_news = bool(select.select([sock], [], [], _NAP_SECONDS)[0])

    @property
    def _open(self) -> BaseMailBox:
        if self._box is None:
            raise MailboxUnreachable("The mailbox is not open.")
        return self._box

    def _connect(self) -> BaseMailBox:
        host, port, timeout = self.address.host, self.address.port, self.timeout_seconds
        if self.address.security == "imap":
            return MailBoxUnencrypted(host, port, timeout=timeout)
        kind = MailBox if self.address.security == "imaps" else MailBoxStartTls
        # The library's own default would take any certificate.
        tls = self._tls or ssl.create_default_context()
        return kind(host, port, timeout=timeout, ssl_context=tls)

    def _sign_in(self) -> None:
        user, password = self.address.user, self.address.password
        if user.isascii() and password.isascii():
            self._open.login(user, password, initial_folder=None)
        else:
            self._open.login_utf8(user, password, initial_folder=None)
        # What a server can do often grows when somebody has signed in.
        answer, data = self._open.client.capability()
        if answer == "OK" and data and isinstance(data[-1], bytes):
            self._open.client.capabilities = tuple(
                data[-1].decode("ascii", "replace").upper().split()
            )

    def _look_around(self) -> None:
        """Learn what the names of folders look like here."""
        client = self._open.client
        if "NAMESPACE" in client.capabilities:
            _, data = client.namespace()
            found = _NAMESPACE.match(_head(data[0]))
        else:
            _, data = client.list('""', '""')
            found = _ROOT.search(_head(data[0]))
        if found:
            self._prefix = found["prefix"].decode("ascii", "replace")
            self._delimiter = found["delimiter"].decode("ascii", "replace")

    def _move(self, number: int, name: str) -> None:
        with self._speaking():
            self._open.move(str(number), name)

    def _move_if_there(self, number: int, name: str) -> None:
        """Move a mail, unless another reader moves it in the same moment."""
        try:
            self._move(number, name)
        except MailboxRefused:
            if number in self.numbers():
                raise

    def _has_read_ahead(self, sock: Any) -> bool:
        file, patience = cast("Any", self._open.client.file), sock.gettimeout()
        sock.settimeout(0)
        try:
            with suppress(OSError):
                return bool(file.peek(1))
        finally:
            sock.settimeout(patience)
        return False

    def _part(self) -> None:
        """Say goodbye, where there is somebody to say it to."""
        if self._box is not None:
            with suppress(IMAP4.error, OSError, ImapToolsError):
                self._box.logout()
            with suppress(OSError):
                self._box.client.shutdown()
            self._box = None

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn what goes wrong into an error of ours, without its cause: that may quote."""
        try:
            yield
        except (IMAP4.abort, OSError) as error:
            raise MailboxUnreachable(self._told(error)) from None
        except (IMAP4.error, ImapToolsError) as error:
            raise MailboxRefused(self._told(error)) from None

    def _told(self, said: object) -> str:
        words = f"{type(said).__name__}: {said}" if isinstance(said, OSError) else str(said)
        hidden = words.replace(self.address.password, "(password)")
        return one_line(hidden, limit=_REASON_LENGTH)


def _head(part: Any) -> bytes:
    """Return the line of a part of an answer, without the bytes that it announces."""
    line = part[0] if isinstance(part, tuple) else part
    return line if isinstance(line, bytes) else b""
