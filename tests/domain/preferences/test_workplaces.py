"""Finding where one works by typing."""

import pytest

from opendeur.domain import preferences
from opendeur.domain.preferences import Workplace, workplaces
from tests.factories import make_organisation
from tests.queries import counted


@pytest.fixture
def directory(session):
    names = ("Zavelput", "école des Tilleuls", "Dageraad", "École", "Huis Dageraad Écluse")
    return {name: make_organisation(session, name=name).id for name in names}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ecole", ["École", "école des Tilleuls"]),
        ("DAGE", ["Dageraad", "Huis Dageraad Écluse"]),
        ("ecluse  dage", ["Huis Dageraad Écluse"]),
        ("des", ["école des Tilleuls"]),
        ("e", []),
        ("", []),
        ("nowhere", []),
    ],
)
def test_names_are_found_by_their_words_the_closest_first(session, directory, text, found):
    assert [place.name for place in preferences.find_workplaces(session, text)] == found


def test_no_more_are_found_than_somebody_can_choose_among(session):
    for number in range(12):
        make_organisation(session, name=f"Huis {number:02}")

    found = preferences.find_workplaces(session, "huis")

    assert [place.name for place in found] == [f"Huis {number:02}" for number in range(8)]


def test_a_name_is_exact_whatever_accents_and_case(session, directory):
    [place] = preferences.workplaces_named(session, "ECOLE")

    assert (place.id, place.town("nl"), place.town("fr")) == (
        directory["École"],
        "1150 Sint-Pieters-Woluwe",
        "1150 Woluwe-Saint-Pierre",
    )
    assert preferences.workplaces_named(session, "Ecol") == []


def test_an_organisation_without_a_place_has_no_town(session):
    make_organisation(session, name="Zonder plaats", postcode_code=None)

    [place] = preferences.find_workplaces(session, "zonder")

    assert place == Workplace(place.id, "Zonder plaats")
    assert place.town("nl") == ""


def test_the_directory_is_looked_through_with_one_question(session, database, directory):
    session.commit()

    with database.session() as fresh, counted(database.engine) as count:
        preferences.find_workplaces(fresh, "dageraad")

    assert count.statements <= 1 + 2  # two begin, on SQLite


def test_what_is_typed_is_not_remembered_and_no_name_is_longer_than_a_line(session, directory):
    workplaces._folded.cache_clear()
    preferences.find_workplaces(session, "dageraad")
    preferences.workplaces_named(session, "nowhere")
    names = workplaces._folded.cache_info().currsize

    assert names == len(directory)
    assert preferences.find_workplaces(session, "dageraad " * 30) == []
    assert preferences.workplaces_named(session, "dageraad " * 30) == []
