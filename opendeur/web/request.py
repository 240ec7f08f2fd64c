"""What a request knows: the time, the settings of the site, who calls, and for what."""

import re
from datetime import UTC, datetime

from flask import current_app, g, request

from opendeur.config import Settings

#: What stands in a rule between "<" and the name: how the part is read.
CONVERTER = re.compile(r"<[^<>:]*:(\w+)>")


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


def route() -> str:
    """Return the rule of the page that is asked for, such as ``/<language>/answer/<name>``.

    This is what a log may say: the path itself can hold the secret of a link.
    """
    rule = request.url_rule
    return CONVERTER.sub(r"<\1>", rule.rule) if rule else "no page of the site"
