"""The site as it is started: it serves whoever asks, whatever others do."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest

from opendeur.app import MAX_BODY_BYTES
from opendeur.config import ROOT
from tests.conftest import SECRET_KEY

PATIENCE_SECONDS = 30.0
HALF_A_REQUEST = (
    b"POST /nl/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail="
)


@contextmanager
def serving(
    folder: Path, *, processes: int = 2
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    environment = {
        **os.environ,
        "OPENDEUR_INSTANCE": str(folder),
        "OPENDEUR_SECRET_KEY": SECRET_KEY,
        "OPENDEUR_BASE_URL": f"http://127.0.0.1:{port}",
        "OPENDEUR_TRUSTED_HOSTS": "127.0.0.1",
        "OPENDEUR_DEMONSTRATION": "true",
    }
    words = ["serve", "--port", str(port), "--processes", str(processes), "--threads", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "opendeur", *words], cwd=ROOT, env=environment
    )
    try:
        wait_until(lambda: status(port) == 200)
        yield process, port
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)


def status(port: int) -> int | None:
    """Return what the page of accessibility answers; None when nobody does."""
    try:
        address = f"http://127.0.0.1:{port}/nl/accessibility"
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return None


def wait_until(check: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert time.monotonic() < deadline, "that took too long"
        time.sleep(0.05)


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(number) for number in listed.split()]


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    (tmp_path / "opendeur.sqlite3").write_bytes(sqlite_template.read_bytes())
    return tmp_path


@pytest.mark.parametrize("clients", [16, 200])
def test_others_are_served_while_clients_send_half_a_request(
    folder: Path, clients: int
) -> None:
    with serving(folder) as (_, port), ExitStack() as stack:
        for _ in range(clients):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(HALF_A_REQUEST)
        time.sleep(0.5)

        assert [status(port) for _ in range(5)] == [200] * 5


def test_request_that_is_too_large_is_refused_at_the_door(folder: Path) -> None:
    too_large = HALF_A_REQUEST.replace(b"1000", str(MAX_BODY_BYTES + 1).encode())

    with (
        serving(folder) as (_, port),
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        client.sendall(too_large)
        answer = client.recv(1000)

    assert answer.split(b"\r\n")[0] == b"HTTP/1.1 413 Request Entity Too Large"


def test_process_that_is_killed_is_replaced(folder: Path) -> None:
    with serving(folder, processes=1) as (parent, port):
        [first] = children_of(parent)

        os.kill(first, signal.SIGKILL)

        wait_until(lambda: children_of(parent) not in ([], [first]))
        wait_until(lambda: status(port) == 200)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_site_ends_with_its_processes_when_it_is_told_to(
    folder: Path, how: signal.Signals
) -> None:
    with serving(folder) as (parent, port):
        children = children_of(parent)

        parent.send_signal(how)

        assert parent.wait(PATIENCE_SECONDS) == 0
        assert [number for number in children if Path(f"/proc/{number}").exists()] == []
        assert status(port) is None


def test_processes_end_when_the_one_that_started_them_is_killed(folder: Path) -> None:
    with serving(folder) as (parent, port):
        children = children_of(parent)

        parent.kill()

        wait_until(lambda: not any(Path(f"/proc/{number}").exists() for number in children))
        assert status(port) is None


def test_port_that_is_taken_is_told_in_one_line(folder: Path) -> None:
    with serving(folder) as (_, port):
        second = subprocess.run(
            [sys.executable, "-m", "opendeur", "serve", "--port", str(port)],
            cwd=ROOT,
            env={
                **os.environ,
                "OPENDEUR_INSTANCE": str(folder),
                "OPENDEUR_SECRET_KEY": SECRET_KEY,
                "OPENDEUR_BASE_URL": "http://127.0.0.1",
                "OPENDEUR_TRUSTED_HOSTS": "127.0.0.1",
                "OPENDEUR_DEMONSTRATION": "true",
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    assert (second.returncode, second.stderr) == (
        1,
        f"Error: Port {port}: Address already in use.\n",
    )
