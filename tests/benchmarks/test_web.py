"""The benchmark of the web: its editions, the forms that it presses, and its tables."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from benchmarks.web import crowd, tables
from benchmarks.web.crowd import LARGE, SMALL, Size
from benchmarks.web.forms import forms_of
from benchmarks.web.tables import Load, Page
from opendeur.domain.importing import import_folder
from tests.factories import NOW


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_edition_is_as_large_as_asked_for(size: Size) -> None:
    found = crowd.tables(size)

    assert (len(found["slots.csv"]), len(found["visitors.csv"])) == (size.moments, size.people)


@pytest.mark.parametrize(
    ("name", "key"),
    [("organisations.csv", "organisation"), ("slots.csv", "slot"), ("visitors.csv", "email")],
)
def test_no_two_rows_have_one_name(name: str, key: str) -> None:
    names = [row[key] for row in crowd.tables(LARGE)[name]]

    assert len(names) == len(set(names))


def test_edition_can_be_imported(session: Session, tmp_path: Path) -> None:
    crowd.write(Size(150, 160), tmp_path / "edition", weeks=52)

    summary = str(import_folder(session, tmp_path / "edition", now=NOW))

    assert "slots 150 created; visitors 160 created" in summary


def test_people_of_every_kind_have_an_address() -> None:
    found = crowd.emails(LARGE)

    assert {kind: len(emails) > 0 for kind, emails in found.items()} == {
        "organiser": True,
        "host": True,
        "visitor": True,
    }
    assert len(found["visitor"]) == LARGE.people


PAGE = """
<form method="post" action="/add" id="choose">
  <input type="hidden" name="csrf_token" value="t">
</form>
<button form="choose" name="choose" value="7,1">Choose</button>
<form method="POST" action="/change">
  <input name="shown" value="1,2"><input type="checkbox" name="no" value="1">
  <input type="checkbox" name="yes" value="1" checked>
  <select name="to"><option>1</option><option value="2" selected>2</option></select>
  <button name="act" value="up" aria-disabled="true">Up</button>
  <button name="act" value="down">Down</button><button type="button">Menu</button>
  <button formaction="/submit">Submit</button>
</form>
<form action="/filter"><button>Show</button></form>
"""


def test_form_is_sent_as_a_browser_sends_it() -> None:
    choosing, changing, filtering = forms_of(PAGE)

    [choose] = choosing.buttons
    assert choosing.sent_with(choose) == [("csrf_token", "t"), ("choose", "7,1")]
    up, down, submit = changing.buttons
    assert (up.is_off, down.is_off) == (True, False)
    assert (down.says("down"), down.says("up"), submit.action) == (True, False, "/submit")
    assert (changing.action, changing.method) == ("/change", "post")
    assert changing.sent_with(down) == [
        ("shown", "1,2"),
        ("yes", "1"),
        ("to", "2"),
        ("act", "down"),
    ]
    assert (filtering.method, filtering.sent_with(filtering.buttons[0])) == ("get", [])


def page(path: str, milliseconds: float, again: float | None = None) -> Page:
    return Page("nobody", path, milliseconds, again, 12_345, 2_345, 7, 40)


def test_time_of_a_page_is_the_median_of_the_rounds() -> None:
    rounds = [[page("/", 10, 1)], [page("/", 30, 3)], [page("/", 12, 2), page("/new", 5)]]

    assert tables.median_of(rounds) == [page("/", 12, 2), page("/new", 5)]


def test_each_page_stands_beside_the_one_of_before() -> None:
    _, _, *rows = tables.pages(
        [page("/", 10, 1), page("/new", 20)], [page("/", 30), page("/old", 9)]
    )

    assert rows == [
        "| `/new` | nobody | 20.0 |  |  | 12.3 | 2.3 |  | 7 |  | 40 |",
        "| `/` | nobody | 10.0 | 30.0 | 1.0 | 12.3 | 2.3 | 2.3 | 7 | 7 | 40 |",
        "| `/old` | nobody | gone | 9.0 | | | | | | | |",
    ]


def test_load_is_read_from_the_line_of_all_requests(tmp_path: Path) -> None:
    file = tmp_path / "load_stats.csv"
    file.write_text(
        "Type,Name,Request Count,Failure Count,Requests/s,50%,95%\n"
        "GET,programme,10,0,1.0,90,100\n"
        ",Aggregated,25,1,2.5,100,180\n",
        encoding="utf-8",
    )

    found = tables.read_locust(file)

    assert found == Load(requests=25, errors=1, per_second=2.5, p50=100, p95=180)
    assert list(tables.loads({("choose", "SQLite", "now"): [found]}))[-1] == (
        "| choose | SQLite | now | 2.5 | 100 | 180 | 25 | 1 |"
    )
