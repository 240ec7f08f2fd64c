"""A host describes visits, publishes and withdraws them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import EditionPhase
from opendeur.models import Account, Visit
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_slot,
)
from tests.page import Page, submit
from tests.web.host.host_forms import (
    HOSTILE,
    arrange,
    arrange_draft,
    path,
    redirected,
    slot_form,
    visit_form,
)

Browser = Callable[[Account | None], FlaskClient]


def test_a_draft_is_deleted_after_saying_so(store: Session, browser_of: Browser) -> None:
    edition, account, visit = arrange_draft(store)
    browser, here = browser_of(account), path(edition, f"visits/{visit.id}/delete")
    page = Page.get(browser, here)
    still = store.scalars(select(Visit)).all()

    answer = submit(browser, here)

    assert page.texts("main form button") == ["Delete the draft"]
    assert len(still) == 1
    assert redirected(browser, answer) == path(edition)
    assert store.scalars(select(Visit)).all() == []
    Page.get(browser, here, 404)


def test_a_visit_that_was_in_the_programme_is_not_deleted(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store)
    visit = make_offer(store, edition, contact=account)
    store.commit()

    page = Page.post(browser_of(account), path(edition, f"visits/{visit.id}/delete"), 409)

    assert page.problems == [
        "This visit was in the programme, so it stays. Withdraw it instead."
    ]
    assert len(store.scalars(select(Visit)).all()) == 1


def test_hostile_text_stays_text(store: Session, browser_of: Browser) -> None:
    edition, account, visit = arrange_draft(store)
    browser = browser_of(account)

    submit(
        browser,
        path(edition, f"visits/{visit.id}"),
        **visit_form(title_nl=HOSTILE, description_nl=HOSTILE + "\r\n\r\n" + HOSTILE),
    )

    store.refresh(visit)
    assert visit.title_nl == '<script>alert(1)</script> {{ 7*7 }} "quoted" 🚪'
    for rest in ("", f"visits/{visit.id}", f"visits/{visit.id}/slots/new"):
        page = Page.get(browser, path(edition, rest))
        assert page.soup.select("main script") == []


def test_a_changed_visit_is_shown_as_it_was_typed(store: Session, browser_of: Browser) -> None:
    edition, account, visit = arrange_draft(store)
    browser = browser_of(account)

    submit(
        browser,
        path(edition, f"visits/{visit.id}"),
        **visit_form(audience=["ggz", "ouderen"], title_fr="Café"),
    )

    page = Page.get(browser, path(edition, f"visits/{visit.id}"))
    assert page.soup.select_one("#title_fr")["value"] == "Café"  # type: ignore[index]
    assert [box["value"] for box in page.soup.select("[checked]")] == ["ggz", "ouderen"]


def test_what_is_typed_after_the_deadline_stays_on_the_page(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store, hosting_ends_at=NOW)
    browser = browser_of(account)

    text = Page.post(browser, path(edition, f"visits/{visit.id}"), 410, **visit_form())
    moment = Page.post(
        browser, path(edition, f"visits/{visit.id}/slots/new"), 410, **slot_form()
    )

    assert text.problems == [
        "Hosts cannot change their offer now. Ask the team of your care zone to do it for you."
    ]
    assert text.soup.select_one("#title_nl")["value"] == "Koffie en turnen"  # type: ignore[index]
    assert moment.soup.select_one("#starts")["value"] == "9:30"  # type: ignore[index]


def test_a_visit_is_published_withdrawn_and_published_again(
    store: Session, browser_of: Browser
) -> None:
    edition, account, visit = arrange_draft(store)
    make_slot(store, visit)
    store.commit()
    browser = browser_of(account)
    states = []

    for act in ("publish", "withdraw", "publish"):
        answer = submit(browser, path(edition, f"visits/{visit.id}/{act}"))
        assert redirected(browser, answer) == path(edition) + f"#visit-{visit.id}"
        states.append(Page.get(browser, path(edition)).texts(f"#visit-{visit.id} .tag"))

    assert states == [[], ["Withdrawn"], []]


def test_a_visit_without_moments_is_not_published(store: Session, browser_of: Browser) -> None:
    edition, account, visit = arrange_draft(store)
    browser = browser_of(account)

    page = Page.post(browser, path(edition, f"visits/{visit.id}/publish"), 422)

    assert page.text("main .lead") == (
        "Add at least one moment first: people cannot come without one."
    )
    assert Page.get(browser, path(edition)).texts("main button") == []


def test_withdrawing_is_explained_first(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    visit = make_offer(store, edition, contact=account)
    store.commit()

    page = Page.get(browser_of(account), path(edition, f"visits/{visit.id}/withdraw"))

    assert len(page.texts("main .prose li")) == 3
    store.refresh(visit)
    assert visit.withdrawn_at is None


def test_withdrawing_twice_in_two_tabs_says_so(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    visit = make_offer(store, edition, contact=account)
    store.commit()
    browser = browser_of(account)
    submit(browser, path(edition, f"visits/{visit.id}/withdraw"))

    page = Page.post(browser, path(edition, f"visits/{visit.id}/withdraw"), 409)

    assert page.problems == ["This visit is not in the programme."]


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("phase", [EditionPhase.HOSTING, EditionPhase.CLOSED])
def test_every_page_opens_in_every_language(
    store: Session, browser_of: Browser, language: str, phase: EditionPhase
) -> None:
    edition, account = arrange(store, phase=phase)
    visit = make_offer(store, edition, contact=account)
    store.commit()
    browser = browser_of(account)

    for rest in (
        "take-part",
        "register",
        f"{visit.host_id}/organisation",
        f"{visit.host_id}/contacts",
        f"{visit.host_id}/visits/new",
        f"visits/{visit.id}",
        f"visits/{visit.id}/withdraw",
        f"visits/{visit.id}/delete",
        f"visits/{visit.id}/slots/new",
        f"slots/{visit.slots[0].id}",
    ):
        Page.get(browser, path(edition, rest, language=language))


GETS = (
    "visits/{visit}",
    "visits/{visit}/withdraw",
    "visits/{visit}/delete",
    "visits/{visit}/slots/new",
    "slots/{slot}",
)
POSTS = (
    *GETS,
    "visits/{visit}/publish",
    "slots/{slot}/close",
    "slots/{slot}/open",
    "slots/{slot}/remove",
)


def test_the_offer_of_another_host_does_not_exist(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    make_host(store, edition, contact=account)
    others = make_offer(store, edition, contact=make_account(store))
    elsewhere = make_offer(store, make_edition(store), contact=account)
    store.commit()
    browser = browser_of(account)
    numbers = [
        (others.id, others.slots[0].id),
        (elsewhere.id, elsewhere.slots[0].id),
        (999, 999),
        (2**70, 2**70),
    ]

    for visit, slot in numbers:
        for rest in GETS:
            Page.get(browser, path(edition, rest.format(visit=visit, slot=slot)), 404)
        for rest in POSTS:
            Page.post(browser, path(edition, rest.format(visit=visit, slot=slot)), 404)
