"""Putting a visit in the place of another one, when the list is full."""

import pytest
from sqlalchemy import select

from opendeur.domain import preferences
from opendeur.errors import Conflict, InvalidInput, TooLate
from opendeur.models import Preference
from tests.factories import NOW, make_edition, make_offer, make_visitor


@pytest.fixture
def edition(session):
    return make_edition(session, max_preferences=2)


@pytest.fixture
def visits(session, edition):
    return [make_offer(session, edition) for _ in range(3)]


@pytest.fixture
def visitor(session, edition, visits):
    return make_visitor(session, edition, preferences=visits[:2])


def ranking(session, visitor):
    return list(
        session.scalars(
            select(Preference.visit_id)
            .where(Preference.visitor_id == visitor.id)
            .order_by(Preference.rank)
        )
    )


def swap(session, visitor, visit, other, now=NOW):
    return preferences.swap(session, visitor, visit, instead_of=other.id, now=now)


def test_the_new_one_gets_the_rank_of_the_old_one(session, visits, visitor):
    found = swap(session, visitor, visits[2], visits[0])

    assert ranking(session, visitor) == [visits[2].id, visits[1].id] == found.visit_ids
    assert visitor.submitted_at == NOW  # it still counts


def test_what_is_in_the_list_already_changes_nothing(session, visits, visitor):
    swap(session, visitor, visits[1], visits[0])

    assert ranking(session, visitor) == [visits[0].id, visits[1].id]


def test_the_old_one_must_be_in_the_list(session, edition, visits, visitor):
    with pytest.raises(Conflict):
        swap(session, visitor, visits[2], make_offer(session, edition))


def test_what_cannot_be_chosen_is_not_swapped_in(session, edition, visits, visitor):
    visits[2].withdrawn_at = NOW
    session.flush()
    with pytest.raises(Conflict):
        swap(session, visitor, visits[2], visits[0])

    visits[2].withdrawn_at = None
    visitor.organisation = visits[2].host.organisation
    session.flush()
    with pytest.raises(InvalidInput):
        swap(session, visitor, visits[2], visits[0])


def test_after_the_deadline_nothing_is_swapped(session, edition, visits, visitor):
    with pytest.raises(TooLate):
        swap(session, visitor, visits[2], visits[0], now=edition.preferences_end_at)
