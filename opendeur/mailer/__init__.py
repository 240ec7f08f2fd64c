"""Mail: composing a message, and handing it over to a server or a folder."""

from opendeur.mailer.folder import FolderTransport
from opendeur.mailer.message import Mail, compose
from opendeur.mailer.smtp import SmtpTransport
from opendeur.mailer.transport import (
    DeliveryError,
    DeliveryFailed,
    DeliveryRefused,
    DeliveryUncertain,
    Transport,
)

__all__ = [
    "DeliveryError",
    "DeliveryFailed",
    "DeliveryRefused",
    "DeliveryUncertain",
    "FolderTransport",
    "Mail",
    "SmtpTransport",
    "Transport",
    "compose",
]
