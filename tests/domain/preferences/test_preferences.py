from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from opendeur.domain import preferences
from opendeur.domain.people import roles_of
from opendeur.domain.preferences.rankings import moved
from opendeur.enums import EditionPhase
from opendeur.errors import Conflict, InvalidInput, TooLate
from opendeur.models import Account, Edition, Preference, Visit
from tests.factories import (
    NOW,
    make_edition,
    make_offer,
    make_organisation,
    make_visitor,
)
from tests.queries import counted

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def edition(session):
    return make_edition(session, max_preferences=4)


@pytest.fixture
def visits(session, edition):
    return [make_offer(session, edition) for _ in range(5)]


@pytest.fixture
def visitor(session, edition, visits):
    return make_visitor(session, edition, preferences=visits[:3], submitted=False)


def ids_of(visits):
    return [visit.id for visit in visits]


def numbers(listed):
    return [visit.id for visit in listed]


def kept(session, visitor):
    rows = session.execute(
        select(Preference.rank, Preference.visit_id)
        .where(Preference.visitor_id == visitor.id)
        .order_by(Preference.rank)
    ).all()
    assert [rank for rank, _ in rows] == list(range(1, len(rows) + 1))
    return [visit_id for _, visit_id in rows]


def test_a_visit_is_added_at_the_end(session, visitor, visits):
    ranking = preferences.add(session, visitor, visits[3], now=LATER)
    session.commit()

    assert ranking.visit_ids == ids_of(visits[:4])
    assert kept(session, visitor) == ids_of(visits[:4])
    assert visitor.changed_at == LATER


def test_a_visit_is_added_by_whoever_the_site_recognised(session, visitor, visits):
    session.commit()
    session.expunge_all()
    account = session.get(Account, visitor.account_id)
    edition = session.get(Edition, visitor.edition_id)
    known = roles_of(session, account, edition).visitor

    ranking = preferences.add(session, known, session.get(Visit, visits[3].id), now=NOW)

    assert ranking.visit_ids[-1] == visits[3].id


def test_adding_a_visit_twice_changes_nothing(session, visitor, visits):
    ranking = preferences.add(session, visitor, visits[0], now=LATER)

    assert ranking.visit_ids == ids_of(visits[:3])
    assert visitor.changed_at == NOW


def test_no_more_visits_are_added_than_the_edition_allows(session, visitor, visits):
    preferences.add(session, visitor, visits[3], now=NOW)

    with pytest.raises(InvalidInput, match="chosen 4 visits"):
        preferences.add(session, visitor, visits[4], now=NOW)


@pytest.mark.parametrize("field", ["published_at", "withdrawn_at"])
def test_a_visit_that_is_not_offered_cannot_be_added(session, visitor, visits, field):
    setattr(visits[3], field, None if field == "published_at" else NOW)

    with pytest.raises(Conflict, match="no longer in the programme"):
        preferences.add(session, visitor, visits[3], now=NOW)


def test_a_visit_of_another_edition_cannot_be_added(session, visitor):
    elsewhere = make_offer(session, make_edition(session, zones=["zuid"]))

    with pytest.raises(Conflict, match="no longer in the programme"):
        preferences.add(session, visitor, elsewhere, now=NOW)


def test_a_visit_of_ones_own_organisation_cannot_be_added(session, edition):
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, organisation=visit.host.organisation)

    with pytest.raises(InvalidInput, match="organisation you work for"):
        preferences.add(session, visitor, visit, now=NOW)


@pytest.mark.parametrize(
    ("number", "to", "order"),
    [
        (2, 1, [2, 0, 1]),
        (0, 3, [1, 2, 0]),
        (0, 2, [1, 0, 2]),
        (1, 2, [0, 1, 2]),
        (0, 0, [0, 1, 2]),
        (0, 99, [1, 2, 0]),
    ],
)
def test_a_visit_moves_to_a_rank(session, visitor, visits, number, to, order):
    preferences.move(
        session, visitor, visits[number].id, to=to, shown=ids_of(visits[:3]), now=NOW
    )
    session.commit()

    assert kept(session, visitor) == [visits[index].id for index in order]


def test_removing_a_visit_moves_the_others_up(session, visitor, visits):
    preferences.remove(session, visitor, visits[0].id, shown=ids_of(visits[:3]), now=NOW)
    session.commit()

    assert kept(session, visitor) == ids_of(visits[1:3])


def test_the_whole_list_is_put_in_another_order(session, visitor, visits):
    order = ids_of([visits[2], visits[0], visits[1]])

    ranking = preferences.replace(session, visitor, order, shown=ids_of(visits[:3]), now=NOW)
    session.commit()

    assert (ranking.visit_ids, kept(session, visitor)) == (order, order)


def test_a_list_with_a_visit_twice_or_a_visit_not_shown_is_refused(session, visitor, visits):
    shown = ids_of(visits[:3])

    for order in ([shown[0], shown[0]], [visits[4].id]):
        with pytest.raises(InvalidInput, match="in one place"):
            preferences.replace(session, visitor, order, shown=shown, now=NOW)


def test_a_change_on_an_older_list_is_refused_and_nothing_is_lost(session, visitor, visits):
    shown = ids_of(visits[:3])
    preferences.move(session, visitor, visits[2].id, to=1, shown=shown, now=NOW)
    changed = kept(session, visitor)

    for act in (
        lambda: preferences.move(session, visitor, shown[1], to=1, shown=shown, now=NOW),
        lambda: preferences.remove(session, visitor, shown[1], shown=shown, now=NOW),
        lambda: preferences.submit(session, visitor, shown=shown, now=NOW),
    ):
        with pytest.raises(Conflict, match="another tab"):
            act()

    assert kept(session, visitor) == changed
    assert visitor.submitted_at is None


def test_a_visit_that_was_not_shown_cannot_be_moved_or_removed(session, visitor, visits):
    shown = ids_of(visits[:3])

    with pytest.raises(Conflict, match="no longer in your list"):
        preferences.move(session, visitor, visits[4].id, to=1, shown=shown, now=NOW)
    with pytest.raises(Conflict, match="no longer in your list"):
        preferences.remove(session, visitor, 0, shown=shown, now=NOW)


def test_a_visit_withdrawn_meanwhile_is_dropped_and_the_rest_is_kept(session, visitor, visits):
    shown = ids_of(visits[:3])
    visits[1].withdrawn_at = NOW
    session.flush()

    before = preferences.ranking_of(session, visitor)
    after = preferences.move(session, visitor, shown[2], to=1, shown=shown, now=LATER)
    session.commit()

    assert (before.visit_ids, numbers(before.dropped)) == ([shown[0], shown[2]], [shown[1]])
    assert (after.visit_ids, numbers(after.dropped)) == ([shown[2], shown[0]], [shown[1]])
    assert kept(session, visitor) == [shown[2], shown[0]]
    assert preferences.ranking_of(session, visitor).dropped == ()


def test_a_visit_to_the_new_employer_is_dropped(session, visitor, visits):
    visitor.organisation = visits[0].host.organisation
    session.flush()

    ranking = preferences.ranking_of(session, visitor)

    assert ranking.visit_ids == ids_of(visits[1:3])
    assert numbers(ranking.dropped) == ids_of(visits[:1])


def test_submitting_makes_the_list_count_and_drops_what_is_withdrawn(session, visitor, visits):
    shown = ids_of(visits[:3])
    visits[0].withdrawn_at = NOW
    session.flush()

    ranking = preferences.submit(session, visitor, shown=shown, now=LATER)
    session.commit()

    assert visitor.submitted_at == LATER
    assert numbers(ranking.dropped) == shown[:1]
    assert kept(session, visitor) == shown[1:]


def test_a_change_after_submitting_counts_at_once(session, edition, visits):
    visitor = make_visitor(session, edition, preferences=visits[:2])

    preferences.add(session, visitor, visits[2], now=LATER)

    assert (visitor.submitted_at, visitor.changed_at) == (NOW, LATER)


def test_a_change_is_later_than_the_submission_whatever_began_first(session, edition, visits):
    visitor = make_visitor(session, edition, preferences=visits[:2], submitted=False)
    preferences.submit(session, visitor, shown=ids_of(visits[:2]), now=LATER)
    assert visitor.has_handed_in_all

    began_before = LATER - timedelta(seconds=3)
    shown = ids_of(visits[:2])
    preferences.remove(session, visitor, visits[0].id, shown=shown, now=began_before)

    assert visitor.changed_at == LATER + timedelta(microseconds=1)
    assert not visitor.has_handed_in_all


def test_an_empty_list_cannot_be_submitted(session, edition):
    visitor = make_visitor(session, edition, submitted=False)

    with pytest.raises(InvalidInput, match="at least one visit"):
        preferences.submit(session, visitor, shown=[], now=NOW)


def test_removing_the_last_visit_takes_the_submission_back(session, edition, visits):
    visitor = make_visitor(session, edition, preferences=visits[:1])

    preferences.remove(session, visitor, visits[0].id, shown=ids_of(visits[:1]), now=NOW)

    assert visitor.submitted_at is None


@pytest.mark.parametrize("phase", [EditionPhase.PROGRAMME, EditionPhase.ASSIGNMENT])
def test_nothing_changes_outside_the_phase_of_preferences(
    session, edition, visitor, visits, phase
):
    edition.phase = phase

    with pytest.raises(TooLate):
        preferences.add(session, visitor, visits[3], now=NOW)


def test_nothing_changes_from_the_deadline_on(session, edition, visitor, visits):
    shown = ids_of(visits[:3])
    late = edition.preferences_end_at

    with pytest.raises(TooLate):
        preferences.move(session, visitor, shown[0], to=2, shown=shown, now=late)
    with pytest.raises(TooLate):
        preferences.submit(session, visitor, shown=shown, now=late)

    assert kept(session, visitor) == shown


def test_a_list_is_read_with_as_many_statements_whatever_its_length(session, database, edition):
    organisation = make_organisation(session)
    found = []
    for length in (1, 3):
        offers = [make_offer(session, edition) for _ in range(length)]
        visitor = make_visitor(session, edition, preferences=offers, organisation=organisation)
        session.commit()
        with database.session() as fresh:
            again = fresh.get_one(type(visitor), visitor.id)
            with counted(database.engine) as count:
                ranking = preferences.ranking_of(fresh, again)
                preferences.choices_of(fresh, again, ranking)
        found.append(count.statements)

    assert found[0] == found[1]


@given(st.permutations(range(6)), st.integers(0, 5), st.integers(-3, 9))
def test_moving_keeps_every_other_visit_in_its_order(shown, number, to):
    others = [visit_id for visit_id in shown if visit_id != number]
    place = min(max(to, 1), len(shown)) - 1

    order = moved(shown, number, to=to)

    assert order[place] == number
    assert [visit_id for visit_id in order if visit_id != number] == others


def test_ranks_count_from_one_and_only_what_can_still_be_had(session, visitor, visits):
    visits[0].withdrawn_at = NOW
    session.flush()

    assert preferences.ranks_of(session, visitor) == {visits[1].id: 1, visits[2].id: 2}
