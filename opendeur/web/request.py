"""What a request knows: the time, the settings of the site, who calls, and for what."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from flask import current_app, g, request

from opendeur.config import Settings

#: What stands in a rule between "<" and the name: how the part is read.
CONVERTER = re.compile(r"<[^<>:]*:(\w+)>")
#: How much of an IPv6 address names the network; the rest is the owner's to choose.
NETWORK_BITS = 64


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
    """Return who asks, as far as it can be counted: see `counted_as`."""
    return counted_as(request.remote_addr or "")


def counted_as(address: str) -> str:
    """Return what a network address counts as.

    A network of IPv6, a /64, is one client: whoever has one address of it has them all. An
    IPv4 address written as IPv6 is itself. A proxy may have added a port. What is no address
    counts together, as "unknown".
    """
    with suppress(ValueError):
        if _has_port(address):
            address = urlsplit(f"//{address}").hostname or ""
        found = ip_address(address)
        if isinstance(found, IPv4Address):
            return str(found)
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((int(found), NETWORK_BITS), strict=False))
    return "unknown"


def _has_port(address: str) -> bool:
    return address.startswith("[") or address.count(":") == 1


def route() -> str:
    """Return the rule of the page that is asked for, such as ``/<language>/answer/<name>``.

    This is what a log may say: the path itself can hold the secret of a link.
    """
    rule = request.url_rule
    return CONVERTER.sub(r"<\1>", rule.rule) if rule else "no page of the site"
