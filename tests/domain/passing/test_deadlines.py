"""Until when somebody who is asked for a seat can answer."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import passing
from tests.domain.passing.week import Week
from tests.factories import local


@pytest.fixture
def week(session: Session) -> Week:
    return Week(session)


@pytest.mark.parametrize(
    ("before", "hours", "expected"),
    [
        (timedelta(days=10), 24, timedelta(hours=24)),
        (timedelta(days=10), 3, timedelta(hours=3)),
        (timedelta(hours=12), 24, timedelta(hours=4)),
    ],
)
def test_deadline_is_what_was_set_and_at_most_a_third_of_the_time_left(
    session: Session, week: Week, before: timedelta, hours: int, expected: timedelta
) -> None:
    week.edition.seat_offer_hours = hours
    week.slot.starts_at = local(3, "22:00")
    week.slot.ends_at = local(3, "23:00")
    now = week.slot.starts_at - before if before < timedelta(days=1) else local(-7, "10:00")

    assert passing.deadline_of(week.edition, week.slot, now=now) - now == expected


@pytest.mark.parametrize(
    ("asked", "starts", "expected"),
    [
        ((-2, "16:00"), (3, "9:30"), (-1, "9:00")),  # 7 hours later it is 23:00
        ((-2, "19:00"), (3, "9:30"), (-1, "9:00")),  # 2:00
        ((-1, "20:00"), (0, "9:30"), (0, "0:30")),  # there is no time until the morning
    ],
)
def test_nobody_has_to_answer_at_night(
    session: Session,
    week: Week,
    asked: tuple[int, str],
    starts: tuple[int, str],
    expected: tuple[int, str],
) -> None:
    week.edition.seat_offer_hours = 7
    week.slot.starts_at = local(*starts)
    week.slot.ends_at = week.slot.starts_at + timedelta(hours=1)

    deadline = passing.deadline_of(week.edition, week.slot, now=local(*asked))

    assert deadline == local(*expected)
