"""Opens .xlsx files within limits: a damaged or hostile file, or one that is not a workbook, is refused.

openpyxl reads the workbook. If there are very many blank cells or merged areas, they are first removed
from what it reads, since it would create an object for each of their cells.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl.utils.cell import column_index_from_string
from openpyxl.workbook.workbook import Workbook

from modelgen.files import checked_file
from modelgen.problem import ModelError, fail

MAX_FILE = 256 * 2**20
MAX_UNPACKED = 512 * 2**20
MAX_RATIO = 300
MAX_CELLS = 2_000_000
MANY = 2**16
_BLANK = re.compile(rb"<c\b[^<>]*/>")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^<>]*?\bref=[\"']([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?[\"']"
)
_MERGES = re.compile(rb"<((?:\w+:)?mergeCells)\b.*?</\1\s*>", re.DOTALL)
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Merged = tuple[int, int, int, int]
"""A merged area: first row, first column, last row, last column."""


def open_book(path: Path, values: bool = False) -> Workbook:
    """A workbook as openpyxl reads it: its formulas or, with `values`, their cached values. Raises
    ModelError.
    """
    checked(path)
    try:
        with zipfile.ZipFile(path) as archive:
            slim = _without_many(archive, path)
            sheets = sheet_parts(archive)
        with warnings.catch_warnings():
            # openpyxl warns of what it would lose on saving; nothing is saved with it here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(slim) if slim else path, data_only=values)
    except ModelError:
        raise
    except DefusedXmlException:
        raise fail(
            f"{path} is not read: it contains XML entities, which a workbook does not need"
        ) from None
    except Exception as error:  # a damaged file can fail anywhere in openpyxl, with any exception
        raise fail(f"{path} is not an Excel workbook that can be read: {_reason(error)}") from None
    missing = [name for name in sheets.values() if name not in book.sheetnames]
    if missing:
        raise fail(f"{path} is damaged: its sheet '{missing[0]}' is missing from the file")
    return book


def slim_copy(path: Path) -> bytes | None:
    """A copy of the file that is safe for a program that reads it with openpyxl; None if the file itself is.
    Raises whatever a damaged archive causes.
    """
    with zipfile.ZipFile(path) as archive:
        return _without_many(archive, path)


def checked(path: Path) -> None:
    """Raises ModelError unless the path is an .xlsx file of reasonable size; the file is not unpacked."""
    checked_file(path, MAX_FILE, "an Excel workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise fail(f"{path} {_other_kind(path)}") from None
    except OSError as error:
        raise fail(f"{path} cannot be read: {_reason(error)}") from None
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > MAX_UNPACKED or (unpacked > 2**24 and unpacked / packed > MAX_RATIO):
        raise fail(f"{path} unpacks to {unpacked / 2**20:,.0f} MiB: too large to read safely")
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise fail(f"{path} is not an Excel workbook (.xlsx)")


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of the sheet in each part of the archive. Raises KeyError, ParseError and whatever else a
    damaged archive causes.
    """
    relations = {
        node.get("Id"): str(node.get("Target"))
        for node in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for node in fromstring(archive.read("xl/workbook.xml")).iter():
        if node.tag.rpartition("}")[2] != "sheet":
            continue
        target = relations.get(node.get(_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[part] = str(node.get("name"))
    return found


def merged_areas(path: Path) -> dict[str, list[Merged]]:
    """The merged areas of each sheet as the file has them, however large."""
    with zipfile.ZipFile(path) as archive:
        return {
            sheet: _merged(archive.read(part))
            for part, sheet in sheet_parts(archive).items()
            if part in archive.NameToInfo
        }


def cached_values(path: Path) -> dict[tuple[str, int, int], float | str | bool]:
    """The cached values of formula cells, as the file has them: dates as day numbers, errors as their text.
    Raises ModelError.
    """
    found: dict[tuple[str, int, int], float | str | bool] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for part, sheet in sheet_parts(archive).items():
                if part in archive.NameToInfo:
                    for row, column, value in _cached(archive.read(part)):
                        found[sheet, row, column] = value
    except Exception as error:  # as in open_book
        raise fail(f"{path} is not an Excel workbook that can be read: {_reason(error)}") from None
    return found


def _cached(data: bytes) -> Iterator[tuple[int, int, float | str | bool]]:
    from lxml import etree

    cells = etree.iterparse(
        io.BytesIO(data), tag="{*}c", resolve_entities=False, no_network=True, remove_comments=True
    )
    places = Places()
    for _, cell in cells:
        row, column = places.of(cell)
        value, kind = cell.findtext("{*}v"), cell.get("t", "n")
        if value and kind != "s" and cell.find("{*}f") is not None:
            if kind == "b":
                yield row, column, value == "1"
            elif kind == "n":
                yield row, column, float(value)
            else:
                yield row, column, value
        cell.clear(keep_tail=False)


class Places:
    """The positions of the cells in a sheet's XML, one after the other: a row or cell without a reference
    follows the previous one. Raises ValueError for an invalid reference.
    """

    def __init__(self) -> None:
        self._line: Any = None
        self._row = self._column = 0

    def of(self, cell: Any) -> tuple[int, int]:
        """The row and column, from 1, of the next cell."""
        line = cell.getparent()
        if line is not self._line:
            self._line, self._row, self._column = line, int(line.get("r") or self._row + 1), 0
        named = _PLACE.fullmatch(cell.get("r") or "")
        if named:
            self._row, self._column = int(named[2]), column_index_from_string(named[1])
        elif cell.get("r"):
            raise ValueError(f"'{cell.get('r')}' is not a cell")
        else:
            self._column += 1
        return self._row, self._column


def is_bulky(path: Path) -> bool:
    """Whether merged areas have very many cells."""
    return any(_cells(areas) > MANY for areas in merged_areas(path).values())


def _cells(areas: list[Merged]) -> int:
    return sum((r2 - r + 1) * (c2 - c + 1) for r, c, r2, c2 in areas)


def _merged(data: bytes) -> list[Merged]:
    found = []
    for match in _MERGED.finditer(data):
        first, row, last, last_row = (part.decode() if part else "" for part in match.groups())
        found.append(
            (
                int(row),
                column_index_from_string(first),
                int(last_row or row),
                column_index_from_string(last or first),
            )
        )
    return found


def _without_many(archive: zipfile.ZipFile, path: Path) -> bytes | None:
    """The archive without a sheet's blank cells (only a style) and merged areas, if there are very many; None
    if it can be read as it is.
    """
    drops: dict[str, list[Callable[[bytes], bytes]]] = {}
    held = blank = 0
    counts: dict[str, int] = {}
    for info in archive.infolist():
        if not info.filename.startswith("xl/worksheets/") or info.is_dir():
            continue
        data = archive.read(info)
        if _cells(_merged(data)) > MANY:
            drops.setdefault(info.filename, []).append(lambda data: _MERGES.sub(b"", data))
        if info.file_size > MANY:
            counts[info.filename] = len(_BLANK.findall(data))
            blank += counts[info.filename]
            held += data.count(b"<c ") - counts[info.filename]
    if held > MAX_CELLS:
        raise fail(f"{path} has {held:,} cells: more than can be read safely")
    if blank >= MANY:
        for part, count in counts.items():
            if count:
                drops.setdefault(part, []).append(lambda data: _BLANK.sub(b"", data))
    if not drops:
        return None
    slim = io.BytesIO()
    with zipfile.ZipFile(slim, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for part in archive.namelist():
            data = archive.read(part)
            for drop in drops.get(part, ()):
                data = drop(data)
            out.writestr(part, data)
    return slim.getvalue()


def _other_kind(path: Path) -> str:
    """What is wrong with a file that is not an archive: old and protected Excel files have a signature."""
    with path.open("rb") as file:
        start = file.read(2**20)
    if not start.startswith(_COMPOUND):
        return "is not an Excel workbook (.xlsx)"
    if "EncryptedPackage".encode("utf-16-le") in start:
        return "is protected with a password: save it without one"
    return "is not an Excel workbook (.xlsx) but an old one (.xls): save it as .xlsx"


def _reason(error: Any) -> str:
    """The reason for an error, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, (zlib.error, zipfile.BadZipFile)):
        return "a part of it cannot be unpacked"
    if isinstance(error, KeyError):
        return f"it lacks {error.args[0] if error.args else 'a part'}".replace('"', "'")
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__
