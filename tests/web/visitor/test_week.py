"""My week: what somebody has, what was not possible, and a visit for their calendar."""

import pytest
from icalendar import Calendar

from opendeur.enums import EditionPhase, Participation, PlacementState
from tests.factories import (
    NOW,
    make_account,
    make_invitation,
    make_offer,
    make_placement,
    make_slot,
    make_told_invitation,
    make_visitor,
)
from tests.page import Page
from tests.queries import counted
from tests.web.visitor.lists import hosts


@pytest.fixture
def placement(store, edition, visits, visitor):
    """A seat in the second choice, once everybody may know."""
    edition.phase = EditionPhase.PUBLISHED
    visitor.submitted_at = NOW
    visits[1].host.contact_phone = "02 000 00 35"
    return make_placement(store, visitor, visits[1].slots[0])


def test_the_week_is_not_there_before_everybody_may_know(browser, me):
    Page.get(browser, f"{me}/week", status=404)


def test_the_week_shows_what_somebody_has_as_tickets(store, browser, me, visits, placement):
    store.commit()

    page = Page.get(browser, f"{me}/week")

    assert page.texts(".ticket h2 + p") == [hosts(visits)[1]]
    assert page.text(".ticket-when") == "Mon 9 Nov 9:30 to 11:00 You got your 2nd choice"
    assert page.texts(".glance td.mine a[href='#visit-1']") == ["Visit 1"]
    [map_link, phone] = page.soup.select(".ticket .place")
    assert map_link["href"] == (
        "https://www.openstreetmap.org/search?query="
        "Zavelstraat%203%2C%201150%20Woluwe-Saint-Pierre"
    )
    assert (map_link["rel"], phone["href"]) == (["noopener"], "tel:+3220000035")


def test_what_was_not_possible_is_folded_with_its_reason(
    store, browser, me, visits, visitor, placement
):
    visits[0].withdrawn_at = NOW
    store.commit()

    page = Page.get(browser, f"{me}/week")

    assert page.texts(".fold summary") == [
        f"Choice 1{hosts(visits)[0]}The host withdrew it",
        f"Choice 3{hosts(visits)[2]}It does not take place",
    ]
    assert page.texts(".why dd") == [
        "The host withdrew this visit.",
        "None of its moments takes place. 1 person chose it.",
    ]


@pytest.mark.parametrize(
    ("capacity", "others", "values", "reason"),
    [
        (2, 2, {}, "Full: 3 people for 2 places"),
        (2, 1, {}, "It did not fit into the week as a whole"),
        (2, 2, {"max_visits": 1}, "You asked for at most 1 visit"),
        (2, 2, {"languages": {"en"}}, "You could not come then"),
        (2, 2, {"submitted_at": None}, "Your list was not submitted"),
    ],
)
def test_the_one_true_reason_is_in_the_summary(
    store, browser, me, edition, visits, visitor, placement, capacity, others, values, reason
):
    slot = make_slot(store, visits[2], day=3, capacity=capacity)
    for _ in range(others):
        other = make_visitor(store, edition, preferences=[visits[2]])
        make_placement(store, other, slot)
    for name, value in values.items():
        setattr(visitor, name, value)
    store.commit()

    page = Page.get(browser, f"{me}/week")

    assert page.texts(".fold summary small")[-1] == reason


def test_a_week_without_visits_says_so(store, browser, me, edition):
    edition.phase = EditionPhase.PUBLISHED
    store.commit()

    page = Page.get(browser, f"{me}/week")

    assert page.text(".lead") == "You have no visit: you did not submit preferences."


def test_an_answer_stands_on_the_ticket(store, browser, me, visitor, placement):
    make_invitation(store, visitor, placement.slot, participation=Participation.ACCEPTED)
    store.commit()

    page = Page.get(browser, f"{me}/week")

    assert page.texts(".ticket .tag") == ["You said yes"]


def test_a_visit_is_a_calendar_entry_with_the_uid_of_its_invitation(
    store, browser, me, visits, visitor, placement
):
    invitation = make_told_invitation(store, visitor, placement.slot, sequence=2, stamp=NOW)
    store.commit()
    page = Page.get(browser, f"{me}/week")
    [link] = page.soup.select("a[href$='.ics']")

    answer = browser.get(link["href"])

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    calendar = Calendar.from_ical(answer.data)
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert (event["UID"], event["SEQUENCE"]) == (invitation.uid, 2)
    assert event.decoded("DTSTART") == placement.slot.starts_at
    assert event.decoded("DTEND") == placement.slot.ends_at
    assert "ATTENDEE" not in event
    assert hosts(visits)[1] in event["SUMMARY"]


@pytest.mark.parametrize("state", [PlacementState.REPLACED, PlacementState.WITHDRAWN])
def test_a_seat_that_was_given_up_is_no_calendar_entry(
    store, browser, me, visitor, placement, state
):
    make_told_invitation(store, visitor, placement.slot)
    placement.state = state
    store.commit()

    assert browser.get(f"{me}/week/{placement.id}.ics").status_code == 404


@pytest.mark.parametrize("is_drafted", [False, True])
def test_a_visit_that_nobody_was_told_of_is_no_calendar_entry(
    store, browser, me, visitor, placement, is_drafted
):
    if is_drafted:
        make_invitation(store, visitor, placement.slot)
    store.commit()

    assert Page.get(browser, f"{me}/week").soup.select("a[href$='.ics']") == []
    assert browser.get(f"{me}/week/{placement.id}.ics").status_code == 404


def test_the_seat_of_somebody_else_is_not_found(
    store, browser_of, me, edition, visitor, placement
):
    make_told_invitation(store, visitor, placement.slot)
    stranger = make_account(store)
    make_visitor(store, edition, account=stranger)
    store.commit()

    assert browser_of(stranger).get(f"{me}/week/{placement.id}.ics").status_code == 404


def test_a_calendar_entry_is_not_there_before_everybody_may_know(
    store, browser, me, edition, visitor, placement
):
    make_told_invitation(store, visitor, placement.slot)
    edition.phase = EditionPhase.ASSIGNMENT
    store.commit()

    assert browser.get(f"{me}/week/{placement.id}.ics").status_code == 404


def test_the_week_asks_the_database_as_often_whatever_its_length(
    app, browser_of, store, edition
):
    edition.phase = EditionPhase.PUBLISHED
    found = []
    for length in (1, 3):
        account = make_account(store)
        offers = [make_offer(store, edition, days=(day,)) for day in range(2 * length)]
        person = make_visitor(store, edition, account=account, preferences=offers)
        for offer in offers[:length]:
            make_placement(store, person, offer.slots[0])
            make_invitation(store, person, offer.slots[0])
        store.commit()
        browser = browser_of(account)
        with counted(app.extensions["database"].engine) as count:
            Page.get(browser, f"/en/{edition.slug}/me/week")
        found.append(count.statements)

    assert found[0] == found[1]
    assert found[0] <= 12 + 2  # beside the two that begin
