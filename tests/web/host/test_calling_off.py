"""A host says that somebody will not come, cancels a moment, or lets a thin one take place."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import EditionPhase, MessageState, PlacementState, SlotState
from opendeur.models import Account, BusyPeriod, Edition, Message, Placement, Slot
from tests.factories import (
    make_account,
    make_invitation,
    make_offer,
    make_organiser,
    make_placement,
    make_visitor,
)
from tests.page import Page, submit
from tests.web.host.host_forms import arrange, path, slot_form

Browser = Callable[[Account | None], FlaskClient]


class World:
    """Two people in a moment of at least three, both invited."""

    def __init__(self, store: Session) -> None:
        self.edition, self.account = arrange(store, phase=EditionPhase.PUBLISHED)
        visit = make_offer(store, self.edition, contact=self.account)
        self.slot: Slot = visit.slots[0]
        self.slot.minimum = 3
        self.seats: list[Placement] = []
        for given_name in ("Lotte", "Omar"):
            guest = make_account(store, given_name=given_name, family_name="Claes")
            visitor = make_visitor(store, self.edition, account=guest, preferences=[visit])
            make_invitation(store, visitor, self.slot, said={"starts_at": "x"}, sequence=0)
            self.seats.append(make_placement(store, visitor, self.slot))
        store.commit()

    def path(self, rest: str) -> str:
        return path(self.edition, rest)

    @property
    def list(self) -> str:
        return self.path(f"{self.slot.visit.host_id}/who-comes")


@pytest.fixture
def world(store: Session) -> World:
    return World(store)


@pytest.fixture
def browser(world: World, browser_of: Browser) -> FlaskClient:
    return browser_of(world.account)


def states(store: Session) -> list[PlacementState]:
    store.expire_all()
    return list(store.scalars(select(Placement.state).order_by(Placement.id)))


def drafts(store: Session) -> int:
    return len(store.scalars(select(Message).filter_by(state=MessageState.DRAFT)).all())


def test_guest_who_will_not_come_is_taken_off_the_list(
    store: Session, world: World, browser: FlaskClient
) -> None:
    address = world.path(f"guests/{world.seats[0].id}/dismiss")
    links = [link["href"] for link in Page.get(browser, world.list).soup.select("td.end a")]
    page = Page.get(browser, address)
    before = states(store)

    answers = [submit(browser, address, reason="Belde: ziek.") for _ in range(2)]
    after = Page.get(browser, world.list)

    assert links == [world.path(f"guests/{seat.id}/dismiss") for seat in world.seats]
    assert page.text(".lead").startswith("Lotte Claes, ")
    assert before == [PlacementState.PLACED] * 2
    assert [answer.headers["Location"] for answer in answers] == [world.list] * 2
    assert states(store) == [PlacementState.CANCELLED, PlacementState.PLACED]
    assert "Belde: ziek." in after.text("ol.log li")
    assert drafts(store) == 3  # to her, to him whose words changed here, and to the host


def test_cancelling_says_whom_it_touches_and_asks_why(
    store: Session, world: World, browser: FlaskClient
) -> None:
    address = world.path(f"slots/{world.slot.id}/cancel")
    page = Page.get(browser, address)

    without = Page.post(browser, address, 200, seen="2", reason="")
    before = states(store)
    answer = submit(browser, address, seen="2", reason="De gids is ziek.")

    assert page.texts(".prose li")[:2] == [
        "2 people have a place and lose it at once.",
        "The moment leaves the programme.",
    ]
    assert without.soup.select(".error-summary a[href='#reason']") != []
    assert before == [PlacementState.PLACED] * 2
    assert answer.headers["Location"] == world.list
    assert states(store) == [PlacementState.CANCELLED] * 2
    assert store.get_one(Slot, world.slot.id).state is SlotState.CLOSED


@pytest.mark.parametrize("seen", ["1", "", "many"])
def test_moment_is_not_cancelled_when_the_page_showed_other_people(
    store: Session, world: World, browser: FlaskClient, seen: str
) -> None:
    address = world.path(f"slots/{world.slot.id}/cancel")

    page = submit(browser, address, seen=seen, reason="De gids is ziek.")

    assert page.status_code == 409
    assert "De gids is ziek." in page.text
    assert states(store) == [PlacementState.PLACED] * 2


def test_cancelling_twice_is_once(store: Session, world: World, browser: FlaskClient) -> None:
    address = world.path(f"slots/{world.slot.id}/cancel")
    submit(browser, address, seen="2", reason="De gids is ziek.")

    again = submit(browser, address, seen="2", reason="De gids is ziek.")

    assert again.headers["Location"] == world.list
    assert len(states(store)) == 2


def test_thin_group_shows_the_choices_until_somebody_decides(
    store: Session, world: World, browser: FlaskClient
) -> None:
    before = Page.get(browser, world.list)

    submit(browser, world.path(f"slots/{world.slot.id}/run"))
    after = Page.get(browser, world.list)

    assert len(before.soup.select(".note-warn form")) == 1
    assert len(before.soup.select(".note-warn a[href$=cancel]")) == 1
    assert after.soup.select(".note-warn") == []
    store.refresh(world.slot)
    assert world.slot.state is SlotState.FORCED


def test_nothing_of_it_is_there_before_the_results(
    store: Session, world: World, browser: FlaskClient
) -> None:
    store.get_one(Edition, world.edition.id).phase = EditionPhase.ASSIGNMENT
    store.commit()

    paths = [
        world.path(f"guests/{world.seats[0].id}/dismiss"),
        world.path(f"slots/{world.slot.id}/cancel"),
    ]

    assert [browser.get(one).status_code for one in paths] == [404, 404]
    assert submit(browser, world.path(f"slots/{world.slot.id}/run")).status_code == 404


def test_guests_of_another_host_are_not_there(
    store: Session, world: World, browser_of: Browser
) -> None:
    other = make_account(store)
    make_offer(store, world.edition, contact=other)
    make_organiser(store)
    store.commit()
    stranger = browser_of(other)

    paths = [
        world.path(f"guests/{world.seats[0].id}/dismiss"),
        world.path(f"slots/{world.slot.id}/cancel"),
    ]

    assert [stranger.get(one).status_code for one in paths] == [404, 404]


def moved(**values: str) -> dict[str, object]:
    return {**slot_form(starts="14:00", ends="15:00", sure="y", seen="2"), **values}


def test_moving_names_whom_it_touches_and_drafts_what_they_are_told(
    store: Session, world: World, browser: FlaskClient
) -> None:
    address = world.path(f"slots/{world.slot.id}/move")
    page = Page.get(browser, address)

    answer = submit(browser, address, **moved())
    store.refresh(world.slot)

    assert page.texts(".note-warn p")[0] == "2 people have a place: Lotte Claes, Omar Claes."
    assert answer.headers["Location"] == world.list
    assert world.slot.local_starts_at.hour == 14
    assert states(store) == [PlacementState.PLACED] * 2
    assert drafts(store) == 3  # to both, and to the host


def visit_elsewhere(store: Session, world: World) -> None:
    other = make_offer(store, world.edition)
    starts_at = world.slot.starts_at + timedelta(days=1, hours=5)
    other.slots[0].starts_at, other.slots[0].ends_at = starts_at, starts_at + timedelta(hours=1)
    make_placement(store, world.seats[1].visitor, other.slots[0])


def be_busy(store: Session, world: World) -> None:
    starts_at = world.slot.starts_at + timedelta(days=1, hours=3)
    period = BusyPeriod(starts_at=starts_at, ends_at=starts_at + timedelta(hours=4))
    world.seats[1].visitor.busy_periods.append(period)


@pytest.mark.parametrize("why", [visit_elsewhere, be_busy])
def test_moment_does_not_move_to_where_somebody_cannot_be(
    store: Session,
    world: World,
    browser: FlaskClient,
    why: Callable[[Session, World], None],
) -> None:
    why(store, world)
    store.commit()

    page = Page(submit(browser, world.path(f"slots/{world.slot.id}/move"), **moved()), 409)
    store.refresh(world.slot)

    assert page.problems == [
        "These people cannot be there then: Omar Claes. Choose another time, or say first that "
        "they will not come."
    ]
    assert world.slot.local_starts_at.hour == 9
    assert drafts(store) == 0


@pytest.mark.parametrize("values", [{"sure": ""}, {"seen": "1"}, {"seen": ""}, {"seen": "x"}])
def test_moment_does_not_move_unseen(
    store: Session, world: World, browser: FlaskClient, values: dict[str, str]
) -> None:
    address = world.path(f"slots/{world.slot.id}/move")
    fields = {key: value for key, value in moved(**values).items() if value or key != "sure"}

    page = submit(browser, address, **fields)
    store.refresh(world.slot)

    assert page.status_code == (200 if "sure" in values else 409)
    assert world.slot.local_starts_at.hour == 9
    assert drafts(store) == 0
