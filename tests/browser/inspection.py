"""What must hold for every page that somebody meets, looked at in a real browser.

Findings are collected, so that one walk through the site tells them all.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Request, Response

PHONE, DESKTOP = 360, 1280
#: No page may be wider than any of these.
WIDTHS = (320, PHONE, 600, 768, DESKTOP)
HEIGHT = 800
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")

RUN_AXE = """
async (rules) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const options = rules.length
    ? {runOnly: {type: "rule", values: rules}}
    : {runOnly: {type: "tag", values: tags}, rules: {"target-size": {enabled: true}}};
  const {violations} = await axe.run(document, {...options, resultTypes: ["violations"]});
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html)}`);
}
"""

#: What sticks out of the page, where the page is wider than the window.
FIND_OVERFLOW = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const sticksOut = [...document.body.querySelectorAll("*")].filter((element) =>
    element.getBoundingClientRect().right > width + 0.5 && !element.closest(".scroll, .sr"));
  return [`${document.documentElement.scrollWidth} > ${width}: `
    + sticksOut.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
}
"""

#: Targets under 24 by 24 CSS pixels (WCAG 2.5.8). A link in a line of text may be as high as
#: its line; that such links keep their distance is a rule of axe. A box counts with its label.
FIND_SMALL_TARGETS = """
() => {
  const all = "a[href], button, summary, input:not([type=hidden]), select, textarea";
  return [...document.querySelectorAll(all)].filter((element) => {
    if (!element.checkVisibility() || element.closest(".sr, .skip")) return false;
    if (getComputedStyle(element).display === "inline" && element.tagName === "A") return false;
    const box = (element.closest("label") || element).getBoundingClientRect();
    return box.width < 24 || box.height < 24;
  }).map((element) => element.outerHTML.slice(0, 160));
}
"""

#: Of which parts a page is built. Two pages with one path of the same parts differ in words.
LIST_PARTS = """
() => [...new Set([...document.querySelectorAll("body *")].map((element) =>
  [element.tagName, element.className, element.type, element.ariaDisabled].join(" ")))].sort()
"""


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
        Whether axe is run; it needs JavaScript on the page.
    """

    origin: str
    screenshots: Path | None = None
    has_axe: bool = True
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
        found = []
        for shown in WIDTHS:
            _resize(page, shown)
            found += [f"overflow at {shown}: {o}" for o in page.evaluate(FIND_OVERFLOW)]
        _resize(page, width)
        found += [f"small target: {t}" for t in page.evaluate(FIND_SMALL_TARGETS)]
        if self.has_axe:
            found += self._run_axe(page)
        if self.screenshots:
            self._shoot(page, name, width=width)
        self.findings += [f"{name}: {finding}" for finding in found]

    def _meet(self, page: Page) -> tuple[str, bool]:
        """Name a page by its path, without language and week; tell whether it is new."""
        parts = urlsplit(page.url).path.split("/")
        words = [part for part in parts[2:] if re.fullmatch("[a-z-]+", part)]
        words = words or ["programme" if len(parts) > 3 else "home"]
        key = "\n".join((*words, *page.evaluate(LIST_PARTS)))
        is_new = key not in self.met
        name = self.met.setdefault(key, "-".join((f"{len(self.met) + 1:02}", *words)))
        return name, is_new

    def _run_axe(self, page: Page) -> list[str]:
        """Run axe with all its rules, and in the dark with those on contrast."""
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(RUN_AXE, [])
        page.emulate_media(color_scheme="dark")
        found += [
            f"dark {violation}" for violation in page.evaluate(RUN_AXE, ["color-contrast"])
        ]
        page.emulate_media(color_scheme="light")
        return list(found)

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


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
