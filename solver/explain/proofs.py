"""Asking processes that keep proofs: each thread takes one, asks, and gives it back."""

import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import ClassVar

from solver.explain import process
from solver.explain.programme import BinaryProgramme, Question, Ruling
from solver.search import POLL_SECONDS


class AskingStoppedError(Exception):
    """Time ran out, or somebody asked to stop, before there was an answer."""


class _ProcessEndedError(Exception):
    """The process was killed, perhaps for want of memory, or said what is no answer."""


class ProofKeeper:
    """Decides questions about one programme, in as many processes as there are threads."""

    def __init__(
        self, programme: BinaryProgramme, *, deadline: float, should_stop: Callable[[], bool]
    ) -> None:
        self._programme = programme
        self._deadline = deadline
        self._should_stop = should_stop
        self._idle: SimpleQueue[ProofProcess] = SimpleQueue()
        self._all: list[ProofProcess] = []
        self._lock = Lock()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for one in self._all:
                one.end()

    def decide(self, question: Question, *, wants_cost: bool) -> Ruling | None:
        """Return the ruling; None where it is too hard for branching alone.

        Raises
        ------
        AskingStoppedError
            When there was no time for it.
        """
        if self._is_over():
            raise AskingStoppedError
        one = self._take()
        try:
            ruling = one.ask((question, wants_cost), is_over=self._is_over)
        except _ProcessEndedError:
            # The long way is left.
            one.end()
            return None
        except BaseException:
            one.end()
            raise
        self._idle.put(one)
        return ruling

    def _is_over(self) -> bool:
        return monotonic() > self._deadline or self._should_stop()

    def _take(self) -> "ProofProcess":
        try:
            return self._idle.get_nowait()
        except Empty:
            seconds = max(0.0, self._deadline - monotonic())
            with self._lock:
                self._all.append(ProofProcess((self._programme, seconds)))
                return self._all[-1]


class ProofProcess:
    """One process, and what is said to it; it is told about a programme before all else."""

    program: ClassVar[Path] = Path(process.__file__)

    def __init__(self, introduction: tuple[BinaryProgramme, float]) -> None:
        self._unsaid: list[object] = [introduction]
        self._connection, theirs = Pipe()
        self._talk: Thread | None = None
        handle = theirs.fileno()
        # Not the folder of the file: what is beside it is this package.
        command = [sys.executable, "-P", str(self.program), str(handle)]
        # A session of its own: Ctrl-C is for whoever asks, who decides what becomes of this.
        self._popen = subprocess.Popen(
            command, pass_fds=[handle], stdin=subprocess.DEVNULL, start_new_session=True
        )
        theirs.close()

    def ask(
        self, question: tuple[Question, bool], *, is_over: Callable[[], bool]
    ) -> Ruling | None:
        """Return the answer; ``is_over`` is asked often, from this thread."""
        answers: SimpleQueue[object] = SimpleQueue()
        self._unsaid.append(question)
        # A thread, because it waits as long as the process is stopped.
        self._talk = Thread(target=self._converse, args=(answers,), daemon=True)
        self._talk.start()
        while True:
            try:
                answer = answers.get(timeout=POLL_SECONDS)
            except Empty:
                if is_over():
                    raise AskingStoppedError from None
                continue
            if answer is None or isinstance(answer, Ruling):
                return answer
            raise _ProcessEndedError

    def _converse(self, answers: "SimpleQueue[object]") -> None:
        """Say what is unsaid, and pass the answer on, or an error in its place."""
        try:
            while self._unsaid:
                self._connection.send(self._unsaid.pop(0))
            answers.put(self._connection.recv())
        except Exception as error:  # Bytes that are no pickle can raise anything.
            answers.put(error)

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._popen.kill()
        self._popen.wait()
        if self._talk is not None:
            self._talk.join()
        self._connection.close()
