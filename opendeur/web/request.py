"""What a request knows: the time, the settings of the site, and who calls."""

from datetime import UTC, datetime

from flask import current_app, g, request

from opendeur.config import Settings


def now() -> datetime:
    """Return the time of this request, the same throughout."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    instant: datetime = g.now
    return instant


def settings() -> Settings:
    """Return the settings of the running application."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def client() -> str:
    """Return the network address that the request comes from."""
    return request.remote_addr or "unknown"
