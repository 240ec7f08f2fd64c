"""The keyed hash under which links, codes and session tokens are stored."""

import hmac
from hashlib import sha256


def digest(secret: str, *, pepper: str) -> bytes:
    """Return the keyed hash under which a secret is stored."""
    return hmac.new(pepper.encode(), secret.encode(), sha256).digest()
