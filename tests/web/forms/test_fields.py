"""People write times in several ways, and all of them are understood."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendeur.web.forms.fields import read_clock


@pytest.mark.parametrize(
    "typed",
    ["9:30", "09:30", "9h30", "9 h 30", "9H30", "9u30", "9.30", "930", "0930", " 9:30 "],
)
def test_half_past_nine_is_understood(typed: str) -> None:
    assert read_clock(typed) == time(9, 30)


@pytest.mark.parametrize("typed", ["9", "9h", "9 h", "9u", "9:00", "900"])
def test_nine_o_clock_is_understood(typed: str) -> None:
    assert read_clock(typed) == time(9)


@pytest.mark.parametrize(
    "typed", ["", "half ten", "24:00", "9:60", "9:3", "9:300", "-9:30", "９:３０", "9:30\n10"]
)
def test_what_is_no_time_is_not_guessed(typed: str) -> None:
    assert read_clock(typed) is None


@given(st.text())
def test_no_text_fails(typed: str) -> None:
    assert isinstance(read_clock(typed), time | None)


@given(st.times())
def test_every_minute_is_read_as_browsers_send_it(moment: time) -> None:
    assert read_clock(f"{moment:%H:%M}") == moment.replace(second=0, microsecond=0, fold=0)
