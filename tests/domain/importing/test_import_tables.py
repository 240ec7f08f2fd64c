"""Tables as people save them, and what cannot be read as one."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendeur.domain.importing import Fault
from opendeur.domain.importing.folder import read_folder
from opendeur.domain.importing.reading import KnownCodes
from opendeur.domain.importing.tables import DELIMITERS, MOST_BYTES, MOST_ROWS, read_table
from tests.folders import FILES, shown, write_folder

COLUMNS = ("visitor", "rank", "visit")
NOTHING = KnownCodes(frozenset(), frozenset(), frozenset())


def read(data: bytes, folder: Path) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Return lines and cells of a table, and its faults."""
    path = folder / "preferences.csv"
    path.write_bytes(data)
    faults: list[Fault] = []
    rows = read_table(path, COLUMNS, faults)
    cells = [(row.line, [row.cells[name] for name in COLUMNS]) for row in rows or ()]
    return cells, shown(faults)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_spreadsheet_is_read(
    tmp_path: Path, separator: str, mark: bytes, ending: str
) -> None:
    lines = [separator.join(COLUMNS), separator.join(["lotte", "1", "één, twee; drie"])]
    if separator != "\t":
        lines[1] = separator.join(["lotte", "1", '"één, twee; drie"'])

    rows, faults = read(mark + ending.join([*lines, ""]).encode(), tmp_path)

    assert (rows, faults) == ([(2, ["lotte", "1", "één, twee; drie"])], [])


def test_columns_may_stand_in_any_order_and_case(tmp_path: Path) -> None:
    rows, faults = read(b"Visit, RANK ,visitor\nv,1,lotte\n", tmp_path)

    assert (rows, faults) == ([(2, ["lotte", "1", "v"])], [])


def test_rows_without_text_are_left_out(tmp_path: Path) -> None:
    rows, faults = read(b"visitor,rank,visit\n\n,,\n  , ,\nlotte,1,v\n,,,,\n", tmp_path)

    assert (rows, faults) == ([(5, ["lotte", "1", "v"])], [])


def test_empty_cells_behind_the_last_column_do_no_harm(tmp_path: Path) -> None:
    rows, faults = read(b"visitor,rank,visit\nlotte,1,v,,\n", tmp_path)

    assert (rows, faults) == ([(2, ["lotte", "1", "v"])], [])


HEADER = b"visitor,rank,visit\n"
BROKEN = {
    "saved by Excel as plain CSV": (
        HEADER + b"lotte,1,v\nfrancois,1,\xe9t\xe9\n",
        'preferences.csv:3: The file is not in UTF-8. In Excel, save it as "CSV UTF-8 (comma '
        'delimited)".',
    ),
    "saved by Excel as Unicode text": (
        "visitor,rank,visit\n".encode("utf-16"),
        'preferences.csv:1: The file is not in UTF-8. In Excel, save it as "CSV UTF-8 (comma '
        'delimited)".',
    ),
    "nothing": (
        b"",
        "preferences.csv:1: The file is empty. Its first line must hold the names of the "
        "columns.",
    ),
    "a missing column": (
        b"visitor,visit\n",
        "preferences.csv:1: rank: This column is missing. Add it; its cells may be empty.",
    ),
    "an unknown column": (
        b"visitor,rank,visit,wish\n",
        "preferences.csv:1: wish: This column is not known. Remove it, or mend its name. Known "
        "are: visitor, rank, visit.",
    ),
    "a column twice": (
        b"visitor,rank,visit,rank\n",
        "preferences.csv:1: rank: This column stands twice. Remove one of them.",
    ),
    "a quotation mark that stays open": (
        HEADER + b'lotte,1,v\n"nour,1,v\n\n\n',
        "preferences.csv:3: The row that begins here cannot be read: close every quotation "
        "mark, and double those inside a text.",
    ),
    "a text after a quotation mark": (
        HEADER + b'lotte,1,"v" here\n',
        "preferences.csv:2: The row that begins here cannot be read: close every quotation "
        "mark, and double those inside a text.",
    ),
    "too few cells": (
        HEADER + b"lotte,1\n",
        "preferences.csv:2: The row has 2 cells and the header 3. Put a text that holds a "
        "separator between quotation marks.",
    ),
    "too many cells": (
        HEADER + b"lotte,1,v,and more\n",
        "preferences.csv:2: The row has 4 cells and the header 3. Put a text that holds a "
        "separator between quotation marks.",
    ),
    "a NUL": (
        HEADER + b"lotte,1,v\x00\n",
        "preferences.csv:2: visit: Remove the invisible character U+0000.",
    ),
}


@pytest.mark.parametrize(("data", "fault"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_table_is_told(tmp_path: Path, data: bytes, fault: str) -> None:
    assert read(data, tmp_path)[1] == [fault]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    data = HEADER + b"x" * MOST_BYTES

    assert read(data, tmp_path) == (
        [],
        ["preferences.csv: The file is larger than 10000000 bytes. Split it."],
    )


def test_a_file_with_too_many_rows_is_not_read(tmp_path: Path) -> None:
    data = HEADER + b"lotte,1,v\n" * (MOST_ROWS + 1)

    assert read(data, tmp_path) == (
        [],
        ["preferences.csv:20002: There are more than 20000 rows. Split the file."],
    )


def test_as_many_rows_as_allowed_are_read(tmp_path: Path) -> None:
    rows, faults = read(HEADER + b"lotte,1,v\n" * MOST_ROWS, tmp_path)

    assert (len(rows), faults) == (MOST_ROWS, [])


def test_missing_and_strange_files_are_told(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "small")
    (folder / "slots.csv").rename(folder / "Slots 2027.csv")
    (folder / "notes.txt").write_text("nobody reads this", encoding="utf-8")
    faults: list[Fault] = []
    known = KnownCodes(
        frozenset({"zuid-oost"}),
        frozenset({"1040", "1170", "1200"}),
        frozenset({"eerstelijn", "ggz", "ouderen", "thuiszorg", "welzijn"}),
    )

    read_folder(folder, known=known, faults=faults)

    assert shown(faults) == [
        "Slots 2027.csv: This file is not known. Remove it, or mend its name. Known are: "
        "organisations.csv, visits.csv, slots.csv, visitors.csv, preferences.csv, "
        "edition.toml.",
        "slots.csv: The file is missing. Put it into the folder; its header is enough.",
    ]


TEXT = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters="\n")
)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=5),
    delimiter=st.sampled_from(DELIMITERS),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_a_row_is_on_the_line_where_it_begins(
    rows: list[tuple[str, str, str]], delimiter: str, ending: str
) -> None:
    written = io.StringIO()
    writer = csv.writer(
        written, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL
    )
    writer.writerow(COLUMNS)
    expected = []
    for row in rows:
        line = written.getvalue().count("\n") + 1
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected.append(line)

    with tempfile.TemporaryDirectory() as folder:
        read_rows, _ = read(written.getvalue().encode(), Path(folder))

    assert [line for line, _ in read_rows] == expected


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(FILES)), data=st.binary() | st.text().map(str.encode))
def test_any_file_is_read_or_told(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = write_folder(Path(temporary) / "small")
        (folder / name).write_bytes(data)
        faults: list[Fault] = []

        read_folder(folder, known=NOTHING, faults=faults)

    assert {fault.file for fault in faults} <= set(FILES)
    assert any(fault.file == name for fault in faults)


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(sorted(set(FILES) - {"edition.toml"})),
    cell=st.text(),
    data=st.data(),
)
def test_any_cell_is_read_or_told(name: str, cell: str, data: st.DataObject) -> None:
    header, *rows = csv.reader(io.StringIO(FILES[name]))
    row, column = data.draw(st.sampled_from(rows)), data.draw(st.sampled_from(header))
    row[header.index(column)] = cell
    written = io.StringIO()
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([header, *rows])
    with tempfile.TemporaryDirectory() as temporary:
        folder = write_folder(Path(temporary) / "small")
        (folder / name).write_bytes(written.getvalue().encode("utf-8", "surrogatepass"))
        faults: list[Fault] = []

        read_folder(folder, known=NOTHING, faults=faults)

    assert {fault.file for fault in faults} <= set(FILES)
    assert all(str(fault) for fault in faults)
