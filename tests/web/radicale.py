"""A calendar server, Radicale, on this machine: it keeps what it is given if it can read it."""

import base64
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

#: With `auth = none` everybody is let in, under any name.
CONFIG = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = none
[storage]
filesystem_folder = {folder}
[web]
type = none
[logging]
level = warning
"""
STARTS_WITHIN_SECONDS = 60


class Radicale:
    """A running server, as the user *lotte*."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        name = base64.b64encode(b"lotte:any").decode()
        with closing(
            http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        ) as connection:
            connection.request(
                method,
                path,
                body,
                {
                    "Authorization": f"Basic {name}",
                    "Content-Type": "text/calendar; charset=utf-8",
                },
            )
            answer = connection.getresponse()
            return answer.status, answer.read()


@contextmanager
def running(folder: Path) -> Iterator[Radicale]:
    """Run a server that keeps its files in a folder."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    config = folder / "config"
    config.write_text(CONFIG.format(port=port, folder=folder / "collections"))
    process = subprocess.Popen([sys.executable, "-m", "radicale", "--config", str(config)])
    try:
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while not _answers(port):
            assert process.poll() is None, "Radicale ended by itself"
            assert time.monotonic() < deadline, "Radicale does not answer"
            time.sleep(0.05)
        yield Radicale(port)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
