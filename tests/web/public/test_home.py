"""The home page: the open week first, what is one's own, the others, finished ones last."""

from datetime import timedelta

import pytest

from opendeur.enums import EditionPhase
from tests.factories import (
    MONDAY,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_organiser,
    make_visitor,
)
from tests.page import Page
from tests.queries import counted


def make_weeks(store, *phases, **values):
    """Make a week in each phase, one after another."""
    weeks = [
        make_edition(
            store,
            phase=phase,
            name_en=f"The week in {phase}",
            starts_on=MONDAY + timedelta(days=7 * number),
            ends_on=MONDAY + timedelta(days=7 * number + 4),
            **values,
        )
        for number, phase in enumerate(phases)
    ]
    store.commit()
    return weeks


def test_the_open_week_stands_first_and_finished_ones_last(client, store):
    make_weeks(
        store,
        EditionPhase.CLOSED,
        EditionPhase.ASSIGNMENT,
        EditionPhase.HOSTING,
        EditionPhase.PREFERENCES,
        EditionPhase.EVALUATION,
        EditionPhase.DRAFT,
    )

    page = Page.get(client, "/en/")

    def headings(section):
        found = page.texts(f"section[aria-labelledby={section}] :is(.front, li) :is(h2, h3)")
        return [text.split(", ")[0] for text in found]

    assert page.text(".front h2").startswith("The week in preferences, ")
    assert headings("others") == ["The week in assignment", "The week in hosting"]
    assert headings("finished") == ["The week in evaluation", "The week in closed"]
    assert page.texts("main h2")[1:] == ["The other care zones", "Weeks gone by"]


def test_the_open_week_counts_who_opens_a_door_and_leads_to_the_programme(client, store):
    [week] = make_weeks(store, EditionPhase.PREFERENCES)
    visit = make_offer(store, week)
    make_offer(store, week).withdrawn_at = week.hosting_ends_at
    make_host(store, week)
    store.commit()

    page = Page.get(client, "/en/")

    assert visit.id
    assert "1 organisation opens its door." in page.text(".front")
    assert [link["href"] for link in page.soup.select(".front a")] == [
        f"/en/{week.slug}/",
        f"/en/{week.slug}/host/",
    ]


@pytest.mark.parametrize(
    ("phase", "texts"),
    [
        (EditionPhase.HOSTING, ["Open your own door"]),
        (EditionPhase.PREFERENCES, ["See the programme", "Open your own door"]),
        (EditionPhase.WEEK, ["See the programme"]),
    ],
)
def test_the_open_week_offers_only_what_can_be_done(client, store, phase, texts):
    make_weeks(store, phase)

    assert Page.get(client, "/en/").texts(".front a") == texts


def test_without_a_week_the_page_says_so(client):
    assert Page.get(client, "/en/").text(".empty h2") == "No week is announced yet"


def test_whoever_is_signed_in_sees_what_is_theirs(browser_of, store):
    week, later = make_weeks(store, EditionPhase.PREFERENCES, EditionPhase.PUBLISHED)
    organiser = make_organiser(store)
    make_offer(store, week, contact=organiser)
    make_visitor(store, week, account=organiser, submitted=False)
    make_visitor(store, later, account=organiser)
    name = week.zone.name("en")
    store.commit()

    page = Page.get(browser_of(organiser), "/en/")

    [host] = page.texts(".cols-3 li:nth-child(2) p")
    assert page.texts(".cols-3 li") == [
        f"My preferences{name}, not submitted yet",
        f"Your visits{host}",
        f"Organise{name}",
        f"My week{name}",
        f"Organise{name}",
    ]


def test_the_home_page_asks_the_database_as_often_however_many_weeks(app, browser_of, store):
    account, found = make_account(store), []
    for _ in range(2):
        for week in make_weeks(store, EditionPhase.PREFERENCES, EditionPhase.HOSTING):
            make_visitor(store, week, account=account)
            make_offer(store, week, contact=account)
        store.commit()
        browser = browser_of(account)
        Page.get(browser, "/en/")  # what it counts of the open week is kept
        with counted(app.extensions["database"].engine) as count:
            Page.get(browser, "/en/")
        found.append(count.statements)

    assert found[0] == found[1]
    assert found[0] <= 12


def test_number_and_address_of_the_team_stand_apart_and_can_be_pressed(client, store):
    edition = make_edition(store)
    store.commit()

    page = Page.get(client, f"/en/{edition.slug}/")

    [dial, write] = page.soup.select(".footer p a")[:2]
    assert (dial["href"], write["href"]) == ("tel:+3220000000", f"mailto:{edition.email}")
    assert f"02 000 00 00 {edition.email}" in " ".join(
        page.soup.select_one(".footer p").text.split()
    )
