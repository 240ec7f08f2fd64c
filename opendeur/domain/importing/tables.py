"""CSV files as people save them: comma, semicolon or tab, with or without a byte order mark."""

import csv
import io
import unicodedata
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TypeVar, cast

from opendeur.domain.importing import values
from opendeur.domain.importing.faults import BadValue, Fault, Spot

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
DELIMITERS = ",;\t"

Value = TypeVar("Value")


class Row(Spot):
    """A row of a table: its cells by column, and the line on which it begins."""

    def __init__(
        self, faults: list[Fault], file: str, line: int, cells: dict[str, str]
    ) -> None:
        super().__init__(faults, file, line)
        self.cells = cells
        for column, cell in cells.items():
            try:
                values.visible(cell)
            except BadValue as bad:
                self.blame(column, bad.message, **bad.values)

    def required(self, column: str, parse: Callable[[str], Value]) -> Value:
        """Return the value of a cell that must be filled in.

        A faulty row is thrown away as a whole, so the None that takes the place of a value
        that cannot be read is never used.
        """
        if not self.cells[column]:
            self.blame(column, "Fill this in.")
        return cast(Value, self.optional(column, parse))

    def optional(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        """Return the value of a cell, or None where it is empty."""
        if not self.cells[column]:
            return None
        try:
            return parse(self.cells[column])
        except BadValue as bad:
            self.blame(column, bad.message, **bad.values)
            return None

    def text(self, column: str, parse: Callable[[str], str]) -> str:
        """Return the text of a cell; empty where it is empty."""
        return self.optional(column, parse) or ""


def read_text(path: Path, faults: list[Fault]) -> str | None:
    """Return the text of a file, or None where it cannot be read."""
    spot = Spot(faults, path.name)
    if not path.is_file():
        spot.blame("", "The file is missing. Put it into the folder; its header is enough.")
        return None
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        spot.blame("", "The file is larger than %(most)s bytes. Split it.", most=MOST_BYTES)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        spot.line = data.count(b"\n", 0, error.start) + 1
        spot.blame(
            "", 'The file is not in UTF-8. In Excel, save it as "CSV UTF-8 (comma delimited)".'
        )
        return None


def read_table(path: Path, columns: Collection[str], faults: list[Fault]) -> list[Row] | None:
    """Return the rows of a CSV file, or None where its rows cannot be told apart.

    Columns may stand in any order. Rows without any text are left out.
    """
    text = read_text(path, faults)
    if text is None:
        return None
    records = _records(text, _delimiter(text))
    line = 1
    try:
        header = [name.strip().lower() for name in next(records, (1, []))[1]]
        if not _is_header(header, columns, Spot(faults, path.name, 1)):
            return None
        rows = []
        for line, cells in records:
            row = _row(faults, path.name, line, header, cells)
            if row is not None:
                rows.append(row)
            if len(rows) > MOST_ROWS:
                message = "There are more than %(most)s rows. Split the file."
                Spot(faults, path.name, line).blame("", message, most=MOST_ROWS)
                return None
    except _Unreadable as error:
        Spot(faults, path.name, error.line).blame(
            "",
            "The row that begins here cannot be read: close every quotation mark, and double "
            "those inside a text.",
        )
        return None
    return rows


class _Unreadable(Exception):
    """The row that begins on `line` is not CSV."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line on which it begins; quoted text can span lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _Unreadable(line) from error
        yield line, cells


def _delimiter(text: str) -> str:
    """Return what separates the header, which holds no separator in its names."""
    header = text.split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)


def _is_header(header: list[str], columns: Collection[str], spot: Spot) -> bool:
    if not any(header):
        spot.blame("", "The file is empty. Its first line must hold the names of the columns.")
        return False
    for name in sorted(set(columns) - set(header)):
        spot.blame(name, "This column is missing. Add it; its cells may be empty.")
    for name in sorted({name for name in header if header.count(name) > 1} & set(columns)):
        spot.blame(name, "This column stands twice. Remove one of them.")
    for name in dict.fromkeys(header):
        if name not in columns:
            spot.blame(
                name,
                "This column is not known. Remove it, or mend its name. Known are: %(known)s.",
                known=", ".join(columns),
            )
    return not spot.is_faulty


def _row(
    faults: list[Fault], file: str, line: int, header: list[str], cells: list[str]
) -> Row | None:
    cells = [_clean(cell) for cell in cells]
    if not any(cells):
        return None
    width = len(header)
    row = Row(faults, file, line, dict(zip(header, [*cells, *[""] * width], strict=False)))
    if len(cells) < width or any(cells[width:]):
        row.blame(
            "",
            "The row has %(cells)s cells and the header %(width)s. Put a text that holds a "
            "separator between quotation marks.",
            cells=len(cells),
            width=width,
        )
    return row


def _clean(cell: str) -> str:
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    return unicodedata.normalize("NFC", text)
