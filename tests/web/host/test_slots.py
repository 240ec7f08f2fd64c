"""A host says when people can come, and changes its mind without sending anybody away."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import offers
from opendeur.enums import SlotState
from opendeur.models import Account, ClosedPeriod, Slot
from tests.domain.racing import let_go_as_far_as_it_can
from tests.factories import (
    MONDAY,
    NOW,
    local,
    make_offer,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)
from tests.page import Page, submit
from tests.web.host.host_forms import (
    HOSTILE,
    arrange,
    arrange_draft,
    path,
    redirected,
    slot_form,
)

Browser = Callable[[Account | None], FlaskClient]


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("9:30", "11:00"),
        ("9h30", "11u"),
        ("9u30", "11 h"),
        ("09.30", "11"),
        ("930", "11\u00a0h"),
    ],
)
def test_a_moment_is_added_whatever_way_times_are_written(
    store: Session, browser_of: Browser, starts: str, ends: str
) -> None:
    edition, account, visit = arrange_draft(store)
    browser = browser_of(account)

    answer = submit(
        browser,
        path(edition, f"visits/{visit.id}/slots/new"),
        **slot_form(starts=starts, ends=ends),
    )

    slot = store.scalars(select(Slot)).one()
    assert redirected(browser, answer) == path(edition) + f"#visit-{visit.id}"
    assert (slot.starts_at, slot.ends_at) == (local(1, "9:30"), local(1, "11:00"))


def test_several_days_become_several_moments(store: Session, browser_of: Browser) -> None:
    edition, account, visit = arrange_draft(store)
    browser = browser_of(account)
    days = [(MONDAY + timedelta(days=number)).isoformat() for number in (0, 2, 4)]

    answer = submit(
        browser, path(edition, f"visits/{visit.id}/slots/new"), **slot_form(days=days)
    )

    page = Page(browser.get(redirected(browser, answer).partition("#")[0]))
    slots = store.scalars(select(Slot).order_by(Slot.starts_at)).all()
    assert [slot.starts_at for slot in slots] == [local(day, "9:30") for day in (0, 2, 4)]
    assert page.texts("[role=status]") == ["3 moments are added."]


def test_new_moments_are_proposed_as_the_one_before(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store)
    make_slot(store, visit, start="14:00", capacity=7, languages={"fr"})
    store.commit()

    here = path(edition, f"visits/{visit.id}/slots/new", language="fr")
    page = Page.get(browser_of(account), here)

    typed = {box["name"]: box.get("value") for box in page.soup.select("main input[type]")}
    ticked = [box["value"] for box in page.soup.select("main [checked]")]
    assert (typed["starts"], typed["ends"], typed["capacity"]) == ("14h", "15h30", "7")
    assert ticked == ["fr"]


def test_closed_days_are_left_out_and_explained(store: Session, browser_of: Browser) -> None:
    edition, account, visit = arrange_draft(store)
    edition.closed_periods.append(
        ClosedPeriod(
            starts_at=local(3, "0:00"),
            ends_at=local(3, "23:59"),
            reason_nl="Wapenstilstand",
            reason_fr="Armistice",
            reason_en="Armistice Day",
        )
    )
    store.commit()

    page = Page.get(browser_of(account), path(edition, f"visits/{visit.id}/slots/new"))

    days = [box["value"] for box in page.soup.select("[name=days]")]
    assert days == [(MONDAY + timedelta(days=n)).isoformat() for n in (0, 1, 2, 4)]
    assert page.texts("form .closed") == [
        "Closed on Thursday 12 November, 0:00 to 23:59: Armistice Day."
    ]


@pytest.mark.parametrize(
    ("values", "status", "fields"),
    [
        (
            dict.fromkeys(slot_form(), ""),
            200,
            "days-0 starts ends minimum capacity languages-0",
        ),
        ({"days": ["2020-01-01"]}, 200, "days-0"),
        ({"days": [HOSTILE]}, 200, "days-0"),
        ({"starts": "half ten"}, 200, "starts"),
        ({"starts": "  "}, 200, "starts"),
        ({"ends": "25:00"}, 200, "ends"),
        ({"ends": "9:30"}, 422, "ends"),
        ({"starts": "7:00"}, 422, "starts"),
        ({"ends": "19:00"}, 422, "ends"),
        ({"capacity": "0"}, 200, "capacity"),
        ({"capacity": "3"}, 422, "capacity"),
        ({"capacity": "-5"}, 200, "capacity"),
        ({"capacity": "9" * 10_000}, 200, "capacity"),
        ({"minimum": "four"}, 200, "minimum"),
        ({"minimum": "1e3"}, 200, "minimum"),
        ({"minimum": "٣"}, 200, "minimum"),
        ({"capacity": "1_0"}, 200, "capacity"),
        ({"languages": ["xx"]}, 200, "languages-0"),
        ({"postcode": "1040"}, 422, "street"),
        ({"street": "Elders 1"}, 422, "postcode"),
        ({"street": "x" * 10_000, "postcode": "1040"}, 200, "street"),
        (
            {"days": [], "starts": "7:00", "ends": "x", "capacity": "2", "street": "Elders 1"},
            422,
            "days-0 starts ends capacity postcode",
        ),
    ],
)
def test_a_wrong_moment_is_refused_on_its_field(
    store: Session, browser_of: Browser, values: dict[str, Any], status: int, fields: str
) -> None:
    edition, account, visit = arrange_draft(store)

    page = Page.post(
        browser_of(account),
        path(edition, f"visits/{visit.id}/slots/new"),
        status,
        **slot_form(**values),
    )

    assert list(page.errors) == fields.split()
    assert store.scalars(select(Slot)).all() == []


def test_a_moment_on_a_closed_hour_is_refused_with_the_reason(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store)
    edition.closed_periods.append(
        ClosedPeriod(
            starts_at=local(1, "10:00"),
            ends_at=local(1, "12:00"),
            reason_nl="Markt",
            reason_fr="Marché",
        )
    )
    store.commit()

    page = Page.post(
        browser_of(account),
        path(edition, f"visits/{visit.id}/slots/new", language="fr"),
        422,
        **slot_form(),
    )

    assert [problem.endswith("Marché.") for problem in page.problems] == [True]


def test_the_same_moment_from_two_tabs_stands_once(store: Session, browser_of: Browser) -> None:
    edition, account, visit = arrange_draft(store)
    browser = browser_of(account)
    submit(browser, path(edition, f"visits/{visit.id}/slots/new"), **slot_form())

    page = Page.post(browser, path(edition, f"visits/{visit.id}/slots/new"), 409, **slot_form())

    assert list(page.errors) == ["days-0"]
    assert len(store.scalars(select(Slot)).all()) == 1


def test_a_moment_is_changed_closed_opened_and_removed(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store)
    slot = make_slot(store, visit)
    store.commit()
    browser = browser_of(account)
    here = path(edition, f"slots/{slot.id}")
    Page.get(browser, here)

    submit(browser, here, **slot_form(street="Elders 1", postcode="1040"))
    store.refresh(slot)
    moved = (slot.local_starts_at.time(), slot.street, slot.postcode_code)
    states = []
    for act in ("close", "open"):
        submit(browser, f"{here}/{act}")
        store.refresh(slot)
        states.append(slot.state)
        Page.get(browser, here)
        Page.get(browser, path(edition))
    submit(browser, f"{here}/remove")

    assert moved == (time(9, 30), "Elders 1", "1040")
    assert states == [SlotState.CLOSED, SlotState.OPEN]
    assert store.scalars(select(Slot)).all() == []


def test_removed_moment_is_put_back_from_the_overview(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store)
    number = make_slot(store, visit, day=2).id
    store.commit()
    browser = browser_of(account)

    submit(browser, path(edition, f"slots/{number}/remove"))
    page = Page.get(browser, path(edition))
    [row] = page.soup.select("[id^=removed-]")
    form = row.select_one("form")
    assert form is not None
    answer = submit(browser, str(form["action"]))

    assert page.texts("[role=status]") == [
        "The moment is removed. You can put it back until Wednesday 16 September, 12:00."
    ]
    assert page.texts("[id^=removed-] .small") == [
        "You can put it back until Wednesday 16 September, 12:00."
    ]
    assert redirected(browser, answer) == path(edition) + f"#visit-{visit.id}"
    assert store.scalars(select(Slot)).one().id == number
    after = Page.get(browser, path(edition))
    assert after.soup.select("[id^=removed-]") == []
    again = submit(browser, str(form["action"]))
    assert Page(again, status=409).text("main .lead") == (
        "This moment stands on your page again already, or was removed too long ago."
    )


def test_moment_put_back_beside_another_group_warns_about_it(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store)
    slot = make_slot(store, visit, day=1)
    make_slot(store, make_visit(store, visit.host, title_fr="Le café"), day=1, start="10:00")
    store.commit()
    browser = browser_of(account)
    submit(browser, path(edition, f"slots/{slot.id}/remove"))
    Page.get(browser, path(edition))
    page = Page.get(browser, path(edition))
    [form] = page.soup.select("[id^=removed-] form")

    submit(browser, str(form["action"]))

    said = Page.get(browser, path(edition)).text("[role=status]")
    assert said == (
        "The moment stands where it was. But you receive people then already: Tue 10, 10:00, "
        f"“Le café” ({visit.host.organisation.name}). Change one of them if you cannot do both."
    )


def test_two_groups_at_once_are_warned_about_and_can_be_confirmed(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store)
    make_slot(store, make_visit(store, visit.host, title_fr="Le café"), day=1, start="10:00")
    store.commit()
    browser, here = browser_of(account), path(edition, f"visits/{visit.id}/slots/new")

    page = Page.post(browser, here, 409, **slot_form(capacity="9"))
    answer = submit(browser, here, **slot_form(capacity="9", anyway="y"))

    assert list(page.errors) == ["anyway"]
    assert page.problems == [
        "You receive people then already. Tick the box if you can do both, or choose another "
        "time."
    ]
    assert "Tue 10, 10:00, “Le café”" in " ".join(page.texts(".error-text"))
    assert page.soup.select_one("#capacity")["value"] == "9"  # type: ignore[index]
    assert redirected(browser, answer) == path(edition) + f"#visit-{visit.id}"


def test_moment_that_a_colleague_removes_meanwhile_is_told(
    app: Flask, database: Database, browser_of: Browser
) -> None:
    app.extensions["database"] = database
    with database.session() as session:
        edition, account, visit = arrange_draft(session)
        slot = make_slot(session, visit)
        session.commit()
        browser, here = browser_of(account), path(edition, f"slots/{slot.id}")

    with ThreadPoolExecutor(1) as pool, database.session() as colleague:
        offers.remove_slot(colleague, colleague.get_one(Slot, slot.id), now=NOW)
        answer = pool.submit(submit, browser, here, **slot_form())
        let_go_as_far_as_it_can(database, answer)  # it reads the moment, then waits
        colleague.commit()

    told = 404 if database.engine.dialect.name == "sqlite" else 409
    assert answer.result().status_code == told


def test_a_moment_on_a_day_that_closed_later_keeps_its_day(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store)
    slot = make_slot(store, visit, day=3)
    edition.closed_periods.append(
        ClosedPeriod(
            starts_at=local(3, "8:00"), ends_at=local(3, "18:00"), reason_nl="x", reason_fr="x"
        )
    )
    store.commit()

    page = Page.get(browser_of(account), path(edition, f"slots/{slot.id}"))

    [day] = page.soup.select("#day [selected]")
    assert day["value"] == (MONDAY + timedelta(days=3)).isoformat()


@pytest.mark.parametrize("act", ["close", "remove"])
def test_people_with_a_seat_are_not_sent_away(
    store: Session, browser_of: Browser, act: str
) -> None:
    edition, account = arrange(store)
    visit = make_offer(store, edition, contact=account, days=(0, 1))
    make_placement(store, make_visitor(store, edition), visit.slots[0])
    store.commit()

    page = Page.post(
        browser_of(account), path(edition, f"slots/{visit.slots[0].id}/{act}"), 409
    )

    assert page.text("main .lead") == (
        "People have a seat at this moment. Ask the team of your care zone to cancel it, so "
        "that everybody is told."
    )
