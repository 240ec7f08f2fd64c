"""Keeping the collector of garbage cycles away while data grows that has none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the collector, which would look at all the data again and again as it grows.

    That is up to half of the time that building hundreds of thousands of objects takes. All
    of the process is concerned, so this is for a few seconds, not for a search. What has no
    references is freed all the same.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
