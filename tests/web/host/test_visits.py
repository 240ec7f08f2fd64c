"""A host describes visits, publishes and withdraws them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import EditionPhase, WheelchairAccess
from opendeur.models import Account, Edition, Host, Visit
from tests.factories import (
    MONDAY,
    NOW,
    local,
    make_account,
    make_edition,
    make_host,
    make_offer,
    make_slot,
    make_visit,
)
from tests.page import Page, submit
from tests.web.host.host_forms import (
    HOSTILE,
    arrange,
    arrange_draft,
    offer_form,
    path,
    redirected,
    slot_form,
    visit_form,
)

Browser = Callable[[Account | None], FlaskClient]


def new(session: Session, **values: Any) -> tuple[Edition, Account, str]:
    """Return an edition, a contact, and the path of a new visit of a host."""
    edition, account = arrange(session, **values)
    host = make_host(session, edition, contact=account)
    session.commit()
    return edition, account, path(edition, f"{host.id}/visits/new")


def test_a_visit_with_its_moments_is_published_in_one_form(
    store: Session, browser_of: Browser
) -> None:
    edition, account, here = new(store)
    browser = browser_of(account)
    Page.get(browser, here)
    days = [(MONDAY + timedelta(days=number)).isoformat() for number in (1, 3, 4)]

    answer = submit(browser, here, **offer_form(days=days, audience=["ouderen"]))

    visit = store.scalars(select(Visit)).one()
    assert redirected(browser, answer) == path(edition) + f"#visit-{visit.id}"
    assert (visit.title_nl, visit.is_offered) == ("Koffie en turnen", True)
    assert [slot.starts_at for slot in visit.slots] == [local(day, "9:30") for day in (1, 3, 4)]


@pytest.mark.parametrize("days", [[], [MONDAY.isoformat()]])
def test_a_draft_is_kept_with_or_without_moments(
    store: Session, browser_of: Browser, days: list[str]
) -> None:
    _, account, here = new(store)
    typed = {} if days else {"starts": "", "minimum": ""}

    submit(browser_of(account), here, **offer_form(days=days, keep="y", **typed))

    visit = store.scalars(select(Visit)).one()
    assert (visit.is_offered, len(visit.slots)) == (False, len(days))


def test_the_card_of_the_organisation_changes_with_the_visit(
    store: Session, browser_of: Browser
) -> None:
    _, account, here = new(store)
    browser = browser_of(account)
    page = Page.get(browser, here)

    submit(
        browser,
        here,
        **offer_form(
            contact_name="Samir Haddad", host_street="Zavelstraat 5", wheelchair="yes"
        ),
    )

    store.expire_all()
    host = store.scalars(select(Host)).one()
    assert page.soup.select(".panel details[open]") == []
    assert (host.contact_name, host.organisation.street, host.wheelchair) == (
        "Samir Haddad",
        "Zavelstraat 5",
        WheelchairAccess.YES,
    )


def test_the_card_stands_open_where_nobody_is_known_to_ask_for(
    store: Session, browser_of: Browser
) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account, contact_name="")
    store.commit()

    page = Page.get(browser_of(account), path(edition, f"{host.id}/visits/new"))

    assert len(page.soup.select(".panel details[open]")) == 1


def test_a_second_visit_is_proposed_as_the_first(store: Session, browser_of: Browser) -> None:
    edition, account = arrange(store)
    host = make_host(store, edition, contact=account)
    make_slot(store, make_visit(store, host), start="14:00", capacity=7, languages={"fr"})
    store.commit()

    page = Page.get(browser_of(account), path(edition, f"{host.id}/visits/new"))

    assert page.soup.select_one("#starts")["value"] == "14:00"  # type: ignore[index]
    assert page.soup.select_one("#capacity")["value"] == "7"  # type: ignore[index]
    assert [box["value"] for box in page.soup.select("[name=languages][checked]")] == ["fr"]


def test_every_fault_of_an_offer_is_told_at_once_and_nothing_is_lost(
    store: Session, browser_of: Browser
) -> None:
    _, account, here = new(store)

    page = Page.post(
        browser_of(account),
        here,
        422,
        **offer_form(
            contact_name="", title_nl="", days=[], starts="x", ends="23:00", capacity="2"
        ),
    )

    assert list(page.errors) == [
        "contact_name",
        "title_nl",
        "days-0",
        "starts",
        "ends",
        "capacity",
    ]
    assert page.text("#description_nl") == "Een ochtend in huis."
    assert page.soup.select_one("#starts")["value"] == "x"  # type: ignore[index]
    assert store.scalars(select(Visit)).all() == []


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("nl", "nl", "fr"), ("fr", "fr", "nl"), ("en", "nl", "fr")],
)
def test_the_other_language_waits_until_it_is_asked_for(
    store: Session, browser_of: Browser, language: str, first: str, second: str
) -> None:
    _, account, here = new(store)
    browser = browser_of(account)
    here = here.replace("/en/", f"/{language}/")

    page = Page.get(browser, here)
    refused = Page.post(browser, here, **offer_form(title_nl=""))

    boxes = [box["name"] for box in page.soup.select("main [name^=title_]")]
    assert boxes == [f"title_{first}", f"title_{second}"]
    assert [box["name"] for box in page.soup.select("details [name^=title_]")] == [
        f"title_{second}"
    ]
    assert list(refused.errors) == [f"title_{first}"]


def test_an_address_that_can_no_longer_change_is_said_on_the_card(
    store: Session, browser_of: Browser
) -> None:
    _, account, here = new(store)
    host = store.scalars(select(Host)).one()
    elsewhere = make_edition(store, phase=EditionPhase.ASSIGNMENT)
    make_host(store, elsewhere, organisation=host.organisation)
    store.commit()

    page = Page.post(browser_of(account), here, 410, **offer_form(host_street="Elders 7"))

    assert list(page.errors) == ["host_street"]
    assert len(page.soup.select(".panel details[open]")) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title_nl": " \u202e\r\n "}, "title_nl"),
        ({"title_fr": "x" * 10_000}, "title_fr"),
        ({"description_fr": "x" * 10_000}, "description_fr"),
        ({"audience": ["mijnbouw"]}, "audience-0"),
        ({"host_postcode": "9999"}, "host_postcode"),
        ({"wheelchair": "maybe"}, "wheelchair-0"),
    ],
)
def test_a_wrong_description_keeps_what_was_typed(
    store: Session, browser_of: Browser, values: dict[str, Any], field: str
) -> None:
    _, account, here = new(store)

    page = Page.post(browser_of(account), here, **offer_form(**values))

    assert list(page.errors) == [field]
    assert page.text("#description_nl") == "Een ochtend in huis."
    assert store.scalars(select(Visit)).all() == []


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
