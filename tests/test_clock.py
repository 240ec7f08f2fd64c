"""No test depends on the day on which it runs."""

import time
from datetime import UTC, datetime

import pytest

from tests.factories import NOW


def test_clock_stands_still_at_now() -> None:
    assert (datetime.now(UTC), time.time()) == (NOW, NOW.timestamp())


@pytest.mark.real_clock
def test_clock_goes_on_for_a_test_that_says_so() -> None:
    before = datetime.now(UTC)

    time.sleep(0.02)

    assert (datetime.now(UTC) > before, before != NOW) == (True, True)


def test_what_measures_time_goes_on_while_the_clock_stands() -> None:
    measured = time.monotonic()

    time.sleep(0.02)

    assert time.monotonic() - measured >= 0.02
