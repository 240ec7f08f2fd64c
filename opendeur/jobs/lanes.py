"""Lanes: each kind of work has threads of its own, so that no kind keeps another waiting."""

from collections.abc import Callable
from threading import BoundedSemaphore, Event


class Lane:
    """One kind of work, done by at most `width` threads of a process at a time.

    Whoever comes while all of them are busy leaves a note and goes: the threads of the other
    kinds stay free. The note is read before the last thread leaves, so that no call is lost.
    """

    def __init__(self, work: Callable[[], int], *, width: int = 1) -> None:
        self.width = width
        self._work = work
        self._places = BoundedSemaphore(width)
        self._is_asked = Event()

    def run(self) -> int:
        """Work until nothing is left; return how much was done, 0 when others do it."""
        done = 0
        self._is_asked.set()
        while self._is_asked.is_set() and self._places.acquire(blocking=False):
            try:
                self._is_asked.clear()
                done += self._work()
            finally:
                self._places.release()
        return done
