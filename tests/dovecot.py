"""A real IMAP server to test on, where dovecot is installed: started without privileges.

Anybody may sign in with `PASSWORD`, and finds a mailbox of their own: each test has one.
"""

import atexit
import getpass
import grp
import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from opendeur.imap_urls import ImapAddress
from tests.gateways.delivering import free_port

PASSWORD = "p/w-of-the-mailbox"
PATIENCE_SECONDS = 20.0
#: One setting a line, as dovecot wants it.
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
{more}
"""


def find() -> str | None:
    """Return where dovecot is; None where it is not installed."""
    folders = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    return shutil.which("dovecot", path=folders)


class MailServer:
    """A dovecot that runs, and one mailbox in it of one user; `fresh` gives others."""

    def __init__(
        self,
        port: int,
        user: str = "visits",
        *,
        folder: Path | None = None,
        stop: Callable[[], None] | None = None,
    ) -> None:
        self.port = port
        self.user = user
        self._folder = folder
        self._stop = stop

    @property
    def files(self) -> Path:
        """Where the server keeps the mailbox."""
        assert self._folder is not None
        return self._folder / "mail" / self.user

    def stop(self) -> None:
        """End the server, as if its machine went down."""
        assert self._stop is not None
        self._stop()

    def fresh(self) -> "MailServer":
        """Return the mailbox of somebody who has none yet."""
        return MailServer(self.port, f"visits-{uuid.uuid4().hex}", folder=self._folder)

    def url(self, *, password: str = PASSWORD) -> str:
        return f"imap://{self.user}:{quote(password, safe='')}@127.0.0.1:{self.port}/INBOX"

    def address(self, *, password: str = PASSWORD) -> ImapAddress:
        return ImapAddress.from_url(self.url(password=password))

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Let mails arrive."""
        with self.signed_in() as client:
            for raw in mails:
                assert client.append(folder, "", "", raw)[0] == "OK"

    def names(self) -> set[str]:
        """Return the names of the folders."""
        with self.signed_in() as client:
            lines = client.list()[1]
        found = [line.split(b' "." ')[-1] for line in lines if isinstance(line, bytes)]
        return {name.decode().strip('"') for name in found}

    def mails(self, folder: str = "INBOX") -> list[bytes]:
        """Return what is in a folder, nothing where it does not exist."""
        with self.signed_in() as client:
            answer, count = client.select(folder, readonly=True)
            if answer != "OK" or count == [b"0"]:
                return []
            parts = client.fetch("1:*", "(BODY.PEEK[])")[1]
        return [part[1] for part in parts if isinstance(part, tuple)]

    @contextmanager
    def signed_in(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE_SECONDS) as client:
            client.login(self.user, PASSWORD)
            yield client


def start(
    more: str = "", *, port: int | None = None, files: Mapping[str, bytes] | None = None
) -> MailServer:
    """Start a server that ends with this process.

    Parameters
    ----------
    more
        Further settings; ``FOLDER`` in them is where `files` are.
    """
    program = find()
    assert program is not None, "dovecot is required (OPENDEUR_REQUIRE) but is not here"
    folder = Path(tempfile.mkdtemp(prefix="opendeur-dovecot-"))
    is_root = os.geteuid() == 0
    user, group = (
        ("nobody", "nogroup") if is_root else (getpass.getuser(), grp.getgrgid(os.getegid())[0])
    )
    port = port or free_port()
    for name, content in (files or {}).items():
        (folder / name).write_bytes(content)
    more = more.replace("FOLDER", str(folder))
    file = folder / "dovecot.conf"
    file.write_text(
        CONFIGURATION.format(
            folder=folder, user=user, group=group, port=port, password=PASSWORD, more=more
        ),
        encoding="utf-8",
    )
    if is_root:  # it runs as somebody who may do nothing else, whatever the umask is by now
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user, group)
    run = ["runuser", "-u", user, "--"] if is_root else []
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [*run, program, "-F", "-c", str(file)],
            stdin=subprocess.DEVNULL,  # make gives its jobs one that cannot be read
            stdout=output,
            stderr=output,
        )

    def stop() -> None:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _answers(port):
        log = folder / "dovecot.log"
        assert process.poll() is None, (log if log.exists() else said).read_text()
        assert time.monotonic() < deadline, "dovecot does not answer"
        time.sleep(0.02)
    return MailServer(port, folder=folder, stop=stop)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            return connection.recv(4) == b"* OK"
    except OSError:
        return False
