"""A process that searches, or keeps proofs, with an end that is set.

``ILL_CHILD`` in the environment is ``ANSWERED ON_THE_WAY END``: how many requests it
answers, how many messages it lets through of the next, and how it ends then. Until then it
does what the real one does, with the same code: ``highs_process.py``, or with a handle as
its argument ``explain/process.py``.
"""

import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import IO, Any

SOLVER = Path(__file__).parents[2] / "solver"
GARBAGE = {
    "text": b"Segmentation fault\n",
    "cut": pickle.dumps({"kind": "done", "values": list(range(1000))})[:500],
    "number": pickle.dumps(1),
    "unknown": pickle.dumps({"kind": "unknown"}),
    "module": b"cno_such_module\nno_such_name\n.",
    "huge": b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",
}

answered, on_the_way, end = os.environ["ILL_CHILD"].split()
told = {"answered": 0, "on the way": 0}


def end_here(say: Callable[[bytes], object]) -> None:
    """End as set; one that is stopped stays so until somebody kills it."""
    if end in GARBAGE:
        say(GARBAGE[end])
        os._exit(1)
    number = signal.Signals[end]
    if number == signal.SIGTERM:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    time.sleep(60)


def load(path: Path) -> Any:
    """Return a module that is not found by its name."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def search() -> None:
    """Do as ``highs_process.py``, until the end."""
    highs_process = load(SOLVER / "highs_process.py")
    healthy_write = highs_process.write

    def write(stream: IO[bytes], message: dict[str, Any]) -> None:
        if told["answered"] >= int(answered) and told["on the way"] >= int(on_the_way):
            end_here(lambda garbage: (stream.write(garbage), stream.flush()))
        healthy_write(stream, message)
        is_answer = message["kind"] == "done"
        told["answered"] += is_answer
        told["on the way"] = 0 if is_answer else told["on the way"] + 1

    highs_process.write = write
    highs_process.main()


class IllConnection(Connection):
    """The connection of a process that keeps proofs; it is introduced, then asked."""

    def recv(self) -> Any:
        """Receive the next, unless it is time to end before it."""
        if told["answered"] >= int(answered) and not int(on_the_way):
            end_here(self.send_bytes)
        return super().recv()

    def send(self, verdict: object) -> None:
        """Send the next, or end instead."""
        if told["answered"] >= int(answered):
            end_here(self.send_bytes)
        told["answered"] += 1
        super().send(verdict)


def keep_proofs(handle: int) -> None:
    """Do as ``explain/process.py``, until the end."""
    process = load(SOLVER / "explain" / "process.py")
    process.Connection = IllConnection
    process.main(handle)


if len(sys.argv) > 1:
    keep_proofs(int(sys.argv[1]))
else:
    search()
