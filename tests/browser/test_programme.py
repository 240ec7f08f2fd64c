"""The programme on a phone and on paper: low rows, one sheet, and what is said in sight."""

import re
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Meet
from tests.browser.inspection import DESKTOP, PHONE
from tests.browser.people import Visitor
from tests.browser.site import DATABASE, EDITION, Site

pytestmark = pytest.mark.real_clock

#: The tallest that a row of the programme may be on a phone.
HIGHEST_ROW = 150
NARROWEST = 320
LONG = "Ziekenhuisbegeleidingsvertegenwoordiger"


@pytest.fixture
def reader(meet: Meet) -> Visitor:
    """Somebody who only reads, on a phone."""
    made = meet(Visitor, email="lotte@kastanje.example", language="nl", width=PHONE)
    made.inspector.has_axe, made.inspector.screenshots = False, None  # test_loop has them
    return made


@pytest.fixture
def chooser(reader: Visitor) -> Visitor:
    """The same, registered."""
    reader.sign_in_with_link("me/register")
    reader.introduce(given_name="Lotte", family_name="Vermeiren")
    return reader


def is_in_sight(page: Page, selector: str) -> bool:
    """Tell whether an element stands wholly in the window, above the tray."""
    return bool(
        page.locator(selector).first.evaluate(
            """(element) => {
              const box = element.getBoundingClientRect();
              const tray = document.querySelector(".tray")?.getBoundingClientRect().top;
              return box.top >= 0 && box.bottom <= (tray ?? window.innerHeight);
            }"""
        )
    )


@pytest.mark.parametrize("edition", [EDITION, "zuid-oost-2027"])
def test_rows_are_low_enough_to_be_compared_on_a_phone(reader: Visitor, edition: str) -> None:
    reader.page.goto(f"{reader.site.base_url}/nl/{edition}/")

    heights = reader.page.locator(".visit").evaluate_all(
        "(rows) => rows.map((row) => row.getBoundingClientRect().height)"
    )

    assert len(heights) >= 20
    assert [height for height in heights if height > HIGHEST_ROW] == []


@pytest.mark.parametrize("path", ["", "?view=day", "?view=week", "visits/1", "home"])
def test_a_word_of_39_letters_pushes_no_page_wide(
    reader: Visitor, running_site: Site, path: str
) -> None:
    with sqlite3.connect(running_site.settings.instance / DATABASE) as database:
        for table, columns in (
            ("organisation", ("name", "street")),
            ("visit", ("title_nl", "title_fr", "description_nl")),
            ("edition", ("name_nl", "name_fr")),
            ("host", ("directions_nl", "access_nl", "contact_name")),
        ):
            values = ", ".join(f"{column} = '{LONG}'" for column in columns)
            database.execute(f"UPDATE {table} SET {values}")
        database.execute("UPDATE edition SET revision = revision + 1")
    page = reader.page
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    for language in ("nl", "fr"):
        place = f"/{language}/" if path == "home" else f"/{language}/{EDITION}/{path}"
        page.goto(f"{reader.site.base_url}{place}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert (language, wide) == (language, NARROWEST)


@pytest.mark.parametrize("edition", [EDITION, "zuid-oost-2027"])
def test_the_week_prints_on_one_landscape_page(reader: Visitor, edition: str) -> None:
    reader.page.goto(f"{reader.site.base_url}/nl/{edition}/?view=week")

    paper = reader.page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    [box] = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
    assert float(box[0]) > float(box[1])


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_choice_one_too_many_is_said_where_the_eye_is(
    meet: Meet, has_javascript: bool
) -> None:
    visitor = meet(
        Visitor,
        email="camille.lambert@ecureuil.example",
        language="nl",
        width=PHONE,
        has_javascript=has_javascript,
    )
    visitor.inspector.has_axe, visitor.inspector.screenshots = False, None
    visitor.sign_in_with_link("me/register")
    visitor.introduce(given_name="Camille", family_name="Lambert")
    visitor.visit_edition("")
    page = visitor.page
    while page.locator("#tray .plate").count() < 6:
        before = page.locator("#tray .plate").count()
        page.locator(".knock").last.click()
        expect(page.locator("#tray .plate")).to_have_count(before + 1)

    page.locator(".knock").last.click()
    expect(page.locator(".said select")).to_be_visible()
    assert is_in_sight(page, ".said select")
    page.locator("button[name=swap]").click()

    expect(page.locator(".said b")).to_contain_text("in plaats van")
    assert is_in_sight(page, ".said b")
    expect(page.locator("#tray .plate")).to_have_count(6)
    page.locator("#tray summary").click()
    page.locator("#tray button[name=unchoose]").first.click()
    expect(page.locator("#tray .plate")).to_have_count(5)


def test_filters_and_the_place_survive_opening_a_visit(chooser: Visitor) -> None:
    chooser.page.set_viewport_size({"width": DESKTOP, "height": 800})
    chooser.visit_edition("")
    page = chooser.page
    page.locator(".rail .chip", has_text="Frans").click()
    filtered = page.url
    row = page.locator(".visit").nth(8)
    number = row.get_attribute("id")
    row.locator("h3 a").click()
    page.locator(".crumb").click()

    assert page.url == f"{filtered}#{number}"
    assert is_in_sight(page, f"#{number} h3")
