"""Delivery into a folder, for the demonstration and for people to read."""

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from email.parser import BytesHeaderParser
from pathlib import Path

from opendeur.gateways.transport import DeliveryFailed, DeliveryUncertain
from opendeur.safe_text import ascii_address


class FolderTransport:
    """Writes each message to a file of its own, which is there whole or not at all.

    The name comes from the Message-ID, so a message that is delivered again is one file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, message_id: str) -> Path:
        """Return where the message with this identifier is, or will be."""
        digest = hashlib.sha256(message_id.encode()).hexdigest()
        readable = re.sub(r"[^A-Za-z0-9]+", "-", message_id.partition("@")[0]).strip("-")
        return self.folder / f"{readable[:80]}-{digest[:12]}.eml"

    def deliver(
        self, *, raw: bytes, sender: str, recipient: str, hand_over: Callable[[], None]
    ) -> None:
        """Write the message to its file; see `Transport.deliver`."""
        ascii_address(sender)
        ascii_address(recipient)
        message_id = BytesHeaderParser().parsebytes(raw)["Message-ID"]
        if message_id is None:
            raise ValueError("A message without Message-ID has no name.")
        path = self.path(message_id.strip())
        draft = path.with_suffix(".tmp")
        try:
            _write(draft, raw)
            hand_over()
            _publish(draft, path)
        finally:
            with suppress(OSError):
                draft.unlink()


def _write(draft: Path, raw: bytes) -> None:
    try:
        draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(draft, "wb", opener=_open_private) as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DeliveryFailed(f"{draft.name}: {error.strerror}") from error


def _open_private(path: str, flags: int) -> int:
    """Open a file that only its owner can read: a message can hold a secret."""
    return os.open(path, flags, 0o600)


def _publish(draft: Path, path: Path) -> None:
    try:
        draft.replace(path)
    except OSError as error:
        raise DeliveryFailed(f"{path.name}: {error.strerror}") from error
    try:
        _sync(path.parent)
    except OSError as error:
        raise DeliveryUncertain(f"{path.name}: {error.strerror}") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
