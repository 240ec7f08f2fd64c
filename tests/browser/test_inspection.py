"""The inspector finds what it is there for."""

from playwright.sync_api import Browser

from tests.browser.inspection import PHONE, Inspector

BAD_PAGE = """<!DOCTYPE html>
<html lang="nl"><head><title>Slecht</title></head>
<body><main><h1>Slecht</h1>
<p id="pale" style="color: #ccc; background: #fff">bleek</p>
<button style="inline-size: 20px; block-size: 20px; padding: 0">x</button>
<div style="inline-size: 330px">breed</div>
<img src="https://elders.example/beeld.png" alt="">
<script>console.error("kapot")</script>
</main></body></html>
"""


def test_inspector_finds_whatever_is_wrong_with_a_page(browser: Browser) -> None:
    inspector = Inspector(origin="http://127.0.0.1")
    with browser.new_page(viewport={"width": PHONE, "height": 800}) as page:
        inspector.watch(page)
        page.route("**/*", lambda route: route.abort())
        page.set_content(BAD_PAGE)
        inspector.look(page, width=PHONE)

    found = sorted(finding.removeprefix("01-home: ") for finding in inspector.findings)
    expected = [
        "asks for https://elders.example/beeld.png",
        "color-contrast: ",
        "console: kapot",
        "dark color-contrast: ",
        "overflow at 320: ",
        "small target: <button",
    ]
    assert [f[: len(e)] for f, e in zip(found, expected, strict=True)] == expected
