"""Each kind of work has threads of its own, and no call is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from opendeur.jobs.lanes import Lane

PATIENCE_SECONDS = 10


class Work:
    """Work that can be held, and counts how many do it at a time."""

    def __init__(self) -> None:
        self.gate = Event()
        self.has_begun = Event()
        self.at_a_time = 0
        self.most = 0
        self.times = 0
        self._lock = Lock()

    def __call__(self) -> int:
        with self._lock:
            self.at_a_time += 1
            self.times += 1
            self.most = max(self.most, self.at_a_time)
        self.has_begun.set()
        self.gate.wait(PATIENCE_SECONDS)
        with self._lock:
            self.at_a_time -= 1
        return 1


@pytest.mark.parametrize("width", [1, 2])
def test_no_more_work_at_a_time_than_the_lane_is_wide(width: int) -> None:
    work = Work()
    lane = Lane(work, width=width)

    with ThreadPoolExecutor(5) as pool:
        calls = [pool.submit(lane.run) for _ in range(5)]
        work.has_begun.wait(PATIENCE_SECONDS)
        work.gate.set()
        done = sum(call.result(PATIENCE_SECONDS) for call in calls)

    assert work.most <= width
    assert done == work.times


def test_whoever_comes_while_the_lane_is_full_goes_at_once_and_leaves_a_note() -> None:
    work = Work()
    lane = Lane(work)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lane.run)
        work.has_begun.wait(PATIENCE_SECONDS)
        second = lane.run()  # would wait for ever if it did
        work.gate.set()

    assert (second, first.result(PATIENCE_SECONDS)) == (0, 2)


def test_work_that_fails_gives_its_place_back() -> None:
    def fail() -> int:
        raise RuntimeError("the database is gone")

    lane = Lane(fail)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            lane.run()
