"""A commit of this project: made ready in a folder of its own, filled, asked, and served."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from benchmarks.judging import ROOT

INSIDER = Path(__file__).with_name("insider.py")
PATIENCE_SECONDS = 60.0
#: The same for every commit: two cores, four requests at a time on each.
PROCESSES, THREADS = "2", "4"
CATALOGUES = [f"opendeur/translations/{code}/LC_MESSAGES/messages.mo" for code in ("nl", "fr")]


@dataclass(frozen=True)
class Checkout:
    """Where a commit lies, and the environment that it runs in."""

    name: str
    folder: Path
    programs: Path

    def run(self, *words: str, world: "World") -> str:
        """Run a command of the site and return what it says."""
        return self._run([str(self.programs / "python"), "-m", "opendeur", *words], world)

    def ask(self, what: str, world: "World", **words: Any) -> Any:
        """Let `insider` do something with the code of this commit."""
        command = [str(self.programs / "python"), str(INSIDER), what, json.dumps(words)]
        return json.loads(self._run(command, world))

    def _run(self, command: list[str], world: "World") -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=world.environment(self.folder),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    @contextmanager
    def serving(self, world: "World") -> Iterator[str]:
        """Serve the site as its documentation says, and yield its address."""
        port = world.port
        site = subprocess.Popen(
            self._start_command(port),
            cwd=self.folder,
            env=world.environment(self.folder),
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/nl/accessibility", site)
            yield f"http://127.0.0.1:{port}"
        finally:
            site.terminate()
            site.wait(PATIENCE_SECONDS)

    def _start_command(self, port: int) -> list[str]:
        words = (self.folder / "opendeur" / "cli.py").read_text(encoding="utf-8")
        if "def serve(" in words:
            command = [str(self.programs / "opendeur"), "serve", "--port", str(port)]
            return [*command, "--processes", PROCESSES, "--threads", THREADS]
        command = [str(self.programs / "gunicorn"), "--no-control-socket", "wsgi:app"]
        command += ["--workers", PROCESSES, "--threads", THREADS]
        return [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]


@dataclass(frozen=True)
class World:
    """An instance: its folder, its database, and the port that it is served on."""

    instance: Path
    database_url: str = ""
    port: int = field(default_factory=lambda: _free_port())
    secret_key: str = field(default_factory=lambda: secrets.token_hex(32))

    def environment(self, code: Path) -> Mapping[str, str]:
        """Return the settings of the site, and where its code lies."""
        settings = {
            "INSTANCE": str(self.instance),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": self.secret_key,
            "BASE_URL": f"http://127.0.0.1:{self.port}",
            "TRUSTED_HOSTS": "127.0.0.1,localhost",
            "DEMONSTRATION": "true",
        }
        return {
            **os.environ,
            **{f"OPENDEUR_{name}": value for name, value in settings.items()},
            "PYTHONPATH": str(code),
        }


def ours() -> Checkout:
    """Return what lies here, as it is, with the environment that runs this."""
    return Checkout("now", ROOT, Path(sys.executable).parent)


@contextmanager
def of(commit: str) -> Iterator[Checkout]:
    """Check another commit out, with an environment of its own, and remove it in the end."""
    with tempfile.TemporaryDirectory(prefix="opendeur-bench-") as parent:
        folder = Path(parent) / "code"
        _git("worktree", "add", "--detach", "--quiet", str(folder), commit)
        try:
            subprocess.run(
                ["make", "--silent", ".venv/main.done", *CATALOGUES],
                cwd=folder,
                check=True,
                stdout=sys.stderr,
            )
            yield Checkout(commit, folder, folder / ".venv" / "bin")
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=sys.stderr)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _wait_for(address: str, site: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if site.poll() is not None:
            raise RuntimeError(f"the site ended at once, with {site.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except HTTPError as error:
            raise RuntimeError(f"{address} answers {error.code}") from error
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")
