"""Finding editions, and what phase and deadlines let through."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import editions
from opendeur.enums import EditionPhase
from opendeur.errors import TooLate
from opendeur.models import ClosedPeriod, Edition
from tests.factories import MONDAY, NOW, local, make_edition

MOMENT = timedelta(microseconds=1)


def test_edition_is_found_by_its_name_in_addresses_with_its_closed_periods(
    session: Session,
) -> None:
    make_edition(session, slug="zuid-2027")
    edition = make_edition(session, slug="zuid-oost-2027")
    edition.closed_periods.append(
        ClosedPeriod(
            starts_at=local(2, "8:00"), ends_at=local(2, "18:00"), reason_nl="", reason_fr=""
        )
    )
    session.flush()
    session.expire_all()

    found = editions.find(session, "zuid-oost-2027")

    assert found is edition
    assert "closed_periods" not in inspect(edition).unloaded


@pytest.mark.parametrize("slug", ["", "zuid", "ZUID-2027", "zuid-2027 ", "zuid-202%"])
def test_name_that_no_edition_has_finds_none(session: Session, slug: str) -> None:
    make_edition(session, slug="zuid-2027")

    assert editions.find(session, slug) is None


def test_edition_in_any_phase_is_found(session: Session) -> None:
    made = {phase: make_edition(session, slug=phase, phase=phase) for phase in EditionPhase}

    assert {phase: editions.find(session, phase) for phase in EditionPhase} == made


def test_everybody_may_know_of_every_edition_but_drafts(session: Session) -> None:
    made = [make_edition(session, phase=phase) for phase in EditionPhase]

    assert editions.listed(session) == made[1:]


def test_editions_are_listed_by_their_first_day_and_then_in_the_order_of_making(
    session: Session,
) -> None:
    def make(weeks: int) -> Edition:
        start = MONDAY + timedelta(weeks=weeks)
        return make_edition(session, starts_on=start, ends_on=start + timedelta(days=4))

    last, first, same, between = make(2), make(0), make(2), make(1)

    assert editions.listed(session) == [first, between, last, same]


def test_nothing_is_listed_where_there_is_nothing(session: Session) -> None:
    assert editions.listed(session) == []


HOSTING = (EditionPhase.HOSTING, EditionPhase.PROGRAMME, EditionPhase.PREFERENCES)


@pytest.mark.parametrize("phase", HOSTING)
def test_hosts_can_change_their_offer_until_the_deadline(
    session: Session, phase: EditionPhase
) -> None:
    edition = make_edition(session, phase=phase)

    editions.require_hosting(edition, now=edition.hosting_ends_at - MOMENT)

    with pytest.raises(TooLate, match="Ask the team of your care zone"):
        editions.require_hosting(edition, now=edition.hosting_ends_at)


@pytest.mark.parametrize("phase", [phase for phase in EditionPhase if phase not in HOSTING])
def test_hosts_cannot_change_their_offer_in_other_phases(
    session: Session, phase: EditionPhase
) -> None:
    edition = make_edition(session, phase=phase)

    with pytest.raises(TooLate, match="Ask the team of your care zone"):
        editions.require_hosting(edition, now=NOW)


def test_preferences_can_be_given_until_the_deadline(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.PREFERENCES)

    editions.require_preferences(edition, now=edition.preferences_end_at - MOMENT)

    with pytest.raises(TooLate, match="The time to give preferences is over"):
        editions.require_preferences(edition, now=edition.preferences_end_at)


@pytest.mark.parametrize(
    ("phases", "sentence"),
    [
        (list(EditionPhase)[:3], "Come back when the programme is out"),
        (list(EditionPhase)[4:], "Your last saved preferences count"),
    ],
    ids=["before", "after"],
)
def test_who_comes_in_another_phase_reads_whether_it_is_too_early_or_too_late(
    session: Session, phases: list[EditionPhase], sentence: str
) -> None:
    for phase in phases:
        edition = make_edition(session, phase=phase)

        with pytest.raises(TooLate, match=sentence):
            editions.require_preferences(edition, now=NOW)


def test_lock_looks_again_at_a_phase_that_was_set_meanwhile(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.PREFERENCES)
    session.execute(text("UPDATE edition SET phase = 'assignment'"))
    before = edition.phase

    editions.lock(session, edition)

    assert (before, edition.phase) == (EditionPhase.PREFERENCES, EditionPhase.ASSIGNMENT)


def test_lock_keeps_what_this_session_changed_itself(session: Session) -> None:
    edition = make_edition(session, phase=EditionPhase.PREFERENCES)
    edition.phase, edition.max_visits = EditionPhase.ASSIGNMENT, 3

    editions.lock(session, edition)

    assert (edition.phase, edition.max_visits) == (EditionPhase.ASSIGNMENT, 3)


def test_whoever_locks_second_waits_for_the_first_and_sees_what_was_decided(
    database: Database,
) -> None:
    with database.session() as session:
        number = make_edition(session, phase=EditionPhase.PREFERENCES).id
        session.commit()

    def decide_too() -> EditionPhase:
        with database.session() as session:
            edition = session.get_one(Edition, number)
            editions.lock(session, edition)
            return edition.phase

    with ThreadPoolExecutor(1) as pool, database.session() as first:
        edition = first.get_one(Edition, number)
        editions.lock(first, edition)
        second = pool.submit(decide_too)
        waited = not wait([second], timeout=0.5).done
        edition.phase = EditionPhase.ASSIGNMENT
        first.commit()

        assert (waited, second.result()) == (True, EditionPhase.ASSIGNMENT)
