"""Who is never asked for a seat: whose week has no room for it, and who cannot be asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import placements
from opendeur.enums import Door, PlacementState
from opendeur.models import BusyPeriod, Visitor
from tests.domain.passing.week import Week
from tests.factories import NOW, make_offer, make_placement, make_slot


@pytest.fixture
def week(session: Session) -> Week:
    return Week(session)


def be_busy(session: Session, week: Week, visitor: Visitor) -> None:
    starts_at = week.slot.starts_at
    visitor.busy_periods.append(BusyPeriod(starts_at=starts_at, ends_at=week.slot.ends_at))


def be_elsewhere(session: Session, week: Week, visitor: Visitor) -> None:
    make_placement(session, visitor, make_offer(session, week.edition).slots[0])


def be_too_far_away(session: Session, week: Week, visitor: Visitor) -> None:
    far = make_offer(session, week.edition, days=())
    far.host.organisation.latitude, far.host.organisation.longitude = 50.95, 4.60
    slot = make_slot(session, far, start="8:00")
    slot.ends_at = week.slot.starts_at - timedelta(minutes=5)
    make_placement(session, visitor, slot)


def speak_another_language(session: Session, week: Week, visitor: Visitor) -> None:
    week.slot.languages = frozenset({"fr"})


def be_of_another_audience(session: Session, week: Week, visitor: Visitor) -> None:
    week.visit.audience = list(week.visit.host.organisation.sectors)


def have_as_many_as_they_want(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.max_visits = 1
    make_placement(session, visitor, make_offer(session, week.edition, days=(3,)).slots[0])


def have_as_many_that_day(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.max_visits_per_day = 1
    other = make_offer(session, week.edition, days=())
    make_placement(session, visitor, make_slot(session, other, start="15:00"))


def work_there(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.organisation = week.visit.host.organisation


def be_too_many(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.seats = 2


def be_unreachable(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.account.bounced_at = NOW


def be_disabled(session: Session, week: Week, visitor: Visitor) -> None:
    visitor.account.disabled_at = NOW


def have_given_it_up(session: Session, week: Week, visitor: Visitor) -> None:
    seat = make_placement(session, visitor, week.slot)
    placements.end(session, [seat], PlacementState.WITHDRAWN, door=Door.PAGE, now=NOW)


REASONS = [
    be_busy,
    be_elsewhere,
    be_too_far_away,
    speak_another_language,
    be_of_another_audience,
    have_as_many_as_they_want,
    have_as_many_that_day,
    work_there,
    be_too_many,
    be_unreachable,
    be_disabled,
]


@pytest.mark.parametrize("reason", [*REASONS, have_given_it_up])
def test_nobody_is_asked_whose_week_has_no_room_or_who_cannot_be_asked(
    session: Session, week: Week, reason: Callable[[Session, Week, Visitor], None]
) -> None:
    reason(session, week, week.person("somebody", week.visit))
    session.flush()
    week.give_up()

    assert week.step() == []
    assert week.open_seats() == 1


@pytest.mark.parametrize("reason", REASONS)
def test_who_waits_without_room_is_passed_over(
    session: Session, week: Week, reason: Callable[[Session, Week, Visitor], None]
) -> None:
    waiting = week.person("waiting")
    placements.join(session, waiting, week.visit, now=NOW)
    week.person("preferred", week.visit, languages={"nl", "fr"}, sectors=("ouderen",))
    reason(session, week, waiting)
    session.flush()
    week.give_up()

    assert week.step() == ["preferred"]
