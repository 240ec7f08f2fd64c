"""Secrets that must be read again, encrypted under a key that is not in the database.

AES-GCM, with a key that HKDF derives from the site's secret key, for this purpose alone. The
account goes into the seal, so that a sealed secret is of no use in another account's row.

References
----------
RFC 5869 (HKDF), NIST SP 800-38D (GCM; a random nonce of 96 bits for each seal).
"""

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: Begins what is sealed, and no secret in clear: ":" is not a letter of base 32.
MARK = "1:"
NONCE_BYTES = 12


class CannotUnseal(Exception):
    """The seal is of another secret key or another account, or was damaged."""


def seal(secret: str, *, key: str, account_id: int) -> str:
    """Return a secret as it is stored; each time in another form."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(key).encrypt(nonce, secret.encode(), _owner(account_id))
    return MARK + urlsafe_b64encode(nonce + sealed).decode()


def unseal(stored: str, *, key: str, account_id: int) -> str:
    """Return the secret that is stored; one from before there were seals is in clear.

    Raises
    ------
    CannotUnseal
        When the secret key is not the one it was sealed under, most likely.
    """
    if not stored.startswith(MARK):
        return stored
    try:
        sealed = urlsafe_b64decode(stored.removeprefix(MARK))
        nonce, sealed = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return _cipher(key).decrypt(nonce, sealed, _owner(account_id)).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise CannotUnseal from error


def _cipher(key: str) -> AESGCM:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"opendeur: second factor")
    return AESGCM(derived.derive(key.encode()))


def _owner(account_id: int) -> bytes:
    return f"account {account_id}".encode()
