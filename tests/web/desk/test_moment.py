"""One moment at the desk: who comes, its history, and what an organiser decides about it."""

import pytest
from sqlalchemy import select

from opendeur.domain import passing, placements
from opendeur.enums import (
    EditionPhase,
    MessageKind,
    MessageState,
    Participation,
    PlacementState,
    SlotState,
)
from opendeur.models import Message, Placement
from tests.domain.passing.week import Week
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_invitation,
    make_offer,
    make_placement,
    make_slot,
    make_visitor,
)
from tests.page import Page, submit
from tests.queries import counted


@pytest.fixture
def edition(store):
    return make_edition(store, phase=EditionPhase.PUBLISHED)


@pytest.fixture
def slot(store, edition):
    visit = make_offer(store, edition, contact=make_account(store))
    visit.slots[0].minimum = 3
    return visit.slots[0]


@pytest.fixture
def seats(store, edition, slot):
    found = []
    for name, said in (("Lotte", Participation.ACCEPTED), ("Omar", Participation.NEEDS_ACTION)):
        account = make_account(store, given_name=name, family_name="Claes")
        visitor = make_visitor(store, edition, account=account, preferences=[slot.visit])
        make_invitation(
            store, visitor, slot, said={"starts_at": "x"}, sequence=0, participation=said
        )
        found.append(make_placement(store, visitor, slot))
    store.commit()
    return found


@pytest.fixture
def path(edition, slot, seats):
    return f"/en/{edition.slug}/desk/moments/{slot.id}"


def states(store):
    store.expire_all()
    return list(store.scalars(select(Placement.state).order_by(Placement.id)))


def test_the_moment_shows_who_comes_with_choice_and_answer(desk, path):
    page = Page.get(desk, path)

    assert page.texts("tbody tr") == [
        "Lotte Claes Self-employed 1 Comes Will not come: Lotte Claes",
        "Omar Claes Self-employed 1 No answer yet Will not come: Omar Claes",
    ]
    assert page.text(".note-warn b") == "2 people, and at least 3 asked."


def test_cancelling_names_whom_it_touches_and_makes_drafts(desk, store, path, slot, edition):
    page = Page.get(desk, f"{path}/cancel")

    answer = submit(desk, f"{path}/cancel", seen="2", reason="The guide is ill.")
    again = submit(desk, f"{path}/cancel", seen="2", reason="The guide is ill.")

    assert page.texts("ul.rows b") == ["Lotte Claes", "Omar Claes"]
    assert page.texts(".prose li") == [
        "2 people have a place and lose it at once.",
        "The moment leaves the programme.",
        "2 letters are made ready: 2 to visitors, 0 to contacts of the host. They say that the "
        "visit is cancelled, with your reason, also to the calendar. The team of the care zone "
        "sends them.",
    ]
    assert answer.headers["Location"] == f"/en/{edition.slug}/desk/invitations"
    assert again.headers["Location"] == path
    assert states(store) == [PlacementState.CANCELLED] * 2
    assert [(m.kind, m.state) for m in store.scalars(select(Message))] == [
        (MessageKind.CANCELLED, MessageState.DRAFT)
    ] * 2
    after = Page.get(desk, path)
    assert (
        after.texts("ol.log li")[0].endswith(
            "lost the place: the team decided it (Test Organiser). The guide is ill."
        )
        or "The guide is ill." in after.texts("ol.log li")[0]
    )


def test_letting_it_take_place_ends_the_alarm_on_the_overview(desk, store, path, slot, edition):
    overview = f"/en/{edition.slug}/desk/"
    before = Page.get(desk, overview)

    answer = submit(desk, f"{path}/run")
    after = Page.get(desk, overview)

    assert before.texts(".todo .first h3") == ["group is under its minimum"]
    assert [link["href"] for link in before.soup.select(".todo .first a")] == [path]
    assert answer.headers["Location"] == path
    store.refresh(slot)
    assert slot.state is SlotState.FORCED
    assert "group is under its minimum" not in after.texts(".todo h3")
    assert Page.get(desk, path).soup.select(".note-warn") == []


def test_somebody_who_will_not_come_loses_the_place_once(desk, store, path, seats, edition):
    address = f"/en/{edition.slug}/desk/places/{seats[0].id}/dismiss"
    Page.get(desk, address)

    answers = [submit(desk, address, reason="Rang us.") for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [path] * 2
    assert states(store) == [PlacementState.CANCELLED, PlacementState.PLACED]


def test_moments_and_places_of_another_week_are_not_there(desk, store, seats, slot):
    other = make_edition(store, slug="other", phase=EditionPhase.PUBLISHED)
    store.commit()
    desk_of_other = f"/en/{other.slug}/desk"

    for address in (
        f"{desk_of_other}/moments/{slot.id}",
        f"{desk_of_other}/moments/{slot.id}/cancel",
        f"{desk_of_other}/places/{seats[0].id}/dismiss",
    ):
        assert desk.get(address).status_code == 404


def test_the_moment_asks_the_database_as_often_whatever_its_group(
    app, desk, store, path, slot, edition
):
    found = []
    for people in (1, 4):
        for _ in range(people):
            make_placement(store, make_visitor(store, edition), slot)
        store.commit()
        with counted(app.extensions["database"].engine) as count:
            Page.get(desk, path)
        found.append(count.statements)

    assert found[0] == found[1]
    assert found[0] <= 12 + 2  # beside the two that begin


def test_who_was_asked_and_who_waits_is_shown_with_what_became_of_it(desk, store):
    week = Week(store)
    for name in ("First", "Second", "Third"):
        placements.join(store, week.person(name), week.visit, now=NOW)
    week.give_up()
    week.step()
    passing.decline(store, week.told(), now=NOW)
    week.step()
    store.commit()

    page = Page.get(desk, f"/en/{week.edition.slug}/desk/moments/{week.slot.id}")

    asked, waiting = page.soup.select("aside ol.log")[:2]
    for time in asked.select("time"):
        time.decompose()
    assert [" ".join(item.get_text(" ").split()) for item in asked.select("li")] == [
        "Second Vermeiren Has until Wed 16 12:00",
        "First Vermeiren passed it on",
    ]
    assert [item.contents[0].strip() for item in waiting.select("li")] == [
        "First Vermeiren",
        "Second Vermeiren",
        "Third Vermeiren",
    ]


def test_what_people_could_get_instead_is_tried_and_adopted_with_a_reason(
    app, desk, store, edition, slot, seats
):
    other = make_slot(store, slot.visit, day=1)
    store.commit()
    here = f"/en/{edition.slug}/desk/moments/{slot.id}"

    tried = submit(desk, f"{here}/rearrange")
    app.extensions["jobs"].work_on_runs()
    page = Page.get(desk, tried.headers["Location"])
    adopting = Page.get(desk, tried.headers["Location"] + "/adopt")
    without = Page(
        submit(desk, tried.headers["Location"] + "/adopt", seen="y", reason=" "), 422
    )
    before = store.scalars(select(Placement.state)).all()
    done = submit(desk, tried.headers["Location"] + "/adopt", seen="y", reason="Verbouwing.")
    store.expire_all()

    assert page.texts(".note b")[0].startswith("This is a try without ")
    assert adopting.texts("section[aria-labelledby=moves] tbody th") == [
        "Lotte Claes",
        "Omar Claes",
    ]
    assert without.problems == ["Say in a few words why, so that people understand it"]
    assert before == [PlacementState.PLACED] * 2
    assert done.status_code == 303
    assert slot.state is SlotState.CLOSED
    live = store.scalars(select(Placement).filter_by(state=PlacementState.PLACED)).all()
    assert [placement.slot for placement in live] == [other, other]
    kinds = store.scalars(select(Message.kind).filter_by(state=MessageState.DRAFT)).all()
    assert sorted(kinds) == [MessageKind.CHANGED, MessageKind.CHANGED, MessageKind.NEW]


def test_while_a_run_is_going_nothing_else_is_tried(desk, store, edition, slot, seats):
    here = f"/en/{edition.slug}/desk/moments/{slot.id}"

    submit(desk, f"{here}/rearrange")
    again = submit(desk, f"{here}/rearrange")

    assert again.headers["Location"] == f"{here}/cancel"
    assert "A run is still going" in Page.get(desk, f"{here}/cancel").text("body")
