"""Delivery over SMTP, with the hand-over just before the line that ends the message.

References
----------
RFC 5321 4.1.1.4 (a message without its last line is thrown away), 4.5.2 (dots).
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from opendeur.gateways.transport import (
    DeliveryFailed,
    DeliveryRefused,
    DeliveryUncertain,
    SenderRefused,
    ServerUnreachable,
)
from opendeur.safe_text import ascii_address, one_line

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_TIMEOUT_SECONDS = 30.0
_REASON_LENGTH = 500
_BARE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class SmtpTransport:
    """Gives messages to a mail server.

    Inside ``with transport:`` one connection serves many messages; outside it, each message
    has its own.

    Parameters
    ----------
    security
        ``smtp`` in the clear, ``smtps`` for TLS from the start, ``smtp+starttls``.
    helo
        Name by which this machine introduces itself; found by DNS where it is not given.
    timeout_seconds
        For each single step of the conversation.
    """

    def __init__(
        self,
        *,
        security: str,
        host: str,
        port: int,
        user: str | None = None,
        password: str | None = None,
        helo: str | None = None,
        timeout_seconds: float = _TIMEOUT_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.security = security
        self.host = host
        self.port = port
        self.helo = helo
        self.timeout_seconds = timeout_seconds
        self._user = user
        self._password = password
        self._tls = tls
        self._connection: smtplib.SMTP | None = None
        self._is_kept = False

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``smtp[s|+starttls]://[user:password@]host[:port][?helo=NAME&timeout=SECONDS]``.

        User and password are percent-encoded.

        Raises
        ------
        ValueError
            When the URL has another shape. The message never holds the password.
        """
        shape = ValueError(
            "An SMTP URL is smtp://, smtps:// or smtp+starttls://, then user, password, host "
            "and port, then perhaps ?helo= and &timeout=. Percent-encode / ? # @ in a password."
        )
        try:
            parts = urlsplit(url)
            options = dict(parse_qsl(parts.query, keep_blank_values=True))
            port = parts.port or _PORTS[parts.scheme]
            timeout_seconds = float(options.pop("timeout", _TIMEOUT_SECONDS))
            helo = options.pop("helo", None)
        except (ValueError, KeyError):
            # Without its cause: that quotes what may be a piece of the password.
            raise shape from None
        if not parts.hostname or options or parts.path.strip("/") or parts.fragment:
            raise shape
        return cls(
            security=parts.scheme,
            host=parts.hostname,
            port=port,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            helo=helo,
            timeout_seconds=timeout_seconds,
        )

    def __enter__(self) -> Self:
        self._is_kept = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_kept = False
        self._part()

    def deliver(
        self, *, raw: bytes, sender: str, recipient: str, hand_over: Callable[[], None]
    ) -> None:
        """Give one message to the server; see `Transport.deliver`."""
        body = _on_the_wire(raw)
        envelope = ascii_address(sender), ascii_address(recipient)
        connection = self._ready()
        try:
            _offer(connection, *envelope, body)
            hand_over()
            _conclude(connection)
        except DeliveryRefused:
            raise
        except BaseException:
            # Hang up, and never with QUIT: in the middle of a message that would be text.
            self._drop()
            raise
        finally:
            if not self._is_kept:
                self._part()

    def _ready(self) -> smtplib.SMTP:
        if self._connection is not None:
            with suppress(OSError):
                if self._connection.rset()[0] == 250:
                    return self._connection
            self._drop()
        try:
            self._connection = self._connect()
        except OSError as error:
            raise ServerUnreachable(_reason(error)) from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        tls = None if self.security == "smtp" else self._tls or ssl.create_default_context()
        client = (
            partial(smtplib.SMTP_SSL, context=tls) if self.security == "smtps" else smtplib.SMTP
        )
        connection = client(
            self.host, self.port, local_hostname=self.helo, timeout=self.timeout_seconds
        )
        try:
            # The line that ends a message is a small packet of its own: send it at once.
            if connection.sock is not None:
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.security == "smtp+starttls":
                connection.starttls(context=tls)
            connection.ehlo_or_helo_if_needed()
            if self._user is not None:
                connection.login(self._user, self._password or "")
        except BaseException:
            connection.close()
            raise
        return connection

    def _part(self) -> None:
        """Say goodbye, where there is somebody to say it to."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.quit()
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _on_the_wire(raw: bytes) -> bytes:
    """Double the dots at the start of lines, and end the last line."""
    if _BARE_LINE_END.search(raw):
        # Some servers take a bare LF for the end of a line, so that a text could end the
        # message and begin another one.
        raise ValueError("Every line of a message must end with CRLF.")
    stuffed = re.sub(rb"(?m)^\.", b"..", raw)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _offer(connection: smtplib.SMTP, sender: str, recipient: str, body: bytes) -> None:
    """Send everything but the line that ends the message: until then it is not accepted."""
    size = [f"SIZE={len(body)}"] if connection.has_extn("size") else []
    try:
        _expect(2, *connection.mail(sender, size), refusal=SenderRefused)
        _expect(2, *connection.rcpt(recipient))
        _expect(3, *connection.docmd("DATA"))
        connection.send(body)
    except OSError as error:
        raise DeliveryFailed(_reason(error)) from error


def _conclude(connection: smtplib.SMTP) -> None:
    try:
        connection.send(b".\r\n")
        code, words = connection.getreply()
    except OSError as error:
        raise DeliveryUncertain(_reason(error)) from error
    if code // 100 not in (2, 4, 5):
        raise DeliveryUncertain(_said(code, words))
    _expect(2, code, words)


def _expect(
    hundreds: int,
    code: int,
    words: bytes,
    *,
    refusal: type[DeliveryRefused] = DeliveryRefused,
) -> None:
    if code // 100 == hundreds:
        return
    if code // 100 == 5:
        raise refusal(_said(code, words))
    raise DeliveryFailed(_said(code, words))


def _said(code: int, words: bytes) -> str:
    return one_line(f"{code} {words.decode(errors='replace')}", limit=_REASON_LENGTH)


def _reason(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return _said(error.smtp_code, words if isinstance(words, bytes) else words.encode())
    return one_line(f"{type(error).__name__}: {error}", limit=_REASON_LENGTH)
