"""Static files: kept for a year under a name that changes with them, sent short."""

import gzip
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from opendeur.config import ROOT
from opendeur.web.assets import Assets
from tests.page import Page

FOR_A_YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def folder(own_app: Flask, tmp_path: Path) -> Path:
    """Static files of a test's own beside the real ones, which the application serves."""
    folder = tmp_path / "static"
    shutil.copytree(ROOT / "opendeur" / "static", folder)
    (folder / "fonts").mkdir()
    (folder / "fonts" / "letters.woff2").write_bytes(b"\1" * 2000)
    (folder / "sheet.css").write_text('@font-face { src: url("fonts/letters.woff2") }' * 40)
    own_app.extensions["assets"] = Assets(folder)
    return folder


@pytest.fixture
def browser(own_app: Flask, folder: Path) -> FlaskClient:
    return own_app.test_client()


def address(app: Flask, name: str) -> str:
    assets: Assets = app.extensions["assets"]
    found = assets.find(name)
    assert found is not None
    return f"/static/{found.address}"


def linked(client: FlaskClient) -> Iterator[str]:
    """Return the address of each file that a page asks for."""
    page = Page.get(client, "/nl/accessibility")
    for element in page.soup.select("link[rel=stylesheet], script[src]"):
        yield str(element.get("href") or element["src"])


def test_everything_that_a_page_asks_for_is_kept_for_a_year(client: FlaskClient) -> None:
    found = list(linked(client))

    assert [path for path in found if not re.search(r"\.[0-9a-f]{12}\.(css|js)$", path)] == []
    kept = {path: client.get(path).headers["Cache-Control"] for path in found}
    assert kept == dict.fromkeys(found, FOR_A_YEAR)


def test_first_visit_costs_at_most_60_kilobytes_and_what_the_page_says(
    client: FlaskClient,
) -> None:
    [sheet] = [path for path in linked(client) if "/tokens." in path]
    fonts = [
        f"/static/{font}" for font in re.findall(r'url\("([^"]+)"\)', client.get(sheet).text)
    ]
    asked_for = ["/nl/accessibility", *linked(client), "/static/programme.css", *fonts]

    sent = [len(client.get(path, headers={"Accept-Encoding": "br"}).data) for path in asked_for]

    assert sum(sent) <= 60_000, dict(zip(asked_for, sent, strict=True))


def test_typeface_that_a_sheet_asks_for_is_kept_for_a_year(client: FlaskClient) -> None:
    [sheet] = [path for path in linked(client) if "/tokens." in path]
    [font] = re.findall(r'url\("([^"]+)"\)', client.get(sheet).text)

    answer = client.get(f"/static/{font}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_A_YEAR)
    assert answer.content_type == "font/woff2"


def test_changed_file_has_another_name_at_once(
    own_app: Flask, browser: FlaskClient, folder: Path
) -> None:
    before = address(own_app, "sheet.css")
    (folder / "sheet.css").write_text("p { color: red }")
    after = address(own_app, "sheet.css")

    assert before != after
    assert browser.get(after).text == "p { color: red }"


def test_sheet_has_another_name_when_what_it_asks_for_changes(
    own_app: Flask, folder: Path
) -> None:
    before = address(own_app, "sheet.css")
    (folder / "fonts" / "letters.woff2").write_bytes(b"\2" * 2001)

    assert address(own_app, "sheet.css") != before


def test_two_processes_name_a_file_alike(folder: Path) -> None:
    one, other = Assets(folder).find("sheet.css"), Assets(folder).find("sheet.css")

    assert one is not None
    assert other is not None
    assert one.address == other.address


@pytest.mark.parametrize("name", ["sheet.css", "sheet.0123456789ab.css"])
def test_name_without_todays_digest_gives_the_present_file_to_ask_for_again(
    browser: FlaskClient, name: str
) -> None:
    answer = browser.get(f"/static/{name}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    again = browser.get(f"/static/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        "none.css",
        "none.0123456789ab.css",
        "..%2fopendeur.sqlite3",
        "fonts",
        "fonts/",
        "%00.css",
    ],
)
def test_name_of_no_file_is_not_found_and_not_kept(browser: FlaskClient, name: str) -> None:
    answer = browser.get(f"/static/{name}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.1, gzip", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("", None),
    ],
)
def test_sheet_is_sent_in_the_shortest_form_that_the_browser_reads(
    own_app: Flask, browser: FlaskClient, accepts: str, encoding: str | None
) -> None:
    path = address(own_app, "sheet.css")
    plain = browser.get(path).data

    answer = browser.get(path, headers={"Accept-Encoding": accepts})

    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    read = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert read(answer.data) == plain


def test_typeface_is_not_compressed_again(own_app: Flask, browser: FlaskClient) -> None:
    answer = browser.get(
        address(own_app, "fonts/letters.woff2"), headers={"Accept-Encoding": "br, gzip"}
    )

    assert (answer.headers.get("Content-Encoding"), len(answer.data)) == (None, 2000)


def test_sheet_that_asks_for_a_file_that_is_not_there_fails_at_once(folder: Path) -> None:
    (folder / "sheet.css").write_text('p { background: url("none.svg") }')

    with pytest.raises(FileNotFoundError, match=r"sheet\.css asks for none\.svg"):
        Assets(folder).find("sheet.css")


@pytest.mark.parametrize("written", ["x/../sheet.css", "./sheet.css", "sheet.css/"])
def test_file_is_found_under_its_one_name_so_that_others_fill_no_memory(
    browser: FlaskClient, written: str
) -> None:
    assert browser.get(f"/static/{written}").status_code == 404


def test_name_that_no_file_can_have_is_not_found(browser: FlaskClient) -> None:
    assert browser.get(f"/static/{'é' * 200}.css").status_code == 404
