"""How much time is left, and whether somebody asked to stop."""

from collections.abc import Callable
from time import monotonic

from solver.search import POLL_SECONDS


class Clock:
    """The time of one solving, which begins when this is made."""

    def __init__(
        self, *, time_limit_seconds: float, should_stop: Callable[[], bool] | None
    ) -> None:
        self._started = monotonic()
        self.deadline = self._started + time_limit_seconds
        self._should_stop = should_stop
        self._was_stopped = False
        self._next_question = self._started

    @property
    def seconds(self) -> float:
        """Since it began."""
        return monotonic() - self._started

    def is_over(self) -> bool:
        """Tell whether time is up, or a stop was asked for, now or before.

        To ask may cost something, so it is done now and then only.
        """
        now = monotonic()
        if self._should_stop is not None and now >= self._next_question:
            self._next_question = now + POLL_SECONDS
            self._was_stopped = self._was_stopped or self._should_stop()
        return self._was_stopped or now >= self.deadline

    def deadline_of_share(self, share: float) -> float:
        """Return the moment at which this share of the time that is left will be used."""
        now = monotonic()
        return now + share * (self.deadline - now)
