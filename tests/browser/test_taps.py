"""How much a new person does on a phone until five choices are ranked and submitted."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.inspection import PHONE
from tests.browser.people import Visitor
from tests.browser.site import EDITION, Site, code_in

pytestmark = pytest.mark.real_clock

EMPLOYER = "Dagcentrum Zavelput"
MOST_TAPS, MOST_PAGES = 20, 8
#: Of a row that warns of nothing, in CSS pixels.
HIGHEST_ROW = 120


def test_new_person_submits_five_ranked_choices_in_twenty_taps_and_eight_pages(
    meet: Meet, running_site: Site
) -> None:
    visitor = meet(
        Visitor, email="camille.lambert@ecureuil.example", language="fr", width=PHONE
    )
    visitor.inspector.has_axe, visitor.inspector.screenshots = False, None  # test_loop has them
    page = visitor.page
    visitor.visit("/fr/")
    visitor.press(page.locator(f"main a[href$='/{EDITION}/']").first)
    visitor.press(page.locator(".knock[name=choose]").first)
    visitor.fill(email=visitor.email)
    visitor.press("main form button")
    letter = running_site.wait_for_mail(visitor.email, lambda mail: True)
    visitor.fill(code=code_in(letter))
    visitor.press("main form button")
    visitor.fill(given_name="Camille", family_name="Lambert", organisation=EMPLOYER)
    visitor.press("main form[data-keep] button:not([name])")

    for chosen in range(2, 6):
        visitor.tap(page.locator(".knock[name=choose]").nth(chosen))
        expect(page.locator(".tray")).to_contain_text(re.compile(rf"\b{chosen} "))
    visitor.press(".tray a.btn")
    expect(page.locator("li.rank")).to_have_count(5)
    second = page.locator("li.rank").nth(1).get_attribute("id")
    visitor.tap(f"#{second} button[name=up]")
    expect(page.locator("li.rank").first).to_have_id(second or "")
    with page.expect_response("**/me/preferences/change"):
        visitor.tap(page.locator(".half label").nth(2))
    visitor.press(page.locator("[formaction$='/me/submit']:visible"))

    assert page.url.endswith("/me/submitted")
    assert visitor.taps <= MOST_TAPS
    assert visitor.pages <= MOST_PAGES


def test_row_of_the_list_is_low_enough_for_five_to_be_compared(meet: Meet) -> None:
    visitor = meet(
        Visitor, email="camille.lambert@ecureuil.example", language="fr", width=PHONE
    )
    visitor.inspector.has_axe, visitor.inspector.screenshots = False, None
    visitor.sign_in_with_link("me/register")
    visitor.introduce(given_name="Camille", family_name="Lambert", employer=EMPLOYER)
    for host in ("La Grande Tablée", "Maison médicale du Verger Sud", "Le Balcon"):
        visitor.choose(host)
    visitor.visit_edition("me/preferences")

    heights = visitor.page.locator("li.rank:not(:has(.hey))").evaluate_all(
        "(rows) => rows.map((row) => row.getBoundingClientRect().height)"
    )

    assert [height for height in heights if height > HIGHEST_ROW] == []
    assert heights != []
