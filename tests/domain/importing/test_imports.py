"""Importing a folder: what it makes, what it changes, and what it leaves alone."""

import csv
import io
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import assignment
from opendeur.domain.importing import Count, ImportSummary, import_folder
from opendeur.domain.importing.reading import COLUMNS
from opendeur.models import (
    Edition,
    Host,
    Visit,
    Visitor,
)
from tests.folders import (
    DEMO,
    edition_of,
    replace,
    slot_of,
    table_sizes,
    visitor_of,
    write_folder,
)

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
KNOWN = Path(__file__).parents[2] / "solver" / "data" / "zuid-oost.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "small")


# -- the demonstration ---------------------------------------------------------------------


def test_the_demonstration_is_imported_whole(session: Session) -> None:
    summary = import_folder(session, DEMO / "zuid-oost", now=NOW)
    session.commit()

    assert summary == ImportSummary(
        edition=Count(created=1),
        organisations=Count(created=73),
        visits=Count(created=61),
        slots=Count(created=129),
        visitors=Count(created=140),
        preferences=Count(created=498),
    )
    sizes = table_sizes(session)
    assert {name: sizes[name] for name in ("organisation", "host", "visit", "slot")} == {
        "organisation": 73,
        "host": 50,
        "visit": 61,
        "slot": 129,
    }
    assert (sizes["visitor"], sizes["preference"], sizes["busy_period"]) == (140, 498, 417)
    # 140 visitors, 50 contacts of whom 5 visit too, and two organisers.
    assert (sizes["account"], sizes["contact"], sizes["organiser"]) == (187, 50, 2)


@pytest.mark.parametrize("name", ["zuid-oost", "zuid"])
def test_importing_again_changes_nothing(session: Session, name: str) -> None:
    import_folder(session, DEMO / name, now=NOW)
    session.commit()
    sizes = table_sizes(session)
    session.expunge_all()

    summary = import_folder(session, DEMO / name, now=LATER)
    session.commit()

    assert summary.total == Count(unchanged=sum(c.unchanged for c in summary.counts.values()))
    assert table_sizes(session) == sizes
    assert session.scalars(select(Visitor.changed_at).distinct()).all() == [NOW]


def test_an_import_writes_no_message(session: Session) -> None:
    import_folder(session, DEMO / "zuid-oost", now=NOW)

    assert table_sizes(session).keys() & {"message", "invitation", "sign_in_request"} == set()


def test_the_demonstration_is_the_known_problem(session: Session) -> None:
    import_folder(session, DEMO / "zuid-oost", now=NOW)
    session.commit()
    edition = session.scalars(select(Edition)).one()

    built = assignment.build_problem(session, edition)

    assert anonymous(built) == anonymous(json.loads(KNOWN.read_text(encoding="utf-8")))


def anonymous(problem: dict[str, Any]) -> dict[str, Any]:
    """Return a problem whose rows are numbered, on weekdays instead of dates, without names."""
    numbers: dict[str | None, str | None] = {None: None}
    for kind in ("organisations", "visits", "visitors"):
        numbers |= {row["id"]: f"{kind}-{i}" for i, row in enumerate(problem[kind])}

    def weekday(local: str) -> str:
        return f"{datetime.fromisoformat(local):%a %H:%M}"

    def bare(row: dict[str, Any], **values: Any) -> dict[str, Any]:
        return {k: v for k, v in row.items() if k not in ("id", "name", "title")} | values

    return {
        **{name: problem[name] for name in ("objectives", "rules", "travel", "seed", "pins")},
        "organisations": [bare(row) for row in problem["organisations"]],
        "visits": [
            bare(row, organisation=numbers[row["organisation"]]) for row in problem["visits"]
        ],
        "slots": sorted(
            json.dumps(
                bare(
                    row,
                    visit=numbers[row["visit"]],
                    start=weekday(row["start"]),
                    end=weekday(row["end"]),
                    languages=sorted(row["languages"]),
                ),
                sort_keys=True,
            )
            for row in problem["slots"]
        ),
        "visitors": [
            bare(
                row,
                organisation=numbers[row["organisation"]],
                preferences=[numbers[visit] for visit in row["preferences"]],
                busy=[[weekday(end) for end in period] for period in row["busy"]],
            )
            for row in problem["visitors"]
        ],
    }


def test_a_folder_saved_by_a_belgian_spreadsheet_is_the_same(
    session: Session, tmp_path: Path
) -> None:
    import_folder(session, DEMO / "zuid", now=NOW)
    session.commit()
    for file in (DEMO / "zuid").iterdir():
        target = tmp_path / file.name
        if file.suffix == ".csv":
            target.write_bytes(as_excel_saves(file.read_text(encoding="utf-8")))
        else:
            target.write_bytes(file.read_bytes())

    summary = import_folder(session, tmp_path, now=LATER)

    assert summary.total == Count(unchanged=sum(c.unchanged for c in summary.counts.values()))


def as_excel_saves(text: str) -> bytes:
    """Return a table with semicolons, CR LF, a byte order mark, local dates and decimals."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    header, *rows = csv.reader(io.StringIO(text))
    writer.writerow(header)
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        for name in {"latitude", "longitude"} & cells.keys():
            cells[name] = cells[name].replace(".", ",")
        if "date" in cells:
            cells["date"] = "/".join(reversed(cells["date"].split("-")))
        for name in {"start", "end"} & cells.keys():
            cells[name] = cells[name].removeprefix("0")
        writer.writerow(cells.values())
    return written.getvalue().encode("utf-8-sig")


# -- what is written -----------------------------------------------------------------------


def test_an_edition_is_as_its_file_says(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    session.commit()
    session.expire_all()

    edition = edition_of(session)
    assert [zone.code for zone in edition.zones] == ["zuid-oost"]
    assert (edition.day_starts_at, edition.day_ends_at) == (time(8), time(18))
    assert edition.hosting_ends_at == datetime(2027, 8, 31, 16, tzinfo=UTC)
    assert edition.max_same_organisation_per_slot is None
    assert [closed.reason("en") for closed in edition.closed_periods] == ["Clôture"]


def test_zones_keep_the_order_of_the_file(session: Session, folder: Path) -> None:
    replace(folder, "edition.toml", '["zuid-oost"]', '["zuid", "noord", "zuid-oost"]')

    import_folder(session, folder, now=NOW)
    session.commit()
    session.expire_all()

    assert [zone.code for zone in edition_of(session).zones] == ["zuid", "noord", "zuid-oost"]


def test_a_new_host_with_a_visit_is_confirmed_and_in_the_programme(
    session: Session, folder: Path
) -> None:
    replace(folder, "organisations.csv", "Kastanje,no", "Kastanje,yes")

    import_folder(session, folder, now=NOW)
    session.commit()

    hosts = {host.organisation.reference: host for host in session.scalars(select(Host))}
    assert {name: host.confirmed_at for name, host in hosts.items()} == {
        "zavelput": NOW,
        "passerelle": NOW,
        "kastanje": None,
    }
    assert (hosts["zavelput"].contact_name, hosts["zavelput"].contact_phone) == (
        "Greet Maes",
        "02 000 00 35",
    )
    assert [visit.published_at for visit in session.scalars(select(Visit))] == [NOW, NOW]


def test_a_slot_can_be_somewhere_else_than_its_host(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    session.commit()

    assert slot_of(session, "zavelput-1-a").coordinates == (50.84758, 4.4549)
    assert slot_of(session, "zavelput-1-b").coordinates == (50.797, 4.41)
    assert slot_of(session, "zavelput-1-b").address[0] == "Vijverdreef 1"


def test_times_are_on_the_clocks_of_brussels(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    session.commit()

    assert slot_of(session, "zavelput-1-a").starts_at == datetime(
        2027, 11, 15, 8, 30, tzinfo=UTC
    )
    busy = [(p.starts_at.hour, p.ends_at.hour) for p in visitor_of(session).busy_periods]
    assert busy == [(7, 11), (12, 13)]


def test_the_example_of_the_documentation_is_read(session: Session, tmp_path: Path) -> None:
    text = (DEMO.parent / "docs" / "import.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    folder = write_folder(tmp_path / "small", edition=example)

    import_folder(session, folder, now=NOW)
    session.commit()

    edition = session.scalars(select(Edition)).one()
    assert (edition.slug, edition.max_absent_per_organisation) == ("zuid-oost-2027", 5)


def test_the_documentation_names_every_column() -> None:
    text = (DEMO.parent / "docs" / "import.md").read_text(encoding="utf-8")
    chapters = {chapter.split("\n")[0]: chapter for chapter in text.split("\n### ")[1:]}

    for file, columns in COLUMNS.items():
        rows = [line.split("|")[1] for line in chapters[file].splitlines() if "| `" in line]
        named = [name.strip(" `") for row in rows for name in row.split(",")]
        assert sorted(named) == sorted(columns)
