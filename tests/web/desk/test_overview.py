"""The desk's overview: what to do, then how it stands, before and after publication."""

from datetime import timedelta

import pytest

from opendeur.enums import (
    EditionPhase,
    InvitationRole,
    Language,
    MessageKind,
    MessageState,
    Participation,
)
from opendeur.models import Invitation, Message
from tests.factories import (
    NOW,
    local,
    make_edition,
    make_host,
    make_offer,
    make_placement,
    make_visitor,
)
from tests.page import Page


@pytest.fixture
def edition(store):
    made = make_edition(store)
    store.commit()
    return made


def url(edition, path=""):
    return f"/en/{edition.slug}/desk/{path}"


def test_the_overview_says_what_to_do_before_it_counts(desk, store, edition):
    visit = make_offer(store, edition, days=(0, 2))
    visit.slots[0].minimum = 2
    make_visitor(
        store, edition, preferences=[visit], busy=[(local(2, "8:00"), local(2, "18:00"))]
    )
    make_visitor(store, edition, preferences=[visit], submitted=False, seats=3)
    make_visitor(store, edition, submitted=False)
    store.commit()

    page = Page.get(desk, url(edition))

    assert page.texts(".todo .fig") == ["2", "3"]
    assert page.texts(".todo h3") == [
        "moments do not reach their smallest group",
        "people began and did not submit",
    ]
    assert page.texts(".todo .first h3") == ["moments do not reach their smallest group"]
    assert page.text(".gauge h2") == "1 of 5 people submitted"
    assert page.texts(".gauge .key li") == ["1 have submitted", "3 began", "1 nothing yet"]
    assert page.texts("dl.line dd") == ["1", "2", "16", "0"]
    assert page.texts("table.heat tbody th") == ["Older people"]
    assert [cell.split()[0] for cell in page.texts("table.heat td a")] == ["1/8", "0/8"]


def test_every_task_of_the_overview_leads_to_whom_it_is_about(desk, store, edition):
    visit = make_offer(store, edition)
    visit.slots[0].minimum = 2
    make_offer(store, edition)
    make_visitor(store, edition, preferences=[visit])
    make_visitor(store, edition, preferences=[visit], submitted=False)
    store.commit()

    page = Page.get(desk, url(edition))
    links = [str(link["href"]) for link in page.soup.select(".todo a")]

    assert [len(Page.get(desk, link).texts("tbody tr")) for link in links] == [2, 1, 1]


@pytest.mark.parametrize(
    ("phase", "values", "heading", "tasks"),
    [
        ("draft", {}, "Only organisers know of this week", ["Open this week for hosts"]),
        (
            "hosting",
            {"hosting_ends_at": NOW + timedelta(days=1)},
            "Hosts can register for one more day",
            ["host has no moment on offer yet"],
        ),
        (
            "hosting",
            {"hosting_ends_at": NOW},
            "The time to offer visits is over",
            ["The time to offer visits is over", "host has no moment on offer yet"],
        ),
        (
            "programme",
            {},
            "The programme can be read, nobody can choose yet",
            ["host has no moment on offer yet"],
        ),
        (
            "preferences",
            {"preferences_end_at": NOW + timedelta(days=2)},
            "Preferences run for 2 more days",
            [],
        ),
        (
            "preferences",
            {"preferences_end_at": NOW - timedelta(days=1)},
            "The time to give preferences is over",
            ["The time to give preferences is over"],
        ),
        ("assignment", {}, "Preferences are closed", ["Make an assignment and adopt it"]),
        ("published", {}, "Everybody’s week is known", []),
        ("week", {}, "The doors are open", []),
        ("closed", {}, "The week is over", []),
    ],
)
def test_the_overview_says_where_the_year_stands(desk, store, phase, values, heading, tasks):
    edition = make_edition(store, phase=EditionPhase(phase), **values)
    make_host(store, edition)
    store.commit()

    page = Page.get(desk, url(edition))

    assert page.text("h1") == heading
    assert page.texts(".todo h3") == tasks


def test_messages_that_were_lost_and_drafts_come_first(desk, store, edition):
    for state in (MessageState.FAILED, MessageState.UNCERTAIN, MessageState.DRAFT):
        store.add(
            Message(
                kind=MessageKind.RECEIPT,
                state=state,
                edition=edition,
                to_address="a@b.example",
                language=Language.NL,
                created_at=NOW,
            )
        )
    store.commit()

    page = Page.get(desk, url(edition))

    assert page.texts(".todo h3") == [
        "message was not delivered",
        "message may not have arrived",
        "letter waits as a draft",
    ]


def test_after_publication_the_overview_tells_of_answers_and_groups(desk, store):
    edition = make_edition(store, phase=EditionPhase.PUBLISHED)
    visit = make_offer(store, edition, days=(0, 1))
    other = make_offer(store, edition)
    visit.slots[0].minimum = 4
    guests = [make_visitor(store, edition, preferences=[visit], seats=2) for _ in range(2)]
    for guest, slot in zip(guests, (visit.slots[0], other.slots[0]), strict=True):
        make_placement(store, guest, slot)
        store.add(
            Invitation(
                edition=edition,
                role=InvitationRole.VISITOR,
                visit=slot.visit,
                slot=slot,
                account=guest.account,
                uid=f"u{guest.id}",
                token=f"t{guest.id}",
                sequence=0,
                created_at=NOW,
                participation=(
                    Participation.ACCEPTED
                    if slot.visit is visit
                    else Participation.NEEDS_ACTION
                ),
            )
        )
    store.commit()

    page = Page.get(desk, url(edition))
    links = [str(link["href"]) for link in page.soup.select(".todo a")]

    assert page.texts(".todo .fig") == ["1", "2"]
    assert page.texts(".todo h3") == [
        "group is under its minimum",
        "places were not answered for yet",
    ]
    assert [len(Page.get(desk, link).texts("tbody tr")) for link in links] == [1, 1]
    assert page.text(".gauge h2") == "2 of 4 places are confirmed"
    assert page.texts("dl.line dt") == [
        "moments take place, of 3",
        "places taken",
        "hosts receive people",
    ]
    assert page.texts("dl.line dd") == ["2", "4", "2"]
    # Of the other group somebody can stay away without anything to decide.
    assert page.texts("tbody .demand") == ["2 of 8, at least 4"]
