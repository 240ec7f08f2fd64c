"""People who walk through the site in a browser, and look at every page they meet.

Pages are found by their addresses and fields, not by words: the words are in three languages.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.inspection import Inspector
from tests.browser.site import EDITION, Site, code_in

#: How long the worker may take to solve or to send, in milliseconds.
PATIENCE = 60_000


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with a browser of their own."""

    page: Page
    site: Site
    inspector: Inspector
    width: int
    has_javascript: bool
    language: str
    email: str
    #: What a person does and meets: presses and fields typed in, and pages that load.
    taps: int = 0
    pages: int = 0

    def __post_init__(self) -> None:
        self.page.on("load", self._count_page)

    def _count_page(self, _page: Page) -> None:
        self.pages += 1

    def visit(self, path: str) -> None:
        """Open a page by its address, and look at it."""
        url = path if path.startswith("http") else f"{self.site.base_url}{path}"
        response = self.page.goto(url)
        assert response is not None
        assert response.ok, f"{url}: {response.status}"
        self.look()

    def visit_edition(self, path: str) -> None:
        """Open a page of the edition."""
        self.visit(f"/{self.language}/{EDITION}/{path}")

    def press(self, target: str | Locator) -> None:
        """Press a link or button that leads to another page, and look at that."""
        response = self._follow(target)
        assert response.ok, f"{self.page.url}: {response.status}"
        expect(self.page.locator(".error-summary")).to_have_count(0)
        self.look()

    def press_in_vain(self, target: str | Locator) -> None:
        """Press a button that is refused: the page comes again and says what to do."""
        self._follow(target)
        summary = self.page.locator(".error-summary")
        expect(summary).to_be_visible()
        if self.has_javascript:
            expect(summary).to_be_focused()
        self.look()

    def _follow(self, target: str | Locator) -> Response:
        with self.page.expect_navigation() as navigation:
            self.tap(target)
        assert navigation.value is not None
        return navigation.value

    def tap(self, target: str | Locator) -> None:
        """Press something; the page may stay."""
        found = self.page.locator(target) if isinstance(target, str) else target
        self.taps += 1
        found.click()

    def look(self) -> None:
        """Let the page be inspected as it is now."""
        self.inspector.look(self.page, width=self.width)

    def fill(self, **values: str) -> None:
        """Fill in fields by their names."""
        for name, value in values.items():
            self.taps += 1
            self.page.locator(f"main [name={name}]").fill(value)

    def sign_in_with_link(self, page: str) -> None:
        """Open a link as the demonstration prints it, and press its button."""
        self.visit(self.site.link_for(self.email, page=page))
        self.press("main form button")

    def sign_in_with_code(self) -> None:
        """Ask for a mail on the page that asks to sign in, and type the code from it."""
        self.fill(email=self.email)
        self.press("main form button")
        letter = self.site.wait_for_mail(self.email, lambda mail: True)
        self.fill(code="000000")
        self.press_in_vain("main form button")
        self.fill(code=code_in(letter))
        self.press("main form button")

    def look_at_account(self) -> None:
        """Look at what the person can change about themselves."""
        self.visit(f"/{self.language}/account")


class Host(Person):
    """Somebody of an organisation that is in the directory and does not take part yet.

    `filled` counts the fields that were typed in; each of them is a tap too.
    """

    filled = 0

    def fill(self, **values: str) -> None:
        """Fill in fields by their names."""
        self.filled += len(values)
        super().fill(**values)

    def tick(self, name: str, *numbers: int) -> None:
        """Tick boxes of a group, by their places in it."""
        for number in numbers:
            self.tap(self.page.locator(f"main [name={name}]").nth(number))

    def look_for_organisation(self) -> None:
        """Look for an organisation in the directory, and see how one is registered."""
        self.visit_edition("host/take-part?q=dag")
        self.visit_edition("host/register")
        self.press_in_vain("main form[data-keep] button")
        self.visit_edition("host/")

    def take_part(self) -> None:
        """Say that the organisation takes part."""
        self.press("main form[action$='/host/take-part'] button")

    def offer(self, *, days: tuple[int, ...], **values: str) -> None:
        """Describe a visit, say on which days, and publish it."""
        self.fill(**values)
        self.tick("days", *days)
        self.press("main form[data-keep] button:not([name])")

    def offer_in_two_languages(self) -> None:
        """Leave everything out once; then offer a visit that takes place from one person on."""
        self.press_in_vain("main form[data-keep] button:not([name])")
        shut = self.page.locator("main details:not([open]) summary")
        for _ in range(shut.count()):
            shut.first.click()
        self.look()
        self.tick("languages", 1)
        self.offer(
            days=(1, 3),
            title_nl="Koffie om negen uur",
            description_nl="U drinkt koffie met wie hier komt.\nDaarna vertelt het team.",
            title_fr="Un café à neuf heures",
            description_fr="Vous buvez un café avec nous.\nEnsuite, l’équipe raconte.",
            minimum="1",
            capacity="6",
        )

    def change_moments(self) -> None:
        """Add a moment beside the others in vain, then elsewhere, remove it, put it back."""
        self.press("main a[href$='/slots/new']")
        self.tick("days", 1)
        self.fill(starts="23:00", ends="10:00")
        self.press_in_vain("main form[data-keep] button")
        self.fill(starts="10u", ends="11u30")
        self.press_in_vain("main form[data-keep] button")
        self.tick("anyway", 0)
        self.press("main form[data-keep] button")
        self.press(self.page.locator("main a[href*='/host/slots/']").nth(1))
        self.press("main form[action$='/remove'] button")
        self.press("main form[action$='/restore'] button")
        self.press(self.page.locator("main a[href*='/host/slots/']").nth(1))
        self.press("main form[action$='/close'] button")

    def look_around(self) -> None:
        """Look at what can be changed, and at what is asked before something is lost."""
        overview = self.page.url
        for link in ("/contacts", "/organisation"):
            self.press(self.page.locator(f"main a[href$='{link}']").first)
            self.visit(overview)
        self.press("main a[href*='/host/visits/']:not(.btn)")
        self.press("main a[href$='/withdraw']")
        self.visit(overview)
        self.press("main a[href$='/visits/new']")
        self.fill(title_nl="Een ontwerp")
        self.press("main button[name=keep]")
        self.press("main a[href$='/delete']")
        self.press("main form button")

    def look_at_week(self) -> list[str]:
        """Return the names of who comes."""
        self.visit_edition("host/")
        self.press(self.page.locator("main a[href*='/who-comes']").first)
        return self.page.locator("main tbody th").all_inner_texts()

    def look_at_changes(self) -> None:
        """See what it would mean that a guest stays away, or to move or cancel a moment."""
        here = self.page.url
        for link in ("/dismiss", "/move", "/cancel"):
            self.press(self.page.locator(f"main a[href$='{link}']").first)
            self.visit(here)


class Visitor(Person):
    """Somebody who is not known yet."""

    def choose_and_sign_in(self, host: str) -> None:
        """Find a visit in the programme and choose it; that leads to saying who one is."""
        self.visit(f"/{self.language}/")
        self.press(f"main a[href$='/{EDITION}/']")
        self.press("nav.views a >> nth=1")
        self.visit_edition("?spoken=fr&sector=ouderen")
        self.press(self.page.locator("main article", has_text=host).locator("h3 a").first)
        self.press("button[name=choose]:visible")
        self.sign_in_with_code()

    def introduce(self, *, given_name: str, family_name: str, employer: str = "") -> None:
        """Say who one is, after leaving everything out once; self-employed without a name."""
        self.press_in_vain("main form[data-keep] button:not([name])")
        self.fill(given_name=given_name, family_name=family_name)
        if employer:
            self.fill(organisation=employer)
        else:
            self.page.locator("[name=self_employed]").check()
            self.page.locator("[name=sectors]").first.check()
        for value in ("nl", "fr"):
            self.page.locator(f"[name=languages][value={value}]").check()
        self.press("main form[data-keep] button:not([name])")

    def choose(self, host: str) -> None:
        """Choose a visit of a host in the programme; with JavaScript the page stays."""
        self.visit_edition("")
        article = self.page.locator("main article", has_text=host).first
        self.tap(article.locator("button[name=choose]"))
        expect(article.locator(".plate")).to_have_count(1)
        self.look()

    def put_up(self, host: str) -> None:
        """Move a visit one place up in the list."""
        self.visit_edition("me/preferences")
        row = self.page.locator("li.rank", has_text=host)
        plate = row.locator(".plate")
        rank = _number_in(plate.inner_text())
        row.locator("button[name=up]").click()
        expect(plate).to_have_text(re.compile(rf"\D{rank - 1}$"))
        self.look()

    def ranking(self) -> list[str]:
        """Return the hosts in the list, the best first."""
        return self.page.locator("li.rank .by").all_inner_texts()

    def limit(self, *, most_visits: str) -> None:
        """Say when one cannot come and how many visits one wants."""
        self.page.locator("[name=half_days]").nth(3).check()
        self.page.locator("[name=half_days]").nth(4).check()
        self.page.locator(f"[name=max_visits][value='{most_visits}']").check()

    def submit(self) -> None:
        """Submit what is in the list, with the button in sight."""
        self.press(self.page.locator("[formaction$='/me/submit']:visible"))
        assert self.page.url.endswith("/me/submitted")
        self.visit_edition("me/preferences")

    def look_at_week(self) -> list[str]:
        """Return the hosts that the visitor goes to."""
        self.visit_edition("me/week")
        self.visit_edition("")
        self.visit_edition("me/preferences")
        self.visit_edition("me/week")
        return self.page.locator(".ticket h2 + p").all_inner_texts()

    def give_up(self, host: str) -> None:
        """Give the place at a host up, after having changed one's mind once."""
        for is_sure in (False, True):
            self.visit_edition("me/week")
            ticket = self.page.locator("article.ticket", has_text=host)
            self.press(ticket.locator("a[href$='/withdraw']"))
            self.press("main form button")
            if not is_sure:
                self.press("main form[action$='/take-back'] button")

    def take_what_is_free(self) -> None:
        """See which places are left, and take one of them."""
        self.visit_edition("me/free")
        self.press(self.page.locator("main a[href*='/me/take/']").first)
        self.press("main form button")

    def pass_on(self, link: str) -> None:
        """Open the page of a place that is held, from one's week, and pass it on."""
        self.visit_edition("me/week")
        self.press(f"main a[href='{urlsplit(link).path}']")
        self.press("main form button[value=no]")

    def look_at_answer(self, letter: str) -> None:
        """Open the page on which an invitation is answered, and answer."""
        found = re.search(r"https?://\S+/answer/\S+", letter)
        assert found is not None, "the letter has a link to answer"
        self.visit(found[0])
        self.press("main form button[value=accepted]")


class Organiser(Person):
    """Somebody of the team of the care zone."""

    def look_around(self) -> None:
        """See supply, demand, hosts, visitors and settings."""
        for name in ("", "moments", "hosts", "visitors", "settings", "invitations", "messages"):
            self.visit_edition(f"desk/{name}")

    def run_assignment(self) -> None:
        """Start an assignment, and watch its page until that shows what it gives."""
        self.visit_edition("desk/assignment")
        self.page.locator("[name=time_limit_seconds]").select_option("60")
        with self.site.without_worker():
            self._follow("main form[method=post] button")
            expect(self.page.locator("#progress")).to_be_visible()
            if self.has_javascript:  # without it, the page goes away under the inspector
                self.look()
        expect(self.page.locator("main dl.figs")).to_be_visible(timeout=PATIENCE)
        self.look()
        run = self.page.url
        for part in ("visitors", "moments"):
            self.press(f"main a[href$='/{part}']")
            self.visit(run)

    def adopt(self) -> int:
        """Adopt the run; return how many invitations that makes, as the page says."""
        self.press(self.page.locator("main a.btn[href$='/adopt']").first)
        foreseen = _number_in(self.page.locator("main .lead b").first.inner_text())
        for box in self.page.locator("main form [type=checkbox]").all():
            box.check()
        self.press("main form button")
        return foreseen

    def send(self) -> int:
        """Read a draft, then send all; return how many there are, as the page says."""
        drafts = self.page.url
        self.press(self.page.locator("main .pile a").last)
        self.visit(drafts)
        count = _number_in(self.page.locator("main h1").inner_text())
        self.page.locator("[name=sure]").check()
        self.press("main form[action$='/invitations'] button")
        return count

    def look_at_moment(self, host: str) -> None:
        """See a moment, whom was asked for its places, and what cancelling it would mean."""
        self.visit_edition("desk/moments?sort=-people")
        self.press(self.page.locator("main th a", has_text=host).first)
        here = self.page.url
        for link in ("/dismiss", "/cancel"):
            self.press(self.page.locator(f"main a[href$='{link}']").first)
            self.visit(here)
        self.visit_edition("desk/inbox")

    def read_messages(self) -> None:
        """Look at what was sent, and read one message."""
        self.visit_edition("desk/messages")
        self.press(self.page.locator("main tbody a").first)
        self.visit_edition("desk/")
        self.visit_edition("desk/assignment")


def _number_in(text: str) -> int:
    """Return the number in a text, whatever stands between its thousands."""
    return int(re.sub(r"\D", "", text))
