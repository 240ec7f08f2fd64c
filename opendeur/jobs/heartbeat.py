"""A heart that beats beside long work, so that nobody takes its worker for dead."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def beating(beat: Callable[[], None], *, every_seconds: float, name: str) -> Iterator[None]:
    """Call `beat` again and again until the block ends.

    A beat that fails is logged and tried again: a busy database is no reason to stop.
    """
    is_over = threading.Event()

    def go_on() -> None:
        while not is_over.wait(every_seconds):
            try:
                beat()
            except Exception:
                logger.exception("the heartbeat of %s failed", name)

    heart = threading.Thread(target=go_on, name=name, daemon=True)
    heart.start()
    try:
        yield
    finally:
        is_over.set()
        heart.join()
