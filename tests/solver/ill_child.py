"""HiGHS in a process of its own, with an end that is set: what tests run in its stead.

``ILL_CHILD`` in the environment is ``ANSWERED ON_THE_WAY END``: how many requests it
answers, how many messages it lets through of the next, and how it ends then. It searches as
the real one does, with the same code.
"""

import os
import pickle
import signal
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import IO, Any

HIGHS_PROCESS = Path(__file__).parents[2] / "solver" / "highs_process.py"
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


def end_here(stream: IO[bytes]) -> None:
    """End as set; one that is stopped stays so until somebody kills it."""
    if end in GARBAGE:
        stream.write(GARBAGE[end])
        stream.flush()
        os._exit(1)
    number = signal.Signals[end]
    if number == signal.SIGTERM:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    time.sleep(60)


def write(stream: IO[bytes], message: dict[str, Any]) -> None:
    """Send a message, or end instead."""
    if told["answered"] >= int(answered) and told["on the way"] >= int(on_the_way):
        end_here(stream)
    healthy_write(stream, message)
    is_answer = message["kind"] == "done"
    told["answered"] += is_answer
    told["on the way"] = 0 if is_answer else told["on the way"] + 1


spec = spec_from_file_location("highs_process", HIGHS_PROCESS)
assert spec is not None and spec.loader is not None
highs_process = module_from_spec(spec)
sys.modules["highs_process"] = highs_process
spec.loader.exec_module(highs_process)
healthy_write, highs_process.write = highs_process.write, write
highs_process.main()
