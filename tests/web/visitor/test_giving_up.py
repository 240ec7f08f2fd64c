"""Giving a place up on one's own page, which says first what happens, and taking it back."""

import pytest

from opendeur.domain import placements
from opendeur.enums import (
    Door,
    EditionPhase,
    MessageKind,
    MessageState,
    PlacementState,
    SlotState,
)
from opendeur.models import Message, Placement
from tests.factories import (
    NOW,
    make_account,
    make_invitation,
    make_placement,
    make_visitor,
)
from tests.page import Page, submit


@pytest.fixture
def placement(store, edition, visits, visitor):
    edition.phase = EditionPhase.PUBLISHED
    visitor.submitted_at = NOW
    return make_placement(store, visitor, visits[1].slots[0])


@pytest.fixture
def path(store, me, visitor, placement):
    make_invitation(store, visitor, placement.slot, said={"starts_at": "x"}, sequence=0)
    store.commit()
    return f"{me}/week/{placement.id}"


def states(store):
    store.expire_all()
    return [seat.state for seat in store.query(Placement).order_by(Placement.id)]


def test_looking_gives_nothing_up_and_one_button_does(store, browser, me, path):
    ticket = Page.get(browser, f"{me}/week")
    [link] = ticket.soup.select(".ticket .btn-3")
    page = Page.get(browser, link["href"])
    before = states(store)

    answer = submit(browser, f"{path}/withdraw")

    assert link["href"] == f"{path}/withdraw"
    assert before == [PlacementState.PLACED]
    assert page.texts(".prose li") == [
        "Your place is free at once, and somebody else can have it.",
        "If the visit was sent to your calendar, you get one mail that cancels it there.",
        "You can come back on it as long as nobody else has your place.",
    ]
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}/withdraw")
    assert states(store) == [PlacementState.WITHDRAWN]
    [message] = store.query(Message).filter_by(kind=MessageKind.CANCELLED)
    assert message.state is MessageState.QUEUED


def test_pressing_twice_gives_up_once_and_offers_the_way_back(store, browser, me, path):
    for _ in range(2):
        submit(browser, f"{path}/withdraw")
    after = Page.get(browser, f"{path}/withdraw")
    week = Page.get(browser, f"{me}/week")

    assert states(store) == [PlacementState.WITHDRAWN]
    assert after.text("h1") == "You gave this place up"
    assert after.texts("form[action$='take-back'] button") == ["I can come after all"]
    assert week.soup.select(".ticket") == []
    assert len(week.soup.select("details.more ol li")) == 1
    assert len(week.soup.select("details.more a[href$='withdraw']")) == 1


def test_the_place_can_be_had_back_while_nobody_has_it(store, browser, me, path):
    submit(browser, f"{path}/withdraw")

    answer = submit(browser, f"{path}/take-back")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{me}/week")
    assert states(store) == [PlacementState.WITHDRAWN, PlacementState.PLACED]
    assert Page.get(browser, f"{me}/week").texts("[role=status]") == [
        "You have your place back."
    ]
    assert store.query(Message).filter_by(kind=MessageKind.CANCELLED).all() == []


def test_a_place_that_somebody_else_has_is_not_had_back(
    store, browser, me, path, edition, placement
):
    submit(browser, f"{path}/withdraw")
    slot = placement.slot
    slot.minimum = slot.capacity = 1
    make_placement(store, make_visitor(store, edition), slot)
    store.commit()

    page = Page.get(browser, f"{path}/withdraw")
    submit(browser, f"{path}/take-back")

    assert page.soup.select("form[action$='take-back']") == []
    assert states(store) == [PlacementState.WITHDRAWN, PlacementState.PLACED]


def test_a_place_that_the_host_took_back_says_so(store, browser, path, visitor, placement):
    placements.cancel(
        store,
        placement.slot,
        door=Door.HOST,
        by=make_account(store, given_name="Greet", family_name="Maes"),
        reason="The guide is ill.",
        seen=1,
        now=NOW,
    )
    store.commit()

    page = Page.get(browser, f"{path}/withdraw")
    week = Page.get(browser, path.rpartition("/")[0])

    assert page.text("h1") == "You no longer have this place"
    assert "lost the place: the host decided it (Greet Maes). The guide is ill." in week.text(
        "details.more ol li p"
    )
    assert placement.slot.state is SlotState.CLOSED


def test_the_place_of_somebody_else_is_not_there(store, browser_of, path, edition):
    stranger = make_account(store)
    make_visitor(store, edition, account=stranger)
    store.commit()
    other = browser_of(stranger)

    assert other.get(f"{path}/withdraw").status_code == 404
    assert submit(other, f"{path}/withdraw").status_code == 404
    assert submit(other, f"{path}/take-back").status_code == 404
    assert states(store) == [PlacementState.PLACED]
