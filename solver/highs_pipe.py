"""Talking to HiGHS in a process of its own (``highs_process.py``)."""

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, ClassVar

from solver.errors import SearchEnded
from solver.search import POLL_SECONDS

Message = dict[str, Any]
KINDS = ("better", "bound", "done")
"""Of messages, as ``highs_process.py`` sends them."""
ENDED = "HiGHS ended before it was done. Is highspy installed, and is there enough memory?"


class HighsProcess:
    """One process. To start one takes a quarter of a second, so an idle one is kept."""

    program: ClassVar[Path] = Path(__file__).with_name("highs_process.py")
    _idle: ClassVar[list["HighsProcess"]] = []
    _lock = Lock()

    def __init__(self) -> None:
        # -P: what is beside the file is this package, not modules to be found by name.
        command = [sys.executable, "-P", str(self.program)]
        pipe = subprocess.PIPE
        self._owner = os.getpid()
        # A session of its own: Ctrl-C is for whoever asks, who decides what becomes of this.
        self._popen = subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True)

    @classmethod
    def ask(
        cls,
        request: Message,
        *,
        is_over: Callable[[], bool],
        tell: Callable[[Message], None],
    ) -> Message | None:
        """Have a request answered.

        Parameters
        ----------
        request
            As ``highs_process.py`` takes it.
        is_over
            Asked often, from this thread. Once it is true, the process is killed.
        tell
            Called, from this thread, with each message on the way.

        Returns
        -------
        Message or None
            The answer; None when it was over before there was one.

        Raises
        ------
        SearchEnded
            When the process ended by itself, or said what cannot be understood.
        """
        process = cls._take()
        answer = None
        try:
            answer = process.converse(request, is_over=is_over, tell=tell)
        finally:
            if answer is None:
                process.close()
            else:
                with cls._lock:
                    cls._idle.append(process)
        return answer

    @classmethod
    def _take(cls) -> "HighsProcess":
        with cls._lock:
            while cls._idle:
                process = cls._idle.pop()
                if process.is_usable():
                    return process
                process.close()
        return cls()

    @classmethod
    def end_idle(cls) -> None:
        """End the processes that nobody uses."""
        with cls._lock:
            while cls._idle:
                cls._idle.pop().close()

    def is_usable(self) -> bool:
        """Tell whether it runs, and was not inherited from the process that forked this one."""
        return self._owner == os.getpid() and self._popen.poll() is None

    def converse(
        self,
        request: Message,
        *,
        is_over: Callable[[], bool],
        tell: Callable[[Message], None],
    ) -> Message | None:
        """Send a request, and listen until there is an answer or it is over."""
        messages: SimpleQueue[Message | None] = SimpleQueue()
        answer = None
        # Threads, because both wait as long as the other end is stopped.
        talk = [
            Thread(target=target, args=(argument,), name="solver-highs", daemon=True)
            for target, argument in ((self._listen, messages), (self._send, request))
        ]
        for thread in talk:
            thread.start()
        try:
            while answer is None and not is_over():
                try:
                    message = messages.get(timeout=POLL_SECONDS)
                except Empty:
                    continue
                if message is None:
                    raise SearchEnded(ENDED)
                if message["kind"] == "done":
                    answer = message
                else:
                    tell(message)
        finally:
            if answer is None:
                self._popen.kill()
            for thread in talk:
                thread.join()
        return answer

    def _send(self, request: Message) -> None:
        assert self._popen.stdin is not None
        # Where the process has ended, its silence tells.
        with suppress(BrokenPipeError):
            pickle.dump(request, self._popen.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._popen.stdin.flush()

    def _listen(self, messages: "SimpleQueue[Message | None]") -> None:
        """Pass on what comes until there is an answer, or None where there will be none."""
        message: Message | None = {"kind": ""}
        while message is not None and message["kind"] != "done":
            message = self._message()
            messages.put(message)

    def _message(self) -> Message | None:
        """Return the next message; None where there is none, or it is no message."""
        assert self._popen.stdout is not None
        try:
            message = pickle.load(self._popen.stdout)
        except Exception:  # Bytes that are no pickle can raise anything.
            return None
        is_message = isinstance(message, dict) and message.get("kind") in KINDS
        return message if is_message else None

    def close(self) -> None:
        """End it, unless it is another process's own; nobody may be listening any more."""
        if self._owner == os.getpid():
            self._popen.kill()
            self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


atexit.register(HighsProcess.end_idle)
