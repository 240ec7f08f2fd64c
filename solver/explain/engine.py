"""Asking processes that keep proofs: each thread takes one, asks, and gives it back."""

import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock
from time import monotonic

from solver.explain import process
from solver.explain.programme import Programme, Question, Verdict

POLL_SECONDS = 0.05


class EngineStoppedError(Exception):
    """Time ran out, or somebody asked to stop, before there was an answer."""


class Engine:
    """Decides questions about one programme, in as many processes as there are threads."""

    def __init__(
        self, programme: Programme, *, deadline: float, should_stop: Callable[[], bool]
    ) -> None:
        self._programme = programme
        self._deadline = deadline
        self._should_stop = should_stop
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        self._all: list[_Process] = []
        self._lock = Lock()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for one in self._all:
                one.end()

    def decide(self, question: Question, *, wants_cost: bool) -> Verdict | None:
        """Return the verdict; None where it is too hard for branching alone.

        Raises
        ------
        EngineStoppedError
            When there was no time for it.
        """
        if self._is_over():
            raise EngineStoppedError
        one = self._take()
        try:
            one.connection.send((question, wants_cost))
            while not one.connection.poll(POLL_SECONDS):
                if self._is_over():
                    one.end()
                    raise EngineStoppedError
            verdict: Verdict | None = one.connection.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            # It was killed from outside, perhaps for want of memory: the long way is left.
            one.end()
            return None
        self._idle.put(one)
        return verdict

    def _is_over(self) -> bool:
        return monotonic() > self._deadline or self._should_stop()

    def _take(self) -> "_Process":
        try:
            return self._idle.get_nowait()
        except Empty:
            seconds = max(0.0, self._deadline - monotonic())
            with self._lock:
                self._all.append(_Process())
                one = self._all[-1]
            one.connection.send((self._programme, seconds))
            return one


class _Process:
    """One process, and what is said to it."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        path, handle = str(Path(process.__file__)), theirs.fileno()
        # Not the folder of the file: what is beside it is this package.
        command = [sys.executable, "-P", path, str(handle)]
        # A session of its own: Ctrl-C is for whoever asks, who decides what becomes of this.
        self._popen = subprocess.Popen(
            command, pass_fds=[handle], stdin=subprocess.DEVNULL, start_new_session=True
        )
        theirs.close()

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._popen.kill()
        self._popen.wait()
        self.connection.close()
