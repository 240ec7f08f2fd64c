"""The inspector finds what it is there for."""

from playwright.sync_api import Browser

from tests.browser.inspection import PHONE, Inspector

BAD_PAGE = """<!DOCTYPE html>
<html lang="nl"><head><title>Slecht</title></head>
<body><main><h1>Slecht</h1>
<p id="pale" style="color: #ccc; background: #fff">bleek</p>
<style>
  #far { width: 4em; height: 1.4em; overflow: hidden; white-space: nowrap }
  #mark::before { content: ""; display: block; width: 9px; height: 9px; clip-path: circle();
    background: currentColor }
  #bar { position: sticky; bottom: 0; height: 300px; background: #fff }
  @media print { #paper { width: 800px } }
</style>
<p id="far">afstand</p><p id="mark">teken</p><p id="paper">papier</p>
<div style="block-size: 350px"></div><p><a id="behind" href="#bleek">achter de balk</a></p>
<div id="bar"></div>
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
        'focus is hidden: <a id="behind"',
        'lost in forced colours: ::before of <p id="mark"',
        "overflow at 320: ",
        "overflow of spaced text: ",
        "overflow on paper: ",
        "small target: <button",
        'spaced text is cut: <p id="far"',
    ]
    assert [f[: len(e)] for f, e in zip(found, expected, strict=True)] == expected
