"""What must hold for every page that somebody meets, looked at in a real browser.

Findings are collected, so that one walk through the site tells them all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.browser import scripts

PHONE, DESKTOP = 360, 1280
#: No page may be wider than any of these. The first is also 1280 at a zoom of 400 %.
WIDTHS = (320, PHONE, 600, 768, DESKTOP, 1600)
#: What is left of a sheet of A4 between its margins, in CSS pixels.
PAPER = 718
HEIGHT = 800
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


@dataclass  # without slots: Playwright keeps its own attributes on a listener
class Inspector:
    """Looks at the pages of one person, and keeps what is wrong with them.

    Parameters
    ----------
    origin
        Of the site; whatever asks for another one is a finding.
    screenshots
        Folder for pictures of each page; none are taken without it.
    has_axe
        Whether axe is run, and all else is looked at. Who does without JavaScript sees the same
        sheets and words, so that widths and targets are enough there.
    looks
        The looks of text whose contrast was looked at, in light and in the dark; several
        inspectors may share them.
    """

    origin: str
    screenshots: Path | None = None
    has_axe: bool = True
    looks: set[tuple[str, int]] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)
    met: dict[str, str] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        """Begin to listen to what a page logs and asks for."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.findings.append(f"{page.url}: {error}"))
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    def look(self, page: Page, *, width: int) -> None:
        """Look at a page as it is now, unless one like it was looked at before."""
        name, is_new = self._meet(page)
        if not is_new:
            return
        found = [*self._find_what_sticks_out(page)]
        _resize(page, width)
        found += _told(page, "small target", scripts.FIND_SMALL_TARGETS)
        if self.has_axe:
            found += _told(page, "focus is hidden", scripts.FIND_HIDDEN_FOCUS)
            page.emulate_media(forced_colors="active")
            found += _told(page, "lost in forced colours", scripts.FIND_LOST_MARKS)
            page.emulate_media(forced_colors="none")
            found += self._run_axe(page)
        if self.screenshots:
            self._shoot(page, name, width=width)
        self.findings += [f"{name}: {finding}" for finding in found]

    def _find_what_sticks_out(self, page: Page) -> Iterator[str]:
        """Make the window narrow and wide, the text wider, and the page one of paper."""
        for width in WIDTHS:
            _resize(page, width)
            yield from _told(page, f"overflow at {width}", scripts.FIND_OVERFLOW)
        if self.has_axe:
            _resize(page, PAPER)
            page.emulate_media(media="print")
            yield from _told(page, "overflow on paper", scripts.FIND_OVERFLOW)
            page.emulate_media(media="screen")
            _resize(page, WIDTHS[0])
            page.evaluate(scripts.SPACE_TEXT, True)
            yield from _told(page, "overflow of spaced text", scripts.FIND_OVERFLOW)
            yield from _told(page, "spaced text is cut", scripts.FIND_CUT)
            page.evaluate(scripts.SPACE_TEXT, False)

    def _meet(self, page: Page) -> tuple[str, bool]:
        """Name a page by its path, without language and week; tell whether it is new."""
        parts = urlsplit(page.url).path.split("/")
        words = [part for part in parts[2:] if re.fullmatch("[a-z-]+", part)]
        words = words or ["programme" if len(parts) > 3 else "home"]
        key = "\n".join((*words, *page.evaluate(scripts.LIST_PARTS)))
        is_new = key not in self.met
        name = self.met.setdefault(key, "-".join((f"{len(self.met) + 1:02}", *words)))
        return name, is_new

    def _run_axe(self, page: Page) -> list[str]:
        """Run axe: all its rules, and the one on contrast on each look that is new."""
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = [*page.evaluate(scripts.RUN_AXE), *self._find_pale(page, "light")]
        page.emulate_media(color_scheme="dark")
        found += [f"dark {violation}" for violation in self._find_pale(page, "dark")]
        page.emulate_media(color_scheme="light")
        return found

    def _find_pale(self, page: Page, scheme: str) -> list[str]:
        """Run axe on contrast, on one element of each look that was not looked at before."""
        looks = [(scheme, look) for look in page.evaluate(scripts.LIST_LOOKS)]
        new = [look for look in looks if look not in self.looks]
        self.looks.update(new)
        return page.evaluate(scripts.RUN_CONTRAST, [look for _, look in new]) if new else []

    def _shoot(self, page: Page, name: str, *, width: int) -> None:
        """Take pictures: at both widths in light, and in the dark at the person's own."""
        for shown, scheme in ((PHONE, "light"), (DESKTOP, "light"), (width, "dark")):
            _resize(page, shown)
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            path = f"{self.screenshots}/{name}-{shown}-{scheme}.jpeg"
            page.screenshot(path=path, full_page=True)
        page.emulate_media(color_scheme="light")

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium logs documents with status 4xx; `_on_response` judges those.
        is_status = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_status:
            self.findings.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.findings.append(f"asks for {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.findings.append(f"{response.status}: {response.url}")


def _told(page: Page, what: str, script: str) -> Iterator[str]:
    """Yield what a script finds, with what that means."""
    return (f"{what}: {found}" for found in page.evaluate(script))


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
