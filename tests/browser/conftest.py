"""A browser, and sites for it. Where Chromium is missing nothing here is collected."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from opendeur.config import ROOT
from tests.browser import chromium, site
from tests.browser.inspection import HEIGHT, Inspector
from tests.browser.people import Person
from tests.browser.site import Site
from tests.conftest import REQUIRED

SCREENSHOTS = ROOT / "instance" / "screenshots"
#: How long an element may take to come, in milliseconds; the machine may be busy.
PATIENCE = 20_000

collect_ignore_glob: list[str] = []
if chromium.find() is None and "chromium" not in REQUIRED:
    collect_ignore_glob.append("test_*.py")

SomePerson = TypeVar("SomePerson", bound=Person)


class Meet(Protocol):
    """Give a person a browser of their own."""

    def __call__(
        self,
        kind: type[SomePerson],
        *,
        email: str,
        language: str,
        width: int,
        has_javascript: bool = True,
    ) -> SomePerson: ...


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; it ends before other tests begin, which may want an event loop."""
    program = chromium.find()
    assert program is not None, "Chromium is required (OPENDEUR_REQUIRE) but is not here"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with both editions of the demonstration, to copy."""
    folder = tmp_path_factory.mktemp("instance")
    site.make_instance(folder)
    return folder


@pytest.fixture(scope="package")
def started_site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that runs: to start one takes longer than most of the tests."""
    with site.running(template, tmp_path_factory.mktemp("site")) as started:
        yield started


@pytest.fixture
def running_site(started_site: Site, template: Path) -> Site:
    """The site with the data of the beginning, whatever a test before did to it."""
    started_site.begin_again(template)
    return started_site


@pytest.fixture(scope="package")
def screenshots(pytestconfig: pytest.Config) -> Path | None:
    """An empty folder for pictures of pages, where these are asked for."""
    if not pytestconfig.getoption("--screenshots"):
        return None
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    SCREENSHOTS.mkdir(parents=True)
    return SCREENSHOTS


@pytest.fixture(scope="package")
def looks() -> set[tuple[str, int]]:
    """The looks of text whose contrast one of the people looked at."""
    return set()


@pytest.fixture
def meet(
    browser: Browser,
    running_site: Site,
    screenshots: Path | None,
    looks: set[tuple[str, int]],
) -> Iterator[Meet]:
    """Give people browsers of their own; at the end nothing may be wrong with any page."""
    inspectors: list[Inspector] = []
    with ExitStack() as open_contexts:

        def make(
            kind: type[SomePerson],
            *,
            email: str,
            language: str,
            width: int,
            has_javascript: bool = True,
        ) -> SomePerson:
            context = browser.new_context(
                java_script_enabled=has_javascript,
                viewport={"width": width, "height": HEIGHT},
                reduced_motion="reduce",
                locale=f"{language}-BE",
                timezone_id="Europe/Brussels",
            )
            open_contexts.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            pictures = screenshots if has_javascript else None
            inspector = Inspector(
                origin=running_site.base_url,
                screenshots=pictures and pictures / kind.__name__.lower(),
                has_axe=has_javascript,
                looks=looks,
            )
            inspector.watch(page)
            inspectors.append(inspector)
            return kind(
                page=page,
                site=running_site,
                inspector=inspector,
                width=width,
                has_javascript=has_javascript,
                language=language,
                email=email,
            )

        yield make
    findings = [finding for inspector in inspectors for finding in inspector.findings]
    assert findings == [], "\n".join(findings)
