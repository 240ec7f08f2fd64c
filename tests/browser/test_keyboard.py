"""The list of preferences is put in order with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Meet
from tests.browser.inspection import PHONE
from tests.browser.people import Visitor

pytestmark = pytest.mark.real_clock

FIRST, SECOND, THIRD = "La Grande Tablée", "Maison médicale du Verger Sud", "Le Balcon"
#: More than the stops on any page of a visitor.
MOST_STOPS = 120
FOCUSED = "() => document.activeElement.id || document.activeElement.className"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on an element."""
    for _ in range(MOST_STOPS):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}, only {page.evaluate(FOCUSED)}")


def make_visitor(meet: Meet) -> Visitor:
    visitor = meet(
        Visitor, email="camille.lambert@ecureuil.example", language="fr", width=PHONE
    )
    visitor.inspector.has_axe, visitor.inspector.screenshots = False, None  # test_loop has them
    visitor.sign_in_with_link("me/register")
    return visitor


def test_list_is_ordered_and_the_focus_stays_on_the_visit_that_moves(meet: Meet) -> None:
    visitor = make_visitor(meet)
    visitor.introduce(given_name="Camille", family_name="Lambert")
    for host in (FIRST, SECOND, THIRD):
        visitor.choose(host)
    visitor.visit_edition("me/preferences")
    page = visitor.page
    rows = page.locator("li.rank .by")
    moved = page.locator("li.rank", has_text=THIRD)

    tab_to(page, "li.rank:nth-child(3) button[name=up]")
    page.keyboard.press("Enter")
    expect(rows).to_have_text([FIRST, THIRD, SECOND])
    expect(moved.locator("button[name=up]")).to_be_focused()
    page.keyboard.press("Space")
    expect(rows).to_have_text([THIRD, FIRST, SECOND])
    expect(moved.locator("button[name=up]")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(rows).to_have_text([THIRD, FIRST, SECOND])
    tab_to(page, "li.rank:first-child button[name=down]")
    page.keyboard.press("Enter")
    expect(rows).to_have_text([FIRST, THIRD, SECOND])
    expect(moved.locator("button[name=down]")).to_be_focused()
    tab_to(page, "li.rank:nth-child(2) summary")
    page.keyboard.press("Enter")
    tab_to(page, "li.rank:nth-child(2) button[name=to]:not([aria-current])")
    page.keyboard.press("Enter")
    expect(rows).to_have_text([THIRD, FIRST, SECOND])
    expect(moved.locator("summary")).to_be_focused()
    tab_to(page, "li.rank:first-child button[name=down]")
    page.keyboard.press("Enter")
    expect(rows).to_have_text([FIRST, THIRD, SECOND])
    tab_to(page, "li.rank:nth-child(2) summary")
    page.keyboard.press("Enter")
    tab_to(page, "li.rank:nth-child(2) button[name=remove]")
    page.keyboard.press("Enter")
    expect(rows).to_have_text([FIRST, SECOND])
    expect(page.locator("#order")).to_be_focused()
    tab_to(page, "[name=half_days]")
    with page.expect_response("**/me/preferences/change"):
        page.keyboard.press("Space")
    expect(page.locator("[name=half_days]").first).to_be_focused()
    page.reload()
    expect(page.locator("[name=half_days]").first).to_be_checked()
    assert rows.all_inner_texts() == [FIRST, SECOND]


def test_error_summary_takes_the_focus_and_leads_to_the_field(meet: Meet) -> None:
    page = make_visitor(meet).page

    tab_to(page, "form[data-keep] button")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("[name=given_name]")).to_be_focused()


def test_focus_stays_in_the_list_when_a_visit_is_left_out_of_it(meet: Meet) -> None:
    visitor = make_visitor(meet)
    visitor.introduce(given_name="Camille", family_name="Lambert")
    for host in (FIRST, SECOND):
        visitor.choose(host)
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 800})
    visitor.visit_edition("")
    page.set_viewport_size({"width": 1280, "height": 800})

    page.locator("#list [name=unchoose]").first.press("Enter")

    expect(page.locator("#list [name=unchoose]")).to_have_count(1)
    expect(page.locator("#list a").first).to_be_focused()
