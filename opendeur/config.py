"""Settings: from ``instance/config.toml``, overruled by ``OPENDEUR_*`` variables.

Every setting has one name: ``base_url`` in the file is ``OPENDEUR_BASE_URL`` in the
environment. Outside the demonstration nothing that protects people has a default.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from opendeur import private_files
from opendeur.imap_urls import ImapAddress
from opendeur.safe_text import ascii_address
from opendeur.secret_keys import weakness_of

ROOT = Path(__file__).resolve().parent.parent


class InvalidSettings(Exception):
    """The settings cannot be used; each line says what to write and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation decides.

    Attributes
    ----------
    instance
        Folder for everything that is written: database, queue, outbox.
    database_url
        SQLAlchemy URL; SQLite in the instance folder when empty.
    secret_key
        At least 32 characters that nobody can guess; signs forms and hashes tokens.
    base_url
        Where people reach the site, such as ``https://opendeur.example``. Links in mail
        start with it.
    trusted_hosts
        Host names under which the site answers; any other is refused.
    smtp_url
        ``smtp://``, ``smtps://`` or ``smtp+starttls://`` with user, password, host, port.
        Empty: messages are written to ``outbox/`` in the instance folder.
    imap_url
        ``imap://``, ``imaps://`` or ``imap+starttls://`` with user, password, host, port and
        folder: the mailbox to which replies come. Empty: `opendeur receive` reads files.
    mail_from
        Sender of all mail; replies to invitations go to ``visits+TOKEN@`` of its domain.
    proxies
        How many reverse proxies stand in front.
    demand_seconds
        How old the interest in visits may be that everybody sees.
    demonstration
        Nothing real: organisers need no second factor, mail is written to files.
    shows_components
        For developers: ``/en/components`` shows the parts that pages are made of.
    """

    instance: Path = ROOT / "instance"
    # Not in the text of the object: that can end up in a log.
    database_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    base_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    smtp_url: str = field(default="", repr=False)
    imap_url: str = field(default="", repr=False)
    mail_from: str = ""
    proxies: int = 0
    demand_seconds: int = 30
    demonstration: bool = False
    shows_components: bool = False

    @staticmethod
    def folder(environ: Mapping[str, str] | None = None) -> Path:
        """Return ``OPENDEUR_INSTANCE``, or the project's ``instance/``."""
        environ = os.environ if environ is None else environ
        return Path(environ.get("OPENDEUR_INSTANCE") or ROOT / "instance")

    @classmethod
    def load(cls, *, environ: Mapping[str, str] | None = None) -> Self:
        """Read and check the settings.

        Parameters
        ----------
        environ
            Variables to read instead of the process's own.

        Raises
        ------
        InvalidSettings
            One line for each thing that is missing or wrong.
        """
        environ = os.environ if environ is None else environ
        folder = cls.folder(environ)
        file = folder / "config.toml"
        values: dict[str, Any] = {"instance": folder}
        names = {f.name for f in fields(cls)} - {"instance"}
        if file.exists():
            try:
                given = tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise InvalidSettings(f"{file}: {error}") from error
            unknown = sorted(given.keys() - names)
            if unknown:
                raise InvalidSettings(f"{file}: no such setting: {', '.join(unknown)}")
            values |= given
        for name in names:
            variable = f"OPENDEUR_{name.upper()}"
            if variable in environ:
                values[name] = environ[variable]
        return cls(**_typed(values)).checked(environ=environ)

    def checked(self, *, environ: Mapping[str, str] | None = None) -> Self:
        """Return the settings unchanged when a site can run on them.

        Parameters
        ----------
        environ
            Variables to look for Flask's own settings in, instead of the process's.

        Raises
        ------
        InvalidSettings
            One line for each thing that is missing or wrong.
        """
        faults = []
        weakness = weakness_of(self.secret_key)
        if weakness is not None:
            faults.append(
                f"secret_key {weakness}; make one with: openssl rand -hex 32 "
                "(OPENDEUR_SECRET_KEY)"
            )
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            faults.append("base_url must be like https://opendeur.example (OPENDEUR_BASE_URL)")
        if not self.trusted_hosts:
            faults.append("trusted_hosts must name the site's hosts (OPENDEUR_TRUSTED_HOSTS)")
        if not self.demonstration:
            faults += _debugging(os.environ if environ is None else environ)
            if not self.smtp_url:
                faults.append("smtp_url must say how mail is sent (OPENDEUR_SMTP_URL)")
        if not self.demonstration or self.mail_from:
            faults += _sending_from(self.mail_from)
        faults += _reading_from(self.imap_url)
        if faults:
            raise InvalidSettings("\n".join(faults))
        return self

    def keep_private(self) -> None:
        """Make the instance folder, and close what is in it to everybody but its owner."""
        private_files.keep_folder(self.instance)
        private_files.close(self.instance / "config.toml")
        private_files.close(self.instance / "outbox")
        if self.database.startswith("sqlite"):
            private_files.keep_database(self.instance / "queue.sqlite3")

    @property
    def database(self) -> str:
        """The URL of the database that is used."""
        return self.database_url or f"sqlite:///{self.instance / 'opendeur.sqlite3'}"

    @property
    def mailbox(self) -> ImapAddress | None:
        """The mailbox to which replies come, where it is read over IMAP."""
        return ImapAddress.from_url(self.imap_url) if self.imap_url else None

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site over HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def sender(self) -> str:
        """The address that mail is sent from."""
        return self.mail_from or f"opendeur@{self.mail_domain}"

    @property
    def mail_domain(self) -> str:
        """The domain of the sender, of reply addresses and of message identifiers."""
        return self.mail_from.rpartition("@")[2] or "opendeur.example"


def _sending_from(address: str) -> list[str]:
    """Say what is wrong with the sender's address: every mail would be refused later."""
    shape = "mail_from must be one bare address, such as visits@opendeur.example"
    try:
        in_ascii = ascii_address(address)
    except ValueError:
        return [f"{shape}, without a name or blanks (OPENDEUR_MAIL_FROM)"]
    if in_ascii != address:
        return [f"{shape}; write it as {in_ascii} (OPENDEUR_MAIL_FROM)"]
    return []


def _reading_from(url: str) -> list[str]:
    """Say what is wrong with the address of the mailbox, where there is one."""
    try:
        if url:
            ImapAddress.from_url(url)
    except ValueError as error:
        return [f"imap_url {error} (OPENDEUR_IMAP_URL)"]
    return []


def _debugging(environ: Mapping[str, str]) -> list[str]:
    """Name the variables that make Flask show its insides, read as Flask reads them."""
    debug = environ.get("FLASK_DEBUG", "")
    found = {
        "FLASK_DEBUG": bool(debug) and debug.lower() not in ("0", "false", "no"),
        # Flask reads this one no more, but whoever set it wanted the same.
        "FLASK_ENV": environ.get("FLASK_ENV", "").lower() == "development",
    }
    return [
        f"{name} is for the demonstration only; unset it: unset {name}"
        for name, is_on in found.items()
        if is_on
    ]


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    typed = dict(values)
    if isinstance(hosts := values.get("trusted_hosts", ()), str):
        typed["trusted_hosts"] = tuple(
            host.strip() for host in hosts.split(",") if host.strip()
        )
    else:
        typed["trusted_hosts"] = tuple(hosts)
    for name in ("demonstration", "shows_components"):
        if isinstance(flag := values.get(name), str):
            typed[name] = flag.strip().lower() in ("1", "true", "yes", "on")
    for name in {"proxies", "demand_seconds"} & values.keys():
        try:
            typed[name] = int(values[name])
        except ValueError as error:
            raise InvalidSettings(
                f"{name} must be a whole number (OPENDEUR_{name.upper()})"
            ) from error
    return typed
