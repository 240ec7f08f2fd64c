from datetime import timedelta

import pytest

from opendeur.domain.editions import change_phase, extend_deadlines, phases_from
from opendeur.enums import EditionPhase
from opendeur.errors import Conflict, InvalidInput
from tests.factories import NOW, make_edition

LATER = NOW + timedelta(days=30)


def extend(session, edition, **values):
    given = {
        "hosting_ends_at": edition.hosting_ends_at,
        "preferences_end_at": edition.preferences_end_at,
        "results_on": edition.results_on,
        "now": NOW,
    }
    extend_deadlines(session, edition, **{**given, **values})


def test_before_the_weeks_are_known_every_phase_up_to_the_assignment_can_be_reached(session):
    edition = make_edition(session, phase=EditionPhase.PREFERENCES)

    assert phases_from(edition) == [
        EditionPhase.DRAFT,
        EditionPhase.HOSTING,
        EditionPhase.PROGRAMME,
        EditionPhase.ASSIGNMENT,
    ]


def test_once_the_weeks_are_known_there_is_no_way_back(session):
    edition = make_edition(session, phase=EditionPhase.WEEK)

    assert phases_from(edition) == [
        EditionPhase.PUBLISHED,
        EditionPhase.EVALUATION,
        EditionPhase.CLOSED,
    ]


def test_closing_preferences_is_moving_to_the_assignment(session):
    edition = make_edition(session, phase=EditionPhase.PREFERENCES)

    change_phase(
        session, edition, EditionPhase.ASSIGNMENT, seen=EditionPhase.PREFERENCES, now=NOW
    )

    assert edition.phase is EditionPhase.ASSIGNMENT
    assert not edition.takes_preferences(NOW)


@pytest.mark.parametrize(
    ("phase", "sentence"),
    [
        (EditionPhase.PUBLISHED, "when you send the invitations"),
        (EditionPhase.WEEK, "cannot be reached"),
        (EditionPhase.ASSIGNMENT, "cannot be reached"),
    ],
)
def test_a_phase_out_of_reach_is_refused(session, phase, sentence):
    edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)

    with pytest.raises(InvalidInput, match=sentence):
        change_phase(session, edition, phase, seen=EditionPhase.ASSIGNMENT, now=NOW)

    assert edition.phase is EditionPhase.ASSIGNMENT


@pytest.mark.parametrize("phase", [EditionPhase.HOSTING, EditionPhase.PREFERENCES])
def test_a_phase_whose_deadline_has_passed_is_refused(session, phase):
    edition = make_edition(
        session,
        phase=EditionPhase.PROGRAMME,
        hosting_ends_at=NOW,
        preferences_end_at=NOW,
    )

    with pytest.raises(InvalidInput, match="deadline"):
        change_phase(session, edition, phase, seen=EditionPhase.PROGRAMME, now=NOW)


def test_of_two_organisers_who_move_the_phase_the_second_is_told(session):
    edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)

    with pytest.raises(Conflict, match="Somebody else"):
        change_phase(
            session, edition, EditionPhase.PROGRAMME, seen=EditionPhase.PREFERENCES, now=NOW
        )


def test_deadlines_can_move_to_later(session):
    edition = make_edition(session)

    extend(
        session,
        edition,
        preferences_end_at=LATER,
        results_on=(LATER + timedelta(days=2)).date(),
    )

    assert edition.preferences_end_at == LATER
    assert edition.results_on == (LATER + timedelta(days=2)).date()


def test_a_deadline_that_is_given_without_its_seconds_stays_as_it_is(session):
    deadline = NOW.replace(second=0) + timedelta(days=21, seconds=59)
    edition = make_edition(session, preferences_end_at=deadline)

    extend(session, edition, preferences_end_at=deadline.replace(second=0))

    assert edition.preferences_end_at == deadline


@pytest.mark.parametrize("field", ["hosting_ends_at", "preferences_end_at"])
def test_a_deadline_never_comes_earlier(session, field):
    edition = make_edition(session)
    earlier = getattr(edition, field) - timedelta(hours=1)

    with pytest.raises(InvalidInput, match="extend") as caught:
        extend(session, edition, **{field: earlier})

    assert caught.value.field == field


def test_a_passed_deadline_can_be_extended_but_not_into_the_past(session):
    edition = make_edition(session, hosting_ends_at=NOW - timedelta(days=2))

    with pytest.raises(InvalidInput, match="still to come"):
        extend(session, edition, hosting_ends_at=NOW - timedelta(days=1))
    extend(session, edition, hosting_ends_at=NOW + timedelta(days=1))

    assert edition.hosting_ends_at == NOW + timedelta(days=1)


def test_a_deadline_stays_before_the_week(session):
    edition = make_edition(session)
    opening = edition.at(edition.starts_on, edition.day_starts_at)

    with pytest.raises(InvalidInput, match="before the week"):
        extend(session, edition, hosting_ends_at=opening)


@pytest.mark.parametrize("days", [-1, 60])
def test_results_come_between_the_preferences_and_the_week(session, days):
    edition = make_edition(session)
    day = edition.local(edition.preferences_end_at).date() + timedelta(days=days)

    with pytest.raises(InvalidInput, match="after the end of the preferences"):
        extend(session, edition, results_on=day)
