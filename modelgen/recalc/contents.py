"""The cells and names of a workbook, read with limits: constants, formulas, defined names.

Rows and columns count from 1 here, as in openpyxl and in A1 notation.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.cell.cell import Cell
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from modelgen.contract import PERIOD_ENDS, TOTALS
from modelgen.problem import fail

MAX_UNPACKED = 512 * 2**20
MAX_RATIO = 300
MAX_CELLS = 2_000_000
MANY_BLANKS = 2**16
_BLANK = re.compile(rb"<c\b[^<>]*/>")
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
Value = float | str | bool | None
Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of one sheet, ends included."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def is_cell(self) -> bool:
        """Whether it is one cell."""
        return self.row == self.last_row and self.column == self.last_column

    @property
    def size(self) -> int:
        """How many cells it has."""
        return (self.last_row - self.row + 1) * (self.last_column - self.column + 1)

    def holds(self, key: Key) -> bool:
        """Whether a cell is one of its own."""
        return (
            key[0] == self.sheet
            and self.row <= key[1] <= self.last_row
            and self.column <= key[2] <= self.last_column
        )

    def cells(self) -> list[Key]:
        """Its cells, row by row."""
        return [
            (self.sheet, row, column)
            for row in range(self.row, self.last_row + 1)
            for column in range(self.column, self.last_column + 1)
        ]


@dataclass(frozen=True)
class Contents:
    """A workbook: constants and formulas by cell, cached values by cell, names by their text."""

    path: Path
    sheets: tuple[str, ...]
    constants: Mapping[Key, Value]
    formulas: Mapping[Key, str]
    names: Mapping[str, Area]
    header_of_sheet: Mapping[str, Area]
    totals_of_sheet: Mapping[str, Area]
    arrays: frozenset[Key]
    properties: Mapping[str, str]
    comments: Mapping[Key, str]

    @classmethod
    def of_formulas(cls, path: Path, formulas: Iterable[Key]) -> "Contents":
        """What is known of a workbook that was just written: where its formulas are. For an engine that
        reads the file by itself.
        """
        cells = dict.fromkeys(formulas, "")
        return cls(path, (), {}, cells, {}, {}, {}, frozenset(), {}, {})

    def held(self, area: Area) -> list[Key]:
        """The cells of an area that hold something, row by row; an area may span a whole sheet."""
        if area.is_cell or area.size <= len(self.formulas) + len(self.constants):
            return [k for k in area.cells() if k in self.formulas or k in self.constants]
        return sorted(
            k for found in (self.formulas, self.constants) for k in found if area.holds(k)
        )

    def area(self, text: str, sheet: str) -> Area | None:
        """The area that a reference, as it stands in a formula on a sheet, or a name refers to."""
        found = parse_area(text, sheet)
        return found or self._folded_names.get(text.upper())

    @cached_property
    def _folded_names(self) -> dict[str, Area]:
        """The names in capitals: Excel does not tell their case apart."""
        return {name.upper(): area for name, area in self.names.items()}


def _readable(path: Path) -> bytes | None:
    """Raises ModelError unless the path is an .xlsx of reasonable size. Gives the file without its cells
    that hold nothing where there are very many, None where it may be read as it stands.
    """
    if not path.exists():
        raise fail(f"there is no file {path}")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if unpacked > MAX_UNPACKED or (unpacked > 2**24 and unpacked / packed > MAX_RATIO):
                raise fail(
                    f"{path} unpacks to {unpacked / 2**20:,.0f} MiB: too large to be read safely"
                )
            if "[Content_Types].xml" not in {part.filename for part in parts}:
                raise fail(f"{path} is not an Excel workbook (.xlsx)")
            return _without_blanks(archive, path) if unpacked > 2**24 else None
    except zipfile.BadZipFile:
        raise fail(f"{path} {_other_kind(path)}") from None
    except OSError as error:
        raise fail(f"{path} cannot be read: {error.strerror}") from None


def _without_blanks(archive: zipfile.ZipFile, path: Path) -> bytes | None:
    """The archive less its cells that hold nothing (a look alone), if these are many."""
    counts = {
        part: (len(_BLANK.findall(data)), data.count(b"<c "))
        for part in archive.namelist()
        if part.startswith("xl/worksheets/") and (data := archive.read(part))
    }
    blank = sum(blanks for blanks, _ in counts.values())
    held = sum(cells for _, cells in counts.values()) - blank
    if held > MAX_CELLS:
        raise fail(f"{path} holds {held:,} cells: more than can be read safely")
    if blank < MANY_BLANKS:
        return None
    slim = io.BytesIO()
    with zipfile.ZipFile(slim, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for part in archive.namelist():
            data = archive.read(part)
            out.writestr(part, _BLANK.sub(b"", data) if counts.get(part, (0, 0))[0] else data)
    return slim.getvalue()


def _other_kind(path: Path) -> str:
    """What a file is that is no archive: Excel's old files, and protected ones, have a mark."""
    with path.open("rb") as file:
        start = file.read(2**20)
    if not start.startswith(_COMPOUND):
        return "is not an Excel workbook (.xlsx)"
    if "EncryptedPackage".encode("utf-16-le") in start:
        return "is protected by a password: save it without one"
    return "is not an Excel workbook (.xlsx) but an old one (.xls): save it as .xlsx"


def read_contents(path: Path) -> Contents:
    """The contents of a workbook. Raises ModelError when it cannot be read."""
    return contents_of(path, open_book(path))


def open_book(path: Path, values: bool = False) -> Workbook:
    """A workbook as openpyxl reads it, with its cached values where `values`. Raises ModelError."""
    slim = _readable(path)
    try:
        return openpyxl.load_workbook(io.BytesIO(slim) if slim else path, data_only=values)
    except DefusedXmlException:
        raise fail(
            f"{path} holds XML that a workbook has no need of (entities); it is not read"
        ) from None
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        ParseError,
        zipfile.BadZipFile,
    ) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise fail(f"{path} is not an Excel workbook that can be read: {reason}") from None


def cells_of(sheet: Worksheet) -> Iterator[Cell]:
    """The cells that a sheet has, by rows. Worksheet.iter_rows makes those between them, too: of a
    sheet with one cell in its last corner, 17 billion.
    """
    for _, cell in sorted(sheet._cells.items()):
        if isinstance(cell, Cell):  # and not a part of a merged one
            yield cell


def contents_of(path: Path, book: Workbook) -> Contents:
    """The contents of a workbook that is open."""
    constants: dict[Key, Value] = {}
    formulas: dict[Key, str] = {}
    arrays: set[Key] = set()
    comments: dict[Key, str] = {}
    headers: dict[str, Area] = {}
    totals: dict[str, Area] = {}
    for sheet in book.worksheets:
        for cell in cells_of(sheet):
            value = cell.value
            key = (sheet.title, int(cell.row), int(cell.column))
            if cell.comment is not None:
                comments[key] = " ".join(cell.comment.text.split())
            if value is None:
                continue
            if isinstance(value, (ArrayFormula, DataTableFormula)):
                arrays.add(key)
                formulas[key] = str(getattr(value, "text", "") or "")
            elif cell.data_type == "f":
                formulas[key] = str(value)
            else:
                constants[key] = plain(value)
        for name, found in ((PERIOD_ENDS, headers), (TOTALS, totals)):
            defined = sheet.defined_names.get(name)
            if defined is not None and (area := parse_area(str(defined.attr_text))):
                found[sheet.title] = area
    names = {
        name: area
        for name, defined in book.defined_names.items()
        if (area := parse_area(str(defined.attr_text))) and area.sheet in book.sheetnames
    }
    properties = {p.name: str(p.value) for p in book.custom_doc_props.props}  # type: ignore[attr-defined]
    return Contents(
        path,
        tuple(book.sheetnames),
        constants,
        formulas,
        names,
        headers,
        totals,
        frozenset(arrays),
        properties,
        comments,
    )


def plain(value: object) -> Value:
    """A cell's value as a number, text or truth value; a date as its day number."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (datetime, date, time)):
        return float(to_excel(value))  # type: ignore[no-untyped-call]
    if isinstance(value, (int, float)):
        return float(value)
    return str(value)


def a1(key: Key) -> str:
    """A cell as a person names it: Debt!H14."""
    return f"{key[0]}!{get_column_letter(key[2])}{key[1]}"


_AREA = re.compile(
    r"^(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)$",
    re.IGNORECASE,
)


def parse_area(text: str, sheet: str = "") -> Area | None:
    """The area of a reference, as Debt!$F$12:$AQ$12; one without a sheet is on the sheet given. None
    for anything else, and for a reference that names no sheet where none is given.
    """
    found = _AREA.match(text)
    where = (found[1].replace("''", "'") if found[1] else found[2] or sheet) if found else ""
    if found is None or not where:
        return None
    left, top, right, bottom = range_boundaries(found[3].replace("$", "").upper())
    assert left and top and right and bottom
    return Area(where, top, left, bottom, right)
